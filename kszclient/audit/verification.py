"""Whether a trail is as it was written.

Found, without a look at anything but the file and the keys: an entry that was changed, taken out,
put elsewhere or made up; entries cut off the end; an end that was put back to an earlier one; a
table, view, index or trigger that does not belong there; a clock that went back or ran ahead; a
consultation that has no end.

Found with an anchor too, that is with a line about an earlier end, kept where nobody who can write
the trail can write (another machine, a notary, paper): a file put back whole to an earlier copy,
or moved without its log; a trail thrown away and begun anew; and a trail rewritten by somebody who
holds the keys.

Never found: what happened after the last anchor, where somebody holds the keys or puts an earlier
copy of the file back; a clock that was wrong all the time, or jumped ahead and never back; a
consultation made around this library; an untruth of who wrote the entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from sqlite3 import Connection

import msgspec

from kszclient.audit import store
from kszclient.audit.anchors import Anchor, AnchorFile
from kszclient.audit.chain import Head, Sealed, first_link
from kszclient.audit.events import Entry, Explained, Inspected, KnownAnchors
from kszclient.audit.keys import AuditKeys
from kszclient.audit.open_questions import UNDER_WAY, OpenQuestions, as_utc
from kszclient.audit.problem import Problem, ProblemKind
from kszclient.audit.reader import Reader
from kszclient.audit.trail import utc_now
from kszclient.errors import AuditError
from kszclient.guarded_files import others_may_open

_MOST_PROBLEMS = 100
CLOCK_TOLERANCE = dt.timedelta(seconds=5)
"""How far an entry's time may lie before that of an earlier entry, or after the verification."""
CLOCK_GAP = dt.timedelta(hours=1)
"""A longer gap between two entries is a jump of the clock where a later entry lies before its end.

By itself a gap is nothing: nobody asked.
"""


class Verification(msgspec.Struct, frozen=True):
    """What a look at a whole trail found.

    Args:
        entries: How many were read.
        problems: What is wrong, in order, the first hundred.
        problem_count: How many things are wrong.
        anchor: Where the trail ends, to be kept elsewhere; None where it is not as it was written.
        as_written: Whether every entry is as it was written, whatever else is wrong.
        explained: Findings of before that somebody explained, so that they count no more.
        under_way: How many consultations are open right now. Neither these nor those without an end
            are looked for in a trail that lacks entries or was changed.
        unrecorded: Why this verification is not written down in the trail; None where it is.
    """

    entries: int
    problems: tuple[Problem, ...]
    problem_count: int
    anchor: Anchor | None
    as_written: bool
    under_way: int = 0
    unrecorded: str | None = None
    explained: tuple[Explained, ...] = ()


def verify(  # noqa: PLR0913 - what is compared with, and who verifies when
    path: Path,
    keys: AuditKeys,
    anchors: Iterable[Anchor] = (),
    *,
    anchor_file: AnchorFile | None = None,
    reader: Reader | None = None,
    now: Callable[[], dt.datetime] = utc_now,
    longest: dt.timedelta = UNDER_WAY,
) -> Verification:
    """Read a trail from its beginning and check every entry, its place and the end.

    It may be written to meanwhile; what is checked is the trail of one moment. Whether others may
    read or change the file is reported as well; whose it is does not count, for an auditor may be
    another than who writes it.

    A verification shows nobody's data, so it is made even where it cannot be written down: the
    result says so. Nothing is written to a trail that is empty or not as it was written.

    Args:
        path: The trail.
        keys: All that were ever used in it.
        anchors: Earlier ends, kept elsewhere.
        anchor_file: A file of them; the end is added to it where the trail is as it was written.
        reader: Who verifies; that is written to the trail. Nothing is written where left out.
        now: Returns the time, with a time zone.
        longest: How long a consultation may be under way.

    Raises:
        AuditError: The file cannot be read.
        InputError: A file of anchors is to be begun, though the trail knows it.
        SettingsError: The file of anchors cannot be written.
    """
    given = (*anchors, *(anchor_file.anchors if anchor_file else ()))
    with store.snapshot(path, any_mark=True) as connection:
        moment = now()
        check = _Check(keys, given, moment)
        problems = _Problems()
        problems.take(chain(_permissions(path), check.whole(connection)))
    if anchor_file is not None:
        problems.take(anchor_file.problems(check.known_anchors))
    as_written = problems.leave_entries
    under_way = 0
    if not problems.hide_ends:
        settled = check.questions.settle(path, moment, longest)
        under_way = settled.under_way
        problems.take(
            Problem(
                ProblemKind.UNFINISHED,
                each.entry,
                f"asked at {each.asked_at:%Y-%m-%d %H:%M:%S} UTC, and nothing says how it ended",
            )
            for each in settled.unfinished
        )
    known, unrecorded = None, None
    if anchor_file is not None and as_written and check.anchor is not None:
        known = anchor_file.add(check.anchor)
    if reader is not None:
        unrecorded = _record(path, keys, reader, check, known, as_written=as_written)
    return Verification(
        entries=check.entries,
        problems=tuple(problems.first),
        problem_count=problems.count,
        anchor=check.anchor if as_written else None,
        as_written=as_written,
        under_way=under_way,
        unrecorded=unrecorded,
        explained=tuple(check.explained.values()),
    )


