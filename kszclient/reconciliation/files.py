"""The files of a run: each for its owner only, and each there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import polars as pl

from kszclient.errors import JournalError

PARQUET, CSV = "findings.parquet", "findings.csv"
Row = tuple[str | None, ...]
_PARTS = ".parts"
_ROWS_OF_A_GROUP = 50_000


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Write a file for its owner only; it appears where the block ends well.

    Raises:
        JournalError: It cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        # What lies there keeps its rights when it is opened, and a link leads elsewhere.
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        why = error.strerror if isinstance(error, OSError) else "the disk may be full"
        raise JournalError(f"{path.name} cannot be written: {why}") from error


def open_own(path: Path) -> int:
    """Open a file that lasts, to read and write, for its owner only, whatever lay there before.

    Args:
        path: The file; made where there is none.

    Returns:
        Its descriptor.

    Raises:
        OSError: It cannot be opened, is a link, or belongs to somebody else.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def write_file(path: Path, content: bytes) -> None:
    """Write a file for its owner only; it appears whole or not at all.

    Raises:
        JournalError: It cannot be written.
    """
    with whole_file(path) as file:
        file.write(content)


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
    parts: list[Path] = []
    with whole_file(folder / CSV) as text, _emptied(folder / _PARTS):

        def add(rows: list[Row]) -> None:
            values = zip(*rows, strict=True) if rows else ((),) * len(schema)
            frame = pl.DataFrame(dict(zip(schema, values, strict=True)), schema=schema)
            text.write(frame.write_csv(include_header=not parts).encode())
            parts.append(folder / _PARTS / f"{len(parts):06d}.arrow")
            frame.write_ipc(parts[-1], compression="lz4")

        yield add
        with whole_file(folder / PARQUET) as file:
            pl.scan_ipc(parts).sink_parquet(file, row_group_size=_ROWS_OF_A_GROUP)


@contextmanager
def _emptied(folder: Path) -> Iterator[None]:
    """Have an empty folder for the time of the block; a run that was killed may have left one."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
