"""The journal of a run: every planned lookup, its tickets, its state and what came of it.

SQLite in the folder of the results. A ticket is written down before it is sent, and what was found
as soon as an answer came. So a run that is killed goes on where it was: a lookup that was answered
is never sent again, and one that was under way is sent under another ticket, for nobody knows
whether the first was answered. Numbers of persons are not in the journal: a lookup is known by its
place in the plan, and a digest holds the plan to the same input.

Where a register was silent the lookup is incomplete: what the others said stays, and the next run
asks the silent one alone. Whatever becomes of that, the lookup is never open again.

Tickets are forced onto the disk, and answers with the next ticket: where the power fails, the last
answers may have to be asked for again, but under other tickets.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kszclient.errors import InputError, JournalError
from kszclient.values import Ticket

NAME = "journal.sqlite"
_SCHEMA = """
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE lookup (
  number INTEGER PRIMARY KEY,
  months_from TEXT NOT NULL,
  months_to TEXT NOT NULL,
  sources TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'PLANNED'
    CHECK (state IN ('PLANNED', 'SENT', 'FAILED', 'INCOMPLETE', 'ANSWERED')),
  digest TEXT,
  result BLOB
);
CREATE TABLE ticket (
  ticket TEXT PRIMARY KEY,
  lookup INTEGER NOT NULL REFERENCES lookup (number),
  attempt INTEGER NOT NULL,
  ended TEXT,
  UNIQUE (lookup, attempt)
) WITHOUT ROWID;
"""


class Planned(NamedTuple):
    """One lookup as it is planned: its place, its months (``YYYY-MM``) and its registers."""

    number: int
    begin: str
    end: str
    sources: str


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
        with _writing():
            self._lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(self._lock)
                raise InputError(f"{folder.name}: another process is at work here") from None
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            self._database = sqlite3.connect(self.path, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")

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
            self._database.executemany(
                "INSERT INTO lookup (number, months_from, months_to, sources) VALUES (?, ?, ?, ?)",
                lookups,
            )

    @contextmanager
    def _whole(self, *, forced: bool = True) -> Iterator[None]:
        self._database.execute(f"PRAGMA synchronous = {'FULL' if forced else 'NORMAL'}")
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def setting(self, key: str) -> str:
        """Give what the run depends on.

        Raises:
            JournalError: It is not there.
        """
        with _writing():
            row = self._database.execute("SELECT value FROM run WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise JournalError(f"the journal lacks {key}", next_step="Begin in another folder.")
        return str(row[0])

    def open_lookups(self) -> list[int]:
        """Give the lookups that are not answered, those that never failed first."""
        with _writing():
            rows = self._database.execute(
                "SELECT number FROM lookup WHERE state NOT IN ('ANSWERED', 'INCOMPLETE')"
                " ORDER BY state = 'FAILED', number"
            )
            return [number for (number,) in rows]

    def incomplete(self) -> dict[int, tuple[str, bytes]]:
        """Give digest and result of the lookups in which a register was silent."""
        with _writing():
            rows = self._database.execute(
                "SELECT number, digest, result FROM lookup WHERE state = 'INCOMPLETE'"
                " ORDER BY number"
            )
            return {number: (digest, result) for number, digest, result in rows}

    def tickets(self, number: int) -> Callable[[], Ticket]:
        """Give what makes the tickets of a lookup, each written down before it is handed out."""
        run = uuid.UUID(self.setting("run_id"))

        def new_ticket() -> Ticket:
            with _writing(), self._whole():
                (attempt,) = self._database.execute(
                    "SELECT count(*) + 1 FROM ticket WHERE lookup = ?", (number,)
                ).fetchone()
                ticket = ticket_of(run, number, attempt)
                self._database.execute(
                    "INSERT INTO ticket (ticket, lookup, attempt) VALUES (?, ?, ?)",
                    (ticket.text, number, attempt),
                )
                self._database.execute(
                    "UPDATE lookup SET state = 'SENT' WHERE number = ? AND state <> 'INCOMPLETE'",
                    (number,),
                )
            return ticket

        return new_ticket

    def answered(
        self,
        number: int,
        ends: dict[str, str],
        digest: str,
        result: bytes,
        *,
        complete: bool = True,
    ) -> None:
        """Write down what came of a lookup; who answered is never asked again.

        Args:
            number: The lookup.
            ends: How each attempt ended, by ticket.
            digest: SHA-256 of what the answer holds.
            result: What was found, without the number of anybody.
            complete: Whether no register is left to be asked.
        """
        state = "ANSWERED" if complete else "INCOMPLETE"
        with _writing(), self._whole(forced=False):
            self._end(ends)
            self._database.execute(
                "UPDATE lookup SET state = ?, digest = ?, result = ? WHERE number = ?",
                (state, digest, result, number),
            )

    def failed(self, number: int, ends: dict[str, str], result: bytes) -> None:
        """Write down that a lookup was not answered; it may be sent again, under other tickets.

        What is known of an incomplete one stays.
        """
        with _writing(), self._whole(forced=False):
            self._end(ends)
            self._database.execute(
                "UPDATE lookup SET state = 'FAILED', result = ?"
                " WHERE number = ? AND state <> 'INCOMPLETE'",
                (result, number),
            )

    def reopen(self, numbers: Iterable[int]) -> None:
        """Forget answers that say nothing of the children, so that these are asked again."""
        with _writing(), self._whole():
            self._database.executemany(
                "UPDATE lookup SET state = 'FAILED' WHERE number = ? AND state = 'ANSWERED'",
                [(each,) for each in numbers],
            )

    def _end(self, ends: dict[str, str]) -> None:
        self._database.executemany(
            "UPDATE ticket SET ended = ? WHERE ticket = ?",
            [(ended, ticket) for ticket, ended in ends.items()],
        )

    def results(self) -> Iterator[tuple[int, bytes | None]]:
        """Give what came of each lookup, in order; None of those never sent."""
        with _writing():
            yield from self._database.execute("SELECT number, result FROM lookup ORDER BY number")

    def count(self) -> tuple[int, int]:
        """Give how many lookups are planned, and how many answered, incomplete ones included."""
        with _writing():
            row = self._database.execute(
                "SELECT count(*), count(*) FILTER (WHERE state IN ('ANSWERED', 'INCOMPLETE'))"
                " FROM lookup"
            ).fetchone()
        return int(row[0]), int(row[1])

    def attempts(self) -> int:
        """Give how many tickets were handed out."""
        with _writing():
            return int(self._database.execute("SELECT count(*) FROM ticket").fetchone()[0])

    def close(self) -> None:
        """Let another process have it."""
        self._database.close()
        os.close(self._lock)


def ticket_of(run: uuid.UUID, number: int, attempt: int) -> Ticket:
    """Give the ticket of an attempt: the same in a run that goes on, another in every other run."""
    return Ticket(str(uuid.uuid5(run, f"{number}/{attempt}")))


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise JournalError(f"the journal cannot be used: {error}") from error