def _record(  # noqa: PLR0913 - what is written, and whether it may be
    path: Path,
    keys: AuditKeys,
    reader: Reader,
    check: _Check,
    known: KnownAnchors | None,
    *,
    as_written: bool,
) -> str | None:
    """Write the verification down, or return why that cannot be."""
    if not as_written:
        return "the trail is not as it was written, and is left as it is"
    if not check.entries:
        return "the trail is empty"
    try:
        msgspec.structs.replace(reader, unrecorded=False).record(
            path, keys, "verify", anchors=known
        )
    except AuditError as error:
        return str(error).partition(": ")[2]
    return None


def _permissions(path: Path) -> Iterator[Problem]:
    if others_may_open(path):
        yield Problem(
            ProblemKind.PERMISSIONS,
            None,
            f"others may read or change the file, so that lookups refuse it; run: chmod 600 {path}",
        )


class _Problems:
    """Keeps the first problems and counts the rest."""

    def __init__(self) -> None:
        self.first: list[Problem] = []
        self.count = 0
        self.leave_entries = True
        self.hide_ends = False

    def take(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.count += 1
            self.leave_entries = self.leave_entries and problem.kind.leaves_entries
            self.hide_ends = self.hide_ends or problem.kind.hides_ends
            if self.count <= _MOST_PROBLEMS:
                self.first.append(problem)


class _Clock:
    """Whether the times of entries could be those of a clock that runs evenly."""

    def __init__(self, moment: dt.datetime) -> None:
        self._moment = moment
        self._ahead = False
        self._latest: dt.datetime | None = None
        self._jump: tuple[int, dt.datetime, dt.datetime] | None = None

    def see(self, place: int, at: dt.datetime) -> Iterator[Problem]:
        ahead = at > self._moment + CLOCK_TOLERANCE
        if ahead and not self._ahead:
            yield _clock(place, f"the clock ran ahead: {at:%Y-%m-%d %H:%M:%S} is yet to come")
        self._ahead = ahead
        if self._latest is None or at >= self._latest - CLOCK_TOLERANCE:
            if self._latest is not None and at - self._latest > CLOCK_GAP:
                self._jump = place, self._latest, at
            self._latest = at if self._latest is None else max(self._latest, at)
            return
        if self._jump is not None and at < self._jump[2] - CLOCK_TOLERANCE:
            jumped, before, after = self._jump
            yield _clock(jumped, f"the clock jumped ahead by {after - before} or less, see {place}")
        yield _clock(place, f"the clock went back by {self._latest - at}")
        self._latest, self._jump = at, None


class _Check:
    def __init__(self, keys: AuditKeys, anchors: tuple[Anchor, ...], moment: dt.datetime) -> None:
        self._keys = keys
        self._anchors = anchors
        self._seals: dict[int, set[str]] = {}
        for anchor in anchors:
            self._seals.setdefault(anchor.sequence, set()).add(anchor.seal)
        self._last, self._last_seal = 0, ""
        self._clock = _Clock(moment)
        self._set_clock: list[Problem] = []
        self.entries = 0
        self.anchor: Anchor | None = None
        self.questions = OpenQuestions(keys)
        self.known_anchors: dict[str, KnownAnchors] = {}
        self.explained: dict[tuple[int, str], Explained] = {}

    def whole(self, connection: Connection) -> Iterator[Problem]:
        for stranger in store.strangers(connection):
            yield Problem(ProblemKind.FOREIGN, None, stranger)
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
        for problem in self._set_clock:
            if (problem.sequence, problem.kind) not in self.explained:
                yield problem

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
            entry = sealed.read()
            wrong = self._wrong(sealed, entry, place, link)
            if wrong is not None:
                yield wrong
            elif entry is not None:
                self._set_clock += self._clock.see(place, as_utc(entry.at))
                self._follow(entry)
            link = sealed.seal if wrong is None else None
            self._last, self._last_seal = place, sealed.seal
            if self._seals.get(place, {sealed.seal}) != {sealed.seal}:
                yield Problem(ProblemKind.ANCHOR, place, "the anchor kept elsewhere differs")

    def _follow(self, entry: Entry) -> None:
        self.questions.see(entry, sound=True)
        if isinstance(entry.event, Inspected) and entry.event.anchors is not None:
            self.known_anchors[entry.event.anchors.file] = entry.event.anchors
        elif isinstance(entry.event, Explained) and entry.event.entry < entry.sequence:
            # None counts ahead of what it explains.
            self.explained[entry.event.entry, entry.event.finding] = entry.event

    def _wrong(
        self, sealed: Sealed, entry: Entry | None, place: int, link: str | None
    ) -> Problem | None:
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
        ours = [anchor for anchor in self._anchors if anchor.trail == head.trail]
        if not self._last and any(anchor.sequence for anchor in ours):
            yield Problem(
                ProblemKind.EMPTY, None, "the trail is empty, though an anchor knows of entries"
            )
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


def _clock(place: int, explanation: str) -> Problem:
    return Problem(ProblemKind.CLOCK, place, explanation)
