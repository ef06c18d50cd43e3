"""The desks of instances, as we reach them."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Self, TypeVar
from urllib.parse import quote

import msgspec

from kszclient.complaints.vocabulary import Instance, Item, Outcome
from kszclient.errors import (
    AnswerMismatchError,
    ContractDriftError,
    GatewayError,
    InvalidValueError,
    SettingsError,
)
from kszclient.logs import MaskedStruct
from kszclient.security import Profile, client_context
from kszclient.transport import BlockingTransport, Deadline, HttpAnswer
from kszclient.values import Language, Ssin

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


class DeskRefusal(MaskedStruct, frozen=True):
    """Why a desk does not take a complaint.

    Args:
        refused: The reasons, one for each part of the case.
        missing: What the instance requires and the complaint does not state.
    """

    refused: tuple[RefusalReason, ...]
    missing: tuple[Item, ...] = ()


T = TypeVar("T")
_TAKEN = (200, 201)
_REFUSED = 422
_NOT_FOUND = 404


class Desks:
    """Hands complaints in at the desks of instances, and asks after them.

    A profile that reaches this machine only (`loopback_only`) has its desks on this machine too;
    others need https, under the same certificates as the service.

    Args:
        profile: Within which limits, and where the desks are unless `address` says so.
        address: Where the desks are.
        language: In which a desk is asked to give its reasons.

    Raises:
        SettingsError: No address, or one that the profile does not allow.
    """

    def __init__(
        self, profile: Profile, address: str | None = None, language: Language = Language.EN
    ) -> None:
        where = profile.desks if address is None else address
        if where is None:
            raise SettingsError(
                "desks: not set", next_step="Give --desk, or set desks in a profile of your own."
            )
        try:
            policy = msgspec.structs.replace(profile, endpoint=where)
        except SettingsError as error:
            text = str(error).removeprefix("endpoint: ")
            raise SettingsError(f"desks: {text}", next_step=error.next_step) from None
        self.address = where.rstrip("/")
        self._language = language
        self._seconds = policy.deadline_seconds
        self._transport = BlockingTransport(
            connect_timeout_seconds=policy.connect_timeout_seconds,
            max_answer_bytes=policy.max_answer_bytes,
            tls=client_context(policy),
            proxy=policy.proxy,
        )

    def hand_over(self, instance: Instance, key: str, body: bytes) -> DeskCase | DeskRefusal:
        """Hand a complaint in; the same key twice is one case.

        Args:
            instance: To whom.
            key: Identifies this case.
            body: The complaint.

        Raises:
            ConsultationError: No usable answer came; the desk may have the case or not.
        """
        headers = {
            "Content-Type": "application/json",
            "Accept-Language": self._language.value,
            KEY_HEADER: key,
        }
        answer = self._transport.post(self._url(instance), body, headers, Deadline(self._seconds))
        if answer.status == _REFUSED:
            return _read(answer, DeskRefusal)
        return _own(_case(answer), instance)

    def ask_after(self, instance: Instance, receipt: str) -> DeskCase | None:
        """Ask how far a case is.

        Args:
            instance: Who has it.
            receipt: Its number.

        Returns:
            The case, or None where the desk does not know the number.

        Raises:
            ConsultationError: No usable answer came.
        """
        answer = self._transport.get(
            f"{self._url(instance)}/{quote(receipt, safe='')}", {}, Deadline(self._seconds)
        )
        if answer.status == _NOT_FOUND:
            return None
        case = _own(_case(answer), instance)
        if case.receipt != receipt:
            raise AnswerMismatchError("the desk answered about another receipt than was asked")
        return case

    def _url(self, instance: Instance) -> str:
        return f"{self.address}/{instance.value}/complaints"

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _case(answer: HttpAnswer) -> DeskCase:
    if answer.status not in _TAKEN:
        raise GatewayError(
            f"the desk answered with HTTP status {answer.status}", http_status=answer.status
        )
    return _read(answer, DeskCase)


def _read(answer: HttpAnswer, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except msgspec.MsgspecError:
        # The text of the error may repeat what was sent.
        raise ContractDriftError("the desk's answer is not what its contract says") from None


def _own(case: DeskCase, instance: Instance) -> DeskCase:
    if case.instance is not instance:
        raise AnswerMismatchError("the receipt is from another instance than was asked")
    return case
