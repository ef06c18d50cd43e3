"""What a signature covers by its own account, read strictly: anything unexpected is refused."""

from __future__ import annotations

import binascii
from base64 import b64decode

import msgspec
from cryptography.hazmat.primitives import hashes
from lxml.etree import QName, _Element

from kszclient.security.algorithms import (
    SignatureAlgorithm,
    algorithm_name,
    read_digest_method,
    read_signature_method,
)
from kszclient.security.signature_flaws import SignatureFlaw, refuse
from kszclient.security.wsse import DS, EXCLUSIVE_C14N, STR_TRANSFORM, WSSE

MAX_PREFIXES = 100
"""The most prefixes of one InclusiveNamespaces: as many as namespaces may be in scope.

WSS4J and WCF list every prefix that is in scope where the part stands. They are sought for each
element that is canonicalised, before anything is known of who wrote them.
"""

MAX_REFERENCES = 32
"""The most parts of one signature: Body, Timestamp, token, and a dozen headers of WS-Addressing."""


class Canonicalisation(msgspec.Struct, frozen=True):
    """How a part is written out before it is hashed: exclusive canonical XML, without comments.

    Args:
        prefixes: What is written out besides what is used.
        dereferences: Whether it is not the part itself but the token that it refers to
            (STR-Transform: SOAP Message Security 1.1, section 8.3).
    """

    prefixes: tuple[str, ...] = ()
    dereferences: bool = False


class SignedReference(msgspec.Struct, frozen=True):
    """One part that a signature covers.

    Args:
        uri: How the part is named, such as ``#Body``.
        canonicalisation: How it is written out.
        hash_algorithm: How it is hashed.
        digest: The hash that it must have.
    """

    uri: str
    canonicalisation: Canonicalisation
    hash_algorithm: hashes.HashAlgorithm
    digest: bytes


class SignatureContent(msgspec.Struct, frozen=True):
    """A signature, read.

    Args:
        signed_info: The element that is signed.
        canonicalisation: How it is written out.
        algorithm: How it is signed.
        references: What it covers.
        value: The signature itself.
        key_info: How its key is named.
    """

    signed_info: _Element
    canonicalisation: Canonicalisation
    algorithm: SignatureAlgorithm
    references: tuple[SignedReference, ...]
    value: bytes
    key_info: _Element


def read_signature(signature: _Element, *, sha1: bool) -> SignatureContent:
    """Read a signature.

    Args:
        signature: The Signature element.
        sha1: Whether SHA-1 counts as well.

    Raises:
        SignatureRefusedError: It is not made as expected, or in a way that is not supported.
    """
    if [each.tag for each in signature] == [f"{{{DS}}}SignedInfo", f"{{{DS}}}SignatureValue"]:
        refuse(SignatureFlaw.UNSUPPORTED_KEY_NAMING, "nothing at all")
    signed_info, value, key_info = _children(signature, "SignedInfo", "SignatureValue", "KeyInfo")
    named = ["CanonicalizationMethod", "SignatureMethod"]
    number = len(signed_info) - len(named)
    if number > MAX_REFERENCES:
        refuse(SignatureFlaw.TOO_MANY_REFERENCES)
    method, signing, *references = _children(signed_info, *named, *["Reference"] * number)
    return SignatureContent(
        signed_info=signed_info,
        canonicalisation=_read_canonicalisation(method),
        algorithm=read_signature_method(signing, sha1=sha1),
        references=tuple(_read_reference(each, sha1=sha1) for each in references),
        value=read_base64(value),
        key_info=key_info,
    )


def read_base64(element: _Element) -> bytes:
    """Return the bytes that an element holds in base64.

    Raises:
        SignatureRefusedError: It holds something else.
    """
    try:
        if not len(element):
            return b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        pass
    return refuse(SignatureFlaw.MALFORMED, f"{QName(element).localname} is no base64")


def _read_reference(reference: _Element, *, sha1: bool) -> SignedReference:
    transforms, method, value = _children(reference, "Transforms", "DigestMethod", "DigestValue")
    if len(transforms) != 1 or transforms[0].tag != f"{{{DS}}}Transform":
        refuse(SignatureFlaw.EXTRA_TRANSFORMS)
    return SignedReference(
        uri=reference.get("URI", ""),
        canonicalisation=_read_transform(transforms[0]),
        hash_algorithm=read_digest_method(method, sha1=sha1),
        digest=read_base64(value),
    )


def _read_transform(transform: _Element) -> Canonicalisation:
    if transform.get("Algorithm") != STR_TRANSFORM:
        return _read_canonicalisation(transform)
    here = transform
    for tag in (f"{{{WSSE}}}TransformationParameters", f"{{{DS}}}CanonicalizationMethod"):
        if len(here) != 1 or here[0].tag != tag:
            refuse(SignatureFlaw.EXTRA_TRANSFORMS)
        here = here[0]
    return Canonicalisation(_read_canonicalisation(here).prefixes, dereferences=True)


def _read_canonicalisation(method: _Element) -> Canonicalisation:
    """Take exclusive canonicalisation only, and read the prefixes that it writes out besides.

    The Basic Security Profile 1.1 of WS-I asks for it (R5404, R5423, R3065). The inclusive one
    would have each element look at all namespaces in scope, which lets them cost their square.
    """
    uri = method.get("Algorithm")
    if uri != EXCLUSIVE_C14N:
        name = algorithm_name(uri)
        if "c14n" in name:
            refuse(SignatureFlaw.UNSUPPORTED_ALGORITHM, name)
        refuse(SignatureFlaw.EXTRA_TRANSFORMS)
    if not len(method):
        return Canonicalisation()
    extra = len(method) > 1 or len(method[0])
    if extra or method[0].tag != f"{{{EXCLUSIVE_C14N}}}InclusiveNamespaces":
        refuse(SignatureFlaw.EXTRA_TRANSFORMS)
    prefixes = method[0].get("PrefixList", "").split()
    if len(prefixes) > MAX_PREFIXES:
        refuse(SignatureFlaw.TOO_MANY_PREFIXES)
    return Canonicalisation(tuple(prefixes))


def _children(parent: _Element, *names: str) -> list[_Element]:
    """Return the children of an element if they are those named, in that order."""
    children = list(parent)
    found = [each.tag for each in children]
    wanted = [f"{{{DS}}}{name}" for name in names]
    if found == wanted:
        return children
    where = QName(parent).localname
    missing = next((each for each in wanted if each not in found), None)
    extra = next((each for each in found if each not in wanted), None)
    if extra == f"{{{DS}}}Object":
        what = f"{where} holds an Object, which nothing here reads"
    elif missing is not None:
        what = f"{where} holds no {QName(missing).localname}"
    elif extra is not None:
        what = f"{where} holds an element that does not belong there"
    else:
        what = f"{where} holds its elements twice or in another order"
    return refuse(SignatureFlaw.MALFORMED, what)
