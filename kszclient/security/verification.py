"""Verifying: an envelope in, exactly what was signed out, or a refusal.

What comes back is not the document that was received but a new envelope around the very octets
whose digest was checked. Whatever else the document held cannot be read by accident.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Sequence

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from lxml.etree import _Element

from kszclient.security.freshness import ReplayMemory, check_timestamp
from kszclient.security.signature_flaws import SignatureFlaw, refuse
from kszclient.security.signed_info import (
    SignatureContent,
    SignedReference,
    read_base64,
    read_signature,
)
from kszclient.security.signed_parts import SignedParts, find_parts, names_part
from kszclient.security.wsse import SHA1, SHA256, SOAP, canonical, digest

_LEAST_KEY_BITS = 2048


class Verified(msgspec.Struct, frozen=True):
    """What a signature proved.

    Args:
        envelope: A new envelope with the octets of the Body that were signed, and nothing else.
        certificate: Whose signature it was.
    """

    envelope: bytes
    certificate: x509.Certificate


class Verifier:
    """Takes envelopes that one of the pinned certificates signed; threads may share it.

    Args:
        certificates: The certificates that count; no authority vouches for another one.
        clock_skew_seconds: How far the other clock may be off.
        sha1: Whether SHA-1 counts beside SHA-256, though it is broken.
    """

    def __init__(
        self,
        certificates: Sequence[x509.Certificate],
        *,
        clock_skew_seconds: int = 30,
        sha1: bool = False,
    ) -> None:
        self._pinned = {each.public_bytes(Encoding.DER): each for each in certificates}
        self._skew = dt.timedelta(seconds=clock_skew_seconds)
        self._allowed = (SHA256, SHA1) if sha1 else (SHA256,)
        self._memory = ReplayMemory()

    def verify(self, envelope: bytes, now: dt.datetime) -> Verified:
        """Check an envelope and give what of it was signed.

        Args:
            envelope: The octets as received.
            now: The moment of receiving, with a time zone.

        Raises:
            SignatureRefusedError: Its reason is one of `SignatureFlaw`.
        """
        parts = find_parts(envelope)
        content = read_signature(parts.signature, self._allowed)
        covered = _coverage(parts, content)
        certificate = self._certificate(parts, content, now)
        _check_value(content, _key_of(certificate))
        octets = {name: _octets(parts, name, reference) for name, reference in covered.items()}
        until = check_timestamp(parts.timestamp, now, self._skew)
        if not self._memory.is_new(content.value, until, now):
            refuse(SignatureFlaw.REPLAYED)
        opening = f'<soap:Envelope xmlns:soap="{SOAP}">'.encode()
        return Verified(opening + octets["body"] + b"</soap:Envelope>", certificate)

    def _certificate(
        self, parts: SignedParts, content: SignatureContent, now: dt.datetime
    ) -> x509.Certificate:
        if not names_part(content.key_uri, parts.token):
            refuse(SignatureFlaw.KEY_SUBSTITUTED)
        certificate = self._pinned.get(read_base64(parts.token))
        if certificate is None:
            refuse(SignatureFlaw.CERTIFICATE_NOT_PINNED)
        if now > certificate.not_valid_after_utc:
            refuse(SignatureFlaw.CERTIFICATE_EXPIRED)
        if now < certificate.not_valid_before_utc:
            refuse(SignatureFlaw.CERTIFICATE_NOT_YET_VALID)
        if not may_sign(certificate):
            refuse(SignatureFlaw.CERTIFICATE_WRONG_USE)
        return certificate


def may_sign(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate is one to sign messages with (RFC 5280, section 4.2.1.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _key_of(certificate: x509.Certificate) -> rsa.RSAPublicKey:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < _LEAST_KEY_BITS:
        refuse(SignatureFlaw.WEAK_KEY)
    return key


def _coverage(parts: SignedParts, content: SignatureContent) -> dict[str, SignedReference]:
    """Match references to the parts in their places; an id is never looked up elsewhere."""
    covered = {
        name: reference
        for reference in content.references
        for name in ("body", "timestamp", "token")
        if names_part(reference.uri, getattr(parts, name))
    }
    if "timestamp" not in covered:
        refuse(SignatureFlaw.TIMESTAMP_NOT_SIGNED)
    if "body" not in covered:
        refuse(SignatureFlaw.BODY_NOT_SIGNED)
    if len(covered) != len(content.references):
        refuse(SignatureFlaw.FOREIGN_REFERENCE)
    return covered


def _check_value(content: SignatureContent, key: rsa.RSAPublicKey) -> None:
    octets = _canonical(content.signed_info, content.prefixes)
    try:
        key.verify(content.value, octets, padding.PKCS1v15(), content.algorithms.hash_algorithm)
    except InvalidSignature:
        refuse(SignatureFlaw.SIGNATURE_WRONG)


def _octets(parts: SignedParts, name: str, reference: SignedReference) -> bytes:
    octets = _canonical(getattr(parts, name), reference.prefixes)
    found = digest(octets, reference.algorithms.hash_algorithm)
    if not hmac.compare_digest(found, reference.digest):
        refuse(SignatureFlaw(f"{name}-changed"))
    return octets


def _canonical(element: _Element, prefixes: tuple[str, ...]) -> bytes:
    try:
        return canonical(element, prefixes)
    except etree.C14NError:  # such as a relative namespace, which has no canonical form
        refuse(SignatureFlaw.MALFORMED)
