"""What came back, verified and read."""

from __future__ import annotations

import datetime as dt

from kszclient.errors import SignatureRefusedError
from kszclient.security import MessageSecurity
from kszclient.transport import HttpAnswer
from kszclient.wire import Answer, read_answer

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

    def read(body: bytes) -> Answer:
        return read_answer(
            body,
            http_status=received.status,
            content_type=received.content_type,
            max_bytes=max_bytes,
        )

    try:
        verified = security.verify(received.body, now)
    except SignatureRefusedError as error:
        if error.reason in _NOBODY_SIGNED:
            # A gateway's page or an unsigned fault says more than "not signed". An unsigned
            # answer is read for its errors only, and never used.
            read(received.body)
        raise
    return read(verified)
