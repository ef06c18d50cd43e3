"""Ask the open lookups of a journal, many at once, and write down what came of each."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable

import msgspec

from kszclient.cadaster import AsyncChildBenefitsClient, Outcome, Refused
from kszclient.errors import (
    AnswerMismatchError,
    CircuitOpenError,
    ConsultationError,
    ContractDriftError,
    ServiceFaultError,
)
from kszclient.reconciliation.compare.compare import compare
from kszclient.reconciliation.compare.held import read_holdings
from kszclient.reconciliation.compare.kinds import Kind
from kszclient.reconciliation.execute.commits import Commits
from kszclient.reconciliation.execute.journal import Journal
from kszclient.reconciliation.execute.progress import Progress
from kszclient.reconciliation.execute.refusals import Refusals
from kszclient.reconciliation.execute.result import Result, result_of
from kszclient.reconciliation.execute.throttle import Gate, StopReason
from kszclient.reconciliation.execute.upcoming import Turn, Upcoming
from kszclient.reconciliation.plan.month_numbers import period_of
from kszclient.reconciliation.plan.plan import Plan, Task
from kszclient.values import AuthenticSource, Ticket

_PASSES = 3
_SECONDS_BETWEEN = 0.5
_UNUSABLE = (AnswerMismatchError, ContractDriftError)


class _HeldBackError(Exception):
    """The gate was shut when a lookup had its turn at the rate; nothing of it was sent."""


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
        watch: Told how far the run is: now and then, when that changes its state, and in the end.

    Attributes:
        gave_up: Whether it ended because nothing was answered for too long.
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
        self._journal = journal
        self._in_flight = in_flight
        self._patience_seconds = patience_seconds
        self._watch = watch
        self._gate = gate
        gate.changed = lambda: watch(self.progress())
        self._refusals = refusals
        self._upcoming = Upcoming(plan, journal)
        self._commits = Commits(journal, lambda: gate.inside)
        self.gave_up = False
        self._trouble = ""
        self._failed: list[int] = []
        self._answered = self._failures = self._retried = self._findings = 0
        self._begun = self._last_answer = self._tell_at = time.monotonic()
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
        numbers = self._journal.open_lookups()
        numbers.extend(self._earlier)
        self._upcoming.add(numbers)
        try:
            await self._ask_all()
        finally:
            if self._gate.stopped and self._gate.stopped.reason is StopReason.REFUSED:
                self._journal.reopen(self._refusals.numbers)
            self._watch(self.progress())

    async def _ask_all(self) -> None:
        for _ in range(_PASSES):
            workers = [asyncio.create_task(self._work()) for _ in range(self._in_flight)]
            try:
                await asyncio.gather(*workers)
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
                self._journal.write()
            if self._gate.stopped or not self._failed:
                return
            self._upcoming.add(self._failed)
            self._failed = []

    async def _work(self) -> None:
        while self._upcoming.left:
            if self._out_of_patience():
                self.gave_up = True
                return
            if not await self._gate.enter():
                return
            sent, pause = True, 0.0
            try:
                if (turn := self._upcoming.next()) is None:
                    sent = False
                    return
                try:
                    pause = await self._ask(turn)
                except _HeldBackError:
                    sent = False
                    self._upcoming.put_back(turn)
            finally:
                self._gate.leave(sent=sent)
            self._tell()
            if pause:
                await self._gate.pause(pause)

    def _tell(self) -> None:
        now = time.monotonic()
        if now >= self._tell_at:
            self._tell_at = now + _SECONDS_BETWEEN
            self._watch(self.progress())

    def _out_of_patience(self) -> bool:
        silent_for = time.monotonic() - max(self._last_answer, self._gate.opened_at)
        return bool(self._failures) and silent_for > self._patience_seconds

    async def _ask(self, turn: Turn) -> float:
        """Ask one lookup; give the seconds to wait before the next one."""
        task, octets = turn.task, hashlib.sha256()
        _, earlier = self._earlier.get(task.number, (None, None))
        try:
            outcome = await self._client.consult(
                task.child,
                period_of(task.months),
                _silent(earlier) if earlier else task.sources,
                new_ticket=self._tickets(turn),
                answered=octets.update,
            )
        except CircuitOpenError as error:
            await self._fail(task, error)
            return error.retry_after_seconds or 0.0
        except _UNUSABLE as error:
            await self._unusable(task, error)
        except ConsultationError as error:
            await self._fail(task, error)
            # A fault of the KSZ's own may be about this person alone.
            if not error.retry_can_help and not isinstance(error, ServiceFaultError):
                raise
        else:
            await self._answer(task, outcome, octets.hexdigest())
        return 0.0

    def _tickets(self, turn: Turn) -> Callable[[], Ticket]:
        """Give tickets as they are asked for; the first, after the wait for the rate, if it may."""
        under_way = False

        def new_ticket() -> Ticket:
            nonlocal under_way
            if not under_way and not self._gate.still_open():
                raise _HeldBackError
            under_way = True
            return turn.new_ticket()

        return new_ticket

    async def _answer(self, task: Task, outcome: Outcome, digest: str) -> None:
        code = outcome.code if isinstance(outcome, Refused) else None
        if (refused := self._refusals.suspect(task.number, code)) is not None:
            self._gate.stop(StopReason.REFUSED, refused)
        ends = {each.ticket.text: each.ended for each in outcome.attempts}
        self._retried += max(0, len(ends) - 1)
        holdings = read_holdings(outcome, task.child, task.months)
        if task.number in self._earlier:
            if code is not None:
                await self._keep(task, ends)
                return
            before, earlier = self._earlier[task.number]
            digest = hashlib.sha256(f"{before} {digest}".encode()).hexdigest()
            holdings = earlier.holdings.completed(holdings) if earlier.holdings else holdings
        found = compare(task.expected, task.spans, holdings, task.months)
        await self._write(task, ends, digest, result_of(task, outcome, holdings, found))

    async def _unusable(self, task: Task, error: ConsultationError) -> None:
        if task.number in self._earlier:
            await self._keep(task, _ends(error))
            return
        name = type(error).__name__
        found = tuple(each.finding(Kind.UNUSABLE_ANSWER, found=name) for each in task.expected)
        await self._write(
            task, _ends(error), name, Result("UNUSABLE", task.sources, findings=found)
        )

    async def _keep(self, task: Task, ends: dict[str, str]) -> None:
        """Leave an incomplete lookup as it was: the silent registers were asked in vain."""
        digest, earlier = self._earlier[task.number]
        await self._write(task, ends, digest, earlier)

    async def _write(self, task: Task, ends: dict[str, str], digest: str, result: Result) -> None:
        text = msgspec.json.encode(result)
        self._journal.answered(task.number, ends, digest, text, complete=not result.silent)
        await self._commits.wait()
        self._answered += 1
        self._findings += sum(each.kind is not Kind.MATCH for each in result.findings)
        self._last_answer = time.monotonic()

    async def _fail(self, task: Task, error: ConsultationError) -> None:
        name = type(error).__name__
        found = tuple(each.finding(Kind.UNANSWERED, found=name) for each in task.expected)
        result = Result("UNANSWERED", task.sources, findings=found)
        self._journal.failed(task.number, _ends(error), msgspec.json.encode(result))
        await self._commits.wait()
        self._failures += 1
        # Not that the circuit is open: what opened it says more.
        if not self._trouble or not isinstance(error, CircuitOpenError):
            self._trouble = str(error)
        self._retried += len(error.earlier_tickets)
        if task.number not in self._earlier:
            self._failed.append(task.number)

    def progress(self) -> Progress:
        """Give how far it is."""
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
            trouble=self._trouble,
            signalled=self._gate.stopped is not None
            and self._gate.stopped.reason is StopReason.SIGNAL,
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
