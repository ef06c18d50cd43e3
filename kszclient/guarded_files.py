"""Files that others on this machine must not read, or must not change.

Every secret, key and certificate is read here, so that each is held to the same rules.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kszclient.errors import SettingsError

_OTHERS_ANYTHING = 0o077
_OTHERS_WRITE = 0o022
_MAX_BYTES = 4 * 1024 * 1024


def read_private(path: Path, key: str) -> bytes:
    """Read a file that only we may read: a secret or a private key.

    Args:
        path: The file.
        key: The setting that names it, for messages.

    Raises:
        SettingsError: It cannot be read, is not ours, or others may read or change it.
    """
    return _read(path, key, _OTHERS_ANYTHING, "others may read or change it", "chmod 600")


def read_unchanged(path: Path, key: str) -> bytes:
    """Read a file that only we (or root) may change: whom to trust, or what to run.

    Args:
        path: The file.
        key: The setting that names it, for messages.

    Raises:
        SettingsError: It cannot be read, or others may change it.
    """
    return _read(path, key, _OTHERS_WRITE, "others may change it", "chmod go-w")


def _read(path: Path, key: str, forbidden: int, complaint: str, remedy: str) -> bytes:
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            # The opened file is looked at, not the path: what is checked is what is read.
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise SettingsError(f"{key}: {path.name} is not an ordinary file")
            if found.st_mode & forbidden:
                raise SettingsError(
                    f"{key}: {path.name} has loose permissions: {complaint}",
                    next_step=f"Run: {remedy} {path}",
                )
            owners = {os.geteuid()} if forbidden == _OTHERS_ANYTHING else {os.geteuid(), 0}
            if found.st_uid not in owners:
                raise SettingsError(
                    f"{key}: {path.name} belongs to another user",
                    next_step=f"Run kszclient as the owner of {path}, or make that user its owner.",
                )
            return file.read(_MAX_BYTES)
    except OSError as error:
        raise SettingsError(f"{key}: {path.name} cannot be read: {error.strerror}") from None
