"""Opening hours by the clock on the wall in Brussels, over nights, weekends and changes of time."""

import datetime as dt

import pytest

from kszclient.errors import InvalidValueError
from kszclient.values import BRUSSELS, OpeningHours


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


def is_open(hours, moment):
    return hours.opens_at(moment) == moment


@pytest.mark.parametrize(
    ("hours", "moment", "opens"),
    [
        ("mon-fri 06:00-20:00", "2026-11-23T05:59", "2026-11-23T06:00"),
        ("mon-fri 06:00-20:00", "2026-11-23T06:00", "2026-11-23T06:00"),
        ("mon-fri 06:00-20:00", "2026-11-23T19:59", "2026-11-23T19:59"),
        ("mon-fri 06:00-20:00", "2026-11-23T20:00", "2026-11-24T06:00"),
        ("mon-fri 06:00-20:00", "2026-11-27T20:00", "2026-11-30T06:00"),
        ("Sat,Sun 08:00-12:00; mon 22:00-24:00", "2026-11-23T12:00", "2026-11-23T22:00"),
        ("mon-sun 22:00-04:00", "2026-11-23T03:59", "2026-11-23T03:59"),
        ("mon-sun 22:00-04:00", "2026-11-23T04:00", "2026-11-23T22:00"),
        ("fri 22:00-04:00", "2026-11-28T03:00", "2026-11-28T03:00"),
        ("sat-mon 10:00-11:00", "2026-11-24T00:00", "2026-11-28T10:00"),
        ("mon-sun 00:00-24:00", "2026-11-23T23:59", "2026-11-23T23:59"),
        ("mon 08:00-09:00; mon 07:00-08:30", "2026-11-22T12:00", "2026-11-23T07:00"),
    ],
)
def test_when_it_opens(hours, moment, opens):
    assert OpeningHours(hours.split(";")).opens_at(at(moment)) == at(opens)


def test_moments_of_other_zones_are_read_by_the_clock_of_brussels():
    hours = OpeningHours(["mon-fri 06:00-20:00"])
    assert is_open(hours, dt.datetime(2026, 11, 23, 5, 0, tzinfo=dt.UTC))
    assert not is_open(hours, dt.datetime(2026, 7, 20, 18, 0, tzinfo=dt.UTC))


def test_the_hour_that_comes_twice_is_open_twice_and_the_one_that_never_comes_is_no_hour():
    hours = OpeningHours(["sun 02:30-03:00"])
    first, again = (dt.datetime(2026, 10, 25, hour, 45, tzinfo=dt.UTC) for hour in (0, 1))
    assert is_open(hours, first)
    assert is_open(hours, again)
    spring = OpeningHours(["sun 01:00-04:00"])
    opens = spring.opens_at(at("2026-03-29T00:00"))
    ends = dt.datetime(2026, 3, 29, 2, 0, tzinfo=dt.UTC)
    assert ends - opens == dt.timedelta(hours=2)
    assert not is_open(spring, ends)


def test_days_on_which_nothing_opens():
    hours = OpeningHours(
        ["mon-sun 08:00-18:00"],
        closed=[dt.date(2026, 12, 24)],
        is_holiday=lambda day: (day.month, day.day) == (12, 25),
    )
    assert hours.opens_at(at("2026-12-23T18:00")) == at("2026-12-26T08:00")


@pytest.mark.parametrize(
    "wrong",
    ["", "mon-fri", "mon-fri 6-20", "mon-fri 06:00-25:00", "ma-vr 06:00-20:00", "mon- 06:00-20:00"],
)
def test_hours_that_are_not_written_so(wrong):
    with pytest.raises(InvalidValueError, match="opening hours"):
        OpeningHours(wrong.split(";"))


def test_a_service_that_never_opens():
    hours = OpeningHours(["mon-sun 08:00-18:00"], is_holiday=lambda _: True)
    with pytest.raises(InvalidValueError, match="more than a year"):
        hours.opens_at(at("2026-11-23T08:00"))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-30 23:59", "2026-11-30 23:59"),
        ("2026-12-01 03:00", "2026-12-02 22:00"),
        ("2026-12-01 23:00", "2026-12-02 22:00"),
        ("2026-12-02 03:00", "2026-12-02 22:00"),
        ("2026-12-03 03:00", "2026-12-03 03:00"),
        ("2026-12-25 01:00", "2026-12-28 22:00"),
    ],
)
def test_a_night_does_not_go_on_into_a_closed_day(moment, opens):
    hours = OpeningHours(
        ["mon-fri 22:00-06:00"],
        closed=[dt.date(2026, 12, 1)],
        is_holiday=lambda each: each == dt.date(2026, 12, 25),
    )
    now, then = (
        dt.datetime.fromisoformat(each).replace(tzinfo=BRUSSELS) for each in (moment, opens)
    )
    assert hours.opens_at(now) == then
