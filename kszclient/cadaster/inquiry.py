"""One inquiry into the files of a person: through all its attempts to one outcome.

After an incomplete answer only the unanswered sources are asked again, under a new ticket, and the
answers are merged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from kszclient.cadaster.outcome import Complete, Incomplete, Outcome, Refused, judge
from kszclient.cadaster.reading import read_received
from kszclient.exchange import ClientConfig
from kszclient.transport import HttpAnswer, Retried
from kszclient.values import AuthenticSource, MonthPeriod, Ssin, Ticket
from kszclient.wire import (
    Answer,
    Beneficiary,
    Child,
    File,
    GlobalStatus,
    GlobalStatusValue,
    Question,
    SourceResult,
    SourceStatusValue,
    Status,
    envelope_of,
)

if TYPE_CHECKING:
    from kszclient.audit import Asker, Consultation, Trail
    from kszclient.security.message_security import Envelope


# The KSZ is there, and none of the registers that were asked answers it (contract: fault codes).
_REGISTERS_SILENT = "MSG00002"


class FilesInquiry:
    """The state of one inquiry, for an `Exchange`; made for one caller, used by one thread.

    Args:
        config: How the client behaves.
        ssin: The person.
        period: The months.
        sources: The registers to ask; none named asks every one.

    Raises:
        InvalidValueError: This environment must not, or the service cannot, be asked about this
            person.
    """

    answered_codes = frozenset({_REGISTERS_SILENT})

    def __init__(
        self,
        config: ClientConfig,
        ssin: Ssin,
        period: MonthPeriod,
        sources: Iterable[AuthenticSource],
    ) -> None:
        config.profile.admit_question(ssin)
        self._config = config
        self._ssin = ssin
        self._period = period
        self._open = tuple(dict.fromkeys(sources))
        self._incomplete: Incomplete | None = None
        self._over = False
        self._question: Question

    def envelope(self, ticket: Ticket, now: dt.datetime) -> Envelope:
        """Build the message of the next attempt: about what is still open."""
        self._question = Question(
            customer=self._config.asker.organisation,
            legal_context=self._config.asker.legal_context,
            ssin=self._ssin,
            period=self._period,
            sources=self._incomplete.silent if self._incomplete else self._open,
            ticket=ticket,
            sent_at=now,
        )
        return envelope_of(self._question)

    def consultation(self, trail: Trail, asker: Asker) -> Consultation:
        """Make the entry of an attempt in the audit trail."""
        # A trail takes its time to load; only who keeps one pays.
        from kszclient.audit.consultation import Consultation  # noqa: PLC0415 - see above
        from kszclient.rule_version import Decision, rule_version  # noqa: PLC0415 - see above

        return Consultation(
            trail,
            asker,
            ticket=self._question.ticket,
            ssin=self._ssin,
            months=self._period,
            sources=self._question.sources,
            rules=rule_version(Decision.LOOKUP),
        )

    def conclude(
        self, received: HttpAnswer, now: dt.datetime, entry: Consultation | None
    ) -> Outcome:
        """Read what came back and return what is known by now, all attempts together.

        Raises:
            ConsultationError: What came is no usable answer.
        """
        profile = self._config.profile
        answer = read_received(
            received, self._config.security, now, max_bytes=profile.max_answer_bytes
        )
        outcome = judge(self._question, answer, signed=profile.signature is not None)
        if answer.numbers_outside_contract:
            _warn_of(answer, self._question.ticket)
        if entry is not None:
            _write(entry, outcome)
        return self._together(outcome)

    def worth_another(self, result: Outcome) -> bool:
        """Return whether another attempt may learn more."""
        return isinstance(result, Incomplete) and not self._over

    def _together(self, outcome: Outcome) -> Outcome:
        before = self._incomplete
        if before is None:
            together = outcome
        elif isinstance(outcome, Refused):
            # What was known stays known; who refuses once will not answer when asked again.
            self._over = True
            return before
        else:
            together = judge_merged(before, outcome)
        self._incomplete = together if isinstance(together, Incomplete) else None
        # Unanswered sources that nobody can name cannot be asked alone.
        self._over = self._incomplete is not None and not self._incomplete.silent
        return together


def outcome_of(retried: Retried[Outcome]) -> Outcome:
    """Return the outcome of an inquiry with the tickets of all its attempts."""
    return msgspec.structs.replace(retried.result, attempts=retried.attempts)


def _warn_of(answer: Answer, ticket: Ticket) -> None:
    # Hardly ever, and the logs take their time to load.
    from kszclient.logs import get_logger  # noqa: PLC0415 - see above

    get_logger("cadaster").warning(
        "an answer holds numbers that the contract does not admit; they were read",
        ticket=ticket,
        places=answer.numbers_outside_contract,
    )


def judge_merged(before: Incomplete, outcome: Complete | Incomplete) -> Complete | Incomplete:
    """Merge an incomplete outcome with the outcome for its unanswered sources.

    Data that was found at first and that no source shows in the end does not become "nothing".
    """
    answer = merge(before.answer, outcome.answer)
    then, now = before.answer.status.value, answer.status.value
    vanished = then is GlobalStatusValue.DATA_FOUND and now is GlobalStatusValue.NO_DATA_FOUND
    if isinstance(outcome, Complete) and not vanished:
        return Complete(answer)
    status = msgspec.structs.replace(answer.status, value=GlobalStatusValue.INCOMPLETE_DATA)
    silent = outcome.silent if isinstance(outcome, Incomplete) else ()
    return Incomplete(msgspec.structs.replace(answer, status=status), silent)


def merge(earlier: Answer, later: Answer) -> Answer:
    """Put the results of a later answer in the place of those of an earlier, incomplete one.

    The criteria stay those of the first question, and ticket and times those of the last answer.
    The status over all sources is worked out from theirs, since neither answer knew of all of them.

    Args:
        earlier: The incomplete answer to the whole question.
        later: The answer to the same question for the sources that had not answered.

    Returns:
        One answer, each source once, in the order of the contract.
    """
    results = {result.authentic_source: result for result in earlier.results or ()}
    for result in _spelled_out(later):
        results[result.authentic_source] = result
    merged = tuple(results[source] for source in AuthenticSource if source in results)
    return msgspec.structs.replace(
        later,
        criteria=earlier.criteria,
        status=_status(merged, later),
        ssin=later.ssin or earlier.ssin,
        data_filters=tuple(dict.fromkeys((*earlier.data_filters, *later.data_filters))),
        results=merged,
        numbers_outside_contract=tuple(
            dict.fromkeys((*earlier.numbers_outside_contract, *later.numbers_outside_contract))
        ),
    )


def _spelled_out(answer: Answer) -> tuple[SourceResult, ...]:
    """Return a result for each source asked, also where "nothing anywhere" left them all out."""
    nothing = answer.status.value is GlobalStatusValue.NO_DATA_FOUND and not answer.results
    if not nothing:
        return answer.results or ()
    whole = answer.status
    status = Status(
        SourceStatusValue.NO_DATA_FOUND, whole.code, whole.description, whole.information
    )
    return tuple(SourceResult(source, status) for source in answer.criteria.authentic_sources)


def _status(results: tuple[SourceResult, ...], later: Answer) -> GlobalStatus:
    values = {result.status.value for result in results}
    if SourceStatusValue.TECHNICAL_ERROR in values:
        return later.status
    found = SourceStatusValue.DATA_FOUND in values
    value = SourceStatusValue.DATA_FOUND if found else SourceStatusValue.NO_DATA_FOUND
    first = next(result.status for result in results if result.status.value is value)
    return GlobalStatus(GlobalStatusValue(value.value), first.code, first.description)


def _write(entry: Consultation, outcome: Outcome) -> None:
    answer = outcome.answer
    ticket_cbss = answer.information_cbss.ticket_cbss
    if isinstance(outcome, Refused):
        entry.refused(ticket_cbss=ticket_cbss, code=outcome.code)
        return
    incomplete = isinstance(outcome, Incomplete)
    entry.answered(
        ticket_cbss=ticket_cbss,
        outcome="INCOMPLETE" if incomplete else "COMPLETE",
        silent=outcome.silent if isinstance(outcome, Incomplete) else (),
        subjects=subjects(answer),
    )


def subjects(answer: Answer) -> frozenset[Ssin]:
    """Return every person whom an answer names, the one asked about among them."""
    return frozenset(_named(answer))


def _named(answer: Answer) -> Iterator[Ssin]:
    yield answer.criteria.ssin
    if answer.ssin is not None:
        yield answer.ssin.ssin
        if answer.ssin.replaced_by is not None:
            yield answer.ssin.replaced_by
    for result in answer.results or ():
        for file in result.files:
            yield from _in_file(file)


def _in_file(file: File) -> Iterator[Ssin]:
    if file.entitled_person_ssin is not None:
        yield file.entitled_person_ssin
    parties: tuple[Beneficiary | Child, ...] = (*file.beneficiaries, *file.children)
    for party in parties:
        yield party.ssin
        for bonus in party.bonuses:
            yield from bonus.beneficiaries
        for months in party.payment_periods:
            yield from months.beneficiaries
