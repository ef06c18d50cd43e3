"""Spells of a population as columns: sorted, and without overlaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import NamedTuple

import polars as pl

from kszclient.competence.rulebook.settings import ReferenceDay
from kszclient.errors import DomicileError
from kszclient.geography import Area, countries, gazetteer
from kszclient.logs import masked_repr
from kszclient.resources import key_shown
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
    """Return the number of the month in which a day lies: twelve times the year, and the month."""
    each = pl.col(day) if isinstance(day, str) else day
    return each.dt.year().cast(pl.Int64) * 12 + each.dt.month().cast(pl.Int64) - 1


def deciding_months(begin: pl.Expr, end: pl.Expr, reading: ReferenceDay) -> tuple[pl.Expr, pl.Expr]:
    """Return the first and the last month whose reference day lies between two days."""
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
    """Return the numbers of the first and the last month of a closed period."""
    last = period.end or period.begin
    return (
        period.begin.year * 12 + period.begin.month - 1,
        last.year * 12 + last.month - 1,
    )


PLACES = (*Area, "abroad", "nowhere")
"""What a spell can stand for; a column of places holds positions in this list."""
ABROAD, NOWHERE = PLACES.index("abroad"), PLACES.index("nowhere")
UNKNOWN = len(PLACES)
"""The place of a code that is in no table."""

_DAYS = ("from", "to", "known_on")
_CODES = ("nis", "postcode", "country")
_SPELL = (*_DAYS, *_CODES)


def spell_rows(spells: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Return the spells of a table with their places.

    Args:
        spells: One row a spell, or one row a child with a list of spells.

    Returns:
        One row a spell: ``child``, ``from``, ``to``, ``known_on`` and ``place``; a child of whom no
        domicile is known has one row without ``from``.

    Raises:
        DomicileError: A column or a row is wrong; the message names it.
    """
    if isinstance(spells, pl.LazyFrame):
        spells = spells.collect()
    _check_columns(spells)
    return _checked(_placed(_typed(_flat(spells.with_row_index("row")))))


def _check_columns(spells: pl.DataFrame) -> None:
    given = spells.columns
    if "spells" not in given:
        _check_names("columns", given, ("child", *_SPELL))
        if "from" not in given:
            raise DomicileError("column from: expected in the table of spells")
    else:
        _check_names("columns", given, ("child", "spells"))


def _flat(spells: pl.DataFrame) -> pl.DataFrame:
    if "spells" not in spells.columns:
        return spells
    kind = spells.schema["spells"]
    if kind in {pl.Null(), pl.List(pl.Null)}:  # nobody has a spell
        return spells.with_columns(pl.lit(None, pl.Date).alias("from")).drop("spells")
    each = kind.inner if isinstance(kind, pl.List) else None
    if not isinstance(each, pl.Struct):
        raise DomicileError("column spells: expected lists of spells, each with its fields")
    _check_names("column spells, fields", [field.name for field in each.fields], _SPELL)
    if "from" not in {field.name for field in each.fields}:
        raise DomicileError("column spells: expected a field from")
    return spells.explode("spells", empty_as_null=True, keep_nulls=True).unnest("spells")


def _check_names(what: str, given: Collection[str], known: Collection[str]) -> None:
    unknown = [key_shown(name) for name in given if name not in known]
    if unknown:
        raise DomicileError(
            f"{what}: {', '.join(sorted(unknown))} is not known; expected {', '.join(known)}"
        )
    if "child" in known and "child" not in given:
        raise DomicileError("column child: expected in the table of spells")


def _typed(rows: pl.DataFrame) -> pl.DataFrame:
    for column in _DAYS:
        if rows.schema.get(column, pl.Null()) not in {pl.Date(), pl.Null()}:
            raise DomicileError(f"column {column}: expected days (type Date)")
    for column in _CODES:
        kind = rows.schema.get(column, pl.Null())
        if not (kind.is_integer() or kind in {pl.String, pl.Categorical, pl.Enum, pl.Null}):
            raise DomicileError(f"column {column}: expected codes (type String)")
    types = dict.fromkeys(_DAYS, pl.Date()) | dict.fromkeys(_CODES, pl.String())
    return rows.with_columns(
        (pl.col(column).cast(kind) if column in rows.columns else pl.lit(None, kind).alias(column))
        for column, kind in types.items()
    )


def _placed(rows: pl.DataFrame) -> pl.DataFrame:
    table = gazetteer()
    place = pl.coalesce(
        _position("nis", table.areas_by_nis),
        _position("postcode", table.areas_by_postcode),
        pl.when(pl.col("country").is_not_null()).then(ABROAD),
    )
    return rows.with_columns(place=place.cast(pl.Int64))


def _position(column: str, areas: Mapping[str, Area]) -> pl.Expr:
    known: dict[str | None, int | None] = {code: PLACES.index(area) for code, area in areas.items()}
    return pl.col(column).replace_strict(
        {**known, None: None}, default=UNKNOWN, return_dtype=pl.Int64
    )


def _checked(rows: pl.DataFrame) -> pl.DataFrame:
    codes = pl.sum_horizontal(pl.col(column).is_not_null() for column in _CODES)
    given = pl.col("from").is_not_null()
    something = pl.any_horizontal(pl.col(column).is_not_null() for column in _SPELL)
    wrong = {
        "column child: expected a value": pl.col("child").is_null(),
        "column from: expected a day": ~given & something,
        "column to: the spell ends before it begins": pl.col("to") < pl.col("from"),
        "columns nis, postcode, country: expected exactly one of them": given & (codes != 1),
        "column country: expected a code of ISO 3166-1, and not BE": ~pl.col("country").is_in(
            sorted(countries() - {"BE"})
        ),
    }
    found = rows.select(
        check.fill_null(value=False).arg_true().first().alias(message)
        for message, check in wrong.items()
    ).row(0, named=True)
    for message, position in found.items():
        if position is not None:
            raise DomicileError(f"row {rows['row'][position] + 1}, {message}")
    return rows.select("child", *_DAYS, "place")


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
