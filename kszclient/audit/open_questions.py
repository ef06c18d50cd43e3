"""Consultations without an end: asked, and nothing in the trail says what came of it.

A process that is killed, or a machine that loses power, leaves them. Whether the question was sent,
and answered, nobody here can know.

One that is open right now is no such thing. It is under way where it is younger than a lookup may
last, and the trail is open in some process: a process that was killed has nothing open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from kszclient.audit import store
from kszclient.audit.chain import Sealed
from kszclient.audit.events import Asked, Entry, Explained, Inspected
from kszclient.audit.keys import AuditKeys
from kszclient.audit.problem import ProblemKind
from kszclient.audit.reader import Reader
from kszclient.audit.trail import utc_now

UNDER_WAY = dt.timedelta(minutes=10)
"""How long a consultation may be under way; no profile that ships lets a lookup last longer."""


class UnfinishedConsultation(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation without an end.

    Args:
        entry: The place of its beginning in the trail.
        asked_at: When that was written, UTC.
        age_seconds: How long ago.
        ticket: Of the question.
        user: Who asked.
        organisation: On whose behalf.
        legal_context: Under which purpose agreed with the KSZ.
        purpose: Why, in the organisation's own words.
        person: Pseudonym of the person asked about.
        months: The months asked about.
        sources: The registers asked; none named is every register.
        rules: The version of the rules by which they were chosen; not in entries of before.
    """

    entry: int
    asked_at: dt.datetime
    age_seconds: int
    ticket: str
    user: str
    organisation: str
    legal_context: str
    purpose: str | None
    person: str
    months: str
    sources: tuple[str, ...]
    rules: str | msgspec.UnsetType = msgspec.UNSET


class UnfinishedConsultations(msgspec.Struct, frozen=True):
    """Every consultation without an end that nobody explained, oldest first.

    Args:
        unfinished: Those that have none.
        under_way: How many more are open right now.
    """

    unfinished: tuple[UnfinishedConsultation, ...]
    under_way: int


class OpenQuestions:
    """Follows a trail entry by entry, and keeps the questions that have no end so far.

    Args:
        keys: Those of the trail: an end counts only as it was sealed.
    """

    def __init__(self, keys: AuditKeys) -> None:
        self._keys = keys
        self._open: dict[str, list[Entry]] = {}
        self._last = 0

    def follow(self, sealed: Iterable[Sealed]) -> None:
        """Take what comes next in the trail."""
        for each in sealed:
            entry = each.read()
            if entry is not None:
                self.see(entry, sound=is_sealed(each, entry, self._keys))

    def see(self, entry: Entry, *, sound: bool) -> None:
        """Take the next entry.

        Args:
            entry: The entry.
            sound: Whether its seal fits.
        """
        self._last = max(self._last, entry.sequence)
        event = entry.event
        if isinstance(event, Inspected):
            return
        if isinstance(event, Explained):
            if sound and event.finding == ProblemKind.UNFINISHED:
                self._explain(event.entry)
        elif isinstance(event, Asked):
            self._open.setdefault(event.ticket, []).append(entry)
        elif sound and event.ticket in self._open:
            self._close(event.ticket, self._open[event.ticket][0])

    def _explain(self, place: int) -> None:
        found = next((entry for entry in self._entries() if entry.sequence == place), None)
        if found is not None and isinstance(found.event, Asked):
            self._close(found.event.ticket, found)

    def _close(self, ticket: str, entry: Entry) -> None:
        self._open[ticket].remove(entry)
        if not self._open[ticket]:
            del self._open[ticket]

    def settle(
        self, path: Path, moment: dt.datetime, longest: dt.timedelta
    ) -> UnfinishedConsultations:
        """Separate those that are under way from those that will have no end.

        Args:
            path: The trail, which nobody here has open any more.
            moment: When the reading began.
            longest: How long a consultation may be under way.
        """
        if any(self._young(moment, longest)) and not store.open_elsewhere(path):
            # Nobody writes: what has no end by now has none.
            with store.snapshot(path) as connection:
                self.follow(store.read_entries(connection, after=self._last))
            longest = dt.timedelta(0)
        under_way = {entry.sequence for entry in self._young(moment, longest)}
        unfinished = [
            _unfinished(entry, entry.event, moment)
            for entry in self._entries()
            if entry.sequence not in under_way and isinstance(entry.event, Asked)
        ]
        return UnfinishedConsultations(tuple(unfinished), len(under_way))

    def _entries(self) -> list[Entry]:
        found = (entry for entries in self._open.values() for entry in entries)
        return sorted(found, key=lambda entry: entry.sequence)

    def _young(self, moment: dt.datetime, longest: dt.timedelta) -> list[Entry]:
        # One that lies far ahead was written by a clock that was wrong.
        return [entry for entry in self._entries() if abs(moment - as_utc(entry.at)) < longest]


def unfinished(
    path: Path,
    keys: AuditKeys,
    reader: Reader | None = None,
    *,
    now: Callable[[], dt.datetime] = utc_now,
    longest: dt.timedelta = UNDER_WAY,
) -> UnfinishedConsultations:
    """List the consultations without an end.

    Args:
        path: The trail.
        keys: All that were ever used in it.
        reader: Who reads; that is written to the trail first. Nothing is written where left out.
        now: Returns the time, with a time zone.
        longest: How long a consultation may be under way.

    Raises:
        AuditError: The file cannot be read, or the reading cannot be written down.
    """
    questions = OpenQuestions(keys)
    with store.snapshot(path) as connection:
        moment = now()
        if reader is not None and store.holds_entries(connection):
            reader.record(path, keys, "unfinished")
        questions.follow(store.read_entries(connection))
    return questions.settle(path, moment, longest)


def is_sealed(sealed: Sealed, entry: Entry, keys: AuditKeys) -> bool:
    """Whether an entry is as a key that is given here sealed it."""
    return keys.knows(entry.key) and keys.fits(sealed.seal, entry.key, "entry", sealed.entry)


def as_utc(moment: dt.datetime) -> dt.datetime:
    """Return a moment with its time zone; who left it out meant UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _unfinished(entry: Entry, asked: Asked, moment: dt.datetime) -> UnfinishedConsultation:
    at = as_utc(entry.at)
    return UnfinishedConsultation(
        entry=entry.sequence,
        asked_at=at,
        age_seconds=round((moment - at).total_seconds()),
        **msgspec.structs.asdict(asked),
    )
