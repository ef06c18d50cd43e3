"""The files of a run: each for its owner only, and each there whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import polars as pl

from kszclient.errors import JournalError
from kszclient.foreign_text import FORMULA_STARTS, LONGEST_LINE, spreadsheet_cell
from kszclient.whole_files import whole_file

PARQUET, CSV = "findings.parquet", "findings.csv"
Row = tuple[str | None, ...]
_ROWS_OF_A_GROUP = 50_000
# What may need a guard or an escape; a text that is longer than a line is cut.
_SUSPECT = (
    rf"^[\s'{FORMULA_STARTS}]|[^ -~\x{{a1}}-\x{{ac}}\x{{ae}}-\x{{2ff}}]|^.{{{LONGEST_LINE + 1}}}"
)


@contextmanager
def own_file(path: Path) -> Iterator[IO[bytes]]:
    """Write a file for its owner only; it appears where the block ends well.

    Raises:
        JournalError: It cannot be written.
    """
    try:
        with whole_file(path) as file:
            yield file
    except (OSError, pl.exceptions.PolarsError) as error:
        why = error.strerror if isinstance(error, OSError) else "the disk may be full"
        raise JournalError(f"{path.name} cannot be written: {why}") from error


def write_file(path: Path, content: bytes) -> None:
    """Write a file for its owner only; it appears whole or not at all.

    Raises:
        JournalError: It cannot be written.
    """
    with own_file(path) as file:
        file.write(content)


def csv_bytes(frame: pl.DataFrame, *, header: bool = True) -> bytes:
    r"""Return a table as CSV in which no spreadsheet computes a cell.

    Every CSV of this package is written here. What could be taken for a formula gets one
    apostrophe before it (see `kszclient.foreign_text.spreadsheet_cell`); to have the text back,
    take away the one with which a cell begins.

    Args:
        frame: The table.
        header: Whether the first line names the columns.

    >>> csv_bytes(pl.DataFrame({"payer": ["=1+1", "Infino"]}))
    b"payer\n'=1+1\nInfino\n"
    """
    texts = [_guarded(column) for column in frame.iter_columns() if column.dtype == pl.String]
    return frame.with_columns(texts).write_csv(include_header=header).encode()


def csv_of_rows(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows of text as CSV, written as `csv_bytes` does.

    Args:
        headings: Of the columns.
        rows: Their cells.
    """
    return csv_bytes(pl.DataFrame(list(rows), dict.fromkeys(headings, pl.String), orient="row"))


def _guarded(column: pl.Series) -> pl.Series:
    # Nearly all cells are plain, which a pattern sees faster than Python does.
    suspect = column.str.contains(_SUSPECT)
    if not suspect.any():
        return column
    cells = [
        spreadsheet_cell(text) if look else text for text, look in zip(column, suspect, strict=True)
    ]
    return pl.Series(column.name, cells, pl.String)


@contextmanager
def findings_files(folder: Path, columns: Sequence[str]) -> Iterator[Callable[[list[Row]], None]]:
    """Write findings as CSV and as Parquet, some at a time, so that memory stays small.

    Parquet ends with a list of what is in it, so its rows wait in parts until all are there.

    Args:
        folder: Where to.
        columns: Of the findings, all of them text.

    Yields:
        What takes findings, each in the order of the columns.

    Raises:
        JournalError: The folder cannot be written to.
    """
    schema = dict.fromkeys(columns, pl.String)
    with own_file(folder / CSV) as text, ExitStack() as parts:
        held: list[IO[bytes]] = []

        def add(rows: list[Row]) -> None:
            values = zip(*rows, strict=True) if rows else ((),) * len(schema)
            frame = pl.DataFrame(dict(zip(schema, values, strict=True)), schema=schema)
            text.write(csv_bytes(frame, header=not held))
            # Without a name: it is gone with the process, and nobody can put another in its place.
            held.append(parts.enter_context(TemporaryFile(dir=folder)))
            frame.write_ipc(held[-1], compression="lz4")
            held[-1].seek(0)

        yield add
        with own_file(folder / PARQUET) as file:
            pl.scan_ipc(held).sink_parquet(file, row_group_size=_ROWS_OF_A_GROUP)


@contextmanager
def findings_of(folder: Path) -> Iterator[pl.LazyFrame]:
    """Have the findings of a run at hand for the time of the block; they may be many.

    Raises:
        JournalError: They cannot be read.
    """
    try:
        # An open file and never its name, which polars might take for a pattern or for a place on
        # another machine.
        with (folder / PARQUET).open("rb") as file:
            yield pl.scan_parquet(file)
    except (OSError, pl.exceptions.PolarsError):
        raise JournalError(f"{PARQUET} of {folder.name} cannot be read") from None
