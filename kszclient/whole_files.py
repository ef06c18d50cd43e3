"""Files that appear whole or not at all, and never lead the writer elsewhere.

Everything that kszclient writes for somebody to read is written here: into a file with a random
name beside the target, which takes the target's place at the end. A link in that place is replaced
and not followed, and of a file with two names (a hard link) the other one keeps what it held.

A file that lasts, such as a journal, is opened here too. It cannot be replaced, so a link, or a
second name, in its place is refused.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

OWNER_ONLY = 0o600
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS}
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

_LINK = "a link is in its place"
_NO_FILE = "a pipe or device is in its place"


@contextmanager
def whole_file(path: Path, *, mode: int = OWNER_ONLY, replace: bool = True) -> Iterator[IO[bytes]]:
    """Write a file; it appears where the block ends well, and is on the disk then.

    Args:
        path: The file.
        mode: Its permissions, whatever an older one had.
        replace: Whether an older one is replaced.

    Yields:
        What takes the content.

    Raises:
        FileExistsError: There is one already, and it is not to be replaced.
        OSError: It cannot be written, or a folder, pipe or device is in its place.
    """
    _check_target(path, replace=replace)
    # Who swaps the folder for a link meanwhile must not lead the end of this elsewhere.
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    part = f".kszclient-{secrets.token_hex(8)}.part"
    try:
        with os.fdopen(os.open(part, _NEW, OWNER_ONLY, dir_fd=folder), "wb") as file:
            yield file
            file.flush()
            if mode != OWNER_ONLY:  # which a file system without permissions does not refuse
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        if not replace:
            _claim(part, path.name, folder)
        os.replace(part, path.name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part, dir_fd=folder)
        os.close(folder)


def open_lasting(path: Path, flags: int = os.O_RDWR | os.O_CREAT) -> int:
    """Open a file that is added to and never replaced; one that is made is for its owner only.

    Args:
        path: The file.
        flags: As `os.open` takes them.

    Returns:
        Its descriptor.

    Raises:
        OSError: It cannot be opened, or a link, folder, pipe or device is in its place.
    """
    try:
        # Without O_NONBLOCK, opening a pipe could wait for ever.
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, OWNER_ONLY)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise OSError(errno.ELOOP, _LINK, str(path)) from None
    try:
        _check_lasting(os.fstat(descriptor), path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def check_lasting(path: Path) -> None:
    """Refuse a link, a folder, a pipe or a device in the place of a file that lasts.

    Raises:
        OSError: There is one, or nothing at all.
    """
    _check_lasting(path.lstat(), path)


def _check_lasting(found: os.stat_result, path: Path) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if stat.S_ISLNK(found.st_mode):
        raise OSError(errno.ELOOP, _LINK, str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, _NO_FILE, str(path))
    if found.st_nlink > 1:
        raise OSError(errno.EMLINK, "it has a second name (a hard link)", str(path))


def _check_target(path: Path, *, replace: bool) -> None:
    if not path.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not replace and os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    try:
        found = path.stat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):  # to replace /dev/stdout would break the machine
        raise OSError(errno.EINVAL, _NO_FILE, str(path))


def _claim(part: str, name: str, folder: int) -> None:
    """Take a name that nobody has; who came first keeps it."""
    try:
        os.link(part, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(name, _NEW, OWNER_ONLY, dir_fd=folder))
