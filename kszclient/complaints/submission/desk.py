"""The desks of instances, as we reach them."""

from __future__ import annotations

from typing import Self, TypeVar
from urllib.parse import quote

import msgspec

from kszclient.complaints.submission.desk_contract import KEY_HEADER, DeskCase, Refused
from kszclient.complaints.vocabulary import Instance
from kszclient.errors import (
    AnswerMismatchError,
    ContractDriftError,
    GatewayError,
    SettingsError,
)
from kszclient.security import Profile, client_context
from kszclient.transport import BlockingTransport, Deadline, HttpAnswer
from kszclient.values import Language

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

    def hand_over(self, instance: Instance, key: str, body: bytes) -> DeskCase | Refused:
        """Hand a complaint in; the same key twice is one case.

        Args:
            instance: To whom.
            key: Tells this case from every other.
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
            return _read(answer, Refused)
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
