"""What is written to the trail: seven kinds of events, as plain data.

A consultation begins with `Asked`, written before anything is sent, and ends with one of the next
four. Two stand for themselves: `Inspected`, somebody read the trail, and `Explained`, somebody
found out what is behind a finding. No event holds a national number: persons stand in it under a
keyed pseudonym.
"""

from __future__ import annotations

import datetime as dt

import msgspec
from msgspec import UNSET, UnsetType


class Asked(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="asked"):
    """A question is about to be sent.

    Args:
        ticket: Of the question; it ties the other events to this one.
        user: Who asks.
        organisation: On whose behalf.
        legal_context: Under which purpose agreed with the KSZ.
        purpose: Why this person, in the asking organisation's own words, such as a file reference.
        person: Pseudonym of the person asked about.
        months: ``YYYY-MM..YYYY-MM``; an open end is left out.
        sources: The registers asked; none named is every register.
        rules: The version of the rules by which they were chosen and are read; not in entries
            from before it was written down.
    """

    ticket: str
    user: str
    organisation: str
    legal_context: str
    purpose: str | None
    person: str
    months: str
    sources: tuple[str, ...]
    rules: str | UnsetType = UNSET


class Answered(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="answered"):
    """Data came back.

    Args:
        ticket: Of the question.
        ticket_cbss: The KSZ's ticket.
        outcome: ``COMPLETE`` or ``INCOMPLETE``.
        silent: The registers that did not answer.
        subjects: Pseudonyms of every person that the answer names.
    """

    ticket: str
    ticket_cbss: str
    outcome: str
    silent: tuple[str, ...]
    subjects: tuple[str, ...]


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="refused"):
    """The KSZ would not answer.

    Args:
        ticket: Of the question.
        ticket_cbss: The KSZ's ticket.
        code: Its reason.
    """

    ticket: str
    ticket_cbss: str
    code: str


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="failed"):
    """Something came back that is no answer, or an answer that may not be used.

    Args:
        ticket: Of the question.
        ticket_cbss: The KSZ's ticket, where it gave one.
        error: Name of the error.
    """

    ticket: str
    ticket_cbss: str | None
    error: str


class Unanswered(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="unanswered"):
    """Nothing came back; whether the question was read over there is not known.

    Args:
        ticket: Of the question.
        error: Name of the error.
    """

    ticket: str
    error: str


class KnownAnchors(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification knew of a file of anchors, so that the next one sees it shortened.

    Args:
        file: Which file: the SHA-256 of its first anchor.
        count: How many anchors it held.
        digest: The SHA-256 of all of them, in their order.
    """

    file: str
    count: int
    digest: str


class Inspected(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="inspected"):
    """Somebody read the trail, or was about to.

    Args:
        user: Who.
        purpose: Why, in the reader's own words.
        action: ``verify``, ``export`` or ``unfinished``.
        begin: First moment of the selection; None for the beginning.
        end: The moment before which the selection ends; None for the end.
        ticket: The question that was selected; None for every one.
        person: Pseudonym of the person who was selected; None for everybody.
        anchors: The file of anchors that a verification compared the trail with.
    """

    user: str
    purpose: str | None
    action: str
    begin: dt.datetime | None = None
    end: dt.datetime | None = None
    ticket: str | None = None
    person: str | None = None
    anchors: KnownAnchors | None = None


class Explained(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="explained"):
    """Somebody found out what is behind a finding, so that it is none any more.

    Args:
        user: Who.
        why: What was found out, in their own words.
        entry: The place of the entry at which it was found.
        finding: ``UNFINISHED`` or ``CLOCK``.
        ticket: Of the question at that entry; None where it holds none.
    """

    user: str
    why: str
    entry: int
    finding: str
    ticket: str | None = None


Event = Asked | Answered | Refused | Failed | Unanswered | Inspected | Explained
"""Any of the seven."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event in its place in the trail.

    Args:
        sequence: Its place, from 1, without gaps.
        at: When it was written, UTC.
        key: Which key made its seal and its pseudonyms.
        previous: The seal of the entry before it.
        event: What happened.
    """

    sequence: int
    at: dt.datetime
    key: str
    previous: str
    event: Event
