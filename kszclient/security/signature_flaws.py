"""Why an answer's signature was refused, and what to do about each."""

from __future__ import annotations

from enum import StrEnum
from typing import NoReturn

from kszclient.errors import SignatureRefusedError


class SignatureFlaw(StrEnum):
    """The reasons of a `SignatureRefusedError`, in the order in which they are looked for."""

    TOO_MANY_ATTRIBUTES = "too-many-attributes"
    TOO_MANY_NAMESPACES = "too-many-namespaces"
    TOO_MANY_CHILDREN = "too-many-children"
    NOT_SOAP = "not-soap"
    TOO_DEEP = "too-deep"
    DUPLICATE_ID = "duplicate-id"
    MISSING_SIGNATURE = "missing-signature"
    TIMESTAMP_MISSING = "timestamp-missing"
    AMBIGUOUS = "ambiguous"
    MALFORMED = "malformed"
    TOO_MANY_REFERENCES = "too-many-references"
    WEAK_ALGORITHM = "weak-algorithm"
    UNSUPPORTED_ALGORITHM = "unsupported-algorithm"
    EXTRA_TRANSFORMS = "extra-transforms"
    TOO_MANY_PREFIXES = "too-many-prefixes"
    TIMESTAMP_NOT_SIGNED = "timestamp-not-signed"
    BODY_NOT_SIGNED = "body-not-signed"
    FOREIGN_REFERENCE = "foreign-reference"
    KEY_SUBSTITUTED = "key-substituted"
    UNSUPPORTED_KEY_NAMING = "unsupported-key-naming"
    CERTIFICATE_NOT_PINNED = "certificate-not-pinned"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid"
    CERTIFICATE_WRONG_USE = "certificate-wrong-use"
    CERTIFICATE_REVOKED = "certificate-revoked"
    REVOCATION_UNKNOWN = "revocation-unknown"
    WEAK_KEY = "weak-key"
    ALGORITHM_MISMATCH = "algorithm-mismatch"
    SIGNATURE_WRONG = "signature-wrong"
    TOKEN_CHANGED = "token-changed"  # noqa: S105 - no password
    TIMESTAMP_CHANGED = "timestamp-changed"
    BODY_CHANGED = "body-changed"
    EXTRA_PART_CHANGED = "extra-part-changed"
    PROCESSING_INSTRUCTION = "processing-instruction"
    TIMESTAMP_MALFORMED = "timestamp-malformed"
    TIMESTAMP_TOO_LONG = "timestamp-too-long"
    TIMESTAMP_IN_FUTURE = "timestamp-in-future"
    TIMESTAMP_EXPIRED = "timestamp-expired"
    REPLAYED = "replayed"


_TAMPERED = "Do not use the answer; somebody may be between you and the KSZ. Inform its help desk."
_IF_SIGNED = (
    "Do not use the answer. Ask the KSZ to sign Body and Timestamp of each answer; if it does so "
    "already, somebody may be between you and it."
)
_NO_INSTRUCTIONS = (
    "Do not use the answer. Ask the KSZ to send none (SOAP 1.1, chapter 3); if it sends none, "
    "somebody may be between you and it."
)
_PROFILE = "Compare the signature section of the profile with what the KSZ agreed to."
_ALGORITHM = "Ask the KSZ to sign with SHA-2, by RSA or ECDSA, and exclusive canonicalisation."
_NAMING = (
    "Ask the KSZ to name its certificate by token, issuer and serial number, or key identifier."
)
_CLOCK = "Check the clock of this machine; if it is right, inform the KSZ help desk."
_RENEWED = (
    "Ask the KSZ whether its certificate changed; if so, add the new one to answer_certificates."
)

