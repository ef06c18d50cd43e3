"""The population resolver: from spells in columns to segments in columns.

The answers are those of `kszclient.competence.resolve` for children of whom only the domicile is
known; a property test holds the two together. The idea: a history is a list of points at which the
place changes, sorted by child and month. Every step adds, moves or drops points, so that nothing
needs to be grouped; what lies between two points is a segment.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import polars as pl

from kszclient.competence.columns.population import (
    NOWHERE,
    Population,
    deciding_months,
    month_of,
    numbers_of,
    read_population,
)
from kszclient.competence.columns.rules import CERTAINTIES, OPENINGS, Rules, rule_columns
from kszclient.competence.rulebook.rulebook import Rulebook, rulebook
from kszclient.competence.rulebook.settings import ReferenceDay
from kszclient.competence.rulebook.terms import Certainty
from kszclient.logs import masked_repr
from kszclient.values import MonthPeriod

# Child and month in one number; there are fewer months to the end of the calendar.
_MONTHS = 2**17


class FrameAnswer(NamedTuple):
    """Who is competent for the children of a population.

    Args:
        segments: One row a segment, sorted by child and month: ``child``, ``from`` and ``to`` (the
            first days of the first and the last month), ``area``, ``entity``, ``cadaster``,
            ``keeper``, ``source``, ``rule`` and ``certainty``, as in a `Segment`.
        contradictions: ``child`` of those whose spells overlap in different areas where the answer
            depends on it; they have no segments.
        unknown_places: ``child`` of those with a code or postcode that is in no table; they have
            no segments either.
    """

    segments: pl.DataFrame
    contradictions: pl.DataFrame
    unknown_places: pl.DataFrame

    def __repr__(self) -> str:
        return masked_repr(self)


def resolve_frame(
    spells: pl.DataFrame | pl.LazyFrame,
    period: MonthPeriod,
    *,
    as_of: dt.date,
    known_on: dt.date | None = None,
    book: Rulebook | None = None,
) -> FrameAnswer:
    """Determine who was competent for many children, month by month.

    Args:
        spells: One row a spell: ``child`` (of any type), ``from``, ``to`` (days; null: open) and
            one of ``nis``, ``postcode``, ``country``; optionally ``known_on``. Or one row a child:
            ``child`` and ``spells``, a list of such spells. A row of nothing but ``child``, or with
            an empty list, is a child of whom no domicile is known. Any other column is refused: it
            might be one of these under another name.
        period: The months asked about; closed.
        as_of: The day of asking.
        known_on: Answer from what was known of the domiciles on this day; None: from all of it.
        book: Other rules than those the library ships with.

    Returns:
        The segments of all children, sorted, and those children that are set aside.

    Raises:
        DomicileError: A column or a row is wrong; the message names it.
        InvalidValueError: The period is open or outside the table.

    >>> spells = pl.DataFrame({"child": [7], "from": [dt.date(2015, 1, 1)], "nis": ["21004"]})
    >>> answer = resolve_frame(
    ...     spells, MonthPeriod.parse("2019-11", "2020-01"), as_of=dt.date(2024, 1, 1)
    ... )
    >>> answer.segments.select("child", "from", "entity").rows()
    [(7, datetime.date(2019, 11, 1), 'FEDERAL'), (7, datetime.date(2020, 1, 1), 'IRISCARE')]
    """
    book = book or rulebook()
    book.timeline.require(period)
    reading = book.settings.reference_day
    population = read_population(spells, known_on)
    rules = rule_columns(book, period, as_of)
    points = _ruled(_points(population, period, reading), rules)
    points = _opened(points, population, rules, reading)
    changes = _new("index") | _new("rule") | _new("opened")
    segments = _until_next(_unkeyed(points).filter(changes), period).with_columns(
        certainty=pl.max_horizontal(
            pl.lit(rules.certainties).gather("rule"), pl.lit(rules.openings).gather("opened")
        )
    )
    contradictory = _contradictory(population, rules, reading)
    aside = pl.concat([contradictory, population.unplaced])
    if len(aside):
        segments = segments.filter(~pl.col("index").is_in(aside.implode()))
    return FrameAnswer(
        segments=_worded(segments, population, rules),
        contradictions=_children(population, contradictory),
        unknown_places=_children(population, population.unplaced),
    )


def _children(population: Population, indexes: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"child": population.children.gather(indexes.sort())})


def _contradictory(population: Population, rules: Rules, reading: ReferenceDay) -> pl.Series:
    """Return the indexes of children whose spells overlap where the answer depends on it."""
    first_asked, last_asked = numbers_of(rules.period)
    first, last = _counting_months(reading)
    earlier = pl.lit(rules.depending)
    depending = earlier.gather(pl.col("last") + 1) - earlier.gather("first")
    return (
        population.contested.select(
            "index",
            first=pl.max_horizontal(first, first_asked) - first_asked,
            last=pl.min_horizontal(last, last_asked) - first_asked,
        )
        .filter(pl.col("first") <= pl.col("last"))
        .filter(depending > 0)["index"]
        .unique()
    )


def _counting_months(reading: ReferenceDay) -> tuple[pl.Expr, pl.Expr]:
    """Return the first and the last month for which a stay counts."""
    first, last = deciding_months(pl.col("begin"), pl.col("end"), reading)
    # In the month in which a history begins no earlier day can be known; its first stay counts.
    return pl.when("first").then(month_of("begin")).otherwise(first), last


def _new(column: str) -> pl.Expr:
    return pl.col(column).ne_missing(pl.col(column).shift(1))


def _last_of(column: str) -> pl.Expr:
    return pl.col(column).ne_missing(pl.col(column).shift(-1))


def _points(population: Population, period: MonthPeriod, reading: ReferenceDay) -> pl.DataFrame:
    """Return the months from which a place counts, ``nowhere`` included, with their last months."""
    first_asked, last_asked = numbers_of(period)
    first, last = _counting_months(reading)
    stays = population.stays.select(
        "index",
        "place",
        month=pl.max_horizontal(first, first_asked),
        until=pl.min_horizontal(last, last_asked),
    ).filter(pl.col("month") <= pl.col("until"))
    upcoming = pl.when(_last_of("index")).then(last_asked + 1).otherwise(pl.col("month").shift(-1))
    after = stays.select("index", month=pl.col("until") + 1, before=upcoming).filter(
        pl.col("month") < pl.col("before")
    )
    begins = stays.filter(_new("index"))
    seen = pl.repeat(0, len(population.children), dtype=pl.Int64, eager=True)
    late = begins.filter(pl.col("month") > first_asked)["index"]
    absent = seen.scatter(begins["index"], 1).scatter(late, 0)
    before = pl.DataFrame({"index": (absent == 0).arg_true().cast(pl.Int64)}).with_columns(
        month=pl.lit(first_asked, pl.Int64)
    )
    gaps = _keyed(after.select("index", "month")).merge_sorted(_keyed(before), key="key")
    gaps = gaps.select("index", pl.lit(NOWHERE, pl.Int64).alias("place"), "month", "key")
    points = _keyed(stays.select("index", "place", "month")).merge_sorted(gaps, key="key")
    return _until_next(points, period)


def _keyed(points: pl.DataFrame) -> pl.DataFrame:
    return points.with_columns(key=pl.col("index") * _MONTHS + pl.col("month"))


def _unkeyed(points: pl.DataFrame) -> pl.DataFrame:
    return points.with_columns(index=pl.col("key") // _MONTHS, month=pl.col("key") % _MONTHS)


def _until_next(points: pl.DataFrame, period: MonthPeriod) -> pl.DataFrame:
    _, last_asked = numbers_of(period)
    upcoming = pl.col("month").shift(-1) - 1
    return points.with_columns(
        until=pl.when(_last_of("index")).then(last_asked).otherwise(upcoming)
    )


def _ruled(points: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return the points at which a rule begins to answer: ``key`` and ``rule``."""
    split = points.select("key", "place")
    for border in rules.borders:
        inside = points.filter((pl.col("month") < border) & (pl.col("until") >= border))
        more = _keyed(inside.select("index", "place", month=pl.lit(border, pl.Int64)))
        split = split.merge_sorted(more.select("key", "place"), key="key")
    ruled = _unkeyed(split).select("key", "index", rule=rules.row("place"))
    return ruled.filter(_new("index") | _new("rule")).select("key", "rule")


