"""The register of cases that were handed in: a small SQLite file for its owner's eyes only.

It keeps a keyed digest of each case, its instance, subject, dates and receipt, and nothing that
says whose case it is. The key of the digests lies in a file beside it that ends in ``.key``: a copy
of the register without it reveals nothing. Without that file the same case would be handed in
twice, so a register that lost it is not used.

`synchronous` is FULL: a case that is written before it is sent outlives a power cut.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Self

import msgspec

from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.submission.cases import CaseState, HandedCase, case_key
from kszclient.complaints.submission.desk import DeskCase, DeskRefusal
from kszclient.complaints.vocabulary import Instance
from kszclient.errors import CaseRegisterError, SettingsError
from kszclient.guarded_files import check_private, read_private
from kszclient.rule_version import Decision, rule_version
from kszclient.values import day_in_belgium
from kszclient.whole_files import check_lasting, open_lasting, whole_file

_APPLICATION = 0x4B535A43  # "KSZC": distinguishes a register of cases from any other SQLite file
_SECRET_BYTES = 32
_WAIT_SECONDS = 30.0
_COLUMNS = HandedCase.__struct_fields__
_TABLE = f"CREATE TABLE IF NOT EXISTS cases ({', '.join(_COLUMNS)}, PRIMARY KEY (key))"


class CaseRegister:
    """The cases that were handed in, on disk.

    Args:
        path: The file; it is made where there is none, with its folder.

    Raises:
        CaseRegisterError: It cannot be made or opened, is no register, has lost its key, or is
            open to other users.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with _as_register_error("opened", path):
            fresh = _make(path)
            self._connection = sqlite3.connect(
                path.absolute(), timeout=_WAIT_SECONDS, isolation_level=None
            )
            with ExitStack() as refused:
                refused.callback(self._connection.close)
                self._connection.row_factory = sqlite3.Row
                self._connection.execute("PRAGMA synchronous = FULL")
                self._prepare()
                self._secret = self._read_secret(path.with_name(path.name + ".key"), fresh=fresh)
                refused.pop_all()

    def _prepare(self) -> None:
        # Both are read under the lock: another process may be making the file right now.
        with self._writing():
            (application,) = self._connection.execute("PRAGMA application_id").fetchone()
            (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if application != _APPLICATION and tables:
                raise CaseRegisterError(
                    f"register of cases: {self._path.name} is another kind of file"
                )
            self._connection.execute(_TABLE)
            self._add_columns()
            self._connection.execute(f"PRAGMA application_id = {_APPLICATION}")

    def _add_columns(self) -> None:
        """Add the columns that a register of an older release has not."""
        rows = self._connection.execute("SELECT name FROM pragma_table_info('cases')")
        for name in sorted(set(_COLUMNS) - {name for (name,) in rows}):
            self._connection.execute(f"ALTER TABLE cases ADD COLUMN {name}")

    def _read_secret(self, path: Path, *, fresh: bool) -> bytes:
        if not path.exists():
            if not fresh and self.cases():
                raise CaseRegisterError(
                    f"register of cases: {path.name} is gone",
                    next_step="Put it back: without it a case would be handed in a second time.",
                )
            _place_secret(path)
        with _as_private_file_error():
            secret = read_private(path, "register of cases")
        if len(secret) != _SECRET_BYTES:
            raise CaseRegisterError(f"register of cases: {path.name} is no key")
        return secret

    def open_case(
        self, complaint: Complaint, instance: Instance, *, desks: str, today: dt.date
    ) -> HandedCase:
        """Write a case down before it is sent; one that stands there already stays as it is.

        Args:
            complaint: The case as it was given.
            instance: To whom it goes.
            desks: The address of the desks.
            today: The day.
        """
        case = HandedCase(
            key=case_key(self._secret, complaint, instance),
            instance=instance,
            subject=complaint.subject,
            desks=desks,
            opened_on=today,
            rules=rule_version(Decision.COMPLAINTS),
        )
        with _as_register_error("written", self._path), self._writing():
            marks = ", ".join("?" * len(_COLUMNS))
            self._connection.execute(
                f"INSERT OR IGNORE INTO cases ({', '.join(_COLUMNS)}) VALUES ({marks})",  # noqa: S608 - our own names
                _row(case),
            )
            return self._find(case.key)

    def keep(self, case: HandedCase, answer: DeskCase | DeskRefusal) -> HandedCase:
        """Write down what a desk answered about a case.

        Args:
            case: The case.
            answer: What the desk answered.

        Returns:
            The case as it now stands.
        """
        changed = _after(case, answer)
        with _as_register_error("written", self._path), self._writing():
            sets = ", ".join(f"{name} = ?" for name in _COLUMNS)
            self._connection.execute(
                f"UPDATE cases SET {sets} WHERE key = ?",  # noqa: S608 - our own names
                (*_row(changed), case.key),
            )
        return changed

    def cases(self) -> tuple[HandedCase, ...]:
        """Return every case, the oldest first."""
        with _as_register_error("read", self._path):
            rows = self._connection.execute("SELECT * FROM cases ORDER BY opened_on, rowid")
            return tuple(_case(row) for row in rows)

    def _find(self, key: str) -> HandedCase:
        row = self._connection.execute("SELECT * FROM cases WHERE key = ?", (key,)).fetchone()
        return _case(row)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _after(case: HandedCase, answer: DeskCase | DeskRefusal) -> HandedCase:
    if isinstance(answer, DeskRefusal):
        codes = [*dict.fromkeys(each.reason for each in answer.refused), *answer.missing]
        return msgspec.structs.replace(case, state=CaseState.REFUSED, reasons=",".join(codes))
    return msgspec.structs.replace(
        case,
        state=CaseState(answer.state.value),
        receipt=answer.receipt,
        received_on=day_in_belgium(answer.received_at),
        promise=answer.promise,
        acknowledge_by=answer.acknowledge_by,
        handle_by=answer.handle_by,
        handle_at_latest=answer.handle_at_latest,
        acknowledged_on=answer.acknowledged_on,
        handled_on=answer.handled_on,
        closed_on=answer.closed_on,
        reasons=None,
    )


def _row(case: HandedCase) -> tuple[str | None, ...]:
    plain = msgspec.to_builtins(case)
    return tuple(plain[name] for name in _COLUMNS)


def _case(row: sqlite3.Row) -> HandedCase:
    try:
        return msgspec.convert(dict(row), HandedCase)
    except msgspec.ValidationError as error:
        raise CaseRegisterError(f"register of cases: a case cannot be read: {error}") from None


def _make(path: Path) -> bool:
    """Make the file with rights for us alone, before SQLite would make it with others."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(open_lasting(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        check_lasting(path)
        with _as_private_file_error():
            check_private(path, "register of cases")
        return False
    return True


def _place_secret(path: Path) -> None:
    """Put a new key in place, whole or not at all; who came first keeps theirs."""
    with suppress(FileExistsError), whole_file(path, replace=False) as file:
        file.write(secrets.token_bytes(_SECRET_BYTES))


@contextmanager
def _as_private_file_error() -> Iterator[None]:
    """Turn the refusal of a file that is not ours alone into ours."""
    try:
        yield
    except SettingsError as error:
        raise CaseRegisterError(str(error), next_step=error.next_step) from None


@contextmanager
def _as_register_error(doing: str, path: Path) -> Iterator[None]:
    """Turn failures of disk and database into ours; their texts name no data, only the trouble."""
    try:
        yield
    except sqlite3.Error as error:
        raise CaseRegisterError(
            f"the register of cases {path} cannot be {doing}: {error}"
        ) from None
    except OSError as error:
        trouble = error.strerror
        raise CaseRegisterError(
            f"the register of cases {path} cannot be {doing}: {trouble}"
        ) from None
