"""Ask the open lookups of a journal, many at once, and write down what came of each."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from kszclient.cadaster import AsyncChildBenefitsClient, Outcome, Refused
from kszclient.errors import (
    AnswerMismatchError,
    CircuitOpenError,
    ConsultationError,
    ContractDriftError,
)
from kszclient.reconciliation.compare import about, compare
from kszclient.reconciliation.found import Found
from kszclient.reconciliation.gate import Gate, StopReason
from kszclient.reconciliation.held import Holdings, read_holdings
from kszclient.reconciliation.journal import Journal
from kszclient.reconciliation.kinds import Kind
from kszclient.reconciliation.month_numbers import period_of
from kszclient.reconciliation.plan import Plan, Task
from kszclient.reconciliation.refusals import Refusals
from kszclient.values import AuthenticSource, plain

_PASSES = 3
_UNUSABLE = (AnswerMismatchError, ContractDriftError)


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one lookup, as the journal keeps it.

    Args:
        outcome: COMPLETE, INCOMPLETE, REFUSED, UNUSABLE or UNANSWERED.
        asked: The registers that were asked.
        found: Those that hold a file.
        silent: Those that said nothing.
        findings: What was found.
        holdings: What those hold that answered, where others were silent, for when these are asked
            again.
    """

    outcome: str
    asked: tuple[str, ...]
    found: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    findings: tuple[Found, ...] = ()
    holdings: Holdings | None = None


class Progress(NamedTuple):
    """How far a run is.

    Args:
        planned: Lookups in all.
        done: Lookups answered, earlier ones included.
        answered: Lookups answered since the run went on.
        failed: Lookups that failed since then, each time counted.
        retried: Attempts after the first one since then.
        findings: Findings since then, matches not counted.
        seconds: Since then.
        state: ``asking``, ``closed`` or ``stopping``.
        closed_until: When it goes on, where it is closed.
    """

    planned: int
    done: int
    answered: int
    failed: int
    retried: int
    findings: int
    seconds: float
    state: str = "asking"
    closed_until: dt.datetime | None = None


