"""When the service may be asked, as a profile or an operator says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from kszclient.complaints.calendar import public_holidays
from kszclient.errors import InvalidValueError
from kszclient.values import OpeningHours, parse_day

_HOLIDAYS = "holidays"
_EVERY_HOUR = "mon-sun 00:00-24:00"


def opening_hours(spans: Iterable[str], closed: Iterable[str]) -> OpeningHours | None:
    """Read opening hours; None where it never closes.

    Args:
        spans: Such as ``mon-fri 06:00-20:00``; every hour where there are none.
        closed: Days (``YYYY-MM-DD``) and the word ``holidays``, for the legal public holidays of
            Belgium.

    Raises:
        InvalidValueError: Something is not written so.

    >>> hours = opening_hours([], ["holidays"])
    >>> hours.opens_at(dt.datetime(2026, 12, 25, 9, 0, tzinfo=dt.UTC)).isoformat()
    '2026-12-26T00:00:00+01:00'
    """
    told, days = list(spans), list(closed)
    if not told and not days:
        return None
    return OpeningHours(
        told or [_EVERY_HOUR],
        closed=[_day(each) for each in days if each != _HOLIDAYS],
        is_holiday=lambda day: _HOLIDAYS in days and day in public_holidays(day.year),
    )


def _day(text: str) -> dt.date:
    try:
        return parse_day(text)
    except InvalidValueError:
        raise InvalidValueError(
            "closed", "day", f"expected a day written YYYY-MM-DD, or {_HOLIDAYS}"
        ) from None