_EXPLANATIONS = {
    SignatureFlaw.TOO_MANY_ATTRIBUTES: (
        "it has an element with more attributes than any answer needs",
        _TAMPERED,
    ),
    SignatureFlaw.TOO_MANY_NAMESPACES: (
        "it declares more namespaces than any answer needs",
        _TAMPERED,
    ),
    SignatureFlaw.TOO_MANY_CHILDREN: (
        "it has an element with more children than any answer needs",
        _TAMPERED,
    ),
    SignatureFlaw.NOT_SOAP: ("it is no SOAP envelope with one Header and one Body", _PROFILE),
    SignatureFlaw.TOO_DEEP: ("it is nested deeper than any answer", _TAMPERED),
    SignatureFlaw.DUPLICATE_ID: ("two elements bear the same id", _TAMPERED),
    SignatureFlaw.MISSING_SIGNATURE: ("it is not signed", _PROFILE),
    SignatureFlaw.TIMESTAMP_MISSING: (
        "it is signed and holds no Timestamp, so that an old answer may pass for a new one",
        "Ask the KSZ to send a Timestamp in each answer, and to sign it.",
    ),
    SignatureFlaw.AMBIGUOUS: ("it holds a part of the signature twice", _TAMPERED),
    SignatureFlaw.MALFORMED: ("its signature is not made as WS-Security asks", _PROFILE),
    SignatureFlaw.TOO_MANY_REFERENCES: (
        "its signature covers more parts than any needs",
        _TAMPERED,
    ),
    SignatureFlaw.WEAK_ALGORITHM: (
        "its signature uses an algorithm that proves nothing",
        _ALGORITHM,
    ),
    SignatureFlaw.UNSUPPORTED_ALGORITHM: (
        "its signature uses an algorithm that is not supported",
        _ALGORITHM,
    ),
    SignatureFlaw.EXTRA_TRANSFORMS: ("its signature transforms what is signed", _TAMPERED),
    SignatureFlaw.TOO_MANY_PREFIXES: (
        "its signature lists more prefixes than any needs",
        _TAMPERED,
    ),
    SignatureFlaw.TIMESTAMP_NOT_SIGNED: (
        "its signature does not cover the Timestamp, so that an old answer may pass for a new one",
        _IF_SIGNED,
    ),
    SignatureFlaw.BODY_NOT_SIGNED: (
        "its signature does not cover the Body, so that nobody vouches for what it holds",
        _IF_SIGNED,
    ),
    SignatureFlaw.FOREIGN_REFERENCE: (
        "its signature covers something that is no header, or a part twice",
        _TAMPERED,
    ),
    SignatureFlaw.KEY_SUBSTITUTED: ("what it names as its key leads to no certificate", _TAMPERED),
    SignatureFlaw.UNSUPPORTED_KEY_NAMING: (
        "it names its key in a way that is not supported",
        _NAMING,
    ),
    SignatureFlaw.CERTIFICATE_NOT_PINNED: ("it was signed with an unknown certificate", _RENEWED),
    SignatureFlaw.CERTIFICATE_EXPIRED: ("its certificate has expired", _RENEWED),
    SignatureFlaw.CERTIFICATE_NOT_YET_VALID: ("its certificate is not valid yet", _CLOCK),
    SignatureFlaw.CERTIFICATE_WRONG_USE: ("its certificate is not one to sign with", _RENEWED),
    SignatureFlaw.CERTIFICATE_REVOKED: (
        "its certificate was revoked",
        "Do not use the answer, take the certificate out of answer_certificates, and ask the KSZ.",
    ),
    SignatureFlaw.REVOCATION_UNKNOWN: (
        "no revocation list of its certificate's authority is in force",
        "Fetch the newest list of its authority into revocation_list.",
    ),
    SignatureFlaw.WEAK_KEY: (
        "its certificate has no RSA key of 2048 bits or more, nor one on P-256, P-384 or P-521",
        _RENEWED,
    ),
    SignatureFlaw.ALGORITHM_MISMATCH: (
        "its signature algorithm is not one for the key of its certificate",
        _TAMPERED,
    ),
    SignatureFlaw.SIGNATURE_WRONG: ("its signature was not made with that certificate", _TAMPERED),
    SignatureFlaw.TOKEN_CHANGED: ("its token was changed after it was signed", _TAMPERED),
    SignatureFlaw.TIMESTAMP_CHANGED: ("its Timestamp was changed after signing", _TAMPERED),
    SignatureFlaw.BODY_CHANGED: ("its Body was changed after it was signed", _TAMPERED),
    SignatureFlaw.EXTRA_PART_CHANGED: (
        "a header that its signature covers was changed after it was signed",
        _TAMPERED,
    ),
    SignatureFlaw.PROCESSING_INSTRUCTION: (
        "what is signed holds a processing instruction, which SOAP forbids",
        _NO_INSTRUCTIONS,
    ),
    SignatureFlaw.TIMESTAMP_MALFORMED: ("its Timestamp cannot be read", _PROFILE),
    SignatureFlaw.TIMESTAMP_TOO_LONG: ("its Timestamp lives longer than five minutes", _PROFILE),
    SignatureFlaw.TIMESTAMP_IN_FUTURE: ("it was made in the future", _CLOCK),
    SignatureFlaw.TIMESTAMP_EXPIRED: ("its time is over", _CLOCK),
    SignatureFlaw.REPLAYED: ("it was received before", _TAMPERED),
}


def refuse(flaw: SignatureFlaw, what: str = "") -> NoReturn:
    """Refuse an answer.

    Args:
        flaw: The reason.
        what: What exactly, in words of ours.

    Raises:
        SignatureRefusedError: Always.
    """
    message, next_step = _EXPLANATIONS[flaw]
    detail = f": {what}" if what else ""
    raise SignatureRefusedError(
        f"the answer is refused: {message}{detail}", reason=flaw.value, next_step=next_step
    )
