"""Partitions of a run, given to the workers of a cluster, so many at a time."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from pathlib import Path

import msgspec
from distributed import Client, Future, KilledWorker, get_worker, wait

from kszclient.errors import ClusterError, KszError
from kszclient.reconciliation.gate import Stop, StopReason
from kszclient.reconciliation.partition import STOPPER, Order, Part, ask_partition
from kszclient.reconciliation.plan import Plan
from kszclient.reconciliation.progress import Progress
from kszclient.reconciliation.together import Together
from kszclient.security import Profile

_SECONDS_TO_LOOK = 0.5
_Partition = tuple[Plan, Path]


class Dispatch:
    """One go at the partitions of a run.

    What `kszclient.reconciliation.gate.Pace` says holds over all of them. Hours hold on every
    worker alike. A budget is lent to partitions in parts, and what one does not use comes back. The
    first answers, which tell whether everybody is refused, are those of partitions that go alone.

    Args:
        cluster: Its workers ask.
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
        partitions: list[_Partition],
        order: Order,
        watch: Callable[[Progress], None],
    ) -> None:
        self._cluster = cluster
        self._waiting = list(reversed(partitions))
        self._out: dict[Future[Part], tuple[_Partition, int]] = {}
        self._order = order
        self._watch = watch
        self._left = order.pace.budget
        self._gave_up = False
        # Whether it is known that not everybody is refused for one reason.
        self._judged = order.pace.alike == 0
        self._together = Together(sum(part.lookups.height for part, _ in partitions))
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
        lanes = min(sum(self._cluster.nthreads().values()), len(self._waiting))
        if not lanes and self._waiting:
            raise ClusterError("the cluster has no workers", next_step="Start some.")
        self._order = self._order._replace(profile=_share(self._order.profile, lanes))
        self._cluster.subscribe_topic(self._order.go, lambda told: self._together.tell(*told[1]))
        try:
            while self._out or (self._waiting and self._goes_on()):
                while self._goes_on() and self._may_begin(lanes):
                    self._begin(lanes)
                self._look()
        finally:
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

    def _look(self) -> None:
        if self.stopped:
            # Again and again, for a partition may have come to another worker meanwhile.
            self._cluster.run(_stop, self._order.go, self.stopped)
        with contextlib.suppress(TimeoutError):
            wait(list(self._out), timeout=_SECONDS_TO_LOOK, return_when="FIRST_COMPLETED")
        for done in [each for each in self._out if each.done()]:
            partition, lent = self._out.pop(done)
            self._take(self._result(done), partition, lent)
        now = self._together.progress()
        if now.answered >= self._order.pace.alike and not self._together.stopping():
            self._judged = True
        if self.stopped:
            signalled = self.stopped.reason is StopReason.SIGNAL
            now = now._replace(state="stopping", signalled=signalled)
        self._watch(now)

    def _result(self, done: Future[Part]) -> Part:
        try:
            return done.result()
        except KszError:
            self._cluster.run(_stop, self._order.go, Stop(StopReason.SIGNAL))
            wait(list(self._out))
            raise
        except KilledWorker as error:
            raise ClusterError("a partition was given up: its workers were lost") from error

    def _take(self, came: Part, partition: _Partition, lent: int) -> None:
        self._gave_up |= came.gave_up
        if came.progress is not None:
            self._together.tell(partition[0].first, came.go, came.progress)
        if self._left is not None:
            self._left += lent - came.sent
        if came.stopped is not None and came.stopped.reason is StopReason.BUDGET:
            self._waiting.append(partition)
        else:
            self.stopped = self.stopped or came.stopped


def _work(part: Plan, folder: str, order: Order) -> Part:
    """Run on a worker."""
    worker = get_worker()
    return ask_partition(
        part, Path(folder), order,
        lambda go, progress: worker.log_event(
            order.go, [part.first, go, msgspec.to_builtins(progress)]
        ),
    )  # fmt: skip


def _stop(go: str, stop: Stop) -> None:
    """Run on every worker."""
    STOPPER.stop(go, stop)


def _share(profile: Profile, lanes: int) -> Profile:
    rate = profile.requests_per_second
    if rate is None:
        return profile
    return msgspec.structs.replace(profile, requests_per_second=rate / max(1, lanes))
