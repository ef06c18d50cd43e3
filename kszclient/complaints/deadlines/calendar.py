"""Working days in Belgium: every day but Saturday, Sunday and the ten legal public holidays.

The ten: 1 January, Easter Monday, 1 May, Ascension, Whit Monday, 21 July, 15 August,
1 November, 11 November, 25 December (royal decree of 18 April 1974). Not among them: Good Friday,
2 November, 26 December and the days of the communities.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

import holidays

_DAY = dt.timedelta(days=1)
_SATURDAY = 5
# The package lists these beside the ten; they are Sundays in any case.
_SUNDAYS_LISTED = ("Easter Sunday", "Pentecost")


@cache
def public_holidays(year: int) -> frozenset[dt.date]:
    """Return the legal public holidays of a year.

    >>> len(public_holidays(2025))
    10
    """
    listed = holidays.country_holidays("BE", categories=("public",), years=year, language="en_US")
    return frozenset(day for day, name in listed.items() if name not in _SUNDAYS_LISTED)


def is_working_day(day: dt.date) -> bool:
    """Return whether courts and post work: Saturday does not count (Council of State 230.088).

    >>> is_working_day(dt.date(2025, 12, 25)), is_working_day(dt.date(2025, 12, 26))
    (False, True)
    """
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


def working_day_on_or_before(day: dt.date) -> dt.date:
    """Return the day itself or the last working day before it."""
    while not is_working_day(day):
        day -= _DAY
    return day


def working_day_on_or_after(day: dt.date) -> dt.date:
    """Return the day itself or the next working day (Judicial Code art. 53)."""
    while not is_working_day(day):
        day += _DAY
    return day


def working_days_after(day: dt.date, count: int) -> dt.date:
    """Return the nth working day after a day (Judicial Code art. 53bis).

    >>> working_days_after(dt.date(2025, 8, 29), 3)  # posted on a Friday
    datetime.date(2025, 9, 3)
    """
    for _ in range(count):
        day = working_day_on_or_after(day + _DAY)
    return day
