"""What must hold of any bytes at all, for each reader of foreign bytes; each gives how it ended."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from cryptography import x509

from kszclient.errors import ConsultationError, SignatureRefusedError
from kszclient.logs.redaction import redact
from kszclient.security.verification import Verifier
from kszclient.wire import read_answer

CORPUS = Path(__file__).parent / "corpus"
SIGNED_AT = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
NUMBER = "85023000125"
_UUID = re.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ELEVEN = re.compile("[0-9]{11}")


def check_read(body: bytes) -> str:
    """An answer or a typed error, which repeats no number."""
    status = 500 if len(body) % 5 == 0 else 200
    try:
        read_answer(body, http_status=status, content_type="text/xml")
    except ConsultationError as error:
        said = f"{type(error).__name__}: {error}"
        assert not _ELEVEN.search(said), "an error repeats a number"
        return re.sub(r"[0-9]+", "#", said)
    return "an answer"


@cache
def _pinned() -> x509.Certificate:
    return x509.load_pem_x509_certificate((CORPUS / "service.pem").read_bytes())


@cache
def _true_envelope() -> bytes:
    signed = (CORPUS / "verify" / "signed.xml").read_bytes()
    return Verifier([_pinned()]).verify(signed, SIGNED_AT).envelope


def check_verify(envelope: bytes) -> str:
    """A refusal, or the very octets that the service signed."""
    try:
        verified = Verifier([_pinned()]).verify(envelope, SIGNED_AT)
    except SignatureRefusedError as error:
        return error.reason
    assert verified.envelope == _true_envelope(), "something else than what was signed is taken"
    return "verified"


def check_redact(raw: bytes) -> str:
    """No number survives, whatever stands around it; but a ticket is kept, even with one inside."""
    half = len(raw) // 2
    before, after = (part.decode("utf-8", "replace") for part in (raw[:half], raw[half:]))
    for form in (NUMBER, "85.02.30-001.25", "85 02 30 001 25", "ODUwMjMwMDAxMjU="):
        told = redact(f"{before} {form} {after}")
        assert form not in _UUID.sub("", told), "a number survives"
    return "body" if "[body" in told else "no body"


TARGETS: Mapping[str, Callable[[bytes], str]] = {
    "read": check_read,
    "verify": check_verify,
    "redact": check_redact,
}


def kept(target: str) -> list[Path]:
    """Give the documents that are kept for a target."""
    return sorted((CORPUS / target).iterdir())
