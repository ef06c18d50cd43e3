"""Spells of a population as columns: sorted, and without overlaps."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import polars as pl

from kszclient.competence.columns.spell_table import UNKNOWN, spell_rows
from kszclient.competence.columns.untangling import untangled
from kszclient.competence.rulebook.settings import ReferenceDay
from kszclient.logs import masked_repr
from kszclient.values import MonthPeriod

_NO_END = dt.date.max
_DAY = pl.duration(days=1)


class Population(NamedTuple):
    """Stays of a population, sorted by child and begin; no two of a child share a day.

    Args:
        stays: ``index`` (of the child), ``begin``, ``end``, ``place``, ``first``, whether the
            history begins with it, and ``tangled``, whether spells of the child overlap.
        moves: Those of children whose spells overlap, as `Untangled` has them.
        contested: ``index``, ``begin``, ``end`` and ``first`` of those stays of which the place is
            open, because spells in different places overlap there.
        children: ``child``, at its index.
        unplaced: Indexes of children with a code that is in no table; they have no stays.
    """

    stays: pl.DataFrame
    moves: pl.DataFrame
    contested: pl.DataFrame
    children: pl.Series
    unplaced: pl.Series

    def __repr__(self) -> str:
        return masked_repr(self)


def month_of(day: str | pl.Expr) -> pl.Expr:
    """Give the number of the month in which a day lies: twelve times the year, and the month."""
    each = pl.col(day) if isinstance(day, str) else day
    return each.dt.year().cast(pl.Int64) * 12 + each.dt.month().cast(pl.Int64) - 1


def deciding_months(begin: pl.Expr, end: pl.Expr, reading: ReferenceDay) -> tuple[pl.Expr, pl.Expr]:
    """Give the first and the last month whose reference day lies between two days."""
    if reading is ReferenceDay.FIRST_DAY:
        return month_of(begin - _DAY) + 1, month_of(end)
    return month_of(begin) + 1, month_of(end + _DAY)


def read_population(spells: pl.DataFrame | pl.LazyFrame, known_on: dt.date | None) -> Population:
    """Read the spells of a population.

    Args:
        spells: One row a spell, or one row a child with a list of spells.
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
    overlapping = stays.filter(~_new("index") & (pl.col("begin") <= pl.col("end").shift(1)))
    tangled = stays["index"].is_in(overlapping["index"].unique().implode())
    knots = untangled(stays.filter(tangled))
    stays = stays.select(
        "index", "begin", "end", "place", first=_new("index"), tangled=pl.lit(value=False)
    )
    if len(overlapping):
        stays = pl.concat([stays.filter(~tangled), knots.stays.select(stays.columns)])
        stays = stays.sort("index", "begin")
    contested = knots.stays.filter("contested").select("index", "begin", "end", "first")
    return Population(stays, knots.moves, contested, children, unplaced)


def _new(column: str) -> pl.Expr:
    return pl.col(column).ne_missing(pl.col(column).shift(1))


def _as_known(stays: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    known = pl.col("since") <= day
    unknown = stays.filter(~known).select("index", end=pl.col("begin") - _DAY).unique()
    stays = stays.filter(known).with_row_index("stay")
    # What becomes known later takes up where these end.
    ends = stays.join(unknown, on=("index", "end"), how="semi").select("stay", "index", "end")
    begin, last_day = pl.col("begin"), pl.col("end_right")
    reopened = (
        ends.join(stays.select("index", "begin", "end"), on="index")
        .group_by("stay")
        .agg(
            upcoming=begin.filter(begin > pl.col("end")).min(),
            reached_over=((begin <= pl.col("end")) & (last_day > pl.col("end"))).any(),
        )
        .filter(~pl.col("reached_over"))
        .select("stay", reopened=(pl.col("upcoming") - _DAY).fill_null(_NO_END))
    )
    if reopened.is_empty():
        return stays.drop("stay")
    return (
        stays.join(reopened, on="stay", how="left", maintain_order="left")
        .with_columns(end=pl.coalesce("reopened", "end"))
        .drop("stay", "reopened")
    )


def numbers_of(period: MonthPeriod) -> tuple[int, int]:
    """Give the numbers of the first and the last month of a closed period."""
    last = period.end or period.begin
    return (
        period.begin.year * 12 + period.begin.month - 1,
        last.year * 12 + last.month - 1,
    )
