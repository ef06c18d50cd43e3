"""Random domicile histories, close to the days and months on which something changes."""

import datetime as dt

from hypothesis import strategies as st

from kszclient.competence import Circumstances, Place, ReferenceDay, Settings, Spell, rulebook
from kszclient.values import Month, MonthPeriod

PLACES = [
    {"nis": "11002"}, {"nis": "44021"}, {"nis": "62063"}, {"nis": "63049"}, {"nis": "63023"},
    {"postcode": "1000"}, {"postcode": "4700"}, {"country": "FR"}, {"country": "NL"},
]  # fmt: skip
# Days that lie close to each other and to what decides: ends and begins of months and of eras.
DAYS = sorted(
    first + dt.timedelta(days=offset)
    for first in (
        dt.date(2018, 12, 1), dt.date(2019, 1, 1), dt.date(2019, 7, 1), dt.date(2020, 1, 1),
        dt.date(2021, 3, 1), dt.date(2021, 4, 1), dt.date(2023, 12, 1), dt.date(2024, 1, 1),
    )
    for offset in (-1, 0, 1, 9, 14)
)  # fmt: skip


@st.composite
def spells(draw):
    begin, *end = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=2)))
    known_on = draw(st.none() | st.sampled_from(DAYS))
    place = draw(st.sampled_from(PLACES))
    return Spell(begin=begin, end=end[0] if end else None, known_on=known_on, **place)


@st.composite
def tidy_histories(draw):
    """Spells one after the other, some with days between them, the last one perhaps open."""
    days = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=5, unique=True)))
    ends = [day - dt.timedelta(days=1) for day in days[1:]] + [
        draw(st.sampled_from([None, DAYS[-1]]))
    ]
    histories = [
        Spell(begin=begin, end=end, known_on=draw(st.none() | st.sampled_from(DAYS)),
              **draw(st.sampled_from(PLACES)))
        for begin, end in zip(days, ends, strict=True)
    ]  # fmt: skip
    return [spell for spell in histories if draw(st.integers(0, 4))]


@st.composite
def tangled_histories(draw):
    """Spells within two months, so that most overlap, correct each other, or lie abroad."""
    few = st.integers
    first = draw(st.sampled_from([dt.date(2018, 11, 14), dt.date(2021, 3, 1)]))
    known = st.none() | st.sampled_from([dt.date(2021, 4, 1), dt.date(2021, 9, 1)])
    places = st.sampled_from([{"nis": "11002"}, {"nis": "62063"}, {"country": "FR"}])
    found = []
    for _ in range(draw(few(2, 5))):
        begin = draw(
            st.sampled_from([first - dt.timedelta(days=400), first.replace(day=1)])
            | few(0, 50).map(lambda days: first + dt.timedelta(days=days))
        )
        lasts = draw(st.none() | few(0, 60))
        end = None if lasts is None else begin + dt.timedelta(days=lasts)
        found.append(Spell(begin=begin, end=end, known_on=draw(known), **draw(places)))
    return found


@st.composite
def overlaps(draw):
    """Two spells that share days, in one area or around the turn of a month in two."""
    first, last = draw(st.integers(0, 45)), draw(st.none() | st.integers(0, 20))
    turn = dt.date(2021, 3, 1) + dt.timedelta(days=first)
    begin = draw(st.sampled_from([dt.date(2020, 1, 1), turn]))
    end = None if last is None else turn + dt.timedelta(days=last)
    later = draw(st.none() | st.integers(0, 400))
    other = None if later is None else turn + dt.timedelta(days=later)
    places = st.sampled_from([{"nis": "11002"}, {"nis": "62063"}, {"country": "FR"}])
    return [
        Spell(begin=begin, end=end, **draw(places)),
        Spell(begin=turn, end=other, **draw(places)),
    ]


overlapping = overlaps()
circumstances = st.builds(
    Circumstances,
    situation=st.none() | st.sampled_from(sorted(rulebook().situations)),
    residence=st.none() | st.sampled_from([Place(nis="21004"), Place(nis="62063")]),
    payer_office=st.none() | st.just(Place(nis="11002")),
)
histories = tidy_histories() | st.lists(spells(), max_size=4) | tangled_histories()
periods = st.tuples(st.integers(0, 84), st.integers(0, 84)).map(
    lambda ends: MonthPeriod(Month(2018, 1).plus(min(ends)), Month(2018, 1).plus(max(ends)))
)
readings = st.sampled_from(ReferenceDay).map(
    lambda day: rulebook().reading(Settings(reference_day=day))
)
