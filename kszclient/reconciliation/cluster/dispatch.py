"""Partitions of a run, given to the workers of a cluster, so many at a time."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from distributed import Client, Future, KilledWorker, get_worker, wait
from distributed.client import FutureCancelledError, FuturesCancelledError

from kszclient.errors import ClusterError, KszError
from kszclient.reconciliation.cluster.partition import (
    STOPPER,
    PartitionOrder,
    PartitionResult,
    ask_partition,
)
from kszclient.reconciliation.cluster.scheduler import Scheduler
from kszclient.reconciliation.execute.progress import Progress, ProgressAggregator
from kszclient.reconciliation.execute.throttle import Stop, StopReason
from kszclient.reconciliation.plan.plan import Plan
from kszclient.security import Profile

_SECONDS_TO_LOOK = 0.5
_SECONDS_BETWEEN = 1.0
_SECONDS_TO_END = 10.0
_Partition = tuple[Plan, Path]
_CANCELLED = (FutureCancelledError, FuturesCancelledError)


class Dispatch:
    """One go at the partitions of a run.

    What `kszclient.reconciliation.execute.throttle.Pace` says holds over all of them. Hours hold
    on every worker alike. A budget is lent to partitions in parts, and what one does not use comes
    back. The first answers, which tell whether everybody is refused, are those of partitions that
    go alone.

    Args:
        cluster: Its workers ask.
        scheduler: Of the cluster; tells whether somebody is still there.
        partitions: What to ask, and the folder of each.
        order: How; the rate of its profile and its pace are those of all workers together.
        watch: Told how far the run is.

    Attributes:
        stopped: Why it ended before everything was asked, or None.
        begun: The folders of the partitions that were given to workers.
    """

    def __init__(
        self,
        cluster: Client,
        scheduler: Scheduler,
        partitions: list[_Partition],
        order: PartitionOrder,
        watch: Callable[[Progress], None],
    ) -> None:
        self._cluster = cluster
        self._scheduler = scheduler
        self._waiting = list(reversed(partitions))
        self._out: dict[Future[PartitionResult], tuple[_Partition, int]] = {}
        self._order = order
        self._watch = watch
        self._left = order.pace.budget
        self._gave_up = False
        # Whether it is known that not everybody is refused for one reason.
        self._judged = order.pace.alike == 0
        self._aggregated = ProgressAggregator(sum(part.lookups.height for part, _ in partitions))
        self._heard = self._look_at = time.monotonic()
        self._lost_since: float | None = None
        self._stopped_at: float | None = None
        self._passing_on: threading.Thread | None = None
        self.stopped: Stop | None = None
        self.begun: set[Path] = set()

    def stop(self) -> None:
        """Send nothing more; what is under way is awaited."""
        self.stopped = self.stopped or Stop(StopReason.SIGNAL)

    def run(self) -> None:
        """Ask until everything is answered, nothing is to be had, or somebody stops it.

        Raises:
            ClusterError: There are no workers, or they are lost again and again.
            ConsultationError: Something is wrong that concerns every lookup, such as a password.
            JournalError: A folder cannot be written to.
        """
        lanes = min(self._scheduler.threads(), len(self._waiting))
        if not lanes and self._waiting:
            raise ClusterError("the cluster has no workers", next_step="Start some.")
        self._order = self._order._replace(profile=_share(self._order.profile, lanes))
        self._cluster.subscribe_topic(self._order.go, self._hear)
        try:
            while self._out or (self._waiting and self._goes_on()):
                while self._goes_on() and self._may_begin(lanes):
                    self._begin(lanes)
                self._look()
        finally:
            # With a scheduler that is gone there is nothing to undo.
            with contextlib.suppress(Exception):
                self._cluster.unsubscribe_topic(self._order.go)

    def _goes_on(self) -> bool:
        if not self._out and self._waiting and self._left == 0:
            self.stopped = self.stopped or Stop(StopReason.BUDGET, str(self._order.pace.budget))
        return self.stopped is None and not self._gave_up

    def _may_begin(self, lanes: int) -> bool:
        room = lanes if self._judged else 1
        return bool(self._waiting) and len(self._out) < room and self._left != 0

    def _begin(self, lanes: int) -> None:
        part, folder = self._waiting.pop()
        lent = 0
        pace = self._order.pace._replace(alike=0 if self._judged else self._order.pace.alike)
        if self._order.pace.budget is not None and self._left is not None:
            share = -(-self._order.pace.budget // lanes)
            lent = min(self._left, share, part.lookups.height)
            self._left -= lent
            pace = pace._replace(budget=lent)
        order = self._order._replace(pace=pace, loan=uuid.uuid4().hex)
        future = self._cluster.submit(_work, part, str(folder), order, pure=False)
        self._out[future] = (part, folder), lent
        self.begun.add(folder)

    def _hear(self, told: tuple[object, Any]) -> None:
        self._heard = time.monotonic()
        self._aggregated.add(*told[1])

    def _look(self) -> None:
        if self.stopped:
            self._pass_on(self.stopped)
        self._wait()
        for done in [each for each in self._out if each.done()]:
            self._heard = time.monotonic()
            partition, lent = self._out.pop(done)
            self._take(self._result(done), partition, lent)
        now = self._aggregated.progress()
        if now.answered >= self._order.pace.alike and not self._aggregated.stopping():
            self._judged = True
        self._check_there(closed=now.state == "closed")
        if self.stopped:
            signalled = self.stopped.reason is StopReason.SIGNAL
            now = now._replace(state="stopping", signalled=signalled)
        self._watch(now)

    def _wait(self) -> None:
        # What is cancelled is done, and told by its result.
        with contextlib.suppress(TimeoutError, *_CANCELLED):
            wait(list(self._out), timeout=_SECONDS_TO_LOOK, return_when="FIRST_COMPLETED")

    def _pass_on(self, stop: Stop) -> None:
        """Signal every worker, again and again, for a partition may have come to another meanwhile.

        Not in this thread: Dask waits for a worker that does not answer.
        """
        self._stopped_at = self._stopped_at or time.monotonic()
        if self._passing_on is None or not self._passing_on.is_alive():
            self._passing_on = threading.Thread(target=self._stop_all, args=(stop,), daemon=True)
            self._passing_on.start()

    def _stop_all(self, stop: Stop) -> None:
        with contextlib.suppress(Exception):  # who is gone asks nothing more
            self._cluster.run(_stop, self._order.go, stop, on_error="ignore")

    def _check_there(self, *, closed: bool) -> None:
        """See that somebody is at work on what is out.

        Raises:
            ClusterError: Nobody is, for longer than the patience; or nobody ends after a stop.
        """
        now = time.monotonic()
        if not self._out or now < self._look_at:
            return
        self._look_at = now + _SECONDS_BETWEEN
        try:
            lost = "" if self._scheduler.threads() else "the cluster has no workers left"
        except ClusterError as error:
            lost = str(error)
        if not lost:
            self._lost_since = None
        elif self._lost_since is None:
            self._lost_since = now
        patience = self._order.patience_seconds
        if self._lost_since is not None and (self.stopped or now - self._lost_since > patience):
            raise self._lost(lost)
        grace = self._grace()
        if self._stopped_at is not None and now - self._stopped_at > grace:
            raise self._lost("the workers do not end")
        if not closed and now - self._heard > patience + grace:
            raise self._lost("the workers report nothing")

    def _grace(self) -> float:
        """Return how long a worker may take from one lookup to the next."""
        rate = self._order.profile.requests_per_second
        return self._order.profile.deadline_seconds + _SECONDS_TO_END + (2 / rate if rate else 0.0)

    def _lost(self, why: str) -> ClusterError:
        self._forget()
        return ClusterError(f"{why}; what was answered is kept")

    def _forget(self) -> None:
        # Else Dask would give these partitions to the next worker that comes.
        args = (self._cluster, list(self._out))
        threading.Thread(target=_cancel, args=args, daemon=True).start()

    def _result(self, done: Future[PartitionResult]) -> PartitionResult:
        try:
            part: PartitionResult = done.result()
        except KszError:
            self._end_all()
            raise
        except KilledWorker as error:
            self._end_all()
            raise ClusterError("a partition was given up: its workers were lost") from error
        except _CANCELLED:
            raise self._lost(f"the scheduler {self._scheduler.address} was lost") from None
        except ImportError as error:
            self._end_all()
            raise ClusterError(
                f"a worker lacks the package {error.name}",
                next_step="Install the same everywhere: pip install 'kszclient[dask]'.",
            ) from None
        except Exception as error:  # noqa: BLE001 - whatever a worker raised comes here
            self._end_all()
            # Its text may hold what was asked.
            raise ClusterError(f"a worker failed with {type(error).__name__}") from None
        return part

    def _end_all(self) -> None:
        """Let what is under way come to its end, as far as anybody is there to end it."""
        stop = Stop(StopReason.SIGNAL)
        end = time.monotonic() + self._grace()
        while any(not each.done() for each in self._out) and time.monotonic() < end:
            self._pass_on(stop)
            self._wait()
            try:
                if not self._scheduler.threads():
                    break
            except ClusterError:
                break
        self._forget()

    def _take(self, came: PartitionResult, partition: _Partition, lent: int) -> None:
        self._gave_up |= came.gave_up
        if came.progress is not None:
            self._aggregated.add(partition[0].first, came.go, came.progress)
        if self._left is not None:
            self._left += lent - came.sent
        if came.stopped is not None and came.stopped.reason is StopReason.BUDGET:
            self._waiting.append(partition)
        else:
            self.stopped = self.stopped or came.stopped


def _work(part: Plan, folder: str, order: PartitionOrder) -> PartitionResult:
    """Run on a worker."""
    worker = get_worker()
    return ask_partition(
        part, Path(folder), order,
        lambda go, progress: worker.log_event(
            order.go, [part.first, go, msgspec.to_builtins(progress)]
        ),
    )  # fmt: skip


def _cancel(cluster: Client, lost: list[Future[PartitionResult]]) -> None:
    with contextlib.suppress(Exception):
        cluster.cancel(lost, force=True)


def _stop(go: str, stop: Stop) -> None:
    """Run on every worker."""
    STOPPER.stop(go, stop)


def _share(profile: Profile, lanes: int) -> Profile:
    rate = profile.requests_per_second
    if rate is None:
        return profile
    return msgspec.structs.replace(profile, requests_per_second=rate / max(1, lanes))
