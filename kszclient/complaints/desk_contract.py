"""What a desk for complaints takes and gives, in JSON over HTTP.

``POST {desks}/{INSTANCE}/complaints`` with a `Handed` as body and the header ``Idempotency-Key``
hands a complaint in. The answer is a `DeskCase` (201; 200 where the same key came before) or
`Refused` (422), its reasons in the language of ``Accept-Language`` where the desk speaks it.
``GET {desks}/{INSTANCE}/complaints/{receipt}`` gives the `DeskCase` again.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from kszclient.complaints.vocabulary import Instance, Item, Outcome

KEY_HEADER = "Idempotency-Key"


class DeskState(StrEnum):
    """How far a desk is with a case."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    HANDLED = "handled"
    CLOSED = "closed"


class Handed(msgspec.Struct, frozen=True):
    """A complaint that is handed in.

    Args:
        instance: To whom.
        complaint: The complaint, with the keys of a complaint file.
    """

    instance: Instance
    complaint: msgspec.Raw


class DeskCase(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt of a complaint, and how far it is.

    Args:
        instance: Who has it.
        receipt: The number under which it can be followed up.
        state: How far it is.
        received_at: When it arrived, with time zone.
        promise: The instance's service terms, as `config/complaints/terms.toml` names them.
        acknowledge_by: The day by which it promises to acknowledge.
        handle_by: The day by which it promises to answer.
        handle_at_latest: The same where it may take longer.
        acknowledged_on: The day on which it acknowledged.
        handled_on: The day on which it answered.
        closed_on: The day on which it closed the case.
    """

    instance: Instance
    receipt: str
    state: DeskState
    received_at: dt.datetime
    promise: str | None = None
    acknowledge_by: dt.date | None = None
    handle_by: dt.date | None = None
    handle_at_latest: dt.date | None = None
    acknowledged_on: dt.date | None = None
    handled_on: dt.date | None = None
    closed_on: dt.date | None = None


class RefusalReason(msgspec.Struct, frozen=True):
    """One reason why a desk does not take a complaint.

    Args:
        outcome: What the decision table says.
        reason: The reason code.
        rules: The rules that say so.
        text: The reason in one sentence.
    """

    outcome: Outcome
    reason: str
    rules: tuple[str, ...]
    text: str


class Refused(msgspec.Struct, frozen=True):
    """Why a desk does not take a complaint.

    Args:
        refused: The reasons, one for each part of the case.
        missing: What the instance requires and the complaint does not state.
    """

    refused: tuple[RefusalReason, ...]
    missing: tuple[Item, ...] = ()
