"""What holds for every history, every period and every day of asking."""

import datetime as dt
from itertools import pairwise

import msgspec
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kszclient.competence import (
    Certainty,
    Circumstances,
    DomicileHistory,
    Place,
    Segment,
    Spell,
    resolve,
    rulebook,
)
from kszclient.errors import DomicileError
from kszclient.geography import gazetteer
from kszclient.values import Month, MonthPeriod
from tests.competence.histories import (
    DAYS,
    PLACES,
    circumstances,
    histories,
    overlapping,
    periods,
    readings,
)

CONTENT = [name for name in Segment.__struct_fields__ if name not in {"begin", "end"}]
as_ofs = st.sampled_from([dt.date(2018, 6, 1), dt.date(2022, 5, 1), dt.date(2026, 1, 1)])
MERGED = [
    place for place in map(gazetteer().municipality, gazetteer().areas_by_nis) if place.successor
]


def answered(spells, period, **more):
    """Resolve a history that does not contradict itself."""
    try:
        return resolve(DomicileHistory(spells), period, **more)
    except DomicileError:
        assume(condition=False)


def content(segment):
    return tuple(getattr(segment, name) for name in CONTENT)


def by_month(*answers):
    return [
        (month, content(segment))
        for answer in answers
        for segment in answer.segments
        for month in segment.months
    ]


@given(spells=histories, period=periods, as_of=as_ofs, book=readings)
def test_segments_cover_the_period_exactly_in_order_and_merged(spells, period, as_of, book):
    segments = answered(spells, period, as_of=as_of, book=book).segments
    assert (segments[0].begin, segments[-1].end) == (period.begin, period.end)
    for one, next_one in pairwise(segments):
        assert one.end.next() == next_one.begin
        assert content(one) != content(next_one)
    for segment in segments:
        assert segment.begin <= segment.end
        nothing = (segment.cadaster, segment.source) == (None, None)
        assert (segment.entity is None) == nothing == isinstance(segment.reason, str)


ALONE = Circumstances()
UNTIL_MARCH = Spell(begin=dt.date(2015, 1, 1), end=dt.date(2021, 3, 10), nis="11002")
FROM_AUGUST = Spell(begin=dt.date(2021, 8, 1), nis="62063", known_on=dt.date(2021, 9, 1))
UNKNOWN_END = {
    "period": MonthPeriod(Month(2021, 1), Month(2021, 12)),
    "as_of": dt.date(2026, 1, 1),
    "known_on": dt.date(2021, 8, 15),
    "book": rulebook(),
    "around": Circumstances(residence=Place(nis="21004")),
}


@example(spells=[UNTIL_MARCH, FROM_AUGUST], cut=5, **UNKNOWN_END)
@example(spells=[UNTIL_MARCH, FROM_AUGUST], cut=6, **UNKNOWN_END)
@given(
    spells=histories,
    period=periods,
    as_of=as_ofs,
    known_on=st.none() | st.sampled_from(DAYS),
    book=readings,
    around=st.just(ALONE) | circumstances,
    cut=st.integers(0, 84),
)
def test_splitting_a_period_never_changes_the_answer_nor_how_sure_it_is(
    *, spells, period, as_of, known_on, book, around, cut
):
    assume(len(period) > 1)
    last = period.begin.plus(cut % (len(period) - 1))
    more = {"as_of": as_of, "known_on": known_on, "book": book, "circumstances": around}
    whole = answered(spells, period, **more)
    first = answered(spells, MonthPeriod(period.begin, last), **more)
    second = answered(spells, MonthPeriod(last.next(), period.end), **more)
    assert by_month(first, second) == by_month(whole)
    assert set(first.sources) | set(second.sources) == set(whole.sources)


@example(
    spells=[UNTIL_MARCH],
    later=32,
    place={"nis": "62063"},
    registered=31,
    **UNKNOWN_END | {"period": MonthPeriod(Month(2021, 1), Month(2021, 6))},
)
@given(
    spells=histories,
    period=periods,
    as_of=as_ofs,
    known_on=st.none() | st.sampled_from(DAYS),
    book=readings,
    around=st.just(ALONE) | circumstances,
    later=st.integers(1, 400),
    place=st.sampled_from(PLACES),
    registered=st.none() | st.integers(0, 400),
)
def test_a_spell_after_the_period_changes_nothing(
    *, spells, period, as_of, known_on, book, around, later, place, registered
):
    assume(spells)
    begin = period.end.last_day + dt.timedelta(days=later)
    late = None if registered is None else begin + dt.timedelta(days=registered)
    more = {"as_of": as_of, "known_on": known_on, "book": book, "circumstances": around}
    answer = answered(spells, period, **more)
    longer = answered([*spells, Spell(begin=begin, known_on=late, **place)], period, **more)
    assert longer.segments == answer.segments
    assert longer.sources == answer.sources


