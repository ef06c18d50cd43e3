"""One partition of a plan, asked by a worker of a cluster with a journal of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from kszclient.cadaster import AsyncChildBenefitsClient
from kszclient.errors import InputError
from kszclient.reconciliation.asking import Asking
from kszclient.reconciliation.gate import Gate, Pace, StopReason
from kszclient.reconciliation.journal import Journal
from kszclient.reconciliation.plan import Plan
from kszclient.reconciliation.progress import Progress
from kszclient.reconciliation.refusals import Refusals
from kszclient.reconciliation.run import lookups_of
from kszclient.security import Profile

_TWIN_SECONDS = 30.0
_SECONDS_BETWEEN = 0.5


class Order(NamedTuple):
    """What a worker is to do, and how.

    Args:
        profile: Whom to ask, at this worker's part of the rate.
        go: Names this go at the run, to stop it and nothing later.
        settings: Of the run, for the journal.
        in_flight: Most lookups under way at once.
        patience_seconds: How long nothing may be answered.
        pace: When it asks, and how many lookups at most.
    """

    profile: Profile
    go: str
    settings: dict[str, str]
    in_flight: int
    patience_seconds: float
    pace: Pace


class Stopper:
    """Stops what this process asks, from another thread."""

    def __init__(self) -> None:
        self._stop: dict[int, tuple[str, Callable[[], object]]] = {}
        self._stopped: set[str] = set()
        self._lock = threading.Lock()

    def add(self, go: str, stop: Callable[[], object]) -> None:
        """Have this called when a go is to stop, at once where that was said already."""
        with self._lock:
            self._stop[threading.get_ident()] = go, stop
            if go in self._stopped:
                stop()

    def remove(self) -> None:
        """Forget what this thread added."""
        with self._lock:
            self._stop.pop(threading.get_ident(), None)

    def stop(self, go: str) -> None:
        """Send nothing more for a go."""
        with self._lock:
            self._stopped.add(go)
            for each, stop in self._stop.values():
                if each == go:
                    stop()


STOPPER = Stopper()
"""Of this process; the driver reaches it on every worker."""


def ask_partition(
    part: Plan, folder: Path, order: Order, watch: Callable[[Progress], None]
) -> bool:
    """Ask the open lookups of a partition.

    Args:
        part: What to ask.
        folder: Its folder, the same one wherever this runs.
        order: How.
        watch: Told now and then how far it is, and at the end.

    Returns:
        Whether it was stopped before its end.

    Raises:
        ConsultationError: Something is wrong that concerns every lookup, such as a password.
        InputError: Another worker is at work in the folder and does not end.
        JournalError: The folder cannot be used.
    """
    with closing(_journal(folder)) as journal:
        if not journal.begun:
            journal.begin(order.settings, lookups_of(part))
        return asyncio.run(_ask(part, journal, order, _seldom(watch)))


def _journal(folder: Path) -> Journal:
    """Open the journal; a worker that was given up may take a moment to end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    end = time.monotonic() + _TWIN_SECONDS
    while True:
        try:
            return Journal(folder)
        except InputError:
            if time.monotonic() > end:
                raise
            time.sleep(_SECONDS_BETWEEN)


async def _ask(
    part: Plan, journal: Journal, order: Order, watch: Callable[[Progress], None]
) -> bool:
    client = AsyncChildBenefitsClient(order.profile, in_flight=order.in_flight)
    async with client:
        gate = Gate(order.pace, client.congestion)
        asking = Asking(
            client,
            part,
            journal,
            gate,
            in_flight=order.in_flight,
            patience_seconds=order.patience_seconds,
            refusals=Refusals(order.pace.alike),
            watch=watch,
        )
        loop = asyncio.get_running_loop()
        STOPPER.add(order.go, lambda: loop.call_soon_threadsafe(gate.stop, StopReason.SIGNAL))
        try:
            # The last lookup of the partition before may just have gone.
            if order.profile.requests_per_second is not None:
                await asyncio.sleep(1 / order.profile.requests_per_second)
            await asking.run()
        finally:
            STOPPER.remove()
    return gate.stopped is not None


def _seldom(watch: Callable[[Progress], None]) -> Callable[[Progress], None]:
    last = 0.0

    def seldom(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _SECONDS_BETWEEN or progress.done == progress.planned:
            last = now
            watch(progress)

    return seldom
