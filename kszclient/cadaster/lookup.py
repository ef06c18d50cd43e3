"""Look a child up: who is competent, whom we ask, what they hold, what is odd about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from kszclient.cadaster.findings import Finding, find_contradictions, find_elsewhere
from kszclient.cadaster.outcome import Complete, Incomplete, Outcome, Refused
from kszclient.cadaster.person_state import PersonState, person_state
from kszclient.competence import Competence
from kszclient.logs import MaskedStruct
from kszclient.transport import Attempt
from kszclient.transport.waiting import run_blocking
from kszclient.values import AuthenticSource, MonthPeriod, Ssin
from kszclient.values.ssin import counted_past_31
from kszclient.wire import Answer, File, GlobalStatusValue, Information

if TYPE_CHECKING:
    from kszclient.cadaster.async_client import AsyncChildBenefitsClient
    from kszclient.cadaster.client import ChildBenefitsClient


class OutcomeKind(StrEnum):
    """The three outcomes by name."""

    COMPLETE = "COMPLETE"
    INCOMPLETE = "INCOMPLETE"
    REFUSED = "REFUSED"


class SourceReport(MaskedStruct, frozen=True, kw_only=True):
    """What one register answered.

    Args:
        source: The register.
        status: ``DATA_FOUND``, ``NO_DATA_FOUND`` or ``TECHNICAL_ERROR``; None where the answer
            does not mention a register that was asked.
        code: The KSZ's code beside it.
        files: Every file, every element.
    """

    source: AuthenticSource
    status: str | None
    code: str | None
    files: tuple[File, ...] = ()


class Refusal(MaskedStruct, frozen=True):
    """Why the KSZ would not answer."""

    code: str
    description: str | None
    information: tuple[Information, ...]


class Followed(MaskedStruct, frozen=True, kw_only=True):
    """A replaced number that was followed, one step, because the caller asked for it.

    Args:
        asked: The number that was asked about first.
        answered: The number that took its place, about which everything else here is.
        refusal: What the KSZ answered about the first one, or None where it answered.
    """

    asked: Ssin
    answered: Ssin
    refusal: Refusal | None


class Lookup(MaskedStruct, frozen=True, kw_only=True):
    """The whole result of looking one person up.

    Args:
        outcome: COMPLETE, INCOMPLETE (some registers silent) or REFUSED.
        ssin: Whether the number is cancelled or replaced.
        ticket: Our ticket of the question.
        ticket_cbss: The KSZ's ticket, to quote to its help desk.
        sources_asked: The registers that were asked.
        sources_reason: Why these.
        results: What each of them answered.
        refusal: Why the KSZ would not answer, or None.
        competence: Who is competent for these months, or None where no domicile was given.
        findings: What asks for attention.
        data_filters: The elements that the KSZ took out for this customer.
        attempts: Every attempt with its ticket and how it ended, oldest first.
        followed: Where a replaced number was followed: both numbers; else None.
        warnings: Sentences on what the answer holds outside the published contract, and on
            registers that are missing from it because the customer may not ask them.
    """

    outcome: OutcomeKind
    ssin: PersonState
    ticket: str | None
    ticket_cbss: str
    sources_asked: tuple[AuthenticSource, ...]
    sources_reason: str
    results: tuple[SourceReport, ...]
    refusal: Refusal | None
    competence: Competence | None
    findings: tuple[Finding, ...]
    data_filters: tuple[str, ...]
    attempts: tuple[Attempt, ...]
    followed: Followed | None = None
    warnings: tuple[str, ...] = ()


def look_up(  # noqa: PLR0913 - what a lookup depends on, by name
    client: ChildBenefitsClient,
    ssin: Ssin,
    period: MonthPeriod,
    *,
    competence: Competence | None = None,
    sources: tuple[AuthenticSource, ...] | None = None,
    follow_replaced: bool = False,
) -> Lookup:
    """Ask the registers that matter about one person and return what they hold.

    Args:
        client: Asks.
        ssin: The person.
        period: The months, with an end.
        competence: Who is competent for these months; without it every register is asked.
        sources: The registers to ask instead of those that competence names.
        follow_replaced: Ask about the new number where the KSZ shows that the number was replaced:
            one step, never more, so that numbers that point at each other make no loop.

    Returns:
        The result; a refusal and an incomplete answer are results too.

    Raises:
        ConsultationError: No usable answer came.
    """

    async def consult(ssin: Ssin, named: tuple[AuthenticSource, ...]) -> Outcome:
        return client.consult(ssin, period, named)

    return run_blocking(
        _looked_up(consult, ssin, period, competence, sources, follow_replaced=follow_replaced)
    )


async def look_up_async(  # noqa: PLR0913 - what a lookup depends on, by name
    client: AsyncChildBenefitsClient,
    ssin: Ssin,
    period: MonthPeriod,
    *,
    competence: Competence | None = None,
    sources: tuple[AuthenticSource, ...] | None = None,
    follow_replaced: bool = False,
) -> Lookup:
    """Do what `look_up` does, with an asynchronous client.

    Args:
        client: Asks.
        ssin: As there.
        period: As there.
        competence: As there.
        sources: As there.
        follow_replaced: As there.

    Raises:
        ConsultationError: No usable answer came.
    """

    async def consult(ssin: Ssin, named: tuple[AuthenticSource, ...]) -> Outcome:
        return await client.consult(ssin, period, named)

    return await _looked_up(
        consult, ssin, period, competence, sources, follow_replaced=follow_replaced
    )


async def _looked_up(  # noqa: PLR0913 - what a lookup depends on, by name
    consult: Callable[[Ssin, tuple[AuthenticSource, ...]], Awaitable[Outcome]],
    ssin: Ssin,
    period: MonthPeriod,
    competence: Competence | None,
    sources: tuple[AuthenticSource, ...] | None,
    *,
    follow_replaced: bool,
) -> Lookup:
    asked, reason = _choose(competence, sources)
    everything = set(asked) == set(AuthenticSource)
    named = () if everything else asked
    outcome = await consult(ssin, named)
    found = _lookup(outcome, ssin, period, competence, asked, reason)
    successor = found.ssin.replaced_by
    if not follow_replaced or successor is None or successor == ssin:
        return found
    if counted_past_31(successor.digits):
        return msgspec.structs.replace(found, warnings=(*found.warnings, _NOT_FOLLOWED))
    followed = Followed(asked=ssin, answered=successor, refusal=found.refusal)
    outcome = await consult(successor, named)
    again = _lookup(outcome, successor, period, competence, asked, reason)
    return msgspec.structs.replace(again, followed=followed)


def _lookup(  # noqa: PLR0913, PLR0917 - what a result is put together from
    outcome: Outcome,
    ssin: Ssin,
    period: MonthPeriod,
    competence: Competence | None,
    asked: tuple[AuthenticSource, ...],
    reason: str,
) -> Lookup:
    answer = outcome.answer
    refused = isinstance(outcome, Refused)
    results = () if refused else answer.results or ()
    state = person_state(answer)
    reports = () if refused else tuple(_reports(asked, answer))
    return Lookup(
        outcome=_kind(outcome),
        ssin=state,
        ticket=answer.information_customer.ticket,
        ticket_cbss=answer.information_cbss.ticket_cbss,
        sources_asked=asked,
        sources_reason=reason,
        results=reports,
        refusal=_refusal(answer) if refused else None,
        competence=competence,
        findings=(
            *find_contradictions(results, ssin, period, state.replaced_by),
            *(
                find_elsewhere(results, ssin, competence, period, state.replaced_by)
                if competence
                else ()
            ),
        ),
        data_filters=answer.data_filters,
        attempts=outcome.attempts,
        warnings=(
            *map(_outside_contract, answer.numbers_outside_contract),
            *(_about_missing(reports) if isinstance(outcome, Complete) else ()),
        ),
    )


_NOT_FOLLOWED = (
    "The new number was not asked about: the contract of the service admits days 00 to 31 only. "
    "Ask the KSZ how to consult about this person."
)


def _about_missing(reports: Iterable[SourceReport]) -> Iterator[str]:
    """Warn of registers that are left out: asked about all, the KSZ may answer for some."""
    if missing := [report.source.value for report in reports if report.status is None]:
        yield (
            f"Nothing is known of {', '.join(missing)}: where every register is asked, the KSZ may "
            'leave out those that your organisation is not authorised for. It is not "no benefit"; '
            "ask the KSZ which registers your agreement covers."
        )


def _outside_contract(place: str) -> str:
    return (
        f"The number at {place} has a day past 31, which the contract of the service does not "
        "admit. It was read by the rules of the National Register, and the rest of the answer as "
        "usual; nothing can be asked about it."
    )


def _choose(
    competence: Competence | None, sources: tuple[AuthenticSource, ...] | None
) -> tuple[tuple[AuthenticSource, ...], str]:
    if sources is not None:
        return sources, "named by the caller"
    if competence is None:
        return tuple(AuthenticSource), "no domicile was given, so every register is asked"
    if any(segment.source is None for segment in competence.segments):
        return competence.sources, "competence cannot be determined for every month"
    competent = {segment.source for segment in competence.segments}
    besides = [source for source in competence.sources if source not in competent]
    more = f", and asked besides: {', '.join(besides)}" if besides else ""
    return competence.sources, f"competent for the months asked{more}"


def _kind(outcome: Outcome) -> OutcomeKind:
    if isinstance(outcome, Refused):
        return OutcomeKind.REFUSED
    return OutcomeKind.INCOMPLETE if isinstance(outcome, Incomplete) else OutcomeKind.COMPLETE


def _reports(asked: tuple[AuthenticSource, ...], answer: Answer) -> Iterator[SourceReport]:
    answered = {result.authentic_source: result for result in answer.results or ()}
    nothing = answer.status.value is GlobalStatusValue.NO_DATA_FOUND and not answered
    for source in asked:
        if result := answered.get(source):
            yield SourceReport(
                source=source,
                status=result.status.value.value,
                code=result.status.code,
                files=result.files,
            )
        elif nothing:
            status = answer.status
            yield SourceReport(source=source, status=status.value.value, code=status.code)
        else:
            yield SourceReport(source=source, status=None, code=None)


def _refusal(answer: Answer) -> Refusal:
    status = answer.status
    return Refusal(status.code, status.description, status.information)
