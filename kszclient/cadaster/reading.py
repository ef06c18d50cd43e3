"""What came back, verified and read."""

from __future__ import annotations

import datetime as dt

from kszclient.errors import SignatureRefusedError
from kszclient.security import MessageSecurity
from kszclient.transport import HttpAnswer
from kszclient.wire import Answer
from kszclient.wire.beside import Beside
from kszclient.wire.reply import check_headers, in_utf8, read_utf8

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
            # A gateway's page or an unsigned fault says more than "not signed". An unsigned
            # answer is read for its errors only, and never used.
            read_utf8(body, beside, max_bytes=max_bytes)
        raise
    if verified is not body:
        check_headers(body)
    return read_utf8(verified, beside, max_bytes=max_bytes)
