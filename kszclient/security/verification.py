"""Verifying: an envelope in, exactly what was signed out, or a refusal.

What comes back is not the document that was received but a new envelope around the very bytes
whose digest was checked. Whatever else the document held cannot be read by accident.
"""

from __future__ import annotations

import datetime as dt
import hmac
from base64 import b64encode
from collections.abc import Sequence

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from lxml.etree import _Element

from kszclient.errors import SignatureRefusedError
from kszclient.logs import MaskedStruct
from kszclient.security.algorithms import PublicKey
from kszclient.security.freshness import ReplayMemory, check_timestamp
from kszclient.security.key_info import PinnedCertificate, named_certificates
from kszclient.security.profile_sections import LONGEST_LIFE_SECONDS
from kszclient.security.revocation import Revocations
from kszclient.security.signature_flaws import SignatureFlaw, refuse
from kszclient.security.signed_info import SignatureContent, SignedReference, read_signature
from kszclient.security.signed_parts import SignedParts, find_parts, names_part
from kszclient.security.wsse import SHA256, SOAP, WSSE, X509_V3, canonical, digest
from kszclient.wire.parse import MAX_TAGS, holds_instruction

_LEAST_KEY_BITS = 2048
_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
# Prefixes are sought for each element; so many for the most elements of all cost seconds.
_FEW_PREFIXES = 16
_COUNT = etree.XPath("count(descendant-or-self::*)")
_HASHED_OTHERWISE = {
    SignatureFlaw.SIGNATURE_WRONG.value: f"{{{SOAP}}}Header",
    SignatureFlaw.TOKEN_CHANGED.value: f"{{{SOAP}}}Header",
    SignatureFlaw.TIMESTAMP_CHANGED.value: f"{{{SOAP}}}Header",
    SignatureFlaw.EXTRA_PART_CHANGED.value: f"{{{SOAP}}}Header",
    SignatureFlaw.BODY_CHANGED.value: f"{{{SOAP}}}Body",
}
"""What a processing instruction may be taken for, and where that one stands."""
_TOKEN = f"{{{WSSE}}}BinarySecurityToken"
_STR = f"{{{WSSE}}}SecurityTokenReference"


class Verified(MaskedStruct, frozen=True):
    """What a signature proved.

    Args:
        envelope: A new envelope with the bytes of the Body that were signed, and nothing else.
        certificate: Whose signature it was.
        header: The Header that came, of which only parts are signed: to see what must be
            understood, and for nothing else.
    """

    envelope: bytes
    certificate: x509.Certificate
    header: _Element


class Verifier:
    """Takes envelopes that one of the pinned certificates signed; threads may share it.

    Args:
        certificates: The certificates that count; no authority vouches for another one.
        clock_skew_seconds: How far the other clock may be off.
        life_seconds: How long an answer counts that states no end itself.
        sha1: Whether SHA-1 counts beside SHA-2, though it is broken.
        revocations: What says which of them no longer count.
    """

    def __init__(
        self,
        certificates: Sequence[x509.Certificate],
        *,
        clock_skew_seconds: int = 30,
        life_seconds: int = LONGEST_LIFE_SECONDS,
        sha1: bool = False,
        revocations: Revocations | None = None,
    ) -> None:
        self._pinned = tuple(PinnedCertificate(each) for each in certificates)
        self._skew = dt.timedelta(seconds=clock_skew_seconds)
        self._life = dt.timedelta(seconds=life_seconds)
        self._sha1 = sha1
        self._revocations = revocations or Revocations(())
        self._memory = ReplayMemory()

    def verify(self, envelope: bytes, now: dt.datetime) -> Verified:
        """Check an envelope and return what of it was signed.

        Args:
            envelope: The bytes as received.
            now: The moment of receiving, with a time zone.

        Raises:
            SignatureRefusedError: Its reason is one of `SignatureFlaw`.
        """
        try:
            return self._verified(find_parts(envelope), now)
        except SignatureRefusedError as error:
            # They are dropped when an answer is read, so that a hash over one differs.
            part = _HASHED_OTHERWISE.get(error.reason)
            if part is None or not holds_instruction(envelope, part):
                raise
        return refuse(SignatureFlaw.PROCESSING_INSTRUCTION)

    def _verified(self, parts: SignedParts, now: dt.datetime) -> Verified:
        content = read_signature(parts.signature, sha1=self._sha1)
        covered = _coverage(parts, content)
        signed = _canonical(content.signed_info, content.canonicalisation.prefixes)
        named = named_certificates(content.key_info, parts.token, self._pinned)
        pinned = self._signer(named, content, signed, now)
        body = b""
        for part in covered:
            written = part.written(pinned)
            part.check(written)
            if part.name == "body":
                body = written
        until = check_timestamp(parts.timestamp, now, self._skew, self._life)
        # What was signed and by which key, not the value of the signature nor the certificate: from
        # a value by ECDSA anybody makes another that verifies, and a renewed one has the same key.
        itself = digest(signed + pinned.key_bytes, SHA256.hash_algorithm)
        if not self._memory.is_new(itself, until, now):
            refuse(SignatureFlaw.REPLAYED)
        opening = f'<soap:Envelope xmlns:soap="{SOAP}">'.encode()
        return Verified(opening + body + b"</soap:Envelope>", pinned.certificate, parts.header)

    def _signer(
        self,
        named: Sequence[PinnedCertificate],
        content: SignatureContent,
        signed: bytes,
        now: dt.datetime,
    ) -> PinnedCertificate:
        """Find the certificate that verifies among those that were named; each is in order."""
        flaws = []
        for each in named:
            flaw = self._flaw(each, content, signed, now)
            if flaw is None:
                return each
            flaws.append(flaw)
        return refuse(flaws[0])

    def _flaw(
        self, pinned: PinnedCertificate, content: SignatureContent, signed: bytes, now: dt.datetime
    ) -> SignatureFlaw | None:
        return (
            _validity_flaw(pinned.certificate, now)
            or self._revocations.flaw(pinned.certificate, now)
            or _value_flaw(pinned.key, content, signed)
        )


