"""Whether a trail is as it was written.

Found, without a look at anything but the file and the keys: an entry that was changed, taken out,
put elsewhere or made up; entries cut off the end; an end that was put back to an earlier one.

Found with an anchor too, that is with a line about an earlier end, kept where nobody who can write
the trail can write (another machine, a notary, paper): a file put back whole to an earlier copy,
a trail thrown away and begun anew, and a trail rewritten by somebody who holds the keys.

Never found: what happened after the last anchor, where somebody holds the keys or puts an earlier
copy of the file back; a consultation made around this library; an untruth of who wrote the entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from enum import StrEnum
from itertools import chain
from pathlib import Path
from sqlite3 import Connection

import msgspec

from kszclient.audit import store
from kszclient.audit.chain import Head, Sealed, first_link
from kszclient.audit.keys import AuditKeys
from kszclient.errors import AuditError
from kszclient.guarded_files import others_may_open

_MOST_PROBLEMS = 100


class ProblemKind(StrEnum):
    """What is wrong at a place in the trail."""

    CHANGED = "CHANGED"
    MISSING = "MISSING"
    REORDERED = "REORDERED"
    NO_KEY = "NO_KEY"
    END = "END"
    ANCHOR = "ANCHOR"
    PERMISSIONS = "PERMISSIONS"


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong.

    Args:
        kind: What.
        sequence: Where, or None where it is about the whole trail.
        explanation: In a sentence.
    """

    kind: ProblemKind
    sequence: int | None
    explanation: str


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


class Verification(msgspec.Struct, frozen=True):
    """What a look at a whole trail found.

    Args:
        entries: How many were read.
        problems: What is wrong, in order, the first hundred.
        problem_count: How many things are wrong.
        anchor: Where the trail ends, to be kept elsewhere; None where it is not as it was written.
    """

    entries: int
    problems: tuple[Problem, ...]
    problem_count: int
    anchor: Anchor | None

    @property
    def as_written(self) -> bool:
        """Whether every entry is as it was written, whoever may read the file."""
        return all(each.kind is ProblemKind.PERMISSIONS for each in self.problems)


def verify(path: Path, keys: AuditKeys, anchors: Iterable[Anchor] = ()) -> Verification:
    """Read a trail from its beginning and check every entry, its place and the end.

    It may be written to meanwhile; what is checked is the trail of one moment. Whether others may
    read or change the file is told as well; whose it is does not count, for an auditor may be
    another than who writes it.

    Args:
        path: The trail.
        keys: All that were ever used in it.
        anchors: Earlier ends, kept elsewhere.

    Raises:
        AuditError: The file cannot be read.
    """
    check = _Check(keys, tuple(anchors))
    problems: list[Problem] = []
    count = 0
    with closing(store.connect(path, read_only=True)) as connection, store.failures_told("read"):
        connection.execute("BEGIN")
        for problem in chain(_permissions(path), check.whole(connection)):
            count += 1
            if count <= _MOST_PROBLEMS:
                problems.append(problem)
    found = Verification(check.entries, tuple(problems), count, check.anchor)
    return found if found.as_written else msgspec.structs.replace(found, anchor=None)


def _permissions(path: Path) -> Iterator[Problem]:
    if others_may_open(path):
        yield Problem(
            ProblemKind.PERMISSIONS,
            None,
            f"others may read or change the file, so that lookups refuse it; run: chmod 600 {path}",
        )


class _Check:
    def __init__(self, keys: AuditKeys, anchors: tuple[Anchor, ...]) -> None:
        self._keys = keys
        self._anchors = anchors
        self._last, self._last_seal = 0, ""
        self.entries = 0
        self.anchor: Anchor | None = None

    def whole(self, connection: Connection) -> Iterator[Problem]:
        head = None
        try:
            head = store.read_head(connection)
        except AuditError as error:
            yield Problem(ProblemKind.END, None, str(error))
        # What the next entry must hold; None where that cannot be known.
        link = first_link(head.trail) if head else None
        try:
            yield from self._entries(connection, link)
        except AuditError as error:
            yield Problem(ProblemKind.MISSING, None, str(error))
        if head is not None:
            yield from self._end(head)

    def _entries(self, connection: Connection, link: str | None) -> Iterator[Problem]:
        for sealed in store.read_entries(connection):
            self.entries += 1
            place = sealed.sequence
            if place is None:
                yield Problem(ProblemKind.CHANGED, None, "the place of an entry is no number")
                continue
            if place > self._last + 1:
                yield _missing(self._last + 1, place - 1)
                link = None
            wrong = self._wrong(sealed, place, link)
            if wrong is not None:
                yield wrong
            link = sealed.seal if wrong is None else None
            self._last, self._last_seal = place, sealed.seal
            for anchor in self._anchors:
                if anchor.sequence == place and anchor.seal != sealed.seal:
                    yield Problem(ProblemKind.ANCHOR, place, "the anchor kept elsewhere differs")

    def _wrong(self, sealed: Sealed, place: int, link: str | None) -> Problem | None:
        entry = sealed.read()
        if entry is None:
            return Problem(ProblemKind.CHANGED, place, "the entry cannot be read")
        if not self._keys.knows(entry.key):
            return Problem(ProblemKind.NO_KEY, place, "the entry's key was not given: not checked")
        if not self._keys.fits(sealed.seal, entry.key, "entry", sealed.entry):
            return Problem(ProblemKind.CHANGED, place, "the entry was changed after it was sealed")
        if entry.sequence != place:
            return Problem(ProblemKind.REORDERED, place, f"the entry belongs at {entry.sequence}")
        if link is not None and entry.previous != link:
            return Problem(ProblemKind.REORDERED, place, "the entry does not follow the one before")
        return None

    def _end(self, head: Head) -> Iterator[Problem]:
        try:
            head.check(self._keys)
        except AuditError as error:
            yield Problem(ProblemKind.END, None, str(error))
        else:
            if self._last < head.sequence:
                yield _missing(self._last + 1, head.sequence)
            elif self._last and (self._last, self._last_seal) != (head.sequence, head.seal):
                yield Problem(ProblemKind.END, self._last, "the trail ends elsewhere than it says")
            self.anchor = Anchor(head.trail, head.sequence, head.seal)
        for anchor in self._anchors:
            if anchor.trail != head.trail:
                yield Problem(
                    ProblemKind.ANCHOR, None, "the anchor kept elsewhere is of another trail"
                )
            elif anchor.sequence > self._last:
                yield Problem(
                    ProblemKind.ANCHOR, anchor.sequence, "the anchor's entry is not there any more"
                )


def _missing(first: int, last: int) -> Problem:
    return Problem(ProblemKind.MISSING, first, f"entries {first} to {last} are gone")
