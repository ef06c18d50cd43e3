"""What a signature says it covers, read strictly: anything unexpected is refused."""

from __future__ import annotations

import binascii
from base64 import b64decode

import msgspec
from lxml.etree import _Element

from kszclient.security.signature_flaws import SignatureFlaw, refuse
from kszclient.security.wsse import DS, EXCLUSIVE_C14N, WSSE, Algorithms

MAX_PREFIXES = 16
"""The most prefixes of one InclusiveNamespaces: signers list those of a dozen namespaces at most.

They are sought for each element that is canonicalised, before anything is known of who wrote them.
"""


class SignedReference(msgspec.Struct, frozen=True):
    """One part that a signature covers.

    Args:
        uri: How the part is named, such as ``#Body``.
        prefixes: What its canonical form writes out besides what is used.
        algorithms: How it is hashed.
        digest: The hash that it must have.
    """

    uri: str
    prefixes: tuple[str, ...]
    algorithms: Algorithms
    digest: bytes


class SignatureContent(msgspec.Struct, frozen=True):
    """A signature, read.

    Args:
        signed_info: The element that is signed.
        prefixes: What its canonical form writes out besides what is used.
        algorithms: How it is signed.
        references: What it covers.
        value: The signature itself.
        key_uri: How the token with its certificate is named.
    """

    signed_info: _Element
    prefixes: tuple[str, ...]
    algorithms: Algorithms
    references: tuple[SignedReference, ...]
    value: bytes
    key_uri: str


def read_signature(signature: _Element, allowed: tuple[Algorithms, ...]) -> SignatureContent:
    """Read a signature.

    Args:
        signature: The Signature element.
        allowed: The algorithms that count.

    Raises:
        SignatureRefusedError: It is not made exactly as expected.
    """
    signed_info, value, key_info = _children(signature, "SignedInfo", "SignatureValue", "KeyInfo")
    named = ["CanonicalizationMethod", "SignatureMethod"]
    method, signing, *references = _children(
        signed_info, *named, *["Reference"] * (len(signed_info) - len(named))
    )
    return SignatureContent(
        signed_info=signed_info,
        prefixes=_read_c14n(method),
        algorithms=_find(signing, "signature", allowed),
        references=tuple(_read_reference(each, allowed) for each in references),
        value=read_base64(value),
        key_uri=_read_key(key_info),
    )


def read_base64(element: _Element) -> bytes:
    """Give the bytes that an element holds in base64.

    Raises:
        SignatureRefusedError: It holds something else.
    """
    if len(element):
        refuse(SignatureFlaw.MALFORMED)
    try:
        return b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        refuse(SignatureFlaw.MALFORMED)


def _read_reference(reference: _Element, allowed: tuple[Algorithms, ...]) -> SignedReference:
    transforms, method, value = _children(reference, "Transforms", "DigestMethod", "DigestValue")
    if len(transforms) != 1 or transforms[0].tag != f"{{{DS}}}Transform":
        refuse(SignatureFlaw.EXTRA_TRANSFORMS)
    return SignedReference(
        uri=reference.get("URI", ""),
        prefixes=_read_c14n(transforms[0]),
        algorithms=_find(method, "digest", allowed),
        digest=read_base64(value),
    )


def _read_c14n(method: _Element) -> tuple[str, ...]:
    """Take exclusive canonicalisation only, and read the prefixes that it writes out besides."""
    if method.get("Algorithm") != EXCLUSIVE_C14N or len(method) > 1:
        refuse(SignatureFlaw.EXTRA_TRANSFORMS)
    if not len(method):
        return ()
    if method[0].tag != f"{{{EXCLUSIVE_C14N}}}InclusiveNamespaces" or len(method[0]):
        refuse(SignatureFlaw.EXTRA_TRANSFORMS)
    prefixes = method[0].get("PrefixList", "").split()
    if len(prefixes) > MAX_PREFIXES:
        refuse(SignatureFlaw.TOO_MANY_PREFIXES)
    return tuple(prefixes)


def _find(method: _Element, kind: str, allowed: tuple[Algorithms, ...]) -> Algorithms:
    uri = method.get("Algorithm")
    for algorithms in allowed:
        if uri == getattr(algorithms, kind) and not len(method):
            return algorithms
    return refuse(SignatureFlaw.WEAK_ALGORITHM)


def _read_key(key_info: _Element) -> str:
    here = key_info
    for tag in (f"{{{WSSE}}}SecurityTokenReference", f"{{{WSSE}}}Reference"):
        if len(here) != 1 or here[0].tag != tag:
            refuse(SignatureFlaw.KEY_SUBSTITUTED)
        here = here[0]
    return here.get("URI", "")


def _children(parent: _Element, *names: str) -> list[_Element]:
    """Give the children of an element if they are those named, in that order."""
    children = list(parent)
    if [each.tag for each in children] != [f"{{{DS}}}{name}" for name in names]:
        refuse(SignatureFlaw.MALFORMED)
    return children