class Asking:
    """One go at the open lookups.

    Args:
        client: Asks; its rate, its retries and its pauses hold over everything here.
        plan: What to ask.
        journal: Where it is written down.
        gate: Says when the next lookup may begin, and when none may.
        in_flight: Most lookups under way at once.
        patience_seconds: How long nothing may be answered before this go is given up.
        refusals: Tells when everybody is refused for one reason.
        watch: Told how far the run is, after each lookup.
    """

    def __init__(  # noqa: PLR0913 - what a run depends on, by name
        self,
        client: AsyncChildBenefitsClient,
        plan: Plan,
        journal: Journal,
        gate: Gate,
        *,
        in_flight: int,
        patience_seconds: float,
        refusals: Refusals,
        watch: Callable[[Progress], None],
    ) -> None:
        self._client = client
        self._plan = plan
        self._journal = journal
        self._in_flight = in_flight
        self._patience_seconds = patience_seconds
        self._watch = watch
        self._gate = gate
        gate.changed = lambda: watch(self._progress())
        self._refusals = refusals
        self._open: deque[int] = deque()
        self._failed: list[int] = []
        self._answered = self._failures = self._retried = self._findings = 0
        self._begun = self._last_answer = time.monotonic()
        self._planned, answered = journal.count()
        self._earlier = {
            number: (digest, msgspec.json.decode(result, type=Result))
            for number, (digest, result) in journal.incomplete().items()
        }
        self._before = answered - len(self._earlier)

    async def run(self) -> None:
        """Ask until everything is answered, nothing is to be had, or somebody stops it.

        Lookups that failed are asked again when all others are through. Those that were incomplete
        before this go come last: the silent registers are asked again, once, and nobody else. Those
        that were refused like everybody else are open again in the end: the next run asks them.

        Raises:
            ConsultationError: Something is wrong that concerns every lookup, such as a password.
            JournalError: The journal cannot be written.
        """
        self._open.extend((*self._journal.open_lookups(), *self._earlier))
        try:
            await self._ask_all()
        finally:
            if self._gate.stopped and self._gate.stopped.reason is StopReason.REFUSED:
                self._journal.reopen(self._refusals.numbers)

    async def _ask_all(self) -> None:
        for _ in range(_PASSES):
            workers = [asyncio.create_task(self._work()) for _ in range(self._in_flight)]
            try:
                await asyncio.gather(*workers)
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
            if self._gate.stopped or not self._failed:
                return
            self._open.extend(self._failed)
            self._failed.clear()

    async def _work(self) -> None:
        while self._open and not self._out_of_patience():
            async with self._gate.turn() as admitted:
                if not admitted or not self._open:
                    return
                pause = await self._ask(self._plan.task(self._open.popleft()))
                self._watch(self._progress())
            if pause:
                await self._gate.pause(pause)

    def _out_of_patience(self) -> bool:
        silent_for = time.monotonic() - max(self._last_answer, self._gate.opened_at)
        return bool(self._failures) and silent_for > self._patience_seconds

    async def _ask(self, task: Task) -> float:
        """Ask one lookup; give the seconds to wait before the next one."""
        _, earlier = self._earlier.get(task.number, (None, None))
        try:
            outcome = await self._client.consult(
                task.child,
                period_of(task.months),
                _silent(earlier) if earlier else task.sources,
                new_ticket=self._journal.tickets(task.number),
            )
        except CircuitOpenError as error:
            self._fail(task, error)
            return error.retry_after_seconds or 0.0
        except _UNUSABLE as error:
            self._unusable(task, error)
        except ConsultationError as error:
            self._fail(task, error)
            if not error.retry_can_help:
                raise
        else:
            self._answer(task, outcome)
        return 0.0

    def _answer(self, task: Task, outcome: Outcome) -> None:
        code = outcome.code if isinstance(outcome, Refused) else None
        if (refused := self._refusals.suspect(task.number, code)) is not None:
            self._gate.stop(StopReason.REFUSED, refused)
        ends = {each.ticket.text: each.ended for each in outcome.attempts}
        self._retried += max(0, len(ends) - 1)
        holdings = read_holdings(outcome, task.child, task.months)
        digest = _digest(outcome)
        if task.number in self._earlier:
            if code is not None:
                self._keep(task, ends)
                return
            before, earlier = self._earlier[task.number]
            digest = hashlib.sha256(f"{before} {digest}".encode()).hexdigest()
            holdings = earlier.holdings.completed(holdings) if earlier.holdings else holdings
        found = compare(task.expected, task.spans, holdings, task.months)
        self._write(task, ends, digest, _result(task, outcome, holdings, found))

    def _unusable(self, task: Task, error: ConsultationError) -> None:
        if task.number in self._earlier:
            self._keep(task, _ends(error))
            return
        name = type(error).__name__
        found = tuple(about(each, Kind.UNUSABLE_ANSWER, found=name) for each in task.expected)
        self._write(task, _ends(error), name, Result("UNUSABLE", task.sources, findings=found))

    def _keep(self, task: Task, ends: dict[str, str]) -> None:
        """Leave an incomplete lookup as it was: the silent registers were asked in vain."""
        digest, earlier = self._earlier[task.number]
        self._write(task, ends, digest, earlier)

    def _write(self, task: Task, ends: dict[str, str], digest: str, result: Result) -> None:
        text = msgspec.json.encode(result)
        self._journal.answered(task.number, ends, digest, text, complete=not _silent(result))
        self._answered += 1
        self._findings += sum(each.kind is not Kind.MATCH for each in result.findings)
        self._last_answer = time.monotonic()

    def _fail(self, task: Task, error: ConsultationError) -> None:
        name = type(error).__name__
        found = tuple(about(each, Kind.UNANSWERED, found=name) for each in task.expected)
        result = Result("UNANSWERED", task.sources, findings=found)
        self._journal.failed(task.number, _ends(error), msgspec.json.encode(result))
        self._failures += 1
        self._retried += len(error.earlier_tickets)
        if task.number not in self._earlier:
            self._failed.append(task.number)

    def _progress(self) -> Progress:
        return Progress(
            planned=self._planned,
            done=self._before + self._answered,
            answered=self._answered,
            failed=self._failures,
            retried=self._retried,
            findings=self._findings,
            seconds=time.monotonic() - self._begun,
            state=self._state(),
            closed_until=self._gate.closed_until,
        )

    def _state(self) -> str:
        if self._gate.stopped:
            return "stopping"
        return "closed" if self._gate.closed_until else "asking"


def _ends(error: ConsultationError) -> dict[str, str]:
    tickets = (*error.earlier_tickets, *([error.ticket] if error.ticket else []))
    return dict.fromkeys(tickets, type(error).__name__)


def _silent(result: Result) -> tuple[AuthenticSource, ...]:
    return tuple(AuthenticSource(each) for each in result.silent)


def _result(task: Task, outcome: Outcome, holdings: Holdings, found: tuple[Found, ...]) -> Result:
    silent = tuple(each for each in task.sources if each in holdings.silent)
    return Result(
        outcome=type(outcome).__name__.upper(),
        asked=task.sources,
        found=tuple(each for each in task.sources if each in holdings.found),
        silent=silent,
        findings=found,
        holdings=holdings if silent else None,
    )


def _digest(outcome: Outcome) -> str:
    """Give the SHA-256 of what an answer says of the person: without tickets and times."""
    answer = outcome.answer
    said = (answer.status, answer.ssin, answer.data_filters, answer.results)
    return hashlib.sha256(msgspec.json.encode(plain(said))).hexdigest()
