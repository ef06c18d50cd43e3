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
import logging
import signal
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from types import FrameType

from distributed import Client, LocalCluster

from kszclient.errors import ClusterError, JournalError
from kszclient.reconciliation.cluster.dispatch import Dispatch
from kszclient.reconciliation.cluster.partition import PartitionOrder
from kszclient.reconciliation.cluster.scheduler import Scheduler, check_address
from kszclient.reconciliation.execute.beginning import Engine, begin, open_journal, plan_for
from kszclient.reconciliation.execute.journal import NAME, Journal
from kszclient.reconciliation.execute.progress import Progress
from kszclient.reconciliation.execute.throttle import ALWAYS, Pace
from kszclient.reconciliation.output.report.words import report_language
from kszclient.reconciliation.output.results import (
    Reconciliation,
    Steps,
    conclude,
    write_run,
    written,
)
from kszclient.reconciliation.plan.plan import Plan
from kszclient.reconciliation.question import Question
from kszclient.security import Profile
from kszclient.values import Language

PARTITIONS = "partitions"
_LOOKUPS_OF_A_PARTITION = 10_000
_SECONDS_TO_CLOSE = 3.0
_SECONDS_TO_ANSWER = 30.0


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
        ClusterError: It cannot be reached, is no scheduler of Dask, or is of other versions.
        InputError: It is no address, or numbers of persons would go over a network in clear.
    """
    with contextlib.ExitStack() as opened:
        if scheduler is None:
            where: LocalCluster | str = opened.enter_context(_local(workers))
        else:
            check_address(scheduler)
            there = Scheduler.at(scheduler, patience_seconds)
            there.check()
            # Before Dask warns of other versions in a table of its own.
            there.check_workers()
            where = scheduler
        try:
            client = Client(where, timeout=patience_seconds)
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"the scheduler {scheduler} does not answer",
                next_step="Check its address, and that it runs; tls:// needs Dask's settings.",
            ) from error
        opened.callback(_close, client)
        if scheduler is None:
            client.run(_ignore_interrupts)
        yield client


def _local(workers: int) -> LocalCluster:
    try:
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            # No pages; what little is served has a free port of this machine alone.
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            security=True,
            # Its processes write tracebacks of their own about what is reported here in a sentence.
            silence_logs=logging.CRITICAL,
        )
    except (RuntimeError, OSError) as error:
        raise ClusterError(
            "no cluster can be started on this machine: its processes end while they start",
            next_step="Look at memory and limits of processes, or leave --engine dask out.",
        ) from error


def _close(client: Client) -> None:
    # Where the scheduler is gone there is nobody to take leave of.
    with contextlib.suppress(Exception):
        client.close(timeout=_SECONDS_TO_CLOSE)


def _ignore_interrupts() -> None:
    """Run on every worker of this machine: who interrupts means the driver, which tells them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def reconcile_on(  # noqa: PLR0913 - what a run depends on, by name
    cluster: Client | AbstractContextManager[Client],
    question: Question,
    profile: Profile,
    *,
    out: Path,
    user: str | None = None,
    purpose: str | None = None,
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
        cluster: As `connect` gives it, inside its block or before it is entered: then it is entered
            when input and folder are found right.
        question: What is to be reconciled.
        profile: Whom to ask; its rate holds over all workers together.
        out: The folder for journals and results; every worker sees it under the same path.
        user: Who asks, for the audit trail; the profile's where left out.
        purpose: Why, for the audit trail.
        resume: Go on with a run in this folder, if there is one.
        run_id: The identity of the run; a new one where left out.
        in_flight: Most lookups under way at once, for each worker.
        patience_seconds: How long a worker may get no answer before the run is given up for now.
        pace: When it asks, and how many lookups at most, all workers together.
        language: Of the explanations: English, Dutch or French.
        watch: Told how far the run is.
        stop_on_signals: Whether SIGINT and SIGTERM stop the run after the lookups under way, and
            a second one at once.
        lookups_of_a_partition: How many; a worker asks one partition at a time.

    Returns:
        The results, the same byte for byte as those of one process.

    Raises:
        ClusterError: There are no workers, they are lost for longer than the patience, or run other
            versions.
        ConsultationError: Something is wrong that concerns every lookup, such as a password.
        InputError: As `kszclient.reconciliation.reconcile`.
        JournalError: A folder cannot be written to.
    """
    profile.check_purpose(purpose)  # not only in each worker, when the run has begun
    spoken = report_language(language)
    steps = Steps()
    out = out.absolute()
    run: Dispatch | None = None

    def stop() -> None:
        if run is None:
            raise KeyboardInterrupt
        run.stop()

    with (
        _stopping(stop if stop_on_signals else None),
        closing(open_journal(out, resume=resume)) as journal,
        contextlib.ExitStack() as opened,
    ):
        plan = plan_for(
            question,
            profile,
            journal,
            run_id,
            engine=Engine.DASK,
            answered=lambda: any(_count(each)[0] for each in (out / PARTITIONS).glob("*")),
        )
        # Only now: what is refused should cost no start of a cluster, and no run has begun if none
        # can be had.
        try:
            workers = cluster if isinstance(cluster, Client) else opened.enter_context(cluster)
            scheduler = Scheduler.of(workers, max(1.0, min(patience_seconds, _SECONDS_TO_ANSWER)))
            scheduler.check_workers()
        except KeyboardInterrupt:
            raise ClusterError("stopped before anything was asked") from None
        begin(journal, plan, profile, run_id, engine=Engine.DASK)
        steps.end("read_and_plan")
        size = _size(journal, lookups_of_a_partition)
        partitions = [
            (plan.part(first, size), out / PARTITIONS / f"{first // size:06d}")
            for first in range(0, plan.lookups.height, size)
        ]
        order = PartitionOrder(
            profile,
            uuid.uuid4().hex,
            {"run_id": journal.setting("run_id")},
            in_flight=in_flight,
            patience_seconds=patience_seconds,
            pace=pace,
            user=user,
            purpose=purpose,
        )
        run = Dispatch(workers, scheduler, partitions, order, watch)
        run.run()
        steps.end("ask")
        counts = [_count(folder) for _, folder in partitions]
        answered = sum(each for each, _ in counts)
        results = None
        if written(run.stopped, plan.lookups.height - answered):
            came = _came(partitions, run.begun)
            results = conclude(out, plan, journal, came, spoken, steps)
        write_run(out, journal, sum(each for _, each in counts), steps)
    return Reconciliation(results, plan.lookups.height, plan.lookups.height - answered, run.stopped)


def _size(journal: Journal, wished: int) -> int:
    """Return the lookups of a partition: those with which the run began."""
    journal.settle("lookups_of_a_partition", str(wished))
    return int(journal.setting("lookups_of_a_partition"))


def _count(folder: Path) -> tuple[int, int]:
    """Return how many lookups of a partition are answered, and how many tickets it gave."""
    if not folder.exists():
        return 0, 0
    with closing(Journal(folder)) as journal:
        return (journal.count()[1], journal.attempts()) if journal.begun else (0, 0)


def _came(
    partitions: list[tuple[Plan, Path]], begun: set[Path]
) -> Iterator[tuple[int, bytes | None]]:
    """Return what came of each lookup, in the order of the plan."""
    for part, folder in partitions:
        if not (folder / NAME).exists():
            if folder not in begun:
                yield from ((number, None) for number in part.lookups["number"])
                continue
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
