"""When the service may be asked, as a profile or an operator says it."""

from __future__ import annotations

from collections.abc import Iterable

from kszclient.complaints.deadlines.calendar import public_holidays
from kszclient.values import OpeningHours
from kszclient.values.opening_hours import HOLIDAYS, closed_day

_EVERY_HOUR = "mon-sun 00:00-24:00"


def opening_hours(spans: Iterable[str], closed: Iterable[str]) -> OpeningHours | None:
    """Read opening hours; None where it never closes.

    Args:
        spans: Such as ``mon-fri 06:00-20:00``; every hour where there are none.
        closed: Days (``YYYY-MM-DD``) and the word ``holidays``, for the legal public holidays of
            Belgium.

    Raises:
        InvalidValueError: Something is not written so.

    >>> import datetime as dt
    >>> hours = opening_hours([], ["holidays"])
    >>> hours.opens_at(dt.datetime(2026, 12, 25, 9, 0, tzinfo=dt.UTC)).isoformat()
    '2026-12-26T00:00:00+01:00'
    """
    told, days = list(spans), list(closed)
    if not told and not days:
        return None
    return OpeningHours(
        told or [_EVERY_HOUR],
        closed=[day for each in days if (day := closed_day(each))],
        is_holiday=lambda day: HOLIDAYS in days and day in public_holidays(day.year),
    )
