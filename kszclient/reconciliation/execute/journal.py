"""The journal of a run: every planned lookup, its tickets, its state and what came of it.

SQLite in the folder of the results. A ticket is written down before it is sent, and what was found
before anything else is sent in its place. So a run that is killed goes on where it was: a lookup
that was answered is never sent again, and one that was under way is sent under another ticket, for
nobody knows whether the first was answered. Numbers of persons are not in the journal: a lookup is
known by its place in the plan, and a digest holds the plan to the same input.

Where a register was silent the lookup is incomplete: what the others said stays, and the next run
asks the silent one alone. Whatever becomes of that, the lookup is never open again.

A transaction costs more than what it holds, so tickets are handed out some at a time, and what came
at about the same time is written down together; `kszclient.reconciliation.execute.journal`
waits for it.

Tickets are forced onto the disk, and answers with the next tickets: where the power fails, the last
answers may have to be asked for again, but under other tickets.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import sqlite3
import uuid
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from kszclient.errors import InputError, JournalError
from kszclient.logs import masked_repr
from kszclient.values import Ticket
from kszclient.whole_files import open_lasting

NAME = "journal.sqlite"
_SCHEMA = """
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE planned (
  lookup INTEGER PRIMARY KEY,
  months_from TEXT NOT NULL,
  months_to TEXT NOT NULL,
  sources TEXT NOT NULL
);
CREATE TABLE ticket (
  lookup INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  ticket TEXT NOT NULL,
  ended TEXT,
  PRIMARY KEY (lookup, attempt)
) WITHOUT ROWID;
CREATE TABLE outcome (
  lookup INTEGER PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('FAILED', 'INCOMPLETE', 'ANSWERED')),
  digest TEXT,
  result BLOB NOT NULL
);
CREATE VIEW lookup AS
  SELECT planned.lookup AS number, months_from, months_to, sources, digest, result,
    CASE
      WHEN state IS NOT NULL THEN state
      WHEN EXISTS (SELECT 1 FROM ticket WHERE ticket.lookup = planned.lookup) THEN 'SENT'
      ELSE 'PLANNED'
    END AS state
  FROM planned LEFT JOIN outcome USING (lookup);
