"""Ends of a trail that were seen before, kept where nobody who can write the trail can write.

A file of anchors holds one end a line, oldest first. It shows that the end of the trail was not cut
off, so it must not vanish itself: it is begun by intent only, and each verification writes into the
trail how many anchors it knew and their digest. Whoever shortens one of the two is shown by the
other.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec

from kszclient.audit.events import KnownAnchors
from kszclient.audit.problem import Problem, ProblemKind
from kszclient.errors import InputError, SettingsError
from kszclient.whole_files import open_lasting

_PUT_BACK = (
    "Put the file of anchors back from a backup. --begin-anchors begins one, at its first use."
)
_ENCODER = msgspec.json.Encoder()


class Anchor(msgspec.Struct, frozen=True):
    """Where a trail ended at some time; worth keeping where its writers cannot write.

    Args:
        trail: Which trail.
        sequence: The place of its last entry.
        seal: Of that entry.
    """

    trail: str
    sequence: int
    seal: str


class AnchorFile:
    """A file of anchors.

    Args:
        path: The file.
        begin: Whether it is used for the first time; else a file that is not there, is empty or is
            unknown to a trail that knows of others is a finding.

    Raises:
        SettingsError: It cannot be read, or a line is no anchor; the message names the line.
    """

    def __init__(self, path: Path, *, begin: bool = False) -> None:
        self._path = path
        self._begin = begin
        try:
            with os.fdopen(open_lasting(path, os.O_RDONLY), "rb") as file:
                content: bytes | None = file.read()
        except FileNotFoundError:
            content = None
        except OSError as error:
            raise SettingsError(f"anchors: {path} cannot be read: {error.strerror}") from None
        self._is_there = content is not None
        self.anchors, self._cut = _decode(content or b"")

    def problems(self, known: Mapping[str, KnownAnchors]) -> Iterator[Problem]:
        """Yield what is wrong with the file, by itself and beside what the trail knows of it.

        Args:
            known: What the latest verification in the trail knew of each file of anchors.

        Raises:
            InputError: It is to be begun, though the trail knows it.
        """
        found = _described(self.anchors)
        if self._cut:
            yield _problem("the last line of the file of anchors is cut off")
        if found is None:
            if not self._begin:
                state = "is empty" if self._is_there else "is not there"
                yield _problem(f"the file of anchors {state}: an end that was cut off cannot show")
            return
        for number, (one, two) in enumerate(pairwise(self.anchors), start=2):
            if two.sequence <= one.sequence:
                yield _problem(f"line {number} of the file of anchors does not follow the last")
        yield from self._beside(found, known)

    def _beside(self, found: KnownAnchors, known: Mapping[str, KnownAnchors]) -> Iterator[Problem]:
        before = known.get(found.file)
        if before is None:
            if known and not self._begin:
                yield _problem(
                    "the trail knows other files of anchors, not this one: lines were taken off "
                    "its beginning, or it is used for the first time"
                )
        elif self._begin:
            raise InputError(
                "anchors: the trail knows this file already", next_step="Leave out --begin-anchors."
            )
        elif found.count < before.count:
            yield _problem(
                f"the file of anchors was shortened: {found.count} lines, and there were "
                f"{before.count}"
            )
        elif _described(self.anchors[: before.count]) != before:
            yield _problem("lines of the file of anchors were changed or put elsewhere")

    def add(self, anchor: Anchor) -> KnownAnchors | None:
        """Add an end after those that stand there; what is older than the last is left out.

        Returns:
            What the file holds now.

        Raises:
            SettingsError: It cannot be written.
        """
        try:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
            with os.fdopen(open_lasting(self._path, flags), "r+b", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)  # another verification may be adding its own
                content = file.readall()
                anchors, _ = _decode(content)
                if not anchors or anchors[-1].sequence < anchor.sequence:
                    line = b"" if content.endswith(b"\n") or not content else b"\n"
                    file.write(line + _ENCODER.encode(anchor) + b"\n")
                    os.fsync(file.fileno())
                    anchors = (*anchors, anchor)
        except OSError as error:
            message = f"anchors: {self._path} cannot be written: {error.strerror}"
            raise SettingsError(message) from None
        return _described(anchors)


def _decode(content: bytes) -> tuple[tuple[Anchor, ...], bool]:
    """Read lines, and whether the last is cut off within."""
    lines = content.splitlines(keepends=True)
    anchors = []
    for number, line in enumerate(lines, start=1):
        try:
            anchors.append(msgspec.json.decode(line, type=Anchor))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            if number == len(lines) and not line.endswith(b"\n"):
                return tuple(anchors), True
            raise SettingsError(f"anchors: line {number}: {error}") from None
    return tuple(anchors), False


def _described(anchors: Sequence[Anchor]) -> KnownAnchors | None:
    if not anchors:
        return None
    first, every = (
        hashlib.sha256(_ENCODER.encode(part)).hexdigest() for part in (anchors[:1], anchors)
    )
    return KnownAnchors(file=first, count=len(anchors), digest=every)


def _problem(explanation: str) -> Problem:
    return Problem(ProblemKind.ANCHOR, None, explanation, _PUT_BACK)
