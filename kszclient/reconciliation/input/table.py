"""Rows of a table, wherever it stands: CSV, Parquet, a database, or a frame in memory."""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO

import polars as pl

from kszclient.errors import InputError
from kszclient.file_kinds import BEGIN_BYTES, kind_but_rows
from kszclient.logs import masked_repr
from kszclient.reconciliation.input.cells import Cell
from kszclient.reconciliation.input.csv_file import (
    MARKED,
    MOST_CHARACTERS,
    Heading,
    HeadingError,
    NotTextError,
    read_heading,
    read_records,
)
from kszclient.reconciliation.input.database import ask_database
from kszclient.reconciliation.input.mapping import DOMICILE_COLUMNS, DOSSIER_COLUMNS, Mapping
from kszclient.reconciliation.input.parquet import read_parquet, too_many_rows

Source = Path | str | pl.DataFrame
"""A path, the URL of a database, or a frame."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (b"\xfe\xff", "utf-16"))
_CHUNK_BYTES = 1 << 20
# Many times what a cell may hold.
_LONGEST_LINE = 16 * MOST_CHARACTERS
_PARQUET = b"PAR1"
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class Row(NamedTuple):
    """One row.

    Args:
        number: Where it stands; the heading of a CSV file is row 1, as a spreadsheet counts.
        cells: By column; None where the row cannot be read.
        reason: Why it cannot be.
    """

    number: int
    cells: dict[str, Cell] | None
    reason: str = "expected as many cells as the heading has"

    def __repr__(self) -> str:
        return masked_repr(self)


class Table(NamedTuple):
    """A table that is read row by row.

    Args:
        name: What to call it in a message.
        columns: Its columns.
        rows: Its rows, once; to be closed by who does not read to the end.
    """

    name: str
    columns: tuple[str, ...]
    rows: Generator[Row]

    def __repr__(self) -> str:
        return masked_repr(self)


def open_table(source: Source, mapping: Mapping, query: str | None = None) -> Table:
    """Open a table.

    Args:
        source: A CSV or Parquet file by path, the URL of a database, or a frame.
        mapping: Encoding and separator.
        query: What to ask a database.

    Raises:
        InputError: It cannot be read, or is of a kind that is not supported.
    """
    if isinstance(source, pl.DataFrame):
        return _bounded(_framed("frame", tuple(source.columns), source, mapping), mapping)
    if not isinstance(source, str | Path):
        raise InputError(
            "expected a path, the URL of a database or a polars DataFrame, "
            f"got {type(source).__name__}",
            next_step="Collect a LazyFrame first; polars.from_pandas takes a frame of pandas.",
        )
    if is_url(str(source)):
        return _bounded(_query(str(source), mapping, query), mapping)
    path = Path(source)
    try:
        if path.is_fifo() or path.is_char_device() or path.is_socket():
            raise InputError(
                f"{path}: a pipe or device cannot be read, for the input is read more than once",
                next_step="Save it to a file first.",
            )
        with path.open("rb") as file:
            begin = file.read(BEGIN_BYTES)
            # Who names an encoding knows what the file is.
            kind = None if mapping.encoding else kind_but_rows(begin, file)
        if begin.startswith(_PARQUET):
            return _parquet(path, mapping)
        if kind:
            raise InputError(
                f"{path.name}: this is {kind.name}, not CSV or Parquet", next_step=kind.remedy
            )
        return _bounded(_csv(path, mapping), mapping)
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read: {error.strerror}") from None


def is_url(source: str) -> bool:
    """Whether a source is the URL of a database, and no path."""
    return _URL.match(source) is not None


def _bounded(table: Table, mapping: Mapping) -> Table:
    """Refuse a table in the middle where it has more rows than it may have."""

    def rows() -> Generator[Row]:
        with closing(table.rows):
            for count, row in enumerate(table.rows, start=1):
                if count > mapping.max_rows:
                    raise too_many_rows(table.name, f"more than {mapping.max_rows}", mapping)
                yield row

    return table._replace(rows=rows())


def _parquet(path: Path, mapping: Mapping) -> Table:
    found = read_parquet(path, _wanted(mapping), mapping)
    return _framed(path.name, found.columns, found.frame, mapping)


def _framed(name: str, columns: tuple[str, ...], frame: pl.DataFrame, mapping: Mapping) -> Table:
    wanted = _wanted(mapping)
    for column, kind in frame.schema.items():
        if column.casefold() in wanted and (kind.is_nested() or kind == pl.Object):
            raise InputError(
                f"{name}: column {column}: expected one value in each row, not several"
            )
    return Table(name, columns, _frame_rows(frame))


def _wanted(mapping: Mapping) -> set[str]:
    """Return the columns that may be read, in small letters."""
    told = (*mapping.columns.values(), *mapping.domiciles.values())
    return {name.casefold() for name in (*DOSSIER_COLUMNS, *DOMICILE_COLUMNS, *told)}


def _frame_rows(frame: pl.DataFrame) -> Generator[Row]:
    for number, cells in enumerate(frame.iter_rows(named=True, buffer_size=2048), start=1):
        yield Row(number, cells)


def _csv(path: Path, mapping: Mapping) -> Table:
    encoding = mapping.encoding or _encoding(path)
    try:
        with path.open(encoding=encoding, errors=MARKED, newline="") as file:
            heading = read_heading(_lines(path.name, file), mapping.separator)
    except NotTextError:
        raise _no_text(path, encoding, "heading") from None
    except (LookupError, UnicodeError):
        raise InputError(f"{path.name}: expected text in the encoding {encoding}") from None
    except HeadingError as error:
        raise InputError(f"{path.name}: {error}") from None
    return Table(path.name, heading.columns, _csv_rows(path, encoding, heading))


def _csv_rows(path: Path, encoding: str, heading: Heading) -> Generator[Row]:
    columns = heading.columns
    number = heading.row
    with path.open(encoding=encoding, errors=MARKED, newline="") as file:
        lines = islice(_lines(path.name, file), heading.lines, None)
        records = read_records(lines, heading.separator, len(columns))
        while True:
            number += 1
            try:
                cells, reason = next(records)
            except StopIteration:
                return
            except NotTextError:
                raise _no_text(path, encoding, f"row {number}") from None
            if cells is None:
                yield Row(number, None, reason)
            elif any(cell.strip() for cell in cells):
                fits = len(cells) == len(columns)
                yield Row(number, dict(zip(columns, cells, strict=True)) if fits else None)


def _lines(name: str, file: TextIO) -> Iterator[str]:
    """Yield the lines of a file, and refuse one without an end before it fills the memory."""
    while line := file.readline(_LONGEST_LINE + 1):
        if len(line) > _LONGEST_LINE:
            raise InputError(
                f"{name}: a line holds more than {_LONGEST_LINE} characters",
                next_step="See whether this is the file that is meant, with one row a line.",
            )
        yield line


def _no_text(path: Path, encoding: str, where: str) -> InputError:
    return InputError(
        f"{path.name}: {where}: expected text in the encoding {encoding}",
        next_step="Name the encoding in the mapping (--mapping), or export the file again.",
    )


def _encoding(path: Path) -> str:
    """Find the encoding out: a mark at the beginning, UTF-8 throughout, or else Windows' own."""
    with path.open("rb") as file:
        begin = file.read(4)
        for mark, encoding in _MARKS:
            if begin.startswith(mark):
                return encoding
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(_CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _query(url: str, mapping: Mapping, query: str | None) -> Table:
    if query is None:
        raise InputError("a database needs a query, in the mapping file: query = 'SELECT ...'")
    name, columns, rows = ask_database(url, query, mapping.password)
    return Table(name, columns, _query_rows(columns, rows))


def _query_rows(columns: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> Generator[Row]:
    for number, cells in enumerate(rows, start=1):
        yield Row(number, dict(zip(columns, map(_cell, cells), strict=True)))


def _cell(value: object) -> Cell:
    """Return what a database holds as a cell; kinds that no file has are read by what they show."""
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    if value is None or isinstance(value, str | int | float | dt.date | bytes):
        return value
    return str(value)
