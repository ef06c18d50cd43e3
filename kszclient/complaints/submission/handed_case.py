"""A case that was handed in, and whether its instance keeps its word."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from kszclient.complaints.vocabulary import Instance, Subject
from kszclient.logs import MaskedStruct


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


class Case(MaskedStruct, frozen=True, kw_only=True):
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
        """Tell what should have come by now; on its last day a promise can still be kept.

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
