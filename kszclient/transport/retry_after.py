"""The header Retry-After: how long the other side asks us to wait (RFC 9110, section 10.2.3)."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime

_LONGEST_SECONDS = 366.0 * 86_400


def retry_after_seconds(header: str | None, now: dt.datetime) -> float | None:
    """Read the header's two forms: seconds, or a moment.

    Args:
        header: Its value, or None where there was none.
        now: The moment of reading, with a time zone.

    Returns:
        Seconds from now, 0 to a year, so that they can be added to a date; None where nothing
        usable was said.

    >>> at = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
    >>> retry_after_seconds("120", at)
    120.0
    >>> retry_after_seconds("Mon, 06 May 2024 07:09:09 GMT", at)
    60.0
    >>> retry_after_seconds("soon", at) is None
    True
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), _LONGEST_SECONDS)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return min(max(0.0, (moment - now).total_seconds()), _LONGEST_SECONDS)
