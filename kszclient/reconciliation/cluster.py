"""The same run on a Dask cluster: partitions by child, each with a journal of its own.

The plan is made here and cut into partitions; a worker asks one of them at a time. As many
partitions as the cluster has threads are out at once, never more, and each goes at its share of the
rate: so the rate holds over all workers, whoever joins or leaves. Where a worker is lost, Dask
gives its partition to another one, which goes on from the journal of the partition.

Every worker must see the folder of the run under the same path. What goes to a worker holds numbers
of persons: outside one machine, use a scheduler with TLS (``tls://``). Needs the extra ``dask``.
"""

from __future__ import annotations

import contextlib
import signal
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType

import msgspec
from distributed import Client, Future, KilledWorker, LocalCluster, get_worker, wait

from kszclient.competence import Language
from kszclient.errors import ClusterError, JournalError, KszError
from kszclient.reconciliation.gate import ALWAYS, Pace
from kszclient.reconciliation.journal import NAME, Journal
from kszclient.reconciliation.partition import STOPPER, Order, ask_partition
from kszclient.reconciliation.plan import Plan
from kszclient.reconciliation.progress import Progress
from kszclient.reconciliation.run import (
    Engine,
    Question,
    Reconciliation,
    conclude,
    open_journal,
    plan_for,
    write_run,
)
from kszclient.reconciliation.steps import Steps
from kszclient.reconciliation.together import Together
from kszclient.security import Profile

PARTITIONS = "partitions"
_LOOKUPS_OF_A_PARTITION = 10_000
_SECONDS_TO_LOOK = 0.5


@contextmanager
def connect(
    scheduler: str | None = None, *, workers: int = 2, patience_seconds: float = 10.0
) -> Iterator[Client]:
    """Connect with a cluster, or start one on this machine for the time of the block.

    Args:
        scheduler: Its address (``tls://...`` or ``tcp://...``); one on this machine where left out.
        workers: Processes of the one on this machine.
        patience_seconds: How long to wait for an answer.

    Raises:
        ClusterError: It cannot be reached.
    """
    with contextlib.ExitStack() as opened:
        where: LocalCluster | str = scheduler or opened.enter_context(
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host="127.0.0.1",
                # No pages; what little is served has a free port of this machine alone.
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                security=True,
            )
        )
        try:
            client = opened.enter_context(Client(where, timeout=patience_seconds))
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"the scheduler {scheduler} does not answer",
                next_step="Check its address, and that it runs; tls:// needs Dask's settings.",
            ) from error
        if scheduler is None:
            client.run(_ignore_interrupts)
        yield client


