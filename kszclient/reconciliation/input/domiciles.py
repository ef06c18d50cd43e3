"""Where children lived, as columns: from a second file with histories, or from the dossiers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from typing import NamedTuple

import polars as pl

from kszclient.errors import InputError
from kszclient.geography import countries, gazetteer
from kszclient.reconciliation.input.cells import Cell, CellError, child_number, day, place
from kszclient.reconciliation.input.dossiers import check_columns, names_in
from kszclient.reconciliation.input.mapping import DOMICILE_COLUMNS, Mapping
from kszclient.reconciliation.input.table import Row, Source, open_table
from kszclient.values.month_numbers import MonthRange

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
    """Return dossiers that name no domicile the one that decides for their first month.

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
    """Return the last day of the month before."""
    return pl.date(month // 12, month % 12 + 1, 1) - _DAY


DISPUTED_RULE = "contradictory-domiciles"
"""What stands for the rule where the domiciles contradict each other."""

_COLUMNS = ("number", "from", "to", "nis", "postcode", "country", "known_on")
_ONE_DAY = dt.timedelta(days=1)
_NO_END = dt.date.max
_ALWAYS = MonthRange(0, _NO_END.year * 12)


class _Spell(NamedTuple):
    begin: dt.date
    end: dt.date
    nis: str | None
    postcode: str | None
    country: str | None


def undisputed(spells: pl.DataFrame) -> tuple[pl.DataFrame, dict[int, list[MonthRange]]]:
    """Leave out of spells the days that two of a child claim for different areas.

    Where a spell tells since when it is known, it may correct another one, and none is left.

    Args:
        spells: Of children whose spells contradict each other: ``number``, ``from``, ``to``,
            ``nis``, ``postcode``, ``country``, ``known_on``.

    Returns:
        The spells that are left, or a row of nothing but the number; and the months in dispute of
        each child.
    """
    left: list[tuple[object, ...]] = []
    disputed: dict[int, list[MonthRange]] = {}
    for (number,), told in spells.select(_COLUMNS).group_by("number", maintain_order=True):
        child = int(str(number))
        if told["known_on"].null_count() < told.height:
            pieces, disputed[child] = [], [_ALWAYS]
        else:
            own = [_Spell(first, last or _NO_END, *at) for _, first, last, *at, _ in told.rows()]
            pieces = list(_pieces(own))
            disputed[child] = [_decided(*days) for *days, spell in pieces if spell is None]
            if pieces[0][2] is None:
                # In the month in which a history begins no earlier day can be known.
                first = disputed[child][0]
                disputed[child][0] = first._replace(begin=first.begin - 1)
        agreed = [
            (child, begin, None if end == _NO_END else end, *spell[2:], None)
            for begin, end, spell in pieces
            if spell is not None
        ]
        left += agreed or [(child, *(None,) * (len(_COLUMNS) - 1))]
    schema = spells.select(_COLUMNS).schema
    return pl.DataFrame(left, schema=schema, orient="row"), disputed


def _pieces(spells: list[_Spell]) -> Iterator[tuple[dt.date, dt.date, _Spell | None]]:
    """Cut a history where a spell begins or ends; a piece of two areas has no spell."""
    edges = {each.begin for each in spells}
    edges |= {each.end + _ONE_DAY for each in spells if each.end < _NO_END}
    borders = sorted(edges)
    ends = [*(edge - _ONE_DAY for edge in borders[1:]), _NO_END]
    for begin, end in zip(borders, ends, strict=True):
        here = [each for each in spells if each.begin <= begin and end <= each.end]
        if here:
            agreed = len({_area(each) for each in here}) == 1
            yield begin, end, here[0] if agreed else None


def _area(spell: _Spell) -> str:
    places = gazetteer()
    if spell.nis is not None:
        return places.municipality(spell.nis).area
    if spell.postcode is not None:
        return places.at_postcode(spell.postcode)[0].area
    return "abroad"


def _decided(begin: dt.date, end: dt.date) -> MonthRange:
    """Return the months for which these days decide: each by the last day of the month before."""
    after = end if end == _NO_END else end + _ONE_DAY
    return MonthRange(begin.year * 12 + begin.month, after.year * 12 + after.month - 1)


def with_disputes(spans: pl.DataFrame, disputed: dict[int, list[MonthRange]]) -> pl.DataFrame:
    """Mark the months in dispute for which nobody is found as those of contradicting domiciles.

    Args:
        spans: Of these children, with ``number``, ``begin``, ``end``, ``source`` and ``rule``.
        disputed: The months in dispute of each child.
    """
    rows: list[tuple[object, ...]] = []
    for row in spans.iter_rows(named=True):
        months = MonthRange(row["begin"], row["end"])
        inside = disputed[row["number"]] if row["source"] is None else []
        for run, open_ in _cut(months, inside):
            told = {"begin": run.begin, "end": run.end} | ({"rule": DISPUTED_RULE} if open_ else {})
            rows.append(tuple((row | told).values()))
    return pl.DataFrame(rows, schema=spans.schema, orient="row")


def _cut(months: MonthRange, inside: list[MonthRange]) -> Iterator[tuple[MonthRange, bool]]:
    edges = {months.begin, months.end + 1}
    for run in inside:
        edges |= {each for each in (run.begin, run.end + 1) if months.begin < each <= months.end}
    for begin, upcoming in pairwise(sorted(edges)):
        yield MonthRange(begin, upcoming - 1), any(run.begin <= begin <= run.end for run in inside)