def _opened(
    points: pl.DataFrame, population: Population, rules: Rules, reading: ReferenceDay
) -> pl.DataFrame:
    """Find what leaves each month open; an open month has a point of its own and one after it."""
    first_asked, last_asked = numbers_of(rules.period)
    moves = _moves(population, reading).filter(pl.col("month").is_between(first_asked, last_asked))
    before, after = (pl.lit(rules.kinds).gather(rules.row(each)) for each in ("before", "after"))
    months = _keyed(moves.filter(before != after)).sort("key", "opened")
    months = months.filter(_last_of("key"))
    ends = months.filter(pl.col("month") < last_asked).select(pl.col("key") + 1)
    edges = months.select("key").merge_sorted(ends, key="key").filter(_new("key"))
    inside = points["key"].search_sorted(edges["key"], side="right") - 1
    more = edges.select("key", rule=points["rule"].gather(inside)).filter(
        edges["key"] != points["key"].gather(inside)
    )
    points = points.merge_sorted(more, key="key")
    opened = pl.repeat(0, points.height, dtype=pl.Int64, eager=True)
    return points.with_columns(
        opened=opened.scatter(points["key"].search_sorted(months["key"]), months["opened"])
    )


def _moves(population: Population, reading: ReferenceDay) -> pl.DataFrame:
    """Return each change of place: its month, both places and how it leaves the month open."""
    stays = population.stays
    day = pl.duration(days=1)
    follows = ~_new("index") & (pl.col("end").shift(1) + day == pl.col("begin"))
    nowhere = pl.lit(NOWHERE, pl.Int64)
    on_first = pl.col("day").dt.day() == 1
    code = (
        pl.when("first")
        .then(OPENINGS.index("history-begins"))
        .when(on_first)
        .then(OPENINGS.index("move-on-first"))
        .otherwise(OPENINGS.index("move-within-month"))
    )
    begins = stays.filter(~pl.col("tangled")).select(
        "index",
        "first",
        day="begin",
        before=pl.when(follows).then(pl.col("place").shift(1)).otherwise(nowhere),
        after="place",
    )
    ends = stays.filter(
        ~pl.col("tangled") & ~follows.shift(-1, fill_value=False) & (pl.col("end") < dt.date.max)
    ).select(
        "index",
        first=pl.lit(value=False),
        day=pl.col("end") + day,
        before="place",
        after=nowhere,
    )
    moves = pl.concat([begins, ends, population.moves])
    if reading is ReferenceDay.FIRST_DAY:
        moves = moves.filter(~(pl.col("first") & on_first))
    return moves.select(
        "index", "before", "after", month=month_of("day"), opened=code.cast(pl.Int64)
    )


def _worded(segments: pl.DataFrame, population: Population, rules: Rules) -> pl.DataFrame:
    first_asked, _ = numbers_of(rules.period)
    days = pl.Series([month.first_day for month in rules.period])
    names = pl.Series([str(each) for each in CERTAINTIES], dtype=pl.Enum(Certainty))
    return pl.DataFrame(
        [
            population.children.gather(segments["index"]).alias("child"),
            days.gather(segments["month"] - first_asked).alias("from"),
            days.gather(segments["until"] - first_asked).alias("to"),
            *(column.gather(segments["rule"]) for column in rules.answers),
            names.gather(segments["certainty"]).alias("certainty"),
        ]
    )
