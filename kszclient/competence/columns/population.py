"""Spells of a population as columns: sorted, and without overlaps."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import polars as pl

from kszclient.competence.columns.spell_table import UNKNOWN, spell_rows
from kszclient.competence.settings import ReferenceDay
from kszclient.values import MonthPeriod

_NO_END = dt.date.max
_DAY = pl.duration(days=1)
# Child, last day and place of a stay in one whole number, so that a running maximum finds, among
# the stays before one, that which lasts longest. Days are counted from year 1.
_PLACE_SPAN, _DAY_SPAN, _YEAR_1 = 2**3, 2**22, -719_162


class Population(NamedTuple):
    """Stays of a population, sorted by child and begin; no two of a child share a day.

    Args:
        stays: ``index`` (of the child), ``begin``, ``end``, ``place`` and ``first``, whether the
            history begins with it.
        children: ``child``, at its index.
        contradictory: Indexes of children with overlaps that leave an answer open.
        unplaced: Indexes of children with a code that is in no table; they have no stays.
    """

    stays: pl.DataFrame
    children: pl.Series
    contradictory: pl.Series
    unplaced: pl.Series


def month_of(day: str | pl.Expr) -> pl.Expr:
    """Give the number of the month in which a day lies: twelve times the year, and the month."""
    each = pl.col(day) if isinstance(day, str) else day
    return each.dt.year().cast(pl.Int64) * 12 + each.dt.month().cast(pl.Int64) - 1


def deciding_months(begin: pl.Expr, end: pl.Expr, reading: ReferenceDay) -> tuple[pl.Expr, pl.Expr]:
    """Give the first and the last month whose reference day lies between two days."""
    if reading is ReferenceDay.FIRST_DAY:
        return month_of(begin - _DAY) + 1, month_of(end)
    return month_of(begin) + 1, month_of(end + _DAY)


def read_population(
    spells: pl.DataFrame | pl.LazyFrame,
    period: MonthPeriod,
    reading: ReferenceDay,
    known_on: dt.date | None,
) -> Population:
    """Read the spells of a population.

    Args:
        spells: One row a spell, or one row a child with a list of spells.
        period: The months for which an overlap would matter.
        reading: Which day decides for a month.
        known_on: Leave out what became known later; None: leave out nothing.

    Raises:
        DomicileError: A column or a row is wrong; the message names it.
    """
    rows = spell_rows(spells).select(
        "child", "place", "known_on", begin="from", end=pl.col("to").fill_null(_NO_END)
    )
    rows = rows.sort("child", "begin", maintain_order=True)
    rows = rows.with_columns(index=pl.col("child").rle_id().cast(pl.Int64))
    children = rows.filter(_new("index"))["child"]
    unplaced = rows.filter(pl.col("place") == UNKNOWN)["index"].unique()
    stays = rows.drop("child").filter(pl.col("begin").is_not_null())
    if len(unplaced):
        stays = stays.filter(~pl.col("index").is_in(unplaced.implode()))
    stays = stays.with_columns(since=pl.coalesce("known_on", "begin"))
    if known_on is not None:
        stays = _as_known(stays, known_on)
    stays = _corrected(stays).drop("known_on", "since")
    stays, contradictory = _without_overlaps(stays, period, reading)
    return Population(stays, children, contradictory, unplaced)


def _new(column: str) -> pl.Expr:
    return pl.col(column).ne_missing(pl.col(column).shift(1))


def _as_known(stays: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    known = pl.col("since") <= day
    unknown = stays.filter(~known).select("index", begin_unknown="begin").unique()
    stays = stays.filter(known)
    follows = pl.when(~_new("index").shift(-1, fill_value=True)).then(pl.col("begin").shift(-1))
    reopened = (pl.col("unknown") & (pl.col("end") < follows.fill_null(_NO_END))).fill_null(
        value=False
    )
    return (
        stays.with_columns(next_day=pl.col("end") + _DAY)
        .join(
            unknown.with_columns(unknown=pl.lit(value=True)),
            left_on=("index", "next_day"),
            right_on=("index", "begin_unknown"),
            how="left",
            maintain_order="left",
        )
        .with_columns(
            end=pl.when(reopened).then((follows - _DAY).fill_null(_NO_END)).otherwise("end")
        )
        .drop("unknown", "next_day")
    )


def _corrected(stays: pl.DataFrame) -> pl.DataFrame:
    """Cut from each stay the days that one with a later day of knowing covers."""
    if stays["known_on"].null_count() == stays.height:
        return stays
    longest = pl.col("end").cum_max().shift(1).over("index")
    overlapping = stays.filter(pl.col("begin") <= longest)["index"].unique()
    involved = pl.col("index").is_in(overlapping.implode())
    cut = stays.filter(involved)
    after = cut.filter(pl.col("end") < _NO_END).select("index", day=pl.col("end") + _DAY)
    days = pl.concat([cut.select("index", day="begin"), after]).unique().sort("index", "day")
    until = (pl.col("day").shift(-1) - _DAY).over("index").fill_null(_NO_END)
    latest = pl.col("known_on").max().over("index", "begin")
    parts = (
        cut.join(days.with_columns(until=until), on="index", maintain_order="left_right")
        .filter(pl.col("day").is_between("begin", "end"))
        .with_columns(begin="day", end=pl.min_horizontal("end", "until"))
        .filter((latest <= pl.col("since")).fill_null(value=True))
    )
    return pl.concat([stays.filter(~involved), parts.select(stays.columns)]).sort(
        "index", "begin", maintain_order=True
    )


def _without_overlaps(
    stays: pl.DataFrame, period: MonthPeriod, reading: ReferenceDay
) -> tuple[pl.DataFrame, pl.Series]:
    day = pl.col("end").cast(pl.Int32).cast(pl.Int64) - _YEAR_1
    lasting = (pl.col("index") * _DAY_SPAN + day) * _PLACE_SPAN + pl.col("place")
    longest = lasting.cum_max().shift(1)
    of_same = longest // (_DAY_SPAN * _PLACE_SPAN) == pl.col("index")
    last_day = (longest // _PLACE_SPAN % _DAY_SPAN + _YEAR_1).cast(pl.Int32).cast(pl.Date)
    stays = stays.with_columns(
        first_begin=pl.when(_new("index")).then("begin").forward_fill(),
        before=pl.when(of_same).then(last_day),
        before_place=pl.when(of_same).then(longest % _PLACE_SPAN),
    )
    overlap_end = pl.min_horizontal("end", "before")
    first, last = deciding_months(pl.col("begin"), overlap_end, reading)
    first = (
        pl.when(pl.col("begin") == pl.col("first_begin")).then(month_of("begin")).otherwise(first)
    )
    first_asked, last_asked = numbers_of(period)
    matters = pl.max_horizontal(first, first_asked) <= pl.min_horizontal(last, last_asked)
    contradictory = stays.filter(
        (pl.col("begin") <= pl.col("before"))
        & (pl.col("place") != pl.col("before_place"))
        & matters
    )["index"].unique()
    effective = pl.max_horizontal("begin", pl.col("before") + _DAY)
    stays = stays.select(
        "index",
        "end",
        "place",
        first=_new("index"),
        begin=effective,
    ).filter(pl.col("begin") <= pl.col("end"))
    return stays, contradictory


def numbers_of(period: MonthPeriod) -> tuple[int, int]:
    """Give the numbers of the first and the last month of a closed period."""
    last = period.end or period.begin
    return (
        period.begin.year * 12 + period.begin.month - 1,
        last.year * 12 + last.month - 1,
    )
