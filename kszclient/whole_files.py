"""Files that appear whole or not at all, and never lead the writer elsewhere.

Everything that kszclient writes for somebody to read is written here: into a file with a random
name beside the target, which takes the target's place at the end. A link in that place is replaced
and not followed, and of a file with two names (a hard link) the other one keeps what it held.
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
        raise OSError(errno.EINVAL, "a pipe or device is in its place", str(path))


def _claim(part: str, name: str, folder: int) -> None:
    """Take a name that nobody has; who came first keeps it."""
    try:
        os.link(part, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(name, _NEW, OWNER_ONLY, dir_fd=folder))