"""


class Planned(NamedTuple):
    """One lookup as it is planned: its place, its months (``YYYY-MM``) and its registers."""

    number: int
    begin: str
    end: str
    sources: str


class _Came(NamedTuple):
    number: int
    state: str
    ends: dict[str, str]
    digest: str | None
    result: bytes

    def __repr__(self) -> str:
        return masked_repr(self)


class Journal:
    """The journal of one run, open in one process at a time.

    Args:
        folder: Where it stands.

    Raises:
        InputError: Another process has it open.
        JournalError: It cannot be opened.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._came: list[_Came] = []
        self._forced: bool | None = None
        with _writing(), ExitStack() as refused:
            self._lock = open_own(folder / ".lock")
            refused.callback(os.close, self._lock)
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InputError(f"{folder.name}: another process is at work here") from None
            for path in (self.path, *self._beside()):
                os.close(open_own(path))
            # Absolute, for SQLite takes a name that begins with "file:" for an address.
            path = self.path.absolute()
            self._database = sqlite3.connect(path, isolation_level=None)
            refused.callback(self._database.close)
            self._database.execute("PRAGMA journal_mode = WAL")
            refused.pop_all()

    def _beside(self) -> Iterator[Path]:
        """Return what SQLite left beside the journal; new files of it have the journal's rights."""
        for end in ("-wal", "-shm"):
            path = self.path.with_name(self.path.name + end)
            if path.is_symlink() or path.exists():
                yield path

    @property
    def begun(self) -> bool:
        """Whether a plan is in it."""
        with _writing():
            found = self._database.execute("SELECT 1 FROM sqlite_master WHERE name = 'run'")
            return found.fetchone() is not None

    def begin(self, settings: dict[str, str], lookups: Iterator[Planned]) -> None:
        """Write the plan down, whole or not at all.

        Args:
            settings: What the run depends on, such as its digest and its day of asking.
            lookups: Every lookup.
        """
        with _writing(), self._whole():
            for statement in _SCHEMA.split(";"):
                self._database.execute(statement)
            self._database.executemany("INSERT INTO run VALUES (?, ?)", settings.items())
            self._database.executemany("INSERT INTO planned VALUES (?, ?, ?, ?)", lookups)

    @contextmanager
    def _whole(self, *, forced: bool = True) -> Iterator[None]:
        if forced is not self._forced:
            self._database.execute(f"PRAGMA synchronous = {'FULL' if forced else 'NORMAL'}")
            self._forced = forced
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def setting(self, key: str) -> str:
        """Return what the run depends on.

        Raises:
            JournalError: It is not there.
        """
        if (found := self.known(key)) is None:
            raise JournalError(f"the journal lacks {key}", next_step="Begin in another folder.")
        return found

    def known(self, key: str) -> str | None:
        """Return what the run depends on, or None where that was not written down."""
        with _writing():
            row = self._database.execute("SELECT value FROM run WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def settle(self, key: str, value: str) -> None:
        """Write down what the run depends on, where it is not settled yet."""
        with _writing(), self._whole():
            self._database.execute("INSERT OR IGNORE INTO run VALUES (?, ?)", (key, value))

    def change(self, key: str, value: str) -> None:
        """Write down what the run depends on from now on."""
        with _writing(), self._whole():
            self._database.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (key, value))

    def first(self, key: str) -> bool:
        """Return whether this is said for the first time, and take note of it."""
        with _writing(), self._whole():
            row = self._database.execute("INSERT OR IGNORE INTO run VALUES (?, '')", (key,))
            return row.rowcount == 1

    def open_lookups(self) -> array[int]:
        """Return the lookups that are not answered, those that never failed first."""
        self.write()
        found = array("q")
        with _writing():
            for state in (None, "FAILED"):
                rows = self._database.execute(
                    "SELECT lookup FROM planned LEFT JOIN outcome USING (lookup)"
                    " WHERE state IS ? ORDER BY lookup",
                    (state,),
                )
                found.extend(number for (number,) in rows)
        return found

    def hand_out(self, numbers: Sequence[int]) -> list[Ticket]:
        """Write down the ticket of the next attempt of each lookup, and give them.

        What came before is written with them.
        """
        with _writing():
            before = self._attempts(numbers)
            rows = []
            for number in numbers:
                attempt = before.get(number, 0) + 1
                rows.append((number, attempt, ticket_of(self._run, number, attempt).text))
            with self._whole():
                self._write_down()
                self._database.executemany(
                    "INSERT INTO ticket (lookup, attempt, ticket) VALUES (?, ?, ?)", rows
                )
            self._came.clear()
        return [Ticket(text) for _, _, text in rows]

    def _attempts(self, numbers: Sequence[int]) -> dict[int, int]:
        return dict(
            self._database.execute(
                "SELECT lookup, count(*) FROM ticket"
                " WHERE lookup IN (SELECT value FROM json_each(?)) GROUP BY lookup",
                (msgspec.json.encode(numbers).decode(),),
            )
        )

    def incomplete(self) -> dict[int, tuple[str, bytes]]:
        """Return digest and result of the lookups in which a register was silent."""
        self.write()
        with _writing():
            rows = self._database.execute(
                "SELECT lookup, digest, result FROM outcome WHERE state = 'INCOMPLETE'"
                " ORDER BY lookup"
            )
            return {number: (digest, result) for number, digest, result in rows}

    @cached_property
    def _run(self) -> uuid.UUID:
        return uuid.UUID(self.setting("run_id"))

    def answered(
        self,
        number: int,
        ends: dict[str, str],
        digest: str,
        result: bytes,
        *,
        complete: bool = True,
    ) -> None:
        """Note what came of a lookup; once it is written down, who answered is not asked again.

        Args:
            number: The lookup.
            ends: How each attempt ended, by ticket.
            digest: SHA-256 of the octets that came, those of every attempt that was answered.
            result: What was found, without the number of anybody.
            complete: Whether no register is left to be asked.
        """
        state = "ANSWERED" if complete else "INCOMPLETE"
        self._came.append(_Came(number, state, ends, digest, result))

    def failed(self, number: int, ends: dict[str, str], result: bytes) -> None:
        """Note that a lookup was not answered; it may be sent again, under other tickets.

        What is known of an incomplete one stays.
        """
        self._came.append(_Came(number, "FAILED", ends, None, result))

    def reopen(self, numbers: Iterable[int]) -> None:
        """Forget answers that say nothing of the children, so that these are asked again."""
        self.write()
        with _writing(), self._whole():
            self._database.executemany(
                "UPDATE outcome SET state = 'FAILED' WHERE lookup = ? AND state = 'ANSWERED'",
                [(each,) for each in numbers],
            )

    def write(self) -> None:
        """Write down what was noted, all of it or nothing."""
        if self._came:
            with _writing(), self._whole(forced=False):
                self._write_down()
            self._came.clear()

    def _write_down(self) -> None:
        self._database.executemany(
            "UPDATE ticket SET ended = ? WHERE lookup = ? AND ticket = ?",
            [
                (ended, each.number, ticket)
                for each in self._came
                for ticket, ended in each.ends.items()
            ],
        )
        self._database.executemany(
            "INSERT INTO outcome VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET state = excluded.state, digest = excluded.digest, result = excluded.result"
            " WHERE outcome.state <> 'INCOMPLETE' OR excluded.state <> 'FAILED'",
            [(each.number, each.state, each.digest, each.result) for each in self._came],
        )

    def results(self) -> Iterator[tuple[int, bytes | None]]:
        """Return what came of each lookup, in order; None of those never sent."""
        self.write()
        with _writing():
            yield from self._database.execute(
                "SELECT lookup, result FROM planned LEFT JOIN outcome USING (lookup)"
                " ORDER BY lookup"
            )

    def count(self) -> tuple[int, int]:
        """Return how many lookups are planned, and how many answered, incomplete ones included."""
        self.write()
        with _writing():
            planned = self._database.execute("SELECT count(*) FROM planned").fetchone()
            answered = self._database.execute(
                "SELECT count(*) FROM outcome WHERE state IN ('ANSWERED', 'INCOMPLETE')"
            ).fetchone()
        return int(planned[0]), int(answered[0])

    def attempts(self) -> int:
        """Return how many attempts ended; tickets handed out ahead are none yet."""
        self.write()
        with _writing():
            found = self._database.execute("SELECT count(ended) FROM ticket")
            return int(found.fetchone()[0])

    def close(self) -> None:
        """Let another process have it."""
        self._database.close()
        os.close(self._lock)


