"""Which pinned certificate a signature names, by any of the ways of WS-Security.

(SOAP Message Security 1.1, chapter 7; X.509 Certificate Token Profile 1.1, chapter 3; XML Signature
1.1, section 4.5.) Everything that stands there is a hint: it chooses among the pinned certificates
and makes none trusted, and the certificate that verifies must be the one that *all* hints name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import NoReturn

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from lxml.etree import QName, XPath, _Element

from kszclient.security.algorithms import read_digest_method
from kszclient.security.distinguished_names import ComparableName, comparable, parse_name
from kszclient.security.signature_flaws import SignatureFlaw, refuse
from kszclient.security.signed_info import read_base64
from kszclient.security.signed_parts import names_part
from kszclient.security.wsse import (
    BASE64,
    DS,
    DSIG_11,
    THUMBPRINT_SHA1,
    WSSE,
    X509_PROFILE,
    X509_PROFILE_11,
    X509_V3,
    digest,
)

MAX_ELEMENTS = 64
"""The most elements of one KeyInfo: a chain of certificates and every name of each.

Each is read before it is known who wrote it, and a name takes a millisecond.
"""
_COUNT = XPath("count(descendant::*)")
_SERIAL = re.compile(r"-?[0-9]{1,60}", re.ASCII)
_TOKEN = f"{{{WSSE}}}BinarySecurityToken"
_CURVES = {
    "urn:oid:1.2.840.10045.3.1.7": "secp256r1",
    "urn:oid:1.3.132.0.34": "secp384r1",
    "urn:oid:1.3.132.0.35": "secp521r1",
}
# Ways that exist and that we do not follow, to be refused by their names.
_KNOWN_WAYS = frozenset(
    {
        *("RetrievalMethod", "KeyInfoReference", "PGPData", "SPKIData", "MgmtData"),
        *("DSAKeyValue", "DEREncodedKeyValue", "EncryptedKey", "EncryptedData", "DerivedKey"),
        *("Assertion", "UsernameToken", "SecurityContextToken", "DerivedKeyToken", "X509CRL"),
        *("ThumbprintSHA1", "EncryptedKeySHA1", "SAMLID", "SAMLAssertionID", "HexBinary"),
        *("GSS_Kerberosv5_AP_REQ", "GSS_Kerberosv5_AP_REQ1510", "Kerberosv5APREQSHA1"),
    }
)


class PinnedCertificate:
    """A certificate that answers may be signed with, and what a message may call it.

    Args:
        certificate: The certificate.
    """

    def __init__(self, certificate: x509.Certificate) -> None:
        self.certificate = certificate
        self.der = certificate.public_bytes(Encoding.DER)

    @cached_property
    def key(self) -> object:
        """Its public key."""
        return self.certificate.public_key()

    @cached_property
    def key_bytes(self) -> bytes:
        """Its public key, as it stands in the certificate."""
        return self.certificate.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )

    @cached_property
    def thumbprint(self) -> bytes:
        """The SHA-1 of the whole; it proves nothing and names it."""
        return hashlib.sha1(self.der, usedforsecurity=False).digest()

    @cached_property
    def key_identifier(self) -> bytes:
        """Its subject key identifier, made of the key where it states none (RFC 5280, 4.2.1.2)."""
        try:
            found = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except x509.ExtensionNotFound:
            return x509.SubjectKeyIdentifier.from_public_key(self.certificate.public_key()).digest
        return found.value.digest

    @cached_property
    def issuer(self) -> ComparableName:
        """Who issued it."""
        return comparable(self.certificate.issuer)

    @cached_property
    def subject(self) -> ComparableName:
        """Whose it is."""
        return comparable(self.certificate.subject)

    @cached_property
    def common_names(self) -> frozenset[str | bytes]:
        """The common names of its subject."""
        found = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return frozenset(each.value for each in found)


Hint = Callable[[PinnedCertificate], bool]
"""Whether a pinned certificate is one that was meant."""


def named_certificates(
    key_info: _Element, token: _Element | None, pinned: Sequence[PinnedCertificate]
) -> list[PinnedCertificate]:
    """Find the pinned certificates that a message names, seldom more than one.

    Args:
        key_info: How its signature names its key.
        token: The BinarySecurityToken of its Security header, where there is one: it has to hold
            the same certificate, whether or not it is referred to.
        pinned: The certificates to choose from.

    Raises:
        SignatureRefusedError: None is named, or in a way that is not supported.
    """
    if not len(key_info):
        refuse(SignatureFlaw.UNSUPPORTED_KEY_NAMING, "nothing at all")
    if _COUNT(key_info) > MAX_ELEMENTS:
        refuse(SignatureFlaw.KEY_SUBSTITUTED, "it names more than any needs")
    hints = list(_hints(key_info, token))
    if token is not None:
        hints.append(_held_by(token))
    found = [each for each in pinned if all(hint(each) for hint in hints)]
    if not found:
        refuse(SignatureFlaw.CERTIFICATE_NOT_PINNED)
    return found


def _hints(key_info: _Element, token: _Element | None) -> Iterator[Hint]:
    for each in key_info:
        if each.tag == f"{{{WSSE}}}SecurityTokenReference":
            if len(each) != 1 or len(key_info.findall(each.tag)) > 1:
                refuse(SignatureFlaw.KEY_SUBSTITUTED)
            yield from _by_reference(each[0], token)
        elif each.tag == f"{{{DS}}}X509Data":
            yield from _by_x509_data(each)
        elif each.tag == f"{{{DS}}}KeyValue":
            yield _by_key_value(each)
        elif each.tag == f"{{{DS}}}KeyName":
            yield _by_key_name(each.text or "")
        else:
            _refuse_way(each)


def _by_reference(named: _Element, token: _Element | None) -> Iterator[Hint]:
    if named.tag == f"{{{WSSE}}}Reference":
        if token is None or not names_part(named.get("URI", ""), token):
            refuse(SignatureFlaw.KEY_SUBSTITUTED)
    elif named.tag == f"{{{WSSE}}}KeyIdentifier":
        yield _by_key_identifier(named)
    elif named.tag == f"{{{WSSE}}}Embedded":
        if len(named) != 1:
            refuse(SignatureFlaw.KEY_SUBSTITUTED)
        if named[0].tag != _TOKEN:
            _refuse_way(named[0])
        yield _held_by(named[0])
    elif named.tag == f"{{{DS}}}X509Data":
        yield from _by_x509_data(named)
    elif named.tag == f"{{{DS}}}X509IssuerSerial":  # as some write it, without X509Data
        yield _by_issuer_serial(named)
    elif named.tag == f"{{{DS}}}KeyName":
        yield _by_key_name(named.text or "")
    else:
        _refuse_way(named)


def _held_by(token: _Element) -> Hint:
    """Choose by what a token holds: a certificate, or the last of a path, or one of a bundle.

    A path (PkiPath) ends with the certificate that signs, and a PKCS#7 bundle holds it somewhere.
    Neither is taken apart: what does not hold the very bytes of a pinned certificate names none.
    """
    _check_encoding(token)
    held = read_base64(token)
    kind = _kind(token.get("ValueType", X509_V3))
    if kind in {"X509v3", "X509v1", "X509"}:
        return lambda pin: held == pin.der
    if kind == "X509PKIPathv1":
        return lambda pin: held.endswith(pin.der)
    if kind == "PKCS7":
        return lambda pin: pin.der in held
    return _refuse_kind(token)


def _by_key_identifier(identifier: _Element) -> Hint:
    _check_encoding(identifier)
    value_type = identifier.get("ValueType", "")
    if value_type == THUMBPRINT_SHA1:
        thumbprint = read_base64(identifier)
        return lambda pin: thumbprint == pin.thumbprint
    if _kind(value_type) in {"X509SubjectKeyIdentifier", "X509v3SubjectKeyIdentifier"}:
        wanted = read_base64(identifier)
        return lambda pin: wanted == pin.key_identifier
    if _kind(value_type) != value_type:
        return _held_by(identifier)
    return _refuse_kind(identifier)


def _kind(value_type: str) -> str:
    """Return a kind of token by its bare name; both versions of the profile are in use."""
    return value_type.removeprefix(X509_PROFILE).removeprefix(X509_PROFILE_11)


def _by_x509_data(data: _Element) -> Iterator[Hint]:
    """Choose by all that stands there; several certificates are a chain with that of the signer."""
    certificates = [read_base64(each) for each in data.iterchildren(f"{{{DS}}}X509Certificate")]
    if certificates:
        yield lambda pin: pin.der in certificates
    elif not len(data):
        refuse(SignatureFlaw.KEY_SUBSTITUTED)
    for each in data:
        if each.tag == f"{{{DS}}}X509IssuerSerial":
            yield _by_issuer_serial(each)
        elif each.tag == f"{{{DS}}}X509SKI":
            yield _by_subject_key_identifier(each)
        elif each.tag == f"{{{DS}}}X509SubjectName":
            yield _by_subject(each.text or "")
        elif each.tag == f"{{{DSIG_11}}}X509Digest":
            yield _by_digest(each)
        elif each.tag not in {f"{{{DS}}}X509Certificate", f"{{{DS}}}X509CRL"}:
            _refuse_way(each)
        elif not certificates:
            _refuse_way(each)  # a revocation list alone


def _by_issuer_serial(named: _Element) -> Hint:
    parts = {each.tag: (each.text or "").strip() for each in named}
    serial = parts.get(f"{{{DS}}}X509SerialNumber", "")
    issuer = parse_name(parts.get(f"{{{DS}}}X509IssuerName", ""))
    if issuer is None or not _SERIAL.fullmatch(serial):
        refuse(SignatureFlaw.KEY_SUBSTITUTED)
    number = int(serial)
    return lambda pin: number == pin.certificate.serial_number and issuer == pin.issuer


def _by_subject_key_identifier(named: _Element) -> Hint:
    wanted = read_base64(named)
    return lambda pin: wanted == pin.key_identifier


def _by_subject(text: str) -> Hint:
    subject = parse_name(text)
    if subject is None:
        refuse(SignatureFlaw.KEY_SUBSTITUTED)
    return lambda pin: subject == pin.subject


def _by_key_name(text: str) -> Hint:
    """Choose by a name, which the standard leaves to the signer: of the subject, or its CN."""
    name, subject = text.strip(), parse_name(text)
    return lambda pin: name in pin.common_names or (subject is not None and subject == pin.subject)


def _by_digest(named: _Element) -> Hint:
    algorithm, wanted = read_digest_method(named, sha1=True), read_base64(named)
    return lambda pin: wanted == digest(pin.der, algorithm)


def _by_key_value(value: _Element) -> Hint:
    """Choose by the bare key: it names no certificate, but that of one must be equal."""
    if len(value) != 1:
        refuse(SignatureFlaw.KEY_SUBSTITUTED)
    kind = value[0]
    if kind.tag == f"{{{DS}}}RSAKeyValue":
        parts = {each.tag: int.from_bytes(read_base64(each), "big") for each in kind}
        modulus, exponent = (parts.get(f"{{{DS}}}{name}", 0) for name in ("Modulus", "Exponent"))
        if not modulus or not exponent:
            refuse(SignatureFlaw.KEY_SUBSTITUTED)
        return lambda pin: _rsa_numbers(pin.key) == (modulus, exponent)
    if kind.tag == f"{{{DSIG_11}}}ECKeyValue":
        curve, point = kind.find(f"{{{DSIG_11}}}NamedCurve"), kind.find(f"{{{DSIG_11}}}PublicKey")
        if curve is None or point is None:
            refuse(SignatureFlaw.KEY_SUBSTITUTED)
        wanted = (_CURVES.get(curve.get("URI", "")), read_base64(point))
        return lambda pin: _ec_point(pin.key) == wanted
    return _refuse_way(kind)


def _rsa_numbers(key: object) -> tuple[int, int] | None:
    if not isinstance(key, rsa.RSAPublicKey):
        return None
    numbers = key.public_numbers()
    return numbers.n, numbers.e


def _ec_point(key: object) -> tuple[str, bytes] | None:
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return None
    return key.curve.name, key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _check_encoding(element: _Element) -> None:
    encoding = element.get("EncodingType", BASE64)
    if encoding != BASE64:
        _refuse_named(encoding.rpartition("#")[2])


def _refuse_kind(element: _Element) -> NoReturn:
    _refuse_named(element.get("ValueType", "").rpartition("#")[2])


def _refuse_way(element: _Element) -> NoReturn:
    _refuse_named(QName(element).localname)


def _refuse_named(name: str) -> NoReturn:
    known = name if name in _KNOWN_WAYS else "something that this library does not know"
    refuse(SignatureFlaw.UNSUPPORTED_KEY_NAMING, known)
