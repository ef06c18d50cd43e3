"""The file of a trail: SQLite, append only, safe for many writers.

Why these settings: a write-ahead log lets an inspection read while lookups write. `synchronous`
is FULL: when an append returns, the entry outlives a power cut. With NORMAL it could be gone, and
an answer would have been seen of which there is no entry.

The file must lie on a disk of this machine (a write-ahead log does not work over a network), and
what was written last stands in the file beside it that ends in ``-wal``: copy both, or neither.
"""

from __future__ import annotations

import functools
import os
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from sqlite3 import Connection

from kszclient.audit.chain import Head, Sealed
from kszclient.audit.place import check_free
from kszclient.errors import AuditError
from kszclient.whole_files import open_lasting

_APPLICATION = 0x4B535A41  # "KSZA": marks a trail among other SQLite files
_VERSION = 1
_REHEARSED_BYTES = 65_536
_HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SPOILT = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT}
_KEEP = (
    "Keep the file as it is, for it is damaged or was tampered with: find out by whom, and what "
    "`kszclient audit verify` finds in it."
)
_LET_GO = (
    "Find out which process holds the trail (a backup, an open transaction) and let it end; "
    "lookups wait for it."
)
_SCHEMA = f"""
CREATE TABLE entry (sequence INTEGER PRIMARY KEY, entry TEXT NOT NULL, seal TEXT NOT NULL);
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), trail TEXT NOT NULL,
  sequence INTEGER NOT NULL, seal TEXT NOT NULL, key TEXT NOT NULL, head_seal TEXT NOT NULL);
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'an audit trail only grows'); END;
CREATE TRIGGER entry_stands BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'an audit trail only grows'); END;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
"""
# SQLite's own statistics (ANALYZE) change nothing. Any other name that begins with sqlite_ proves
# nothing: who sets `writable_schema` can give it to a trigger.
_OBJECTS = """SELECT type, name, tbl_name, sql FROM sqlite_master
  WHERE NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat3', 'sqlite_stat4'))"""
_TYPES = {"table", "index", "view", "trigger"}
_SHOWN_NAME = re.compile(r"[A-Za-z_]{1,40}", re.ASCII)  # digits could be a person's number


