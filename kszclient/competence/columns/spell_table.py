"""The table of spells as a caller gives it: one row a spell, every column of its type, checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from kszclient.errors import DomicileError
from kszclient.geography import Area, countries, gazetteer
from kszclient.resources import key_shown

PLACES = (*Area, "abroad", "nowhere")
"""What a spell can stand for; a column of places holds positions in this list."""
ABROAD, NOWHERE = PLACES.index("abroad"), PLACES.index("nowhere")
UNKNOWN = len(PLACES)
"""The place of a code that is in no table."""

_DAYS = ("from", "to", "known_on")
_CODES = ("nis", "postcode", "country")
_SPELL = (*_DAYS, *_CODES)


def spell_rows(spells: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Give the spells of a table with their places.

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
    told = pl.col("from").is_not_null()
    something = pl.any_horizontal(pl.col(column).is_not_null() for column in _SPELL)
    wrong = {
        "column child: expected a value": pl.col("child").is_null(),
        "column from: expected a day": ~told & something,
        "column to: the spell ends before it begins": pl.col("to") < pl.col("from"),
        "columns nis, postcode, country: expected exactly one of them": told & (codes != 1),
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
