"""Spells that overlap, cut at every day on which one begins or has ended.

Later registrations correct earlier ones; what still overlaps then is contested where its places
differ. Of a population these are few, so what is done here may cost more a child.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import polars as pl

from kszclient.competence.columns.spell_table import NOWHERE
from kszclient.logs import masked_repr

_NO_END = dt.date.max
_DAY = pl.duration(days=1)


class Untangled(NamedTuple):
    """The stays of children whose spells overlap.

    Args:
        stays: ``index``, ``begin``, ``end``, ``place``, ``first``, whether the history begins with
            it, ``tangled`` (true), and ``contested``, whether spells in different places cover it,
            which leaves the place open; no two of a child share a day.
        moves: ``index``, ``first``, ``day``, ``before`` and ``after``: each change of place, as
            `DomicileHistory.moves` gives them.
    """

    stays: pl.DataFrame
    moves: pl.DataFrame

    def __repr__(self) -> str:
        return masked_repr(self)


def untangled(stays: pl.DataFrame) -> Untangled:
    """Cut the stays of children whose spells overlap.

    Args:
        stays: ``index``, ``begin``, ``end``, ``place``, ``known_on`` and ``since``, the day from
            which each was known.
    """
    parts = _in_force(_parts(stays.with_row_index("stay")))
    return Untangled(_by_day(parts), _moves(parts))


def _parts(stays: pl.DataFrame) -> pl.DataFrame:
    """Cut each stay at all days on which a stay of the child begins or has ended.

    Returns:
        One row a stay and a stretch of days on which nothing begins or ends; a stretch without a
        stay has one row too, with neither ``stay`` nor ``place``.
    """
    after = stays.filter(pl.col("end") < _NO_END).select("index", begin=pl.col("end") + _DAY)
    begins = pl.concat([stays.select("index", "begin"), after]).unique().sort("index", "begin")
    stretches = begins.with_columns(
        first=pl.col("index").ne_missing(pl.col("index").shift(1)),
        end=(pl.col("begin").shift(-1) - _DAY).over("index").fill_null(_NO_END),
    )
    parts = stretches.join(
        stays.rename({"begin": "stay_begin", "end": "stay_end"}),
        on="index",
        maintain_order="left_right",
    ).filter(pl.col("begin").is_between("stay_begin", "stay_end"))
    empty = stretches.join(parts, on=("index", "begin"), how="anti")
    return pl.concat([parts.drop("stay_begin", "stay_end"), empty], how="diagonal")


def _in_force(parts: pl.DataFrame) -> pl.DataFrame:
    """Leave out what one with a later day of knowing corrects."""
    latest = pl.col("known_on").max().over("index", "begin")
    return parts.filter((latest <= pl.col("since")).fill_null(value=True))


def _by_day(parts: pl.DataFrame) -> pl.DataFrame:
    return (
        parts.filter(pl.col("stay").is_not_null())
        .group_by("index", "begin", "end", "first")
        .agg(place=pl.col("place").min(), contested=pl.col("place").n_unique() > 1)
        .with_columns(
            place=pl.when("contested").then(NOWHERE).otherwise("place").cast(pl.Int64),
            tangled=pl.lit(value=True),
        )
    )


def _moves(parts: pl.DataFrame) -> pl.DataFrame:
    """Pair what lies before each cut with what lies after it, but not two that both go on."""
    sides = parts.select(
        "index", "stay", "begin", "first", "end", pl.col("place").fill_null(NOWHERE)
    )
    left = sides.filter(pl.col("end") < _NO_END).with_columns(day=pl.col("end") + _DAY)
    right = sides.with_columns(day="begin")
    same = ("index", "stay", "day")
    left = left.join(right.select(*same, goes_on=pl.lit(value=True)), on=same, how="left")
    right = right.join(left.select(*same, went_on=pl.lit(value=True)), on=same, how="left")
    entering = right.filter("first").with_columns(before=pl.lit(NOWHERE, pl.Int64))
    moves = (
        left.join(right, on=("index", "day"))
        .filter(pl.col("goes_on").is_null() | pl.col("went_on").is_null())
        .select("index", "day", before="place", after="place_right", first=pl.lit(value=False))
    )
    moves = pl.concat(
        [moves, entering.select("index", "day", "before", after="place", first="first")]
    )
    return moves.select("index", "first", "day", "before", "after").filter(
        pl.col("before") != pl.col("after")
    )
