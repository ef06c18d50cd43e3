"""Ask the open lookups of a journal, many at once, and write down what came of each."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from kszclient.cadaster import AsyncChildBenefitsClient, Outcome
from kszclient.errors import (
    AnswerMismatchError,
    CircuitOpenError,
    ConsultationError,
    ContractDriftError,
)
from kszclient.reconciliation.commits import Commits
from kszclient.reconciliation.compare import about, compare
from kszclient.reconciliation.found import Found
from kszclient.reconciliation.held import Holdings, read_holdings
from kszclient.reconciliation.journal import Journal
from kszclient.reconciliation.kinds import Kind
from kszclient.reconciliation.month_numbers import period_of
from kszclient.reconciliation.plan import Plan, Task
from kszclient.reconciliation.upcoming import Turn, Upcoming
from kszclient.values import Month, Ssin

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
    """

    outcome: str
    asked: tuple[str, ...]
    found: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    findings: tuple[Found, ...] = ()


class Progress(NamedTuple):
    """How far a run is.

    Args:
        planned: Lookups in all.
        done: Lookups answered, earlier ones included.
        answered: Lookups answered since the run went on.
        failed: Lookups that failed since then, each time counted.
        findings: Findings since then, matches not counted.
        seconds: Since then.
    """

    planned: int
    done: int
    answered: int
    failed: int
    findings: int
    seconds: float


class Asking:
    """One go at the open lookups.

    Args:
        client: Asks; its rate, its retries and its pauses hold over everything here.
        plan: What to ask.
        journal: Where it is written down.
        in_flight: Most lookups under way at once.
        patience_seconds: How long nothing may be answered before this go is given up.
        watch: Told how far the run is, after each lookup.
    """

    def __init__(  # noqa: PLR0913 - what a run depends on, by name
        self,
        client: AsyncChildBenefitsClient,
        plan: Plan,
        journal: Journal,
        *,
        in_flight: int,
        patience_seconds: float,
        watch: Callable[[Progress], None],
    ) -> None:
        self._client = client
        self._journal = journal
        self._in_flight = in_flight
        self._patience_seconds = patience_seconds
        self._watch = watch
        self._stopping = asyncio.Event()
        self._upcoming = Upcoming(plan, journal)
        self._commits = Commits(journal)
        self._failed: list[int] = []
        self._answered = self._failures = self._findings = 0
        self._begun = self._last_answer = time.monotonic()
        self._planned, self._before = journal.count()

    @property
    def stopped(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Send nothing more; what is under way is awaited."""
        self._stopping.set()

    async def run(self) -> None:
        """Ask until everything is answered, nothing is to be had, or somebody stops it.

        Lookups that failed are asked again when all others are through.

        Raises:
            ConsultationError: Something is wrong that concerns every lookup, such as a password.
            JournalError: The journal cannot be written.
        """
        self._upcoming.add(self._journal.open_lookups())
        for _ in range(_PASSES):
            workers = [asyncio.create_task(self._work()) for _ in range(self._in_flight)]
            try:
                await asyncio.gather(*workers)
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
                self._journal.write()
            if self.stopped or not self._failed:
                return
            self._upcoming.add(self._failed)
            self._failed = []

    async def _work(self) -> None:
        while not self.stopped and not self._out_of_patience() and (turn := self._upcoming.next()):
            pause = await self._ask(turn)
            self._watch(self._progress())
            if pause:
                await self._pause(pause)

    def _out_of_patience(self) -> bool:
        silent_for = time.monotonic() - self._last_answer
        return bool(self._failures) and silent_for > self._patience_seconds

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _ask(self, turn: Turn) -> float:
        """Ask one lookup; give the seconds to wait before the next one."""
        task = turn.task
        try:
            outcome = await self._client.consult(
                task.child,
                period_of(task.months),
                task.sources,
                new_ticket=turn.new_ticket,
            )
        except CircuitOpenError as error:
            await self._fail(task, error)
            return error.retry_after_seconds or 0.0
        except _UNUSABLE as error:
            await self._unusable(task, error)
        except ConsultationError as error:
            await self._fail(task, error)
            if not error.retry_can_help:
                raise
        else:
            await self._answer(task, outcome)
        return 0.0

    async def _answer(self, task: Task, outcome: Outcome) -> None:
        holdings = read_holdings(outcome, task.child, task.months)
        found = compare(task.expected, task.spans, holdings, task.months)
        ends = {each.ticket.text: each.ended for each in outcome.attempts}
        await self._write(task, ends, _digest(outcome), _result(task, outcome, holdings, found))

    async def _unusable(self, task: Task, error: ConsultationError) -> None:
        name = type(error).__name__
        found = tuple(about(each, Kind.UNUSABLE_ANSWER, found=name) for each in task.expected)
        await self._write(
            task, _ends(error), name, Result("UNUSABLE", task.sources, findings=found)
        )

    async def _write(self, task: Task, ends: dict[str, str], digest: str, result: Result) -> None:
        self._journal.answered(task.number, ends, digest, msgspec.json.encode(result))
        await self._commits.wait()
        self._answered += 1
        self._findings += sum(each.kind is not Kind.MATCH for each in result.findings)
        self._last_answer = time.monotonic()

    async def _fail(self, task: Task, error: ConsultationError) -> None:
        name = type(error).__name__
        found = tuple(about(each, Kind.UNANSWERED, found=name) for each in task.expected)
        result = Result("UNANSWERED", task.sources, findings=found)
        self._journal.failed(task.number, _ends(error), msgspec.json.encode(result))
        await self._commits.wait()
        self._failures += 1
        self._failed.append(task.number)

    def _progress(self) -> Progress:
        return Progress(
            planned=self._planned,
            done=self._before + self._answered,
            answered=self._answered,
            failed=self._failures,
            findings=self._findings,
            seconds=time.monotonic() - self._begun,
        )


def _ends(error: ConsultationError) -> dict[str, str]:
    tickets = (*error.earlier_tickets, *([error.ticket] if error.ticket else []))
    return dict.fromkeys(tickets, type(error).__name__)


def _result(task: Task, outcome: Outcome, holdings: Holdings, found: tuple[Found, ...]) -> Result:
    return Result(
        outcome=type(outcome).__name__.upper(),
        asked=task.sources,
        found=tuple(each for each in task.sources if each in holdings.found),
        silent=tuple(each for each in task.sources if each in holdings.silent),
        findings=found,
    )


def _digest(outcome: Outcome) -> str:
    """Give the SHA-256 of what an answer says of the person: without tickets and times."""
    answer = outcome.answer
    said = (answer.status, answer.ssin, answer.data_filters, answer.results)
    return hashlib.sha256(_BYTES.encode(said)).hexdigest()


def _plain(value: Month | Ssin) -> object:
    return value.number if isinstance(value, Month) else value.digits


_BYTES = msgspec.msgpack.Encoder(enc_hook=_plain)
