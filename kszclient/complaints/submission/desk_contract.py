"""What a desk for complaints takes and gives, in JSON over HTTP.

``POST {desks}/{INSTANCE}/complaints`` with a `Handed` as body and the header ``Idempotency-Key``
hands a complaint in. The answer is a `DeskCase` (201; 200 where the same key came before) or
`Refused` (422), its reasons in the language of ``Accept-Language`` where the desk speaks it.
``GET {desks}/{INSTANCE}/complaints/{receipt}`` gives the `DeskCase` again.

A receipt is printed, kept, and put into an address, so it is short and plain: ASCII letters and
digits, single dots, dashes or underscores between them, 64 characters at most, and not the number
of a person. Codes and names of rules are as plain; sentences are bounded.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated

import msgspec

from kszclient.complaints.vocabulary import Instance, Item, Outcome
from kszclient.errors import InvalidValueError
from kszclient.logs import MaskedStruct
from kszclient.values import Ssin

KEY_HEADER = "Idempotency-Key"
_PLAIN = r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*"
_RECEIPT = re.compile(rf"(?=.{{1,64}}\Z){_PLAIN}", re.ASCII)
_Name = Annotated[str, msgspec.Meta(pattern=rf"\A{_PLAIN}\Z", max_length=64)]
_Code = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z][A-Z0-9_]*\Z", max_length=64)]
_Sentence = Annotated[str, msgspec.Meta(max_length=2000)]


def is_receipt(text: str) -> bool:
    """Return whether a text can be the number of a receipt.

    >>> is_receipt("KBD-2025-00012"), is_receipt("../GBA/complaints/1"), is_receipt("850230.001-25")
    (True, False, False)
    """
    return _RECEIPT.fullmatch(text) is not None and not _is_person(text)


def _is_person(text: str) -> bool:
    try:
        Ssin.parse(re.sub("[^A-Za-z0-9]", "", text))
    except InvalidValueError:
        return False
    return True


class DeskState(StrEnum):
    """How far a desk is with a case."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    HANDLED = "handled"
    CLOSED = "closed"


class Handed(MaskedStruct, frozen=True):
    """A complaint that is handed in.

    Args:
        instance: To whom.
        complaint: The complaint, with the keys of a complaint file.
    """

    instance: Instance
    complaint: msgspec.Raw


class DeskCase(MaskedStruct, frozen=True, kw_only=True):
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
    promise: _Name | None = None
    acknowledge_by: dt.date | None = None
    handle_by: dt.date | None = None
    handle_at_latest: dt.date | None = None
    acknowledged_on: dt.date | None = None
    handled_on: dt.date | None = None
    closed_on: dt.date | None = None

    def __post_init__(self) -> None:
        """Refuse a receipt that is none.

        Raises:
            ValueError: It is not written as the contract says; the message does not repeat it.
        """
        if not is_receipt(self.receipt):
            raise ValueError("receipt: not written as the contract says")


class RefusalReason(MaskedStruct, frozen=True):
    """One reason why a desk does not take a complaint.

    Args:
        outcome: What the decision table says.
        reason: The reason code.
        rules: The rules that say so.
        text: The reason in one sentence.
    """

    outcome: Outcome
    reason: _Code
    rules: tuple[_Name, ...]
    text: _Sentence


class Refused(MaskedStruct, frozen=True):
    """Why a desk does not take a complaint.

    Args:
        refused: The reasons, one for each part of the case.
        missing: What the instance requires and the complaint does not state.
    """

    refused: tuple[RefusalReason, ...]
    missing: tuple[Item, ...] = ()
