"""Files that others on this machine must not read, must not change, and must not replace.

Every secret, key and certificate is read here, so that each is held to the same rules.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kszclient.errors import SettingsError

_MAX_BYTES = 4 * 1024 * 1024


class _Rule(NamedTuple):
    is_kind: Callable[[int], bool]
    kind: str
    forbidden: int
    complaint: str
    remedy: str
    root_may_own: bool


_FILE = (stat.S_ISREG, "an ordinary file")
_OPEN = "others may read or change it"
_PRIVATE = _Rule(*_FILE, 0o077, _OPEN, "chmod 600", root_may_own=False)
_UNCHANGED = _Rule(*_FILE, 0o022, "others may change it", "chmod go-w", root_may_own=True)
_FOLDER = _Rule(stat.S_ISDIR, "a folder", 0o077, _OPEN, "chmod 700", root_may_own=False)
_UNCHANGED_FOLDER = _UNCHANGED._replace(is_kind=stat.S_ISDIR, kind="a folder")


_REPLACEABLE = 0o022
_MOST_LINKS = 40  # as many as Linux follows


def read_private(path: Path, key: str) -> bytes:
    """Read a file that only we may read: a secret or a private key.

    Args:
        path: The file.
        key: The setting that names it, for messages.

    Raises:
        SettingsError: It cannot be read, is not ours, or others may read, change or replace it.
    """
    return _read(path, key, _PRIVATE)


def read_unchanged(path: Path, key: str) -> bytes:
    """Read a file that only we (or root) may change: whom to trust, or what to run.

    Args:
        path: The file.
        key: The setting that names it, for messages.

    Raises:
        SettingsError: It cannot be read, or others may change or replace it.
    """
    return _read(path, key, _UNCHANGED)


def check_private(path: Path, key: str) -> None:
    """Refuse a database that others may read.

    It is not opened: closing it again would let go of the locks that SQLite holds on it.

    Args:
        path: The file.
        key: What it is, for messages.

    Raises:
        SettingsError: As `read_private`.
    """
    with _failures_reported(path, key):
        _check(path.stat(), path, key, _PRIVATE)


def others_may_open(path: Path) -> bool:
    """Return whether the permissions of a file let others than its owner read or change it."""
    return bool(path.stat().st_mode & _PRIVATE.forbidden)


def check_private_folder(path: Path, key: str) -> None:
    """Refuse a folder that others may look into, or that we may not write to.

    Args:
        path: The folder.
        key: What it is, for messages.

    Raises:
        SettingsError: As `read_private`, or we may not write there.
    """
    with _failures_reported(path, key):
        _check(path.stat(), path, key, _FOLDER)
        if not os.access(path, os.W_OK | os.X_OK) or os.statvfs(path).f_flag & os.ST_RDONLY:
            raise SettingsError(f"{key}: {path.name} cannot be written to")


def check_unchanged(folder: Path, *parts: str, key: str) -> None:
    """Refuse data that others may change: a file or folder within a folder, and all that it holds.

    Every folder on the way down is checked too, and both ends of a link.

    Args:
        folder: The folder that holds all of the data.
        parts: The way down to what is about to be read.
        key: The setting that names the folder, for messages.

    Raises:
        SettingsError: As `read_unchanged`, for anything on the way or below it.
    """
    way = [folder.joinpath(*parts[:depth]) for depth in range(len(parts) + 1)]
    with _failures_reported(folder, key):
        seen: set[tuple[int, int]] = set()
        for path in way[:-1]:
            _check(path.stat(), path, key, _UNCHANGED_FOLDER)
        below = way[-1:]
        while below:
            path = below.pop()
            found = path.stat()
            if (found.st_dev, found.st_ino) in seen:
                continue  # a link that leads back
            seen.add((found.st_dev, found.st_ino))
            is_folder = stat.S_ISDIR(found.st_mode)
            _check(found, path, key, _UNCHANGED_FOLDER if is_folder else _UNCHANGED)
            below += path.iterdir() if is_folder else ()


def _read(path: Path, key: str, rule: _Rule) -> bytes:
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    with _failures_reported(path, key), os.fdopen(os.open(path, flags), "rb") as file:
        # The opened file is looked at, not the path: what is checked is what is read.
        _check(os.fstat(file.fileno()), path, key, rule)
        return file.read(_MAX_BYTES)


@contextmanager
def _failures_reported(path: Path, key: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SettingsError(f"{key}: {path.name} cannot be read: {error.strerror}") from None


def _check(found: os.stat_result, path: Path, key: str, rule: _Rule) -> None:
    if not rule.is_kind(found.st_mode):
        raise SettingsError(f"{key}: {path.name} is not {rule.kind}")
    if found.st_mode & rule.forbidden:
        raise SettingsError(
            f"{key}: {path.name} has loose permissions: {rule.complaint}",
            next_step=f"Run: {rule.remedy} {path}",
        )
    owners = {os.geteuid(), 0} if rule.root_may_own else {os.geteuid()}
    if found.st_uid not in owners:
        raise SettingsError(
            f"{key}: {path.name} belongs to another user",
            next_step=f"Run kszclient as the owner of {path}, or make that user its owner.",
        )
    check_surroundings(path, key)


def check_surroundings(path: Path, key: str) -> None:
    """Refuse a path on which others may put something else in the place of what it names.

    Every folder above counts: who may rename one of them chooses all that lies in it. In one like
    /tmp (sticky) nobody but the owner of an entry may do so.

    Args:
        path: A file or folder, which need not be there yet.
        key: The setting that names it, for messages.

    Raises:
        SettingsError: Others may change a folder above, or one that a link leads through.
    """
    with _failures_reported(path, key):
        for folder in dict.fromkeys(_folders_on(path)):
            if folder.exists():  # else it is still to be made, by us
                _check_around(folder.stat(), folder, path, key)


def _folders_on(path: Path) -> Iterator[Path]:
    """Yield every folder in which a name is looked up on the way to a path, along every link.

    Who can change a link, be it in the middle of several, chooses the file as well.
    """
    at, parts, links = Path(path.absolute().anchor), list(path.absolute().parts[1:]), 0
    while parts:
        yield at
        name = parts.pop(0)
        if name == "..":
            at = at.parent
        elif (at / name).is_symlink():
            links += 1
            if links > _MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
            target = (at / name).readlink()
            at = Path(target.anchor) if target.is_absolute() else at
            parts[:0] = target.parts[1:] if target.is_absolute() else target.parts
        else:
            at /= name


def _check_around(found: os.stat_result, folder: Path, path: Path, key: str) -> None:
    if found.st_uid not in {os.geteuid(), 0}:
        raise SettingsError(
            f"{key}: {path.name} lies in a folder that belongs to another user, who may replace it",
            next_step=f"Keep it in a folder of your own, instead of {folder}.",
        )
    if found.st_mode & _REPLACEABLE and not found.st_mode & stat.S_ISVTX:
        raise SettingsError(
            f"{key}: {path.name} lies in a folder with loose permissions: others may replace it",
            next_step=f"Run: chmod go-w {folder}",
        )