def create(path: Path, head: Head) -> None:
    """Make the file of a new trail, for this user's eyes only.

    Raises:
        AuditError: There is a file already, or part of another trail, or none can be made.
    """
    check_free(path)
    try:
        os.close(open_lasting(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        raise AuditError("audit trail: the file exists already") from None
    except OSError as error:
        raise AuditError(f"audit trail: cannot be made ({error.strerror})") from None
    try:
        _fill(path, head)
    except AuditError:
        path.unlink(missing_ok=True)  # half a trail would stand in the way of the next
        raise


def _fill(path: Path, head: Head) -> None:
    with (
        failures_reported("made"),
        closing(sqlite3.connect(path.absolute(), isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript("BEGIN;" + _SCHEMA)
        connection.execute("INSERT INTO head VALUES (1, ?, ?, ?, ?, ?)", _row(head))
        connection.execute("COMMIT")


def connect(
    path: Path, *, read_only: bool = False, wait_seconds: float = 30.0, any_mark: bool = False
) -> Connection:
    """Open the file of a trail.

    Args:
        path: The file.
        read_only: Whether nothing shall be written.
        wait_seconds: How long to wait for another writer.
        any_mark: Whether a trail is opened too whose marks (application, version) were changed.

    Raises:
        AuditError: There is no such file, or it is no trail.
    """
    if not path.is_file():
        raise AuditError(
            "audit trail: no such file",
            next_step="Make it with `kszclient audit create`; if there was one, find out why "
            "it is gone.",
        )
    mode = "ro" if read_only else "rw"
    with failures_reported("opened"), ExitStack() as refused:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=wait_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        refused.callback(connection.close)
        connection.execute("PRAGMA synchronous = FULL")
        if any_mark:
            found = "SELECT count(*) FROM sqlite_master WHERE name IN ('entry', 'head')"
            (ours,) = connection.execute(found).fetchone()
        else:
            ours = _marks(connection) == (_APPLICATION, _VERSION)
        if not ours:
            raise AuditError("audit trail: the file is not a trail, or one of another version")
        refused.pop_all()
    return connection


@contextmanager
def snapshot(path: Path, *, any_mark: bool = False) -> Iterator[Connection]:
    """Open a trail to read what it holds at this moment, whatever is written meanwhile.

    Args:
        path: The file.
        any_mark: Whether a trail whose marks were changed is opened too, to find out about it.

    Raises:
        AuditError: There is no such file, it is no trail, or it cannot be read.
    """
    opened = connect(path, read_only=True, any_mark=any_mark)
    with closing(opened) as connection, failures_reported("read"):
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the moment
        yield connection


def open_elsewhere(path: Path) -> bool:
    """Whether another connection, of this or another process, has the trail open right now.

    True as well where that cannot be found out. A process that was killed has nothing open.
    """
    try:
        with closing(
            sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None
            )
        ) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.Error:
        return True
    return False


def read_head(connection: Connection) -> Head:
    """Read where the trail ends.

    Raises:
        AuditError: That is not written there.
    """
    gone = "the end of the audit trail was taken away"
    with _tables_looked_for(gone):
        _check_table(connection, "head", gone)
        row = connection.execute(
            "SELECT trail, sequence, seal, key, head_seal FROM head"
        ).fetchone()
    if row is None or [type(value) for value in row] != [str, int, str, str, str]:
        raise AuditError(gone, next_step=_KEEP)
    return Head(*row)


def read_entries(connection: Connection, *, after: int | None = None) -> Iterator[Sealed]:
    """Read every entry in order, one at a time.

    A table that somebody rebuilt may hold anything at all in each column.

    Args:
        connection: To the trail.
        after: The place after which reading begins; None for the beginning.

    Raises:
        AuditError: There are none to read.
    """
    gone = "the entries of the audit trail were taken away"
    with _tables_looked_for(gone):
        _check_table(connection, "entry", gone)
        rows = connection.execute(
            "SELECT CASE typeof(sequence) WHEN 'integer' THEN sequence END, "
            "CAST(entry AS BLOB), CAST(seal AS BLOB) FROM entry "
            "WHERE :after IS NULL OR sequence > :after ORDER BY sequence",
            {"after": after},
        )
    for sequence, entry, seal in rows:
        yield Sealed(sequence, entry or b"", (seal or b"").decode(errors="replace"))


def holds_entries(connection: Connection) -> bool:
    """Whether there is anything to read.

    Nothing is written to an empty trail by who reads it: it may be a copy without its log, and
    would no longer fit the log if that were put back.
    """
    with _tables_looked_for("the entries of the audit trail were taken away"):
        return connection.execute("SELECT 1 FROM entry LIMIT 1").fetchone() is not None


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """Hold the only place among all writers; all is written at the end, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A failed COMMIT on a full disk may have been rolled back already.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def write(connection: Connection, entries: list[Sealed], head: Head) -> None:
    """Add entries and put the head after them."""
    added = connection.executemany(
        "INSERT INTO entry VALUES (?, ?, ?)",
        [(sealed.sequence, sealed.entry.decode(), sealed.seal) for sealed in entries],
    )
    moved = connection.execute(
        "UPDATE head SET trail = ?, sequence = ?, seal = ?, key = ?, head_seal = ?", _row(head)
    )
    # A trigger that somebody put there could let the one or the other fall, without a word.
    if (added.rowcount, moved.rowcount) != (len(entries), 1):
        raise AuditError("the audit trail does not keep what is written to it")
    _check_nothing_else(connection)


def rehearse(connection: Connection) -> None:
    """Write as much as a few entries need, down to the disk, and take it back.

    Raises:
        AuditError: It would not be kept.
    """
    connection.execute("PRAGMA cache_size = 1")  # else nothing reaches the disk before the end
    connection.execute("BEGIN IMMEDIATE")
    try:
        added = connection.execute(
            "INSERT INTO entry SELECT 1 + coalesce(max(sequence), 0), ?, '' FROM entry",
            (" " * _REHEARSED_BYTES,),
        )
        if added.rowcount != 1:
            raise AuditError("the audit trail does not keep what is written to it")
        _check_nothing_else(connection)
    finally:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


def _check_table(connection: Connection, name: str, gone: str) -> None:
    """Refuse what looks like a table of ours, but is worked out anew, perhaps without an end."""
    found = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = ? AND type = 'table' AND rootpage > 0", (name,)
    )
    if found.fetchone() is None:
        raise AuditError(gone, next_step=_KEEP)


def _marks(connection: Connection) -> tuple[int, int]:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application, version


_Object = tuple[object, ...]


@functools.cache
def _ours() -> Counter[_Object]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(_SCHEMA)
        return Counter(connection.execute(_OBJECTS))


def strangers(connection: Connection) -> Iterator[str]:
    """Describe what a trail does not hold as it was made, one sentence each.

    Tables, views, indexes and triggers that do not belong there, those of ours that were changed or
    taken away, and marks of the file that were changed. Triggers of a connection (TEMP) stand in no
    file.
    """
    if _marks(connection) != (_APPLICATION, _VERSION):
        yield "the marks of the file (application_id, user_version) were changed"
    found = Counter(connection.execute(_OBJECTS))
    missing = {each[:2] for each in _ours() - found}
    for kind, name, *_ in found - _ours():
        word = kind if kind in _TYPES else "object"
        if (kind, name) in missing:
            yield f"the {word} {name} was changed"
        elif isinstance(name, str) and _SHOWN_NAME.fullmatch(name):
            yield f"the {word} {name} does not belong there"
        else:
            yield f"there is a {word} that does not belong there"
    there = {each[:2] for each in found}
    for kind, name in sorted(missing - there, key=str):
        if kind == "trigger":  # that a table is gone shows where it is read
            yield f"the {kind} {name} is gone, which keeps entries from being changed by accident"


def _check_nothing_else(connection: Connection) -> None:
    """Refuse a file that holds more than a trail: a trigger could take out what was just written.

    That one of ours is missing stops nothing: they keep from accidents, seals show the rest.
    """
    if Counter(connection.execute(_OBJECTS)) - _ours():
        raise AuditError(
            "the audit trail holds a table or trigger that does not belong there", next_step=_KEEP
        )


@contextmanager
def failures_reported(doing: str) -> Iterator[None]:
    """Turn SQLite's errors into ours; its texts name no data, only the trouble."""
    try:
        yield
    except sqlite3.Error as error:
        failure, kind = f"the audit trail cannot be {doing}: {error}", _kind(error)
        if kind in _HELD:
            raise AuditError(failure + ": another process holds it", next_step=_LET_GO) from None
        raise AuditError(failure, next_step=_KEEP if kind in _SPOILT else "") from None


@contextmanager
def _tables_looked_for(gone: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        # No such table or column, or a text that is none: somebody rebuilt it.
        if _kind(error) not in {None, sqlite3.SQLITE_ERROR}:
            raise
        raise AuditError(gone, next_step=_KEEP) from None


def _kind(error: sqlite3.Error) -> int | None:
    """Return the kind of an error: the lowest byte of its code, without its circumstances."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def wait_at_most(connection: Connection, seconds: float) -> None:
    """Set how long the next write waits for another process's."""
    connection.execute(f"PRAGMA busy_timeout = {max(0, round(seconds * 1000))}")


def _row(head: Head) -> tuple[str, int, str, str, str]:
    return head.trail, head.sequence, head.seal, head.key, head.head_seal
