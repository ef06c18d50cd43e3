"""Dossiers: what an institution says of a child's months, read and checked row by row.

A row that cannot be used is set aside with its number, column and reason; the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple, TypeVar

import polars as pl

from kszclient.errors import InputError, InvalidValueError
from kszclient.geography import gazetteer
from kszclient.logs import masked_repr
from kszclient.reconciliation.input.cells import (
    PERSON_IN_REFERENCE,
    Cell,
    CellError,
    category,
    child_number,
    dossier_reference,
    month,
    names_child,
    payer,
    place,
)
from kszclient.reconciliation.input.mapping import DOSSIER_COLUMNS, Mapping
from kszclient.reconciliation.input.table import Row, Source, Table, open_table
from kszclient.values import Ssin
from kszclient.values.month_numbers import MonthRange, month_of

T = TypeVar("T")

_NEEDED = ("dossier", "child", "from")
_CHUNK = 50_000
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "row": pl.Int64,
    "dossier": pl.String,
    "child": pl.String,
    "begin": pl.Int32,
    "end": pl.Int32,
    "nis": pl.String,
    "postcode": pl.String,
    "payer": pl.String,
    "category": pl.String,
}
REJECTED: dict[str, pl.DataType | type[pl.DataType]] = {
    "row": pl.Int64,
    "column": pl.String,
    "reason": pl.String,
}


class Dossiers(NamedTuple):
    """What a file of dossiers holds.

    Args:
        rows: One row a dossier and run of months: ``row``, ``dossier``, ``child``, ``begin`` and
            ``end`` (numbers of months), ``nis``, ``postcode``, ``payer``, ``category``.
        rejected: One row a row set aside: ``row``, ``column``, ``reason``.
    """

    rows: pl.DataFrame
    rejected: pl.DataFrame

    def __repr__(self) -> str:
        return masked_repr(self)


class _RowError(ValueError):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def read_dossiers(  # noqa: PLR0913 - what reading depends on, by name
    source: Source,
    mapping: Mapping,
    *,
    months: MonthRange,
    admit: Callable[[Ssin], None] = lambda _: None,
    placed: bool = True,
    strict: bool = False,
) -> Dossiers:
    """Read dossiers.

    Args:
        source: Where they stand.
        mapping: Under which names.
        months: What can be asked about, as numbers of months; a dossier that goes on longer, or
            has no end, is looked at up to the last of them.
        admit: Refuses persons that the environment must not be asked about.
        placed: Whether each row must tell the domicile.
        strict: Whether the first bad row ends the reading.

    Raises:
        InputError: The file cannot be read, lacks a column, or (strict) has a bad row.
    """
    table = open_table(source, mapping, mapping.query)
    with closing(table.rows):
        return _read(table, mapping, months, admit, placed=placed, strict=strict)


def _read(  # noqa: PLR0913 - as `read_dossiers`
    table: Table,
    mapping: Mapping,
    months: MonthRange,
    admit: Callable[[Ssin], None],
    *,
    placed: bool,
    strict: bool,
) -> Dossiers:
    names = names_in(table, mapping.columns, DOSSIER_COLUMNS)
    check_columns(table, names, (*_NEEDED, *mapping.columns))
    if placed and not {names["nis"], names["postcode"]} & set(table.columns):
        raise InputError(
            f"{table.name}: expected a column {names['nis']} or {names['postcode']}",
            next_step="Add the domicile, or give a second file of domiciles.",
        )
    reader = _Reader(names, months, admit, placed=placed)
    good, bad = _Columns(SCHEMA), _Columns(REJECTED)
    for row in table.rows:
        try:
            good.add(reader.read(row))
        except _RowError as error:
            if strict:
                column = f", column {error.column}" if error.column else ""
                raise InputError(
                    f"{table.name}: row {row.number}{column}: {error.reason}"
                ) from None
            bad.add((row.number, error.column, error.reason))
    return Dossiers(good.frame(), bad.frame())


def names_in(table: Table, told: dict[str, str], ours: tuple[str, ...]) -> dict[str, str]:
    """Return the name in a table of each column of ours; capitals make no difference.

    Args:
        table: The table.
        told: The names that the mapping tells.
        ours: Our names.
    """
    written = {name.casefold(): name for name in reversed(table.columns)}
    wanted = {each: told.get(each, each) for each in ours}
    return {
        each: name if name in table.columns else written.get(name.casefold(), name)
        for each, name in wanted.items()
    }


def check_columns(table: Table, names: dict[str, str], needed: tuple[str, ...]) -> None:
    """Check that a table has the columns that are needed or told, and none of ours twice.

    Two that differ in capitals alone are the same twice: which is meant cannot be said.

    Raises:
        InputError: It has not; the message names those missing, never what the heading holds.
    """
    written = [column.casefold() for column in table.columns]
    twice = [name for name in names.values() if written.count(name.casefold()) > 1]
    if twice:
        raise InputError(f"{table.name}: the heading has {', '.join(twice)} more than once")
    wanted = dict.fromkeys(names[ours] for ours in needed)
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        raise InputError(
            f"{table.name}: the heading lacks {', '.join(missing)}",
            next_step="Name the columns so, or tell their names as they are with --mapping.",
        )


class _Reader:
    """Reads one row after the other."""

    def __init__(
        self,
        names: dict[str, str],
        months: MonthRange,
        admit: Callable[[Ssin], None],
        *,
        placed: bool,
    ) -> None:
        self._names = names
        self._months = months
        self._admit = admit
        self._placed = placed
        self._nis = gazetteer().areas_by_nis
        self._postcodes = gazetteer().areas_by_postcode

    def read(self, row: Row) -> tuple[object, ...]:
        if row.cells is None:
            raise _RowError("", row.reason)
        cells = row.cells
        dossier = self._read(dossier_reference, cells, "dossier")
        child = self._read(self._child, cells, "child")
        if names_child(dossier, child):
            raise _RowError("dossier", PERSON_IN_REFERENCE)
        begin, end = self._run(cells)
        nis, postcode = self._place(cells)
        paid_by = self._read(payer, cells, "payer")
        kind = self._read(category, cells, "category")
        return row.number, dossier, child, begin, end, nis, postcode, paid_by, kind

    def _read(self, read: Callable[[Cell], T], cells: dict[str, Cell], ours: str) -> T:
        """Read a cell, and say in which column it stands where it cannot be read."""
        try:
            return read(cells.get(self._names[ours]))
        except CellError as error:
            raise _RowError(ours, str(error)) from None

    def _child(self, cell: Cell) -> str:
        ssin = child_number(cell)
        try:
            self._admit(ssin)
        except InvalidValueError as error:
            raise CellError(str(error)) from None
        return ssin.digits

    def _run(self, cells: dict[str, Cell]) -> tuple[int, int]:
        first = self._read(month, cells, "from")
        if first is None:
            raise _RowError("from", "is empty")
        last = self._read(month, cells, "to")
        begin = first.number
        end = self._months.end if last is None else last.number
        if last is not None and end < begin:
            raise _RowError("to", "the last month lies before the first")
        if not self._months.begin <= begin <= self._months.end:
            borders = f"{month_of(self._months.begin)} and {month_of(self._months.end)}"
            raise _RowError("from", f"expected a month between {borders}")
        return begin, min(end, self._months.end)

    def _place(self, cells: dict[str, Cell]) -> tuple[str | None, str | None]:
        nis, postcode = (self._read(place, cells, each) for each in ("nis", "postcode"))
        if not self._placed:
            return None, None
        if nis is not None:
            if nis not in self._nis:
                raise _RowError("nis", "the code is in no table, old or new")
            return nis, None
        if postcode is None:
            raise _RowError("nis", "expected a municipality code, or a postcode")
        if postcode not in self._postcodes:
            raise _RowError("postcode", "the postcode is in no table")
        return None, postcode


class _Columns:
    """Gathers rows into a frame, some at a time, so that memory stays small."""

    def __init__(self, schema: dict[str, pl.DataType | type[pl.DataType]]) -> None:
        self._schema = schema
        self._rows: list[tuple[object, ...]] = []
        self._chunks: list[pl.DataFrame] = [pl.DataFrame(schema=schema)]

    def add(self, row: tuple[object, ...]) -> None:
        self._rows.append(row)
        if len(self._rows) == _CHUNK:
            self._flush()

    def frame(self) -> pl.DataFrame:
        self._flush()
        return pl.concat(self._chunks)

    def _flush(self) -> None:
        if self._rows:
            self._chunks.append(pl.DataFrame(self._rows, schema=self._schema, orient="row"))
            self._rows = []
