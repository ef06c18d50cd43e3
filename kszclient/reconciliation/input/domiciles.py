"""Where children lived, as columns: from a second file with histories, or from the dossiers."""

from __future__ import annotations

import datetime as dt
from contextlib import closing

import polars as pl

from kszclient.errors import InputError
from kszclient.geography import countries, gazetteer
from kszclient.reconciliation.input.cells import Cell, CellError, child_number, day, place
from kszclient.reconciliation.input.dossiers import check_columns, names_in
from kszclient.reconciliation.input.mapping import DOMICILE_COLUMNS, Mapping
from kszclient.reconciliation.input.table import Row, Source, open_table

_SPELLS: dict[str, pl.DataType | type[pl.DataType]] = {
    "child": pl.String,
    "from": pl.Date,
    "to": pl.Date,
    "nis": pl.String,
    "postcode": pl.String,
    "country": pl.String,
    "known_on": pl.Date,
}
# Longer ago than any month that can be asked about.
_LONG_AGO = dt.date(1900, 1, 1)
_DAY = pl.duration(days=1)


def read_domiciles(source: Source, mapping: Mapping) -> pl.DataFrame:
    """Read a file of domicile histories.

    Unlike a dossier, a spell that cannot be read stops the reading: without it the history of its
    child would tell something else.

    Returns:
        One row a spell: ``child``, ``from``, ``to``, ``nis``, ``postcode``, ``country``,
        ``known_on``.

    Raises:
        InputError: The file cannot be read, or a row is wrong; the message names row and column.
    """
    table = open_table(source, mapping, mapping.domiciles_query)
    names = names_in(table, mapping.domiciles, DOMICILE_COLUMNS)
    check_columns(table, names, ("child", "from", *mapping.domiciles))
    spells = []
    with closing(table.rows):
        for row in table.rows:
            try:
                spells.append(_spell(row, names))
            except CellError as error:
                raise InputError(f"{table.name}: row {row.number}: {error}") from None
    return pl.DataFrame(spells, schema=_SPELLS, orient="row")


def _spell(row: Row, names: dict[str, str]) -> list[object]:
    if row.cells is None:
        raise CellError(row.reason)
    spell = []
    for column, name in names.items():
        try:
            spell.append(_value(column, row.cells.get(name)))
        except CellError as error:
            raise CellError(f"column {name}: {error}") from None
    _check(spell)
    return spell


def _value(column: str, cell: Cell) -> object:
    if column == "child":
        return child_number(cell).digits
    if column in {"from", "to", "known_on"}:
        return day(cell)
    return place(cell)


def _check(spell: list[object]) -> None:
    _, begin, end, nis, postcode, country, _ = spell
    if begin is None:
        raise CellError("the first day (from) is empty")
    if isinstance(begin, dt.date) and isinstance(end, dt.date) and end < begin:
        raise CellError("the last day lies before the first")
    if sum(each is not None for each in (nis, postcode, country)) != 1:
        raise CellError("expected exactly one of nis, postcode and country")
    places = gazetteer()
    if nis is not None and nis not in places.areas_by_nis:
        raise CellError("the municipality code is in no table, old or new")
    if postcode is not None and postcode not in places.areas_by_postcode:
        raise CellError("the postcode is in no table")
    if country is not None and country not in countries() - {"BE"}:
        raise CellError("the country is no code of ISO 3166-1, or is BE")


def spells_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Read the domiciles of children out of their dossiers.

    A dossier tells where the child lived in its months. What no dossier tells of is filled from the
    one before, and before the first from the first. A place decides for a month by the last day of
    the month before, so a spell begins on that day.

    Args:
        rows: Dossiers, as `read_dossiers` gives them.

    Returns:
        Spells, as `read_domiciles` gives them.
    """
    ordered = rows.sort("child", "begin", "end", "row")
    begin = _eve(pl.col("begin"))
    same = pl.col("child") == pl.col("child").shift(-1)
    upcoming = pl.when(same).then(_eve(pl.col("begin").shift(-1)) - _DAY)
    own = _eve(pl.col("end") + 1) - _DAY
    return ordered.select(
        "child",
        pl.when(pl.col("child") == pl.col("child").shift(1))
        .then(begin)
        .otherwise(pl.lit(_LONG_AGO))
        .alias("from"),
        pl.when(upcoming.is_not_null()).then(pl.max_horizontal(upcoming, own)).alias("to"),
        "nis",
        "postcode",
        country=pl.lit(None, pl.String),
        known_on=pl.lit(None, pl.Date),
    )


def placed(rows: pl.DataFrame, spells: pl.DataFrame) -> pl.DataFrame:
    """Give dossiers that name no domicile the one that decides for their first month.

    Args:
        rows: Dossiers, as `read_dossiers` gives them.
        spells: Domiciles, as `read_domiciles` gives them.
    """
    told = spells.select("child", "from", "nis", "postcode").sort("from")
    lived = (
        rows.with_columns(eve=_eve(pl.col("begin")))
        .drop("nis", "postcode")
        .sort("eve")
        .join_asof(told, left_on="eve", right_on="from", by="child", check_sortedness=False)
        .sort("row")
    )
    return lived.select(rows.columns)


def _eve(month: pl.Expr) -> pl.Expr:
    """Give the last day of the month before."""
    return pl.date(month // 12, month % 12 + 1, 1) - _DAY
