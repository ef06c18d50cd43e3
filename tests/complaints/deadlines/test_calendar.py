import datetime as dt

import pytest

from kszclient.complaints.deadlines.calendar import (
    is_working_day,
    public_holidays,
    working_day_on_or_after,
    working_day_on_or_before,
    working_days_after,
)


def easter(year):
    """Gauss's rule, written after Meeus: independent of the package under test."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    lunar = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * lunar) // 451
    month, day = divmod(h + lunar - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


@pytest.mark.parametrize("year", range(2015, 2041))
def test_the_holidays_are_the_ten_of_the_law(year):
    movable = {easter(year) + dt.timedelta(days=days) for days in (1, 39, 50)}
    fixed = {
        dt.date(year, month, day)
        for month, day in ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))
    }
    assert public_holidays(year) == movable | fixed


@pytest.mark.parametrize("day", ["2025-04-18", "2025-11-02", "2025-12-26", "2025-07-11"])
def test_days_that_many_take_off_are_no_legal_holidays(day):
    assert dt.date.fromisoformat(day) not in public_holidays(2025)


def test_saturdays_are_no_working_days():
    assert not is_working_day(dt.date(2025, 11, 8))
    assert is_working_day(dt.date(2025, 11, 7))


def test_going_forward_and_back_over_a_long_weekend():
    # Saturday 19 April 2025 stands before Easter Monday.
    assert working_day_on_or_after(dt.date(2025, 4, 19)) == dt.date(2025, 4, 22)
    assert working_day_on_or_before(dt.date(2025, 4, 21)) == dt.date(2025, 4, 18)


def test_the_third_working_day_after_posting():
    assert working_days_after(dt.date(2025, 12, 23), 3) == dt.date(2025, 12, 29)
