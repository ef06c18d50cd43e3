"""An answer over HTTP, and what of it is refused unread: the same for both transports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Self

from kszclient.errors import ConnectionFailedError, ContractDriftError
from kszclient.logs import MaskedStruct

UNCOMPRESSED = {"Accept-Encoding": "identity"}
"""Goes with every request: a small body that unfolds into a giant has no place here."""

CHUNK_BYTES = 65_536
_MOST_INTERIM = 20
"""A server sends one or two, or one every 20 seconds while it works (RFC 2518, section 10.1)."""
_LONGEST_NUMBER = 18
_AS_IT_IS = ("identity", "")


class HttpAnswer(MaskedStruct, frozen=True):
    """What came back, not yet looked into.

    Args:
        status: HTTP status.
        content_type: As the peer named it, or None.
        body: The whole body, as sent.
        retry_after: The header Retry-After, or None.
        date: The header Date, or None.
        location: The header Location, or None: where a redirect leads.
    """

    status: int
    content_type: str | None
    body: bytes
    retry_after: str | None = None
    date: str | None = None
    location: str | None = None

    def __repr__(self) -> str:
        return f"HttpAnswer(status={self.status}, {len(self.body)} bytes)"

    @classmethod
    def of(cls, status: int, headers: Mapping[str, str], body: bytes) -> Self:
        """Put together what came.

        Args:
            status: HTTP status.
            headers: Every header, under its name in upper or lower case.
            body: The whole body.
        """
        named = ("Retry-After", "Date", "Location")
        return cls(status, headers.get("Content-Type"), body, *map(headers.get, named))


def refuse_flood(interim_answers: int) -> None:
    """Refuse to go on where too many interim answers came before the answer.

    Args:
        interim_answers: How many came: those of status 100 to 199, but for 101, which is the last.

    Raises:
        ContractDriftError: There is no end to them.
    """
    if interim_answers > _MOST_INTERIM:
        raise ContractDriftError(
            f"more than {_MOST_INTERIM} interim answers came in reply to one question",
            next_step="Show this line to your network desk: something before the service sends "
            "them without end.",
        )


def refuse_unread(headers: Mapping[str, str], most_bytes: int) -> bool:
    """Refuse a body by its headers.

    Args:
        headers: Every header, under its name in upper or lower case.
        most_bytes: The longest body that may be read.

    Returns:
        Whether the headers promise a body that is not too long, so that it may be read at once.

    Raises:
        ContractDriftError: It is compressed, which nobody asked for, or too large.
        ConnectionFailedError: It says in more than one way how long it is, or in none that can be
            read; RFC 9112, section 6.3, takes neither for an answer.
    """
    coding = headers.get("Content-Encoding")
    if coding is not None and _whole(headers, "Content-Encoding", coding) not in _AS_IT_IS:
        raise _compressed()
    length, framed = headers.get("Content-Length"), headers.get("Transfer-Encoding")
    if framed is not None:
        if length is not None:
            raise ConnectionFailedError("the answer says in two ways how long it is")
        if _whole(headers, "Transfer-Encoding", framed) != "chunked":
            raise _compressed()
        return False
    if length is None:
        return False
    digits = length.strip()
    if not (digits.isascii() and digits.isdigit()):
        raise ConnectionFailedError("the answer does not say in one way how long it is")
    if len(digits) > _LONGEST_NUMBER or int(digits) > most_bytes:
        raise too_large(most_bytes)
    return True


def _whole(headers: Mapping[str, str], name: str, first: str) -> str:
    """Return every coding that a header names; aiohttp tells of one line of it at a time."""
    lines = getattr(headers, "getall", None)
    return (first if lines is None else ", ".join(lines(name))).strip().lower()


def _compressed() -> ContractDriftError:
    return ContractDriftError(
        "the answer is compressed, though no compression was asked",
        next_step="Do not use the answer; ask whoever runs the service or a gateway to send it as "
        "it is.",
    )


def too_large(most_bytes: int) -> ContractDriftError:
    """Return the error for a body of more bytes than are read."""
    return ContractDriftError(
        f"the answer is larger than {most_bytes} bytes",
        next_step="Ask for fewer months or sources, or set max_answer_bytes in the profile.",
    )


_LONGEST_SECONDS = 366.0 * 86_400


def retry_after_seconds(header: str | None, now: dt.datetime) -> float | None:
    """Read the header's two forms: seconds, or a moment.

    Args:
        header: Its value, or None where there was none.
        now: The moment of reading, with a time zone.

    Returns:
        Seconds from now, 0 to a year, so that they can be added to a date; None where nothing
        usable was sent.

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
