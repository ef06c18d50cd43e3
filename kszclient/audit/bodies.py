"""Bodies of questions and answers, kept only where a profile asks for it.

They hold everything about a family, so each stands in a file of its own: encrypted (Fernet:
AES-128-CBC with HMAC-SHA-256) under a key derived from those of the trail, open to its owner only,
named after the day until which it may be kept and the ticket. `purge` removes what is over.
"""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path
from typing import NamedTuple

import msgspec
from cryptography.fernet import Fernet, InvalidToken

from kszclient.audit.keys import AuditKeys
from kszclient.errors import AuditError, SettingsError
from kszclient.guarded_files import check_private_folder
from kszclient.values import Ticket
from kszclient.whole_files import whole_file

_SUFFIX = ".body"


class Bodies(NamedTuple):
    """What was sent and what came back, byte for byte."""

    question: bytes
    answer: bytes

    def __repr__(self) -> str:
        return f"Bodies({len(self.question)} bytes, {len(self.answer)} bytes)"


class KeptBodies:
    """A folder of encrypted bodies.

    Args:
        folder: Where they stand; it is made when the first one comes.
        keys: Those of the trail; the one in use encrypts, older ones still read.
        keep_days: How long each may be kept, at least 1.

    Raises:
        AuditError: ``keep_days`` is less than 1.
    """

    def __init__(self, folder: Path, keys: AuditKeys, *, keep_days: int) -> None:
        if keep_days < 1:
            raise AuditError("bodies: keep_days must be 1 or more")
        self._folder = folder
        self._keys = keys
        self._keep = dt.timedelta(days=keep_days)

    def check(self) -> None:
        """Make sure, before anything is sent, that bodies can be kept.

        Raises:
            AuditError: The folder cannot be made or written to, or others may look into it.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            check_private_folder(self._folder, "bodies")
        except OSError as error:
            raise AuditError(f"bodies: cannot be kept: {error.strerror}") from error
        except SettingsError as error:
            raise AuditError(str(error), next_step=error.next_step) from None

    def keep(self, ticket: Ticket, bodies: tuple[bytes, bytes], today: dt.date) -> Path:
        """Keep the bodies of one attempt.

        Args:
            ticket: Of the attempt.
            bodies: What was sent and what came back.
            today: The day from which `keep_days` are counted.

        Returns:
            The file.

        Raises:
            AuditError: They cannot be written.
        """
        name = self._keys.current
        sealed = name.encode() + b"\n" + self._cipher(name).encrypt(msgspec.msgpack.encode(bodies))
        path = self._folder / f"{today + self._keep}_{ticket.text}{_SUFFIX}"
        self.check()
        try:
            with whole_file(path, replace=False) as file:
                file.write(sealed)
        except OSError as error:
            raise AuditError(f"bodies: cannot be kept: {error.strerror}") from error
        return path

    def read(self, ticket: Ticket) -> Bodies:
        """Return the bodies of an attempt.

        Raises:
            AuditError: None are kept, or the keys do not open them.
        """
        for path in self._folder.glob(f"*_{ticket.text}{_SUFFIX}"):
            name, _, sealed = path.read_bytes().partition(b"\n")
            try:
                opened = self._cipher(name.decode("ascii", "replace")).decrypt(sealed)
            except (KeyError, InvalidToken):
                raise AuditError("bodies: these keys do not open them") from None
            return msgspec.msgpack.decode(opened, type=Bodies)
        raise AuditError("bodies: none are kept under this ticket")

    def purge(self, today: dt.date) -> int:
        """Remove what may no longer be kept.

        Args:
            today: Files whose last day lies before it go.

        Returns:
            How many were removed.

        Raises:
            AuditError: One of them cannot be removed.
            SettingsError: There is no such folder; nobody may take that for nothing to remove.
        """
        if not self._folder.is_dir():
            raise SettingsError(f"bodies: {self._folder} is no folder")
        over = [
            path
            for path in self._folder.glob(f"*{_SUFFIX}")
            if path.name.partition("_")[0] < today.isoformat()
        ]
        for path in over:
            try:
                path.unlink(missing_ok=True)  # another purge may be at work
            except OSError as error:
                message = f"bodies: {path.name} cannot be removed: {error.strerror}"
                raise AuditError(message) from None
        return len(over)

    def _cipher(self, name: str) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._keys.encryption_key(name)))
