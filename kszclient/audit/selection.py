"""Entries for an inspection: JSON lines, by time, ticket or person.

What somebody found out about a finding stands in the trail too. A killed process or a clock that
was set leaves a finding that nothing mends. Explained, it counts no more, and the account stands in
the trail, sealed like every entry: who, when and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from sqlite3 import Connection

import msgspec

from kszclient.audit import store
from kszclient.audit.asker import check_account_text
from kszclient.audit.chain import Sealed
from kszclient.audit.events import Answered, Asked, Entry, Explained, Inspected
from kszclient.audit.keys import AuditKeys
from kszclient.audit.open_questions import UNDER_WAY
from kszclient.audit.reader import Reader
from kszclient.audit.trail import AuditTrail, utc_now
from kszclient.audit.verification import verify
from kszclient.errors import AuditError, InputError, SettingsError
from kszclient.values import Ssin, Ticket


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries; what is left out does not narrow.

    Args:
        begin: Written at or after this moment, with a time zone.
        end: Written before this moment, with a time zone.
        ticket: All events of this question, and who looked for it in the trail.
        person: All events of every question that was about this person, or whose answer named
            them; and who looked for this person in the trail.

    Raises:
        SettingsError: A moment has no time zone.
    """

    begin: dt.datetime | None = None
    end: dt.datetime | None = None
    ticket: Ticket | None = None
    person: Ssin | None = None

    def __post_init__(self) -> None:
        """Refuse moments that could be meant in two ways."""
        for key in ("begin", "end"):
            moment = getattr(self, key)
            if moment is not None and moment.tzinfo is None:
                raise SettingsError(f"{key}: must have a time zone")


def export(
    path: Path, keys: AuditKeys, selection: Selection, reader: Reader | None = None
) -> Iterator[bytes]:
    """Yield the entries of a selection, oldest first, each as a line of JSON.

    A line holds the entry to the byte as it was sealed, and its seal, so that whoever holds the
    keys can check a line by itself. The trail is read from its beginning: there is no index that
    could be tampered with.

    Args:
        path: The trail.
        keys: All that were ever used in it; a person is looked for under each.
        selection: Which entries.
        reader: Who reads; that is written to the trail before the first line, which shows the trail
            as it was before. Nothing is written where left out.

    Yields:
        Lines without their line ends.

    Raises:
        AuditError: The file cannot be read, or the reading cannot be written down.
    """
    with store.snapshot(path) as connection:
        if reader is not None and store.holds_entries(connection):
            person = None if selection.person is None else keys.pseudonym(selection.person)
            reader.record(
                path,
                keys,
                "export",
                begin=selection.begin,
                end=selection.end,
                ticket=None if selection.ticket is None else selection.ticket.text,
                person=person,
            )
        names = frozenset() if selection.person is None else keys.pseudonyms(selection.person)
        tickets = _tickets(connection, names, selection)
        for sealed in store.read_entries(connection):
            entry = sealed.read()
            if _within(entry, selection, tickets, names):
                yield _line(entry, sealed)


def _tickets(
    connection: Connection, names: frozenset[str], selection: Selection
) -> frozenset[str] | None:
    """Return the tickets that are asked for; None for every one."""
    found = None if selection.ticket is None else frozenset({selection.ticket.text})
    if selection.person is None:
        return found
    about = frozenset(
        entry.event.ticket
        for sealed in store.read_entries(connection)
        if (entry := sealed.read()) is not None
        and not isinstance(entry.event, Inspected | Explained)
        and names & _persons(entry)
    )
    return about if found is None else about & found


def _persons(entry: Entry) -> frozenset[str]:
    event = entry.event
    if isinstance(event, Asked):
        return frozenset({event.person})
    return frozenset(event.subjects) if isinstance(event, Answered) else frozenset()


def _within(
    entry: Entry | None,
    selection: Selection,
    tickets: frozenset[str] | None,
    names: frozenset[str],
) -> bool:
    if entry is None:
        # Damaged: an inspection of everything must still see it.
        return selection == Selection()
    if isinstance(entry.event, Inspected):
        if not _looked_for(entry.event, selection, names):
            return False
    elif tickets is not None and entry.event.ticket not in tickets:
        return False
    too_early = selection.begin is not None and entry.at < selection.begin
    too_late = selection.end is not None and entry.at >= selection.end
    return not (too_early or too_late)


def _looked_for(event: Inspected, selection: Selection, names: frozenset[str]) -> bool:
    """Whether a reading of the trail was about the very question or person of a selection."""
    about_ticket = selection.ticket is None or event.ticket == selection.ticket.text
    return about_ticket and (selection.person is None or event.person in names)


def _line(entry: Entry | None, sealed: Sealed) -> bytes:
    if entry is None:
        return msgspec.json.encode({"damaged": sealed.sequence, "seal": sealed.seal})
    return msgspec.json.encode({"entry": msgspec.Raw(sealed.entry), "seal": sealed.seal})


def explain(  # noqa: PLR0913 - what is explained, by whom, and when
    path: Path,
    keys: AuditKeys,
    entry: int,
    *,
    user: str,
    why: str,
    now: Callable[[], dt.datetime] = utc_now,
    longest: dt.timedelta = UNDER_WAY,
) -> tuple[Explained, ...]:
    """Write down what is behind the findings at an entry: ``UNFINISHED``, ``CLOCK`` or both.

    Args:
        path: The trail.
        keys: All that were ever used in it.
        entry: The place at which a verification finds something.
        user: Who found out.
        why: What was found out; no name and no number of a person.
        now: Returns the time, with a time zone.
        longest: How long a consultation may be under way.

    Returns:
        What was written, one for each finding.

    Raises:
        InputError: Nothing is found there that can be explained, or user or reason will not do.
        AuditError: The trail is not as it was written, or takes no entry.
    """
    if not (user.strip() and why.strip()):
        raise InputError("user and why: both must be given")
    try:
        check_account_text("user", user)
        check_account_text("why", why)
    except SettingsError as error:
        raise InputError(str(error), next_step=error.next_step) from None
    found = verify(path, keys, now=now, longest=longest)
    if not found.as_written:
        raise AuditError(
            "the trail is not as it was written: nothing is explained in it",
            next_step="See what is wrong with it: kszclient audit verify.",
        )
    ticket = _ticket(path, entry)
    events = tuple(
        Explained(user=user, why=why, entry=entry, finding=kind, ticket=ticket)
        for kind in dict.fromkeys(
            each.kind
            for each in found.problems
            if each.sequence == entry and each.kind.can_be_explained
        )
    )
    if not events:
        raise InputError(
            f"entry: nothing is found at {entry} that can be explained",
            next_step="kszclient audit verify lists what is found, and at which entries.",
        )
    with AuditTrail(path, keys, now=now) as trail:
        for event in events:
            trail.append(event)
    return events


def _ticket(path: Path, place: int) -> str | None:
    with store.snapshot(path) as connection:
        sealed = next(store.read_entries(connection, after=place - 1), None)
    entry = sealed.read() if sealed is not None and sealed.sequence == place else None
    if entry is None or isinstance(entry.event, Inspected):
        return None
    return entry.event.ticket
