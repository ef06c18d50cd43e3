"""The cases that were handed in, each with a key that does not reveal whose it is."""

from __future__ import annotations

import datetime as dt
import hmac
from enum import StrEnum
from typing import Any

import msgspec

from kszclient.competence import DomicileHistory
from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.vocabulary import Instance, Subject
from kszclient.logs import MaskedStruct
from kszclient.values import plain

_USE = b"kszclient hand-in 1"


def canonical_case(complaint: Complaint) -> bytes:
    """Write a complaint as JSON in one way only, with the keys of a complaint file.

    Args:
        complaint: The case; whatever order its file had, its canonical form is the same.

    >>> from kszclient.complaints.case.complaint import read_complaint
    >>> canonical_case(read_complaint(
    ...     '{"steps_done": ["KBD", "PAYER"], "nis": "11002", "subject": "AMOUNT", '
    ...     '"filing_date": "2025-03-03", "role": null}'
    ... ))
    b'{"filing_date":"2025-03-03","nis":"11002","steps_done":["KBD","PAYER"],"subject":"AMOUNT"}'
    """
    return _stated(complaint)


def _stated(complaint: Complaint, *, but: str = "") -> bytes:
    # An empty list of steps says that nothing was tried; only what was left out is left out.
    stated = {
        field.name: _as_json(value)
        for field in msgspec.structs.fields(Complaint)
        if (value := getattr(complaint, field.name)) != field.default and field.name != but
    }
    return msgspec.json.encode(stated, order="sorted")


def _as_json(value: Any) -> Any:
    if isinstance(value, DomicileHistory):
        return [
            {key: each for key, each in plain(stay.spell).items() if each is not None}
            for stay in value.stays
        ]
    if isinstance(value, frozenset):
        return sorted(value)
    return plain(value)


def case_key(secret: bytes, complaint: Complaint, instance: Instance) -> str:
    """Return the keyed digest of a case and the instance to which it goes (HMAC-SHA-256).

    A plain digest would not do: dates and a national number have so few values that they could be
    found again by trying. The day of filing does not count: the same child, subject, months and
    decision on another day are the same case.

    Args:
        secret: The secret of the register of cases.
        complaint: The case as it was given.
        instance: To whom.
    """
    text = b"\0".join((_USE, instance.value.encode(), _stated(complaint, but="filing_date")))
    return hmac.digest(secret, text, "sha256").hex()


class CaseState(StrEnum):
    """How far a case is, as far as we know."""

    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    HANDLED = "handled"
    CLOSED = "closed"


class Awaited(StrEnum):
    """What an instance still owes."""

    RECEIPT = "receipt"
    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"


_WAITING_FOR_ANSWER = (CaseState.RECEIVED, CaseState.ACKNOWLEDGED)


class HandedCase(MaskedStruct, frozen=True, kw_only=True):
    """A case in the register: nothing of it says whose it is.

    Args:
        key: The keyed digest of the case and its instance.
        instance: To whom it was handed in.
        subject: What it is about.
        desks: The address of the desks.
        opened_on: The day on which it was first handed in.
        state: How far it is.
        receipt: The instance's number for it; none while it is unconfirmed or refused.
        received_on: The day on which the instance got it.
        promise: The instance's service terms.
        acknowledge_by: The day by which it promises to acknowledge.
        handle_by: The day by which it promises to answer.
        handle_at_latest: The same where it may take longer.
        acknowledged_on: The day on which it acknowledged.
        handled_on: The day on which it answered.
        closed_on: The day on which it closed the case.
        reasons: Why it was refused: codes, with a comma between them.
        rules: The version of the rules by which it was routed; none in cases from before it was
            written down.
    """

    key: str
    instance: Instance
    subject: Subject
    desks: str
    opened_on: dt.date
    state: CaseState = CaseState.UNCONFIRMED
    receipt: str | None = None
    received_on: dt.date | None = None
    promise: str | None = None
    acknowledge_by: dt.date | None = None
    handle_by: dt.date | None = None
    handle_at_latest: dt.date | None = None
    acknowledged_on: dt.date | None = None
    handled_on: dt.date | None = None
    closed_on: dt.date | None = None
    reasons: str | None = None
    rules: str | None = None

    @property
    def open(self) -> bool:
        """Whether the instance still owes something."""
        return self.state in {CaseState.UNCONFIRMED, *_WAITING_FOR_ANSWER}

    @property
    def next_date(self) -> dt.date | None:
        """The next day by which something is promised; None where nothing is awaited."""
        if self.state is CaseState.RECEIVED and self.acknowledge_by is not None:
            return self.acknowledge_by
        if self.state in _WAITING_FOR_ANSWER:
            return self.handle_at_latest or self.handle_by
        return None

    def overdue(self, as_of: dt.date) -> tuple[Awaited, ...]:
        """Describe what should have come by now; on its last day a promise can still be kept.

        Args:
            as_of: The day.

        Returns:
            What is overdue. A receipt always is: it comes at once, or was lost.
        """
        if self.state is CaseState.UNCONFIRMED:
            return (Awaited.RECEIPT,)
        due = []
        if self.state is CaseState.RECEIVED and _is_past(self.acknowledge_by, as_of):
            due.append(Awaited.ACKNOWLEDGEMENT)
        if self.state in _WAITING_FOR_ANSWER and _is_past(
            self.handle_at_latest or self.handle_by, as_of
        ):
            due.append(Awaited.ANSWER)
        return tuple(due)


def _is_past(day: dt.date | None, as_of: dt.date) -> bool:
    return day is not None and day < as_of
