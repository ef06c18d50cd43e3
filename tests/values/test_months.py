import datetime as dt
import itertools
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kszclient.errors import InvalidValueError
from kszclient.values import Month, MonthPeriod

months = st.builds(Month, st.integers(1, 9998), st.integers(1, 12))
near_months = st.builds(Month, st.integers(2010, 2030), st.integers(1, 12))


@st.composite
def periods(draw):
    begin = draw(near_months)
    return MonthPeriod(begin, draw(st.none() | st.integers(0, 60).map(begin.plus)))


@given(months)
def test_a_month_reads_back_what_it_writes(month):
    assert Month.parse(str(month)) == month
    assert pickle.loads(pickle.dumps(month)) == month
    assert hash(Month.parse(str(month))) == hash(month)


@given(months)
def test_the_next_month_begins_the_day_after_the_last(month):
    assert month.next().first_day - month.last_day == dt.timedelta(days=1)
    assert month.next().previous() == month
    assert month < month.next()
    assert Month.of(month.last_day) == month


def test_the_calendar_ends_without_an_error():
    assert Month(9999, 12).last_day == dt.date.max


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2021-13", "range"),
        ("2021-00", "range"),
        ("2021-1", "form"),
        ("202101", "form"),
        ("2021-01-01", "form"),
        ("2021-01\n", "form"),
        ("\u0662\u0660\u0662\u0661-\u0660\u0661", "form"),
        ("", "form"),
        ("0000-01", "range"),
    ],
)
def test_a_broken_month_names_its_rule(text, rule):
    with pytest.raises(InvalidValueError) as caught:
        Month.parse(text)
    assert caught.value.rule == rule


def test_a_period_cannot_end_before_it_begins():
    with pytest.raises(InvalidValueError, match="order"):
        MonthPeriod.parse("2021-02", "2021-01")


@given(periods(), periods(), near_months)
def test_an_intersection_holds_what_both_hold(one, other, month):
    common = one.intersection(other)
    assert (month in one and month in other) == (common is not None and month in common)
    assert one.overlaps(other) == other.overlaps(one) == (common is not None)


@given(periods())
def test_a_closed_period_lists_its_months(period):
    if period.end is None:
        with pytest.raises(InvalidValueError, match="closed"):
            list(period)
        with pytest.raises(InvalidValueError, match="closed"):
            len(period)
        return
    listed = list(period)
    assert len(listed) == len(period)
    assert listed[0] == period.begin
    assert listed[-1] == period.end
    assert all(later - earlier == 1 for earlier, later in itertools.pairwise(listed))


@given(periods())
def test_a_period_is_a_value(period):
    same = pickle.loads(pickle.dumps(period))
    assert same == period
    assert hash(same) == hash(period)
    assert period != "period"
    with pytest.raises(AttributeError):
        period.begin = Month(2000, 1)
    with pytest.raises(AttributeError):
        period.begin.year = 2000


def test_a_period_shows_its_months():
    assert str(MonthPeriod.parse("2020-01")) == "2020-01.."
    assert repr(MonthPeriod.parse("2020-01", "2020-02")) == "MonthPeriod('2020-01', '2020-02')"
    assert repr(MonthPeriod.parse("2020-01")) == "MonthPeriod('2020-01')"
