"""What came back, verified and read."""

from __future__ import annotations

import datetime as dt

from kszclient.errors import (
    ContractDriftError,
    ServiceFaultError,
    SignatureRefusedError,
    UnverifiedFaultError,
)
from kszclient.security import MessageSecurity
from kszclient.transport import HttpAnswer
from kszclient.wire import Answer
from kszclient.wire.beside import Beside
from kszclient.wire.reply import in_utf8, read_utf8

# With these an answer bears no signature at all, so that it may be somebody else's error page.
_NOBODY_SIGNED = ("not-soap", "missing-signature")


def read_received(
    received: HttpAnswer, security: MessageSecurity, now: dt.datetime, *, max_bytes: int
) -> Answer:
    """Verify what came back, where the profile asks for it, and read exactly what was verified.

    Args:
        received: What came back.
        security: What the profile asks of an answer.
        now: The moment of receiving, with a time zone.
        max_bytes: The longest body to look at.

    Raises:
        ConsultationError: It is no usable answer.
    """
    beside = Beside(received.status, received.content_type, received.location)
    body = in_utf8(received.body, beside, max_bytes=max_bytes)
    try:
        verified = security.verify(body, now)
    except SignatureRefusedError as error:
        if error.reason in _NOBODY_SIGNED:
            _raise_what_came(body, beside, max_bytes=max_bytes)
        raise
    return read_utf8(verified, beside, max_bytes=max_bytes)


def _raise_what_came(body: bytes, beside: Beside, *, max_bytes: int) -> None:
    """Raise what an unsigned reply is, where that shows more than "not signed": a gateway's page.

    A fault that nobody signed is reported as one and never as the KSZ's own; of anything else that
    should have been signed, that it is not is all that counts.
    """
    try:
        read_utf8(body, beside, max_bytes=max_bytes)
    except ServiceFaultError as error:
        codes = ", ".join(error.reason_codes)
        raise UnverifiedFaultError(
            f"a fault that nobody signed came (it states {codes}, HTTP status "
            f"{beside.http_status})",
            http_status=beside.http_status,
            claimed_codes=error.reason_codes,
            again=error.retry_can_help,
        ) from None
    except ContractDriftError:
        return
