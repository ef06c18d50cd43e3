"""Whether the file of an open trail still lies where it was opened.

A file that is moved or removed stays open: what is written to it goes on, out of everybody's sight,
and may be gone when it is closed. The log beside it (``-wal``) is part of it.
"""

from __future__ import annotations

import os
from pathlib import Path

from kszclient.errors import AuditError

_COMPANIONS = ("-wal", "-shm", "-journal")
_Identity = tuple[int, int]


class Place:
    """Where a trail lies, and which files lay there when it was opened.

    Args:
        path: The trail.
    """

    def __init__(self, path: Path) -> None:
        self._path = os.path.abspath(path)  # noqa: PTH100 - looked at before each write
        self._log = f"{self._path}-wal"
        # Before it is opened: where another file comes in between, what is opened is not this one.
        self._file = _identity(self._path)
        self._log_file: _Identity | None = None

    def opened(self) -> None:
        """Remember the log, which is there once the trail was read."""
        self._log_file = _identity(self._log)

    def check(self) -> None:
        """Refuse a trail that is not there any more.

        Raises:
            AuditError: The file or its log was moved, removed or replaced.
        """
        for path, was in ((self._path, self._file), (self._log, self._log_file)):
            if _identity(path) != was:
                raise AuditError(
                    "the audit trail was moved, removed or replaced while it was open",
                    next_step="Put it back, together with its file that ends in -wal, and begin "
                    "anew. To set a trail aside, stop everything that writes to it first.",
                )


def check_free(path: Path) -> None:
    """Refuse to make a trail where parts of another one lie: they would be lost, or mixed into it.

    Raises:
        AuditError: There is such a part.
    """
    for ending in _COMPANIONS:
        if os.path.lexists(f"{path}{ending}"):
            raise AuditError(
                f"audit trail: {path.name}{ending} is part of another trail",
                next_step="It may hold entries that stand nowhere else: stop what writes to that "
                "trail, and move the file to where the trail itself was moved.",
            )


def _identity(path: str) -> _Identity | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - looked at before each write
    except OSError:
        return None
    return found.st_dev, found.st_ino
