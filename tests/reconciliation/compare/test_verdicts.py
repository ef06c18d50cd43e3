"""Comparing by stretches tells the same as looking at every month."""

import datetime as dt
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kszclient.cadaster.payments import RegisteredPayment
from kszclient.reconciliation.compare.surplus import surplus
from kszclient.reconciliation.compare.verdicts import about_basic, judge, splits_by, stretches
from kszclient.reconciliation.execute.record import RegisteredPayments
from kszclient.reconciliation.plan.plan import Expected, Span
from kszclient.values import AuthenticSource
from kszclient.values.month_numbers import MonthRange

# Around the month in which ORINT ends, for a rule changes there.
SPLITS = splits_by(dt.date(2024, 5, 1))
FIRST, LAST = SPLITS[0].until - 20, SPLITS[0].until + 20
sources = st.sampled_from(AuthenticSource)
areas = st.sampled_from(("VL", "WA", None))


@st.composite
def runs(draw):
    begin = draw(st.integers(FIRST, LAST))
    return MonthRange(begin, draw(st.integers(begin, LAST)))


@st.composite
def spans(draw):
    edges = sorted(draw(st.sets(st.integers(FIRST, LAST), max_size=3)) | {FIRST, LAST + 1})
    return tuple(
        Span(MonthRange(begin, end - 1), draw(areas), "ANY", draw(st.none() | sources), "a rule")
        for begin, end in pairwise(edges)
        if draw(st.booleans())
    )


held = st.builds(
    RegisteredPayment,
    sources,
    st.sampled_from(("0692793497", "921")),
    st.sampled_from(("BASIC", "CHILD_ALLOWANCE", "SOCIAL", "NEW_KIND")),
    runs(),
    st.booleans(),
)
some = st.frozensets(sources, max_size=1)
registered = st.builds(
    RegisteredPayments,
    st.none(),
    st.none(),
    st.lists(held, max_size=4).map(tuple),
    st.just(frozenset()),
    some,
    some,
    some,
)
dossiers = st.builds(
    Expected,
    st.just("D"),
    runs(),
    st.sampled_from((None, "921")),
    st.sampled_from((None, "BASIC", "SOCIAL")),
    st.none(),
    st.none(),
)


@settings(max_examples=100)
@given(dossiers, spans(), registered, st.lists(dossiers, max_size=2))
def test_stretches_are_whole_and_each_has_one_verdict(expected, competent, answer, others):
    months = []
    every = (expected, *others)
    for run in stretches(expected, competent, answer, SPLITS):
        inside = range(run.begin, run.end + 1)
        months += inside
        verdict = judge(expected, competent, answer, run.begin, every, SPLITS)
        assert all(
            judge(expected, competent, answer, month, every, SPLITS) == verdict for month in inside
        )
    assert months == list(range(expected.months.begin, expected.months.end + 1))


@settings(max_examples=100)
@given(st.lists(dossiers, min_size=1, max_size=3), spans(), registered)
def test_months_too_many_are_told_once(expected, competent, answer):
    every = tuple(expected)
    told = [
        (about_basic(each.category), found.source, month)
        for each in every
        for found in surplus(each, every, competent, answer, MonthRange(FIRST, LAST))
        for month in range(found.begin, found.end + 1)
    ]
    assert len(told) == len(set(told))