def _validity_flaw(certificate: x509.Certificate, now: dt.datetime) -> SignatureFlaw | None:
    if now > certificate.not_valid_after_utc:
        return SignatureFlaw.CERTIFICATE_EXPIRED
    if now < certificate.not_valid_before_utc:
        return SignatureFlaw.CERTIFICATE_NOT_YET_VALID
    return None if may_sign(certificate) else SignatureFlaw.CERTIFICATE_WRONG_USE


def _value_flaw(key: object, content: SignatureContent, signed: bytes) -> SignatureFlaw | None:
    strong = strong_key(key)
    if strong is None:
        return SignatureFlaw.WEAK_KEY
    if not content.algorithm.fits(strong):
        return SignatureFlaw.ALGORITHM_MISMATCH
    right = content.algorithm.verifies(strong, content.value, signed)
    return None if right else SignatureFlaw.SIGNATURE_WRONG


def may_sign(certificate: x509.Certificate) -> bool:
    """Return whether a certificate is one to sign messages with (RFC 5280, section 4.2.1.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def strong_key(key: object) -> PublicKey | None:
    """Return a key that may be relied on: RSA of 2048 bits, or one of the curves of NIST."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_KEY_BITS:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return key
    return None


class _Covered(msgspec.Struct, frozen=True):
    """A part in its place, and the reference that covers it."""

    name: str
    element: _Element
    reference: SignedReference

    def written(self, pinned: PinnedCertificate) -> bytes:
        """Write out what was hashed."""
        how = self.reference.canonicalisation
        if how.dereferences:
            return _dereferenced(self.element, how.prefixes, pinned)
        return _canonical(self.element, how.prefixes)

    def check(self, written: bytes) -> None:
        found = digest(written, self.reference.hash_algorithm)
        if not hmac.compare_digest(found, self.reference.digest):
            refuse(SignatureFlaw(f"{self.name}-changed"))


def _coverage(parts: SignedParts, content: SignatureContent) -> list[_Covered]:
    """Match references to the parts in their places; an id is never looked up elsewhere."""
    covered: list[_Covered] = []
    foreign = False
    for reference in content.references:
        found = _part(parts, reference)
        if found is None or any(each.element is found.element for each in covered):
            foreign = True
        else:
            covered.append(found)
    names = {each.name for each in covered}
    if "timestamp" not in names:
        refuse(SignatureFlaw.TIMESTAMP_NOT_SIGNED)
    if "body" not in names:
        refuse(SignatureFlaw.BODY_NOT_SIGNED)
    if foreign:
        refuse(SignatureFlaw.FOREIGN_REFERENCE)
    return covered


def _part(parts: SignedParts, reference: SignedReference) -> _Covered | None:
    """Find what a reference names; only a reference to a token may lead to another element."""
    dereferences = reference.canonicalisation.dereferences
    for name in ("body", "timestamp", "token"):
        element = getattr(parts, name)
        if element is not None and names_part(reference.uri, element):
            if dereferences:
                refuse(SignatureFlaw.EXTRA_TRANSFORMS)
            return _Covered(name, element, reference)
    element = parts.find_extra(reference.uri)
    if element is None:
        return None
    if dereferences and (element.tag != _STR or element.getparent() is not parts.signature[2]):
        refuse(SignatureFlaw.EXTRA_TRANSFORMS)
    return _Covered("extra-part", element, reference)


def _dereferenced(
    reference: _Element, prefixes: tuple[str, ...], pinned: PinnedCertificate
) -> bytes:
    """Write out the token that a SecurityTokenReference leads to.

    Where it leads to no element of the message, that is a token made of the certificate, with the
    prefix of the reference. Its outermost tag declares the default namespace, also where it has
    none (SOAP Message Security 1.1, section 8.3; as WSS4J does it).
    """
    named = reference[0]
    if named.tag == f"{{{WSSE}}}Reference":
        security = next(reference.iterancestors(f"{{{WSSE}}}Security"))
        uri = named.get("URI", "")
        token = next((each for each in security.iterfind(_TOKEN) if names_part(uri, each)), None)
    elif named.tag == f"{{{WSSE}}}Embedded":
        token = named.find(_TOKEN)
    else:
        token = etree.Element(_TOKEN, nsmap={reference.prefix: WSSE}, ValueType=X509_V3)
        token.text = b64encode(pinned.der).decode()
    if token is None:
        refuse(SignatureFlaw.KEY_SUBSTITUTED)
    written = _canonical(token, (*prefixes, "#default"))
    name, space, rest = written.partition(b" ")
    return written if rest.startswith(b'xmlns="') else name + b' xmlns=""' + space + rest


def _canonical(element: _Element, prefixes: tuple[str, ...]) -> bytes:
    if len(prefixes) > _FEW_PREFIXES and len(prefixes) * _COUNT(element) > _FEW_PREFIXES * MAX_TAGS:
        refuse(SignatureFlaw.TOO_MANY_PREFIXES)
    try:
        return canonical(element, prefixes)
    except etree.C14NError:  # such as a relative namespace, which has no canonical form
        refuse(SignatureFlaw.MALFORMED, "a part of it has no canonical form")
