"""Ask the open lookups of a journal, many at once, and write down what came of each."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from kszclient.cadaster import AsyncChildBenefitsClient, Outcome, Refused
from kszclient.errors import (
    AnswerMismatchError,
    CircuitOpenError,
    ConsultationError,
    ContractDriftError,
    ServiceFaultError,
)
from kszclient.reconciliation.execute.journal import Commits, Journal
from kszclient.reconciliation.execute.progress import Progress
from kszclient.reconciliation.execute.record import Record, record_of
from kszclient.reconciliation.execute.throttle import Refusals, StopReason, Throttle
from kszclient.reconciliation.plan.plan import Plan, Task
from kszclient.values import Ticket
from kszclient.values.month_numbers import period_of

_TASKS_AT_ONCE = 4096
_TICKETS_AT_ONCE = 64
_PASSES = 3
_SECONDS_BETWEEN = 0.5
_UNUSABLE = (AnswerMismatchError, ContractDriftError)


class WorkItem(NamedTuple):
    """One lookup whose turn it is.

    Args:
        task: What to ask.
        new_ticket: Gives the ticket of each attempt; it is written down already.
    """

    task: Task
    new_ticket: Callable[[], Ticket]


class WorkQueue:
    """Gives one lookup after the other.

    Tickets are handed out for some lookups ahead, in one transaction. Where the run ends before
    they are used, those lookups are sent under their next tickets later, as if these were lost.

    Args:
        plan: What to ask.
        journal: Writes the tickets down.

    Attributes:
        left: How many there are yet.
    """

    def __init__(self, plan: Plan, journal: Journal) -> None:
        self._plan = plan
        self._journal = journal
        self._items: Iterator[WorkItem] = iter(())
        self._back: list[WorkItem] = []
        self.left = 0

    def add(self, numbers: Sequence[int]) -> None:
        """Take these lookups next; call it when there are no others left."""
        self._items = self._over(numbers)
        self.left = len(numbers)

    def next(self) -> WorkItem | None:
        """Return the next one, or None where there are no more."""
        if not self.left:
            return None
        self.left -= 1
        return self._back.pop() if self._back else next(self._items)

    def put_back(self, item: WorkItem) -> None:
        """Take back one that was not sent, with its tickets; it comes next."""
        self._back.append(item)
        self.left += 1

    def _over(self, numbers: Sequence[int]) -> Iterator[WorkItem]:
        for first in range(0, len(numbers), _TASKS_AT_ONCE):
            tasks = list(self._plan.tasks(numbers[first : first + _TASKS_AT_ONCE]))
            for place in range(0, len(tasks), _TICKETS_AT_ONCE):
                some = tasks[place : place + _TICKETS_AT_ONCE]
                tickets = self._journal.hand_out([task.number for task in some])
                for task, ticket in zip(some, tickets, strict=True):
                    yield WorkItem(task, self._tickets(task.number, ticket))

    def _tickets(self, number: int, first: Ticket) -> Callable[[], Ticket]:
        ready = [first]

        def new_ticket() -> Ticket:
            return ready.pop() if ready else self._journal.hand_out([number])[0]

        return new_ticket


class _HeldBackError(Exception):
    """The throttle closed when a lookup had its turn at the rate; nothing of it was sent."""


class LookupWorkers:
    """One go at the open lookups.

    Args:
        client: Asks; its rate, its retries and its pauses hold over everything here.
        plan: What to ask.
        journal: Where it is written down.
        throttle: Decides when the next lookup may begin, and when none may.
        in_flight: Most lookups under way at once.
        patience_seconds: How long nothing may be answered before this go is given up.
        refusals: Tells when everybody is refused for one reason.
        watch: Told how far the run is: now and then, when that changes its state, and in the end.
        recorded: Called with a lookup and what came of it, once the journal holds it.

    Attributes:
        gave_up: Whether it ended because nothing was answered for too long.
    """

    def __init__(  # noqa: PLR0913 - what a run depends on, by name
        self,
        client: AsyncChildBenefitsClient,
        plan: Plan,
        journal: Journal,
        throttle: Throttle,
        *,
        in_flight: int,
        patience_seconds: float,
        refusals: Refusals,
        watch: Callable[[Progress], None],
        recorded: Callable[[Task, Record], None] = lambda *_: None,
    ) -> None:
        self._client = client
        self._journal = journal
        self._in_flight = in_flight
        self._patience_seconds = patience_seconds
        self._watch = watch
        self._recorded = recorded
        self._throttle = throttle
        throttle.changed = lambda: watch(self.progress())
        self._refusals = refusals
        self._queue = WorkQueue(plan, journal)
        self._commits = Commits(journal, lambda: throttle.inside)
        self.gave_up = False
        self._trouble = ""
        self._failed: list[int] = []
        self._answered = self._failures = self._retried = 0
        self._begun = self._last_answer = self._tell_at = time.monotonic()
        self._planned, answered = journal.count()
        self._earlier = {
            number: (digest, msgspec.json.decode(result, type=Record))
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
        self._queue.add(numbers)
        try:
            await self._ask_all()
        finally:
            if self._throttle.stopped and self._throttle.stopped.reason is StopReason.REFUSED:
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
            if self._throttle.stopped or not self._failed:
                return
            self._queue.add(self._failed)
            self._failed = []

    async def _work(self) -> None:
        while self._queue.left:
            if self._out_of_patience():
                self.gave_up = True
                return
            if not await self._throttle.enter():
                return
            sent, pause = True, 0.0
            try:
                if (item := self._queue.next()) is None:
                    sent = False
                    return
                try:
                    pause = await self._ask(item)
                except _HeldBackError:
                    sent = False
                    self._queue.put_back(item)
            finally:
                self._throttle.leave(sent=sent)
            self._tell()
            if pause:
                await self._throttle.pause(pause)

    def _tell(self) -> None:
        now = time.monotonic()
        if now >= self._tell_at:
            self._tell_at = now + _SECONDS_BETWEEN
            self._watch(self.progress())

    def _out_of_patience(self) -> bool:
        silent_for = time.monotonic() - max(self._last_answer, self._throttle.opened_at)
        return bool(self._failures) and silent_for > self._patience_seconds

    async def _ask(self, item: WorkItem) -> float:
        """Ask one lookup; give the seconds to wait before the next one."""
        task, received = item.task, hashlib.sha256()
        _, earlier = self._earlier.get(task.number, (None, None))
        try:
            outcome = await self._client.consult(
                task.child,
                period_of(task.months),
                earlier.unanswered if earlier else task.sources,
                new_ticket=self._tickets(item),
                answered=received.update,
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
            await self._answer(task, outcome, received.hexdigest())
        return 0.0

    def _tickets(self, item: WorkItem) -> Callable[[], Ticket]:
        """Yield tickets as they are asked for; the first after the wait for the rate, if it may."""
        under_way = False

        def new_ticket() -> Ticket:
            nonlocal under_way
            if not under_way and not self._throttle.still_open():
                raise _HeldBackError
            under_way = True
            return item.new_ticket()

        return new_ticket

    async def _answer(self, task: Task, outcome: Outcome, digest: str) -> None:
        code = outcome.code if isinstance(outcome, Refused) else None
        if (refused := self._refusals.suspect(task.number, code)) is not None:
            self._throttle.stop(StopReason.REFUSED, refused)
        ends = {each.ticket.text: each.ended for each in outcome.attempts}
        self._retried += max(0, len(ends) - 1)
        earlier = None
        if task.number in self._earlier:
            if code is not None:
                await self._keep(task, ends)
                return
            before, earlier = self._earlier[task.number]
            digest = hashlib.sha256(f"{before} {digest}".encode()).hexdigest()
        await self._write(task, ends, digest, record_of(task, outcome, earlier))

    async def _unusable(self, task: Task, error: ConsultationError) -> None:
        if task.number in self._earlier:
            await self._keep(task, _ends(error))
            return
        name = type(error).__name__
        await self._write(task, _ends(error), name, Record("UNUSABLE", task.sources, error=name))

    async def _keep(self, task: Task, ends: dict[str, str]) -> None:
        """Leave an incomplete lookup as it was: the unanswered registers were asked in vain."""
        digest, earlier = self._earlier[task.number]
        await self._write(task, ends, digest, earlier)

    async def _write(self, task: Task, ends: dict[str, str], digest: str, record: Record) -> None:
        text = msgspec.json.encode(record)
        self._journal.answered(task.number, ends, digest, text, complete=not record.unanswered)
        await self._commits.wait()
        self._answered += 1
        self._last_answer = time.monotonic()
        self._recorded(task, record)

    async def _fail(self, task: Task, error: ConsultationError) -> None:
        name = type(error).__name__
        record = Record("UNANSWERED", task.sources, error=name)
        self._journal.failed(task.number, _ends(error), msgspec.json.encode(record))
        await self._commits.wait()
        self._failures += 1
        # Not that the circuit is open: what opened it says more.
        if not self._trouble or not isinstance(error, CircuitOpenError):
            self._trouble = str(error)
        self._retried += len(error.earlier_tickets)
        if task.number not in self._earlier:
            self._failed.append(task.number)

    def progress(self) -> Progress:
        """Return how far it is."""
        return Progress(
            planned=self._planned,
            done=self._before + self._answered,
            answered=self._answered,
            failed=self._failures,
            retried=self._retried,
            findings=0,
            seconds=time.monotonic() - self._begun,
            state=self._state(),
            closed_until=self._throttle.closed_until,
            trouble=self._trouble,
            signalled=self._throttle.stopped is not None
            and self._throttle.stopped.reason is StopReason.SIGNAL,
        )

    def _state(self) -> str:
        if self._throttle.stopped:
            return "stopping"
        return "closed" if self._throttle.closed_until else "asking"


def _ends(error: ConsultationError) -> dict[str, str]:
    tickets = (*error.earlier_tickets, *([error.ticket] if error.ticket else []))
    return dict.fromkeys(tickets, type(error).__name__)
