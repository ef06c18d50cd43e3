"""Outcomes: what an answer means, kept apart so that silence never reads as "no benefit"."""

from __future__ import annotations

import msgspec

from kszclient.errors import AnswerMismatchError
from kszclient.transport import Attempt
from kszclient.values import AuthenticSource
from kszclient.wire import Answer, GlobalStatusValue, Question, SourceResult, SourceStatusValue


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
    """The KSZ would not answer; code and information (`answer.status`) tell why.

    Args:
        answer: The whole answer, as the contract has it.
        attempts: Every attempt with its ticket, oldest first.
    """

    answer: Answer
    attempts: tuple[Attempt, ...] = ()

    @property
    def code(self) -> str:
        """The KSZ's code for the reason, such as ``MSG00012``."""
        return self.answer.status.code


Outcome = Complete | Incomplete | Refused


def judge(question: Question, answer: Answer) -> Outcome:
    """Tell what an answer means for a question.

    The status *value* decides, never the code, and each source is looked at besides the whole:
    a source that failed, or that was named in the question and is missing from the results, is
    silent. Results may be left out altogether only where no source holds anything.

    Args:
        question: What was asked.
        answer: What came back, already checked against the contract.

    Returns:
        The outcome.

    Raises:
        AnswerMismatchError: The answer is to another question.
    """
    _check_belongs(question, answer)
    if answer.status.value is GlobalStatusValue.NO_RESULT:
        return Refused(answer)
    silent = _silent(question, answer)
    if silent or answer.status.value is GlobalStatusValue.INCOMPLETE_DATA:
        return Incomplete(answer, silent)
    return Complete(answer)


def _silent(question: Question, answer: Answer) -> tuple[AuthenticSource, ...]:
    statuses = {result.authentic_source: result.status.value for result in answer.results or ()}
    nothing_anywhere = answer.status.value is GlobalStatusValue.NO_DATA_FOUND and not statuses
    if nothing_anywhere:
        return ()
    # Sources that were not named may be missing: a customer sees those he is authorised for.
    # But data found with no result at all was filtered out, and is not "nothing".
    asked = question.sources or tuple(statuses) or tuple(AuthenticSource)
    return tuple(
        source
        for source in asked
        if statuses.get(source, SourceStatusValue.TECHNICAL_ERROR)
        is SourceStatusValue.TECHNICAL_ERROR
    )


def _check_belongs(question: Question, answer: Answer) -> None:
    ticket = question.ticket.text
    echoed = answer.information_customer.ticket
    if echoed is not None and echoed.lower() != ticket:
        raise AnswerMismatchError("the answer carries another ticket", ticket=ticket)
    if answer.criteria.ssin != question.ssin:
        raise AnswerMismatchError("the answer is about another person", ticket=ticket)
    results: tuple[SourceResult, ...] = answer.results or ()
    sources = [result.authentic_source for result in results]
    if question.sources and not set(sources) <= set(question.sources):
        raise AnswerMismatchError("the answer names a source that was not asked", ticket=ticket)
    if len(sources) != len(set(sources)):
        raise AnswerMismatchError("the answer names a source twice", ticket=ticket)
