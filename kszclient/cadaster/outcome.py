"""Outcomes: what an answer means, kept apart so that silence never reads as "no benefit"."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kszclient.errors import AnswerMismatchError
from kszclient.foreign_text import code_or_other
from kszclient.transport import Attempt
from kszclient.values import AuthenticSource
from kszclient.wire import Answer, GlobalStatusValue, Question, SourceStatusValue


class Complete(msgspec.Struct, frozen=True, tag="COMPLETE", tag_field="outcome"):
    """Every source that was asked has answered, with files or without.

    Args:
        answer: The whole answer, as the contract has it; several attempts are merged into one.
        attempts: Every attempt with its ticket, oldest first.
    """

    answer: Answer
    attempts: tuple[Attempt, ...] = ()


class Incomplete(msgspec.Struct, frozen=True, tag="INCOMPLETE", tag_field="outcome"):
    """Some sources were silent. What they hold is not known; it is not "nothing".

    Args:
        answer: The whole answer, as the contract has it.
        silent: The sources that did not answer, in the order of the question.
        attempts: Every attempt with its ticket, oldest first.
    """

    answer: Answer
    silent: tuple[AuthenticSource, ...]
    attempts: tuple[Attempt, ...] = ()


class Refused(msgspec.Struct, frozen=True, tag="REFUSED", tag_field="outcome"):
    """The KSZ would not answer; code and information (`answer.status`) show why.

    Args:
        answer: The whole answer, as the contract has it.
        attempts: Every attempt with its ticket, oldest first.
    """

    answer: Answer
    attempts: tuple[Attempt, ...] = ()

    @property
    def code(self) -> str:
        """The KSZ's code for the reason, such as ``MSG00012``.

        It may be written down anywhere: what is no code by its form is ``other``. The text that
        came instead stands in `answer.status` alone.
        """
        return code_or_other(self.answer.status.code)


Outcome = Complete | Incomplete | Refused


def judge(question: Question, answer: Answer, *, signed: bool = False) -> Outcome:
    """Return what an answer means for a question.

    The status *value* decides, never the code, and each source is looked at besides the whole:
    a source that failed, or that was named in the question and is missing from the results, is
    silent. Results may be left out altogether only where no source holds anything, and where data
    was found, some source must say so: else it is with one of those that are missing.

    Args:
        question: What was asked.
        answer: What came back, already checked against the contract.
        signed: Whether the answer is trusted for its signature. A signed answer can be sent
            again by anybody, so it must carry the ticket of the question; the contract leaves the
            ticket out of answers freely, and otherwise the connection says whose it is.

    Returns:
        The outcome.

    Raises:
        AnswerMismatchError: The answer is to another question.
    """
    _check_belongs(question, answer, signed=signed)
    if answer.status.value is GlobalStatusValue.NO_RESULT:
        return Refused(answer)
    silent = _silent(question, answer)
    if silent or answer.status.value is GlobalStatusValue.INCOMPLETE_DATA or _hidden(answer):
        return Incomplete(answer, silent)
    return Complete(answer)


def _silent(question: Question, answer: Answer) -> tuple[AuthenticSource, ...]:
    statuses = {result.authentic_source: result.status.value for result in answer.results or ()}
    nothing_anywhere = answer.status.value is GlobalStatusValue.NO_DATA_FOUND and not statuses
    if nothing_anywhere:
        return ()
    # Sources that were not named may be missing: a customer sees those he is authorised for.
    # But data found with no source that holds it was filtered out, and is not "nothing".
    all_missed = not statuses or _hidden(answer)
    asked = question.sources or (tuple(AuthenticSource) if all_missed else tuple(statuses))
    return tuple(
        source
        for source in asked
        if statuses.get(source, SourceStatusValue.TECHNICAL_ERROR)
        is SourceStatusValue.TECHNICAL_ERROR
    )


def _hidden(answer: Answer) -> bool:
    """Return whether data was found, but with none of the sources that are told of."""
    shown = {result.status.value for result in answer.results or ()}
    found = answer.status.value is GlobalStatusValue.DATA_FOUND
    return found and SourceStatusValue.DATA_FOUND not in shown


def _check_belongs(question: Question, answer: Answer, *, signed: bool) -> None:
    for what in _strange(question, answer, signed=signed):
        raise AnswerMismatchError(f"the answer {what}", ticket=question.ticket.text)


def _strange(question: Question, answer: Answer, *, signed: bool) -> Iterator[str]:
    """Return what shows that an answer is to another question."""
    echoed = answer.information_customer.ticket
    if echoed is None and signed:
        yield "carries no ticket, so that it may be a signed answer of before"
    if echoed is not None and echoed.lower() != question.ticket.text:
        yield "carries another ticket"
    criteria = answer.criteria
    if criteria.ssin != question.ssin:
        yield "is about another person"
    months = criteria.period
    # Which end an open period gets is the KSZ's; it may fill it in.
    other_end = question.period.end is not None and months.end_month != question.period.end
    if months.begin_month != question.period.begin or other_end:
        yield "is about other months"
    # All of them by name and none by name are the same question.
    asked = set(question.sources or AuthenticSource)
    if set(criteria.authentic_sources or AuthenticSource) != asked:
        yield "is to a question about other sources"
    sources = [result.authentic_source for result in answer.results or ()]
    if not set(sources) <= asked:
        yield "names a source that was not asked"
    if len(sources) != len(set(sources)):
        yield "names a source twice"
