"""Whether a folder lies on a drive of the network, where SQLite's locks may do nothing."""

from __future__ import annotations

import os
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_OF_THE_NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre",
    "beegfs", "gpfs", "ocfs2", "gfs2", "fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs",
    "davfs", "fuse.davfs2",
})  # fmt: skip


def network_drive(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """Return the kind of network drive on which a folder lies, such as ``nfs4``, or None.

    Args:
        folder: The folder, which need not be there yet.
        mounts: What is mounted, as the kernel lists it; where there is no such list, it is not
            known and nothing is returned.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    # Unlike `Path.resolve`, this bears links that lead to themselves.
    path, found = Path(os.path.realpath(folder)), ("", "")
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, kind = before.split(" "), after.split(" ")[0]
        # Source: proc(5); a space in a path is written \040.
        point = fields[4].encode().decode("unicode_escape") if "\\" in fields[4] else fields[4]
        # What is mounted last over the same folder counts.
        if path.is_relative_to(point) and len(point) >= len(found[0]):
            found = point, kind
    return found[1] if found[1] in _OF_THE_NETWORK else None
