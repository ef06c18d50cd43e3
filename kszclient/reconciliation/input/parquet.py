"""A Parquet file, refused before it is read where it would not fit into memory.

A file of some kilobytes can hold thirty million rows. What it will take is written at its end:
Parquet, `FileMetaData` in parquet.thrift, in the compact protocol of Thrift. polars does not show
it, so the few numbers that are needed are read here.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import IO, Any, NamedTuple

import polars as pl

from kszclient.errors import InputError
from kszclient.logs import masked_repr
from kszclient.reconciliation.input.mapping import Mapping

_MARK = b"PAR1"
_TAIL_BYTES = 8
_MOST_FOOTER_BYTES = 64 * 1024 * 1024
# polars keeps a text of any length behind a view of so many bytes.
_VIEW_BYTES = 16
_MEGABYTE = 1_000_000
_DEEPEST = 32
_LOW = _LONG = 0x0F
# FileMetaData, RowGroup, ColumnChunk and ColumnMetaData, by the numbers of their fields.
_NUM_ROWS, _ROW_GROUPS, _COLUMNS, _META, _PATH, _UNCOMPRESSED = 3, 4, 1, 3, 3, 6


class ParquetFile(NamedTuple):
    """What a file holds of what is wanted.

    Args:
        columns: All of its columns.
        frame: Those that are wanted.
    """

    columns: tuple[str, ...]
    frame: pl.DataFrame

    def __repr__(self) -> str:
        return masked_repr(self)


class Size(NamedTuple):
    """How large a file is when it is read.

    Args:
        rows: How many rows.
        by_column: Bytes of the content of each column.
    """

    rows: int
    by_column: dict[str, int]


def read_parquet(path: Path, wanted: Collection[str], mapping: Mapping) -> ParquetFile:
    """Read the columns that are wanted.

    Args:
        path: The file.
        wanted: Their names in small letters; others are left out.
        mapping: How many rows, and how much of memory.

    Raises:
        InputError: It is damaged, or larger than the limits of the mapping.
        OSError: It cannot be read.
    """
    try:
        # An open file and never its name, which polars might take for a pattern or for a place on
        # another machine.
        with path.open("rb") as file:
            size = _size(file)
            file.seek(0)
            columns = tuple(pl.read_parquet_schema(file))
            chosen = [each for each in columns if each.casefold() in wanted]
            _check(path.name, size, chosen, mapping)
            file.seek(0)
            return ParquetFile(columns, pl.read_parquet(file, columns=chosen))
    except (_DamagedError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise InputError(f"{path.name}: expected a Parquet file; it is damaged") from None


def _check(name: str, size: Size, chosen: list[str], mapping: Mapping) -> None:
    if size.rows > mapping.max_rows:
        raise too_many_rows(name, str(size.rows), mapping)
    content = sum(size.by_column.get(each, 0) for each in chosen)
    megabytes = (content + size.rows * len(chosen) * _VIEW_BYTES) // _MEGABYTE
    if megabytes > mapping.max_megabytes:
        raise InputError(
            f"{name}: takes some {megabytes} megabytes of memory, more than the "
            f"{mapping.max_megabytes} that are allowed",
            next_step="Where that is right, set max_megabytes in the mapping (--mapping).",
        )


def too_many_rows(name: str, rows: str, mapping: Mapping) -> InputError:
    """Return the error for a table that is longer than it may be.

    Args:
        name: What to call the table.
        rows: How many it has, as far as known.
        mapping: How many it may have.
    """
    return InputError(
        f"{name}: holds {rows} rows, and {mapping.max_rows} are allowed",
        next_step="Where that is right, set max_rows in the mapping (--mapping).",
    )


class _DamagedError(ValueError):
    """It is not as Parquet is written."""


def _size(file: IO[bytes]) -> Size:
    end = file.seek(0, 2)
    file.seek(max(0, end - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != _MARK or not 0 < length <= min(end - _TAIL_BYTES, _MOST_FOOTER_BYTES):
        raise _DamagedError
    file.seek(end - _TAIL_BYTES - length)
    try:
        footer = _Thrift(file.read(length)).struct()
        by_column: dict[str, int] = {}
        for group in footer[_ROW_GROUPS]:
            for column in group[_COLUMNS]:
                meta = column[_META]
                name = meta[_PATH][0].decode()
                by_column[name] = by_column.get(name, 0) + meta[_UNCOMPRESSED]
        return Size(int(footer[_NUM_ROWS]), by_column)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise _DamagedError from None


class _Thrift:
    """Reads a struct in Thrift's compact protocol: fields by their numbers.

    Source: Apache Thrift, doc/specs/thrift-compact-protocol.md.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def struct(self, depth: int = 0) -> dict[int, Any]:
        if depth > _DEEPEST:
            raise _DamagedError
        found: dict[int, Any] = {}
        field = 0
        while head := self._byte():
            step, kind = head >> 4, head & _LOW
            field = field + step if step else self._signed()
            found[field] = self._value(kind, depth, field=True)
        return found

    def _value(self, kind: int, depth: int, *, field: bool = False) -> Any:
        match kind:
            case 1 | 2:  # a field holds a truth in its head, a list in a byte of its own
                found: Any = kind == 1 if field else self._byte() == 1
            case 3:
                found = self._byte()
            case 4 | 5 | 6:
                found = self._signed()
            case 7:
                found = self._bytes(8)
            case 8:
                found = self._bytes(self._unsigned())
            case 9 | 10:
                head = self._byte()
                number = self._unsigned() if head >> 4 == _LONG else head >> 4
                # Each takes a byte at least, so a wrong number ends at the end of the content.
                found = [self._value(head & _LOW, depth + 1) for _ in range(number)]
            case 12:
                found = self.struct(depth + 1)
            case _:
                raise _DamagedError
        return found

    def _byte(self) -> int:
        self._at += 1
        return self._content[self._at - 1]

    def _bytes(self, number: int) -> bytes:
        self._at += number
        if self._at > len(self._content):
            raise _DamagedError
        return self._content[self._at - number : self._at]

    def _unsigned(self) -> int:
        value, shift = 0, 0
        while (byte := self._byte()) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift

    def _signed(self) -> int:
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)
