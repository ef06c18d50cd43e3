"""One partition of a plan, asked by a worker of a cluster with a journal of its own."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kszclient.cadaster import AsyncChildBenefitsClient, Environment
from kszclient.errors import InputError
from kszclient.reconciliation.compare.compare import Tally
from kszclient.reconciliation.execute.beginning import lookups_of
from kszclient.reconciliation.execute.journal import Journal
from kszclient.reconciliation.execute.progress import Progress
from kszclient.reconciliation.execute.throttle import Pace, Refusals, Stop, StopReason, Throttle
from kszclient.reconciliation.execute.worker import LookupWorkers
from kszclient.reconciliation.plan.plan import Plan
from kszclient.security import Profile

_TWIN_SECONDS = 30.0
_SECONDS_BETWEEN = 0.5


class PartitionOrder(NamedTuple):
    """What a worker is to do, and how.

    Args:
        profile: Whom to ask, at this worker's part of the rate.
        go: Names this go at the run, to stop it and nothing later.
        settings: Of the run, for the journal.
        in_flight: Most lookups under way at once.
        patience_seconds: How long nothing may be answered.
        pace: When it asks, and how many lookups of this partition at most.
        loan: Names that part of the budget of the run.
        user: Who asks, for the audit trail; the profile's where left out.
        purpose: Why, for the audit trail.
    """

    profile: Profile
    go: str
    settings: dict[str, str]
    in_flight: int
    patience_seconds: float
    pace: Pace
    loan: str = ""
    user: str | None = None
    purpose: str | None = None


class PartitionResult(NamedTuple):
    """What became of a partition.

    Args:
        go: Names this go at the partition.
        stopped: Why it ended before everything was asked, or None.
        sent: Lookups sent, as far as it counts for the budget.
        gave_up: Whether it ended because nothing was answered for too long.
        progress: How far it came, or None where it did not begin.
    """

    go: str
    stopped: Stop | None
    sent: int
    gave_up: bool = False
    progress: Progress | None = None


class Stopper:
    """Stops what this process asks, from another thread."""

    def __init__(self) -> None:
        self._stop: dict[int, tuple[str, Callable[[Stop], object]]] = {}
        self._stopped: dict[str, Stop] = {}
        self._lock = threading.Lock()

    def add(self, go: str, stop: Callable[[Stop], object]) -> None:
        """Have this called when a go is to stop, at once where that was said already."""
        with self._lock:
            self._stop[threading.get_ident()] = go, stop
            if go in self._stopped:
                stop(self._stopped[go])

    def remove(self) -> None:
        """Forget what this thread added."""
        with self._lock:
            self._stop.pop(threading.get_ident(), None)

    def stop(self, go: str, why: Stop) -> None:
        """Send nothing more for a go."""
        with self._lock:
            self._stopped[go] = why
            for each, stop in self._stop.values():
                if each == go:
                    stop(why)


STOPPER = Stopper()
"""Of this process; the driver reaches it on every worker."""


def ask_partition(
    part: Plan, folder: Path, order: PartitionOrder, watch: Callable[[str, Progress], None]
) -> PartitionResult:
    """Ask the open lookups of a partition.

    Args:
        part: What to ask.
        folder: Its folder, the same one wherever this runs.
        order: How.
        watch: Told now and then the name of this go at it, and how far it is.

    Raises:
        ConsultationError: Something is wrong that concerns every lookup, such as a password.
        InputError: Another worker is at work in the folder and does not end.
        JournalError: The folder cannot be used.
    """
    with closing(_journal(folder)) as journal:
        if not journal.begun:
            journal.begin(order.settings, lookups_of(part))
        go, budget = uuid.uuid4().hex, order.pace.budget
        if budget is not None and not journal.first(f"loan {order.loan}"):
            # A worker was lost with it; nobody knows how much it sent, and more is never sent.
            return PartitionResult(go, Stop(StopReason.BUDGET), sent=budget)
        return asyncio.run(_ask(part, journal, order, go, partial(watch, go)))


def _journal(folder: Path) -> Journal:
    """Open the journal; a worker that was given up may take a moment to end."""
    # Parents that are made on the way would get the usual rights.
    for each in (folder.parent, folder):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    end = time.monotonic() + _TWIN_SECONDS
    while True:
        try:
            return Journal(folder)
        except InputError:
            if time.monotonic() > end:
                raise
            time.sleep(_SECONDS_BETWEEN)


async def _ask(
    part: Plan, journal: Journal, order: PartitionOrder, go: str, watch: Callable[[Progress], None]
) -> PartitionResult:
    client = AsyncChildBenefitsClient(
        order.profile,
        user=order.user,
        purpose=order.purpose,
        in_flight=order.in_flight,
        # Its part of the rate is its own, whatever else this process asks.
        environment=Environment(),
    )
    async with client:
        throttle = Throttle(order.pace, client.congestion, patience_seconds=order.patience_seconds)
        tally = Tally(part)
        workers = LookupWorkers(
            client,
            part,
            journal,
            throttle,
            in_flight=order.in_flight,
            patience_seconds=order.patience_seconds,
            refusals=Refusals(order.pace.alike),
            watch=lambda progress: watch(tally.counted(progress)),
            recorded=tally.add,
        )
        loop = asyncio.get_running_loop()
        STOPPER.add(order.go, lambda why: loop.call_soon_threadsafe(throttle.stop, *why))
        try:
            # The last lookup of the partition before may just have gone.
            if order.profile.requests_per_second is not None:
                await asyncio.sleep(1 / order.profile.requests_per_second)
            await workers.run()
        finally:
            STOPPER.remove()
    return PartitionResult(
        go,
        throttle.stopped,
        throttle.let_through,
        workers.gave_up,
        tally.counted(workers.progress()),
    )
