"""Rows of a table, wherever it stands: CSV, Parquet, a database, or a frame in memory."""

from __future__ import annotations

import codecs
import datetime as dt
from collections.abc import Generator, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import polars as pl

from kszclient.errors import InputError
from kszclient.reconciliation.cells import Cell
from kszclient.reconciliation.database import ask_database
from kszclient.reconciliation.heading import Heading, HeadingError, read_heading
from kszclient.reconciliation.mapping import Mapping
from kszclient.reconciliation.records import MARKED, NotTextError, read_records

Source = Path | str | pl.DataFrame
"""A path, the URL of a database, or a frame."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (b"\xfe\xff", "utf-16"))
_CHUNK_BYTES = 1 << 20
# The first octets of a workbook, new and old; they are no text.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


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
        return Table("frame", tuple(source.columns), _frame_rows(source, first=1))
    if not isinstance(source, str | Path):
        raise InputError(
            "expected a path, the URL of a database or a polars DataFrame, "
            f"got {type(source).__name__}",
            next_step="Collect a LazyFrame first; polars.from_pandas takes a frame of pandas.",
        )
    if "://" in str(source):
        return _query(str(source), query)
    path = Path(source)
    if path.is_fifo() or path.is_char_device() or path.is_socket():
        raise InputError(
            f"{path}: a pipe or device cannot be read, for the input is read more than once",
            next_step="Save it to a file first.",
        )
    try:
        with path.open("rb") as file:
            mark = file.read(4)
        if mark == b"PAR1":
            frame = pl.read_parquet(path)
            return Table(path.name, tuple(frame.columns), _frame_rows(frame, first=1))
        if mark in _WORKBOOKS:
            raise InputError(
                f"{path.name}: expected text, this is a workbook of a spreadsheet",
                next_step="Save it as CSV (UTF-8), numbers of persons formatted as text.",
            )
        return _csv(path, mapping)
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read: {error.strerror}") from None
    except pl.exceptions.PolarsError:
        raise InputError(f"{path.name}: expected a Parquet file; it is damaged") from None


def _frame_rows(frame: pl.DataFrame, *, first: int) -> Generator[Row]:
    for number, cells in enumerate(frame.iter_rows(named=True, buffer_size=2048), start=first):
        yield Row(number, cells)


def _csv(path: Path, mapping: Mapping) -> Table:
    encoding = mapping.encoding or _encoding(path)
    try:
        with path.open(encoding=encoding, errors=MARKED, newline="") as file:
            heading = read_heading(file, mapping.separator)
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
        records = read_records(islice(file, heading.lines, None), heading.separator, len(columns))
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


def _query(url: str, query: str | None) -> Table:
    if query is None:
        raise InputError("a database needs a query, in the mapping file: query = 'SELECT ...'")
    name, columns, rows = ask_database(url, query)
    return Table(name, columns, _query_rows(columns, rows))


def _query_rows(columns: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> Generator[Row]:
    for number, cells in enumerate(rows, start=1):
        yield Row(number, dict(zip(columns, map(_cell, cells), strict=True)))


def _cell(value: object) -> Cell:
    """Give what a database holds as a cell; kinds that no file has are read by what they show."""
    return value if value is None or isinstance(value, str | int | float | dt.date) else str(value)