@given(
    spells=histories,
    period=periods,
    as_of=as_ofs,
    known_on=st.sampled_from(DAYS),
    later=st.integers(1, 400),
    begin=st.sampled_from(DAYS),
    lasts=st.none() | st.integers(0, 400),
    place=st.sampled_from(PLACES),
)
def test_what_becomes_known_later_never_changes_what_was_known(
    *, spells, period, as_of, known_on, later, begin, lasts, place
):
    # A spell that takes up where another ends tells with it that the end was not known either.
    assume(begin - dt.timedelta(days=1) not in {spell.end for spell in spells})
    end = None if lasts is None else begin + dt.timedelta(days=lasts)
    known_later = known_on + dt.timedelta(days=later)
    more = Spell(begin=begin, end=end, known_on=known_later, **place)
    answer = answered(spells, period, as_of=as_of, known_on=known_on)
    longer = answered([*spells, more], period, as_of=as_of, known_on=known_on)
    assert (longer.segments, longer.sources) == (answer.segments, answer.sources)


@given(
    spells=histories,
    period=periods,
    as_of=as_ofs,
    known_on=st.none() | st.sampled_from(DAYS),
    book=readings,
    seed=st.randoms(use_true_random=False),
)
def test_the_order_of_rows_never_changes_an_answer(*, spells, period, as_of, known_on, book, seed):
    shuffled = list(spells)
    seed.shuffle(shuffled)
    more = {"as_of": as_of, "known_on": known_on, "book": book}
    answer = answered(spells, period, **more)
    assert answered(shuffled, period, **more).segments == answer.segments


def without(spell, other):
    """Give what is left of a spell on the days that another does not cover."""
    day = dt.timedelta(days=1)
    replace = msgspec.structs.replace
    left = []
    if spell.begin < other.begin:
        left.append(replace(spell, end=other.begin - day))
    if other.end and (spell.end is None or other.end < spell.end):
        left.append(replace(spell, begin=other.end + day))
    return left


@given(
    spells=overlapping,
    more=st.lists(overlapping.map(lambda pair: pair[0]), max_size=1),
    period=st.tuples(st.integers(0, 3), st.integers(0, 2)).map(
        lambda months: MonthPeriod(Month(2021, 2).plus(months[0]), Month(2021, 2).plus(sum(months)))
    ),
    as_of=as_ofs,
    book=readings,
)
def test_over_an_overlap_an_answer_is_at_most_as_sure_as_with_either_spell(
    *, spells, more, period, as_of, book
):
    one, other = spells
    whole = answered([one, other, *more], period, as_of=as_of, book=book)
    for instead in ([one, *without(other, one)], [other, *without(one, other)]):
        single = answered([*instead, *more], period, as_of=as_of, book=book)
        for month in period:
            sure, found = single.at(month), whole.at(month)
            assert found.entity == sure.entity
            assert Certainty.least([found.certainty, sure.certainty]) == found.certainty


@given(spells=histories, period=periods, as_of=as_ofs)
def test_closing_open_ends_long_after_the_period_changes_nothing(spells, period, as_of):
    far = dt.date(2090, 1, 1)
    closed = [msgspec.structs.replace(spell, end=spell.end or far) for spell in spells]
    answer = answered(spells, period, as_of=as_of)
    assert answered(closed, period, as_of=as_of).segments == answer.segments


@pytest.mark.parametrize("place", MERGED, ids=lambda place: place.nis)
def test_an_old_and_a_new_code_give_the_same_answer(place):
    period = MonthPeriod(Month(2018, 6), Month(2025, 6))
    old, new = (
        resolve(DomicileHistory.throughout_at(nis=nis), period, as_of=dt.date(2026, 1, 1))
        for nis in (place.nis, place.successor)
    )
    assert old.segments == new.segments
    assert [notice.code for notice in old.notices] == ["outdated-nis"]