def _ignore_interrupts() -> None:
    """Run on every worker of this machine: who interrupts means the driver, which tells them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def reconcile_on(  # noqa: PLR0913 - what a run depends on, by name
    cluster: Client,
    question: Question,
    profile: Profile,
    *,
    out: Path,
    resume: bool = False,
    run_id: uuid.UUID | None = None,
    in_flight: int = 16,
    patience_seconds: float = 900.0,
    pace: Pace = ALWAYS,
    language: Language = Language.EN,
    watch: Callable[[Progress], None] = lambda _: None,
    stop_on_signals: bool = False,
    lookups_of_a_partition: int = _LOOKUPS_OF_A_PARTITION,
) -> Reconciliation:
    """Do what `kszclient.reconciliation.reconcile` does, with the workers of a cluster.

    Args:
        cluster: As `connect` gives it.
        question: What is to be reconciled.
        profile: Whom to ask; its rate holds over all workers together.
        out: The folder for journals and results; every worker sees it under the same path.
        resume: Go on with a run in this folder, if there is one.
        run_id: The identity of the run; a new one where left out.
        in_flight: Most lookups under way at once, for each worker.
        patience_seconds: How long nothing may be answered before a partition is given up for now.
        pace: When it asks, and how many lookups at most.
        language: Of the explanations.
        watch: Told how far the run is.
        stop_on_signals: Whether SIGINT and SIGTERM stop the run after the lookups under way, and
            a second one at once.
        lookups_of_a_partition: How many; a worker asks one partition at a time.

    Returns:
        The results, the same byte for byte as those of one process.

    Raises:
        ClusterError: There are no workers, or they are lost again and again.
        ConsultationError: Something is wrong that concerns every lookup, such as a password.
        InputError: As `kszclient.reconciliation.reconcile`.
        JournalError: A folder cannot be written to.
    """
    steps = Steps()
    out = out.resolve()
    with closing(open_journal(out, resume=resume)) as journal:
        plan = plan_for(question, profile.admit, journal, run_id, engine=Engine.DASK)
        steps.end("read_and_plan")
        size = _size(journal, lookups_of_a_partition)
        run = _Run(cluster, plan, out, size, watch)
        order = Order(
            profile,
            uuid.uuid4().hex,
            {"run_id": journal.setting("run_id")},
            in_flight=in_flight,
            patience_seconds=patience_seconds,
            pace=pace,
        )
        with _stopping(run.stop if stop_on_signals else None):
            run.ask(order)
        steps.end("ask")
        counts = [_count(folder) for _, folder in run.partitions]
        answered = sum(each for each, _ in counts)
        results = None
        if not run.stopped or answered == plan.lookups.height:
            results = conclude(out, plan, journal, _came(run.partitions), language, steps)
        write_run(out, journal, sum(each for _, each in counts), steps)
    return Reconciliation(results, plan.lookups.height, plan.lookups.height - answered)


def _size(journal: Journal, wished: int) -> int:
    """Give the lookups of a partition: those with which the run began."""
    journal.settle("lookups_of_a_partition", str(wished))
    return int(journal.setting("lookups_of_a_partition"))


class _Run:
    """The partitions of one run on one cluster."""

    def __init__(
        self, cluster: Client, plan: Plan, out: Path, size: int, watch: Callable[[Progress], None]
    ) -> None:
        self._cluster = cluster
        self._plan = plan
        self._watch = watch
        self.stopped = False
        self.partitions = [
            (plan.part(first, size), out / PARTITIONS / f"{first // size:06d}")
            for first in range(0, plan.lookups.height, size)
        ]

    def stop(self) -> None:
        """Send nothing more; what is under way is awaited."""
        self.stopped = True

    def ask(self, order: Order) -> None:
        """Ask every partition, so many at a time."""
        lanes = min(sum(self._cluster.nthreads().values()), len(self.partitions))
        if not lanes and self.partitions:
            raise ClusterError("the cluster has no workers", next_step="Start some.")
        order = order._replace(profile=_share(order.profile, lanes))
        together = Together(self._plan.lookups.height)
        self._cluster.subscribe_topic(order.go, lambda event: together.tell(*event[1]))
        try:
            self._feed(order, lanes, together)
        finally:
            self._cluster.unsubscribe_topic(order.go)

    def _feed(self, order: Order, lanes: int, together: Together) -> None:
        waiting = list(reversed(self.partitions))
        out: set[Future[bool]] = set()
        while out or (waiting and not self.stopped):
            while waiting and len(out) < lanes and not self.stopped:
                part, folder = waiting.pop()
                out.add(self._cluster.submit(_work, part, str(folder), order, pure=False))
            if self.stopped:
                # Again and again, for a partition may have come to another worker meanwhile.
                self._cluster.run(_stop, order.go)
            with contextlib.suppress(TimeoutError):
                wait(out, timeout=_SECONDS_TO_LOOK, return_when="FIRST_COMPLETED")
            for done in [each for each in out if each.done()]:
                out.remove(done)
                self._take(done, out, order)
            self._watch(together.progress())

    def _take(self, done: Future[bool], others: set[Future[bool]], order: Order) -> None:
        try:
            self.stopped |= done.result()
        except KszError:
            self._cluster.run(_stop, order.go)
            wait(others)
            raise
        except KilledWorker as error:
            raise ClusterError("a partition was given up: its workers were lost") from error


def _work(part: Plan, folder: str, order: Order) -> bool:
    """Run on a worker."""
    worker = get_worker()
    return ask_partition(
        part,
        Path(folder),
        order,
        lambda progress: worker.log_event(order.go, [part.first, msgspec.to_builtins(progress)]),
    )


def _stop(go: str) -> None:
    """Run on every worker."""
    STOPPER.stop(go)


def _share(profile: Profile, lanes: int) -> Profile:
    rate = profile.requests_per_second
    if rate is None:
        return profile
    return msgspec.structs.replace(profile, requests_per_second=rate / max(1, lanes))


def _count(folder: Path) -> tuple[int, int]:
    """Give how many lookups of a partition are answered, and how many tickets it gave."""
    if not folder.exists():
        return 0, 0
    with closing(Journal(folder)) as journal:
        return (journal.count()[1], journal.attempts()) if journal.begun else (0, 0)


def _came(partitions: list[tuple[Plan, Path]]) -> Iterator[tuple[int, bytes | None]]:
    """Give what came of each lookup, in the order of the plan."""
    for _, folder in partitions:
        if not (folder / NAME).exists():
            raise JournalError(
                f"partition {folder.name} is not in the folder of the run",
                next_step="Give a folder that every worker sees under the same path.",
            )
        with closing(Journal(folder)) as journal:
            yield from journal.results()


@contextmanager
def _stopping(stop: Callable[[], None] | None) -> Iterator[None]:
    """Stop at a signal, and at a second one at once."""
    if stop is None:
        yield
        return
    told = False

    def heard(_number: int, _frame: FrameType | None) -> None:
        nonlocal told
        if told:
            raise KeyboardInterrupt
        told = True
        stop()

    before = {each: signal.signal(each, heard) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