def open_own(path: Path) -> int:
    """Open a file that lasts, to read and write, for its owner only, whatever lay there before.

    Args:
        path: The file; made where there is none.

    Returns:
        Its descriptor.

    Raises:
        OSError: It cannot be opened, is a link or no file, or belongs to somebody else.
    """
    descriptor = open_lasting(path)
    try:
        os.fchmod(descriptor, 0o600)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def ticket_of(run: uuid.UUID, number: int, attempt: int) -> Ticket:
    """Return the ticket of an attempt: the same in a run that goes on, another in every other run.

    >>> run = uuid.UUID("3f0c2d1e-0000-4000-8000-000000000001")
    >>> all(ticket_of(run, n, 1).text == str(uuid.uuid5(run, f"{n}/1")) for n in range(64))
    True
    """
    # What uuid.uuid5 gives, without the objects that it makes on the way.
    found = hashlib.sha1(run.bytes + b"%d/%d" % (number, attempt), usedforsecurity=False)
    text = found.hexdigest()
    variant = "89ab"[int(text[16], 16) & 3]
    return Ticket(f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}")


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        name = f"{Path(error.filename).name}: " if error.filename else ""
        raise JournalError(f"the journal cannot be used: {name}{error.strerror}") from error
    except sqlite3.Error as error:
        raise JournalError(f"the journal cannot be used: {error}") from error


_SECONDS = 0.005


class Commits:
    """Waits until the journal holds what it was told.

    Who asks waits here before asking anything else: a lookup stays under way until its answer is
    on record. So there are never more answers that a kill can lose than lookups under way, and of
    those nobody would know anyway whether they were answered.

    Args:
        journal: Writes down what it was told.
        under_way: Gives how many lookups are under way; when all of them wait here, nobody else
            can come, and there is nothing to wait for.
    """

    def __init__(self, journal: Journal, under_way: Callable[[], int]) -> None:
        self._journal = journal
        self._under_way = under_way
        self._waiting = 0
        self._next: asyncio.Future[None] | None = None

    async def wait(self) -> None:
        """Return when everything that was noted until now is written down.

        Who is cancelled while it waits takes the others that wait along.

        Raises:
            JournalError: It cannot be.
        """
        if self._next is None:
            loop = asyncio.get_running_loop()
            self._next = loop.create_future()
            loop.call_later(_SECONDS, self._write, self._next)
        commit = self._next
        self._waiting += 1
        if self._waiting >= self._under_way():
            self._write(commit)
        await commit

    def _write(self, commit: asyncio.Future[None]) -> None:
        if commit is not self._next:
            return  # it is written down already
        self._next, self._waiting = None, 0
        try:
            self._journal.write()
        except JournalError as error:
            if not commit.done():
                commit.set_exception(error)
        else:
            if not commit.done():
                commit.set_result(None)
