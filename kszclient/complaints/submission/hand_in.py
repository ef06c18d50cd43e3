"""Handing a complaint in, once: whatever breaks on the way, the same case is never two."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.result import Evaluation, Route
from kszclient.complaints.route import route as find_route
from kszclient.complaints.rules.instances import TAKES_IN, card_of
from kszclient.complaints.submission.case_register import CaseRegister
from kszclient.complaints.submission.cases import CaseState, HandedCase, canonical_case
from kszclient.complaints.submission.desk import DeskRefusal, Desks, Handed, is_receipt
from kszclient.complaints.vocabulary import Instance, Item
from kszclient.errors import (
    ConsultationError,
    ContractDriftError,
    GatewayError,
    IntakeError,
)
from kszclient.geography import Area

_SENT_ALREADY = (CaseState.UNCONFIRMED, CaseState.REFUSED)
_AGAIN = (
    "The case stands in the register of cases without a receipt. Hand it in again in the same "
    "way: it stays one case, whether the desk got it or not."
)
_AGAIN_OR_ASK = f"{_AGAIN} If the same comes back, ask the instance itself for its receipt."


class HandedIn(NamedTuple):
    """What became of handing a complaint in.

    Args:
        case: The case as the register of cases now has it.
        before: Whether its receipt was there already, so that nothing was sent.
        refused: Why the desk did not take it; None where it did.
    """

    case: HandedCase
    before: bool = False
    refused: DeskRefusal | None = None


def choose_instance(route: Route, named: Instance | None = None) -> Instance:
    """Choose to whom a complaint goes.

    Args:
        route: Where it can go.
        named: The instance that a person chose; else the first informal step.

    Raises:
        IntakeError: The instance has no part in the route or takes nothing in, no step is
            recommended, or the parts of the case go different ways.
    """
    if named is not None:
        spoken = {each.instance for part in route.parts for each in part.evaluations}
        if named not in spoken:
            raise IntakeError(f"instance {named.value}: has no part in the route of this complaint")
        return _takes_in(named)
    first = {part.recommended.informal for part in route.parts}
    if len(first) != 1 or None in first:
        ways = ", ".join(sorted(each.value for each in first if each)) or "none"
        raise IntakeError(
            f"the route does not name one first step (found: {ways})",
            next_step="Choose one with --instance.",
        )
    return _takes_in(next(each for each in first if each))


def _takes_in(instance: Instance) -> Instance:
    # What going to an instance is, is the same in every area.
    kinds = {card_of(instance, area).kind for area in Area}
    if kinds.isdisjoint(TAKES_IN):
        raise IntakeError(
            f"instance {instance.value}: takes no complaints in; go there yourself, now",
            next_step="The route shows how to reach it.",
        )
    return instance


def otherwise_today(
    complaint: Complaint, route: Route, instance: Instance, today: dt.date
) -> Evaluation | None:
    """Return what an instance answers to a complaint handed in today, where the route differs.

    The route counts from `filing_date`; a desk counts from the day on which a paper arrives.

    Args:
        complaint: The case, as it is handed in.
        route: Where it can go by its own day of filing.
        instance: To whom.
        today: The day.

    Returns:
        The answer of today where it is another one in a part of the case, else None.
    """
    late = find_route(
        msgspec.structs.replace(complaint, filing_date=max(today, complaint.filing_date))
    )
    routed = {(each.outcome, each.reason) for each in _of(route, instance)}
    return next(
        (each for each in _of(late, instance) if (each.outcome, each.reason) not in routed), None
    )


def _of(route: Route, instance: Instance) -> list[Evaluation]:
    return [each for part in route.parts for each in part.evaluations if each.instance is instance]


def hand_in(  # noqa: PLR0913 - each a choice of its own, all named
    complaint: Complaint,
    instance: Instance,
    *,
    register: CaseRegister,
    desks: Desks,
    today: dt.date,
    informed: Complaint | None = None,
) -> HandedIn:
    """Hand a complaint in at an instance's desk.

    The case is written into the register before anything is sent, under a key that the desk
    honours: after a crash or a lost answer the same call gives the one receipt. A case whose
    receipt is known is not sent again; a refused one is, as the desk kept nothing of it.

    Args:
        complaint: The case as it was given; it alone decides what is the same case.
        instance: To whom.
        register: Knows what was handed in before.
        desks: Take it in.
        today: The day.
        informed: The case as the registers completed it; this is what the desk gets. The child's
            number goes along only to an instance that asks for national numbers.

    Raises:
        ConsultationError: No usable answer came; the case is in the register, unconfirmed.
        CaseRegisterError: The case cannot be written down, so nothing was sent.
    """
    case = register.open_case(complaint, instance, desks=desks.address, today=today)
    if case.state not in _SENT_ALREADY:
        return HandedIn(case, before=True)
    try:
        answer = desks.hand_over(instance, case.key, _body(informed or complaint, instance))
    except ConsultationError as error:
        if not isinstance(error, GatewayError) or error.retry_can_help:
            unreadable = isinstance(error, ContractDriftError)
            error.next_step = _AGAIN_OR_ASK if unreadable else _AGAIN
        raise
    kept = register.keep(msgspec.structs.replace(case, desks=desks.address), answer)
    return HandedIn(kept, refused=answer if isinstance(answer, DeskRefusal) else None)


def follow_up(register: CaseRegister, desks: Desks) -> tuple[HandedCase, ...]:
    """Ask the desks how far the open cases are, and write it down.

    Args:
        register: Knows them.
        desks: Asked about the cases that were handed in there.

    Returns:
        The cases about which the desk answered.

    Raises:
        ConsultationError: No usable answer came.
    """
    return tuple(_followed(register, desks, _waiting(register.cases(), desks.address)))


def _waiting(cases: Iterable[HandedCase], address: str) -> list[HandedCase]:
    return [case for case in _open(cases) if not _why_left_out(case, address)]


def left_out(cases: Iterable[HandedCase], address: str) -> dict[str, int]:
    """Count the open cases with a receipt about which `follow_up` asks nobody, by the reason.

    Args:
        cases: Those of a register.
        address: Of the desks that are asked.
    """
    return Counter(reason for case in _open(cases) if (reason := _why_left_out(case, address)))


def _open(cases: Iterable[HandedCase]) -> Iterator[HandedCase]:
    ended = (CaseState.CLOSED, CaseState.REFUSED)
    return (case for case in cases if case.receipt is not None and case.state not in ended)


def _why_left_out(case: HandedCase, address: str) -> str | None:
    # An older register may hold what no longer passes for a receipt.
    if not is_receipt(case.receipt or ""):
        return "no desk gives such a receipt; ask the instance itself"
    if case.desks != address:
        return f"handed in at {case.desks}; name it with --desk"
    return None


def _followed(
    register: CaseRegister, desks: Desks, cases: Iterable[HandedCase]
) -> Iterable[HandedCase]:
    for case in cases:
        answer = desks.ask_after(case.instance, case.receipt or "")
        if answer is not None:
            yield register.keep(case, answer)


def _body(complaint: Complaint, instance: Instance) -> bytes:
    requires = {item for area in Area for item in card_of(instance, area).requires}
    if Item.NATIONAL_NUMBER not in requires:
        complaint = msgspec.structs.replace(complaint, child_ssin=None)
    if requires.isdisjoint({Item.NATIONAL_NUMBER, Item.CHILD}):
        complaint = msgspec.structs.replace(complaint, child_birth_date=None, child_sex=None)
    return msgspec.json.encode(Handed(instance, msgspec.Raw(canonical_case(complaint))))
