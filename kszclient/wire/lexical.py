"""Texts of the XML Schema's simple types as Python's values.

The schema has seen the texts; what is left to refuse is what Python cannot hold, such as a year
beyond 9999.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from kszclient.errors import InvalidValueError
from kszclient.values import Month

_ZONE = r"(Z|[+-][0-9]{2}:[0-9]{2})?"
_MONTH = re.compile(rf"\s*([0-9]{{4}}-[0-9]{{2}}){_ZONE}\s*", re.ASCII)
_DATE = re.compile(rf"\s*([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_ZONE}\s*", re.ASCII)
_MOMENT = re.compile(
    rf"\s*([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})T([0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}})(\.[0-9]+)?{_ZONE}\s*",
    re.ASCII,
)
_MONTHS_KEPT = 4096


class UnreadableError(ValueError):
    """A text that the schema admits and Python cannot hold.

    Args:
        kind: ``month``, ``date`` or ``time``.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(f"unreadable {kind}")
        self.kind = kind


# Answers name the same few months again and again, and a month says nothing about a person.
@lru_cache(maxsize=_MONTHS_KEPT)
def month(text: str) -> Month:
    """Read an ``xsd:gYearMonth``; its time zone, which means nothing for a month, is dropped.

    >>> month(" 2021-05+02:00 ")
    Month('2021-05')
    """
    match = _MONTH.fullmatch(text)
    if match is None:
        raise UnreadableError("month")
    try:
        return Month.parse(match[1])
    except InvalidValueError:
        raise UnreadableError("month") from None


def date(text: str) -> tuple[dt.date, str | None]:
    """Read an ``xsd:date``: the day as written, and its time zone if there is one.

    >>> date("2021-05-10+02:00")
    (datetime.date(2021, 5, 10), '+02:00')
    """
    match = _DATE.fullmatch(text)
    if match is None:
        raise UnreadableError("date")
    try:
        return dt.date.fromisoformat(match[1]), match[2]
    except ValueError:
        raise UnreadableError("date") from None


def moment(text: str) -> dt.datetime:
    """Read an ``xsd:dateTime``, to the microsecond; without a zone it stays without one.

    >>> moment("2023-12-31T24:00:00Z")
    datetime.datetime(2024, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        return dt.datetime.fromisoformat(text)  # the usual form; the schema has ruled out others
    except ValueError:
        return _unusual_moment(text)


def _unusual_moment(text: str) -> dt.datetime:
    """Read a moment with white space around it or at the hour 24."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise UnreadableError("time")
    day, time, fraction, zone = match.groups()
    midnight_after = time == "24:00:00"
    try:
        read = dt.datetime.fromisoformat(
            f"{day}T{'00:00:00' if midnight_after else time}{(fraction or '')[:7]}{zone or ''}"
        )
        return read + dt.timedelta(days=1) if midnight_after else read
    except (ValueError, OverflowError):
        raise UnreadableError("time") from None


def boolean(text: str) -> bool:
    """Read an ``xsd:boolean``.

    >>> boolean(" 1"), boolean("false")
    (True, False)
    """
    return text.strip() in {"true", "1"}
