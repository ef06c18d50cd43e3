"""Reconcile a population: read, plan, ask, compare, write; and go on where a run was broken off."""

from __future__ import annotations

import asyncio
import signal
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from kszclient.cadaster import AsyncChildBenefitsClient
from kszclient.errors import InputError
from kszclient.reconciliation.compare.compare import Tally
from kszclient.reconciliation.execute.beginning import Engine, begin, open_journal, plan_for
from kszclient.reconciliation.execute.progress import Progress
from kszclient.reconciliation.execute.throttle import ALWAYS, Pace, Refusals, StopReason, Throttle
from kszclient.reconciliation.execute.worker import LookupWorkers
from kszclient.reconciliation.input.table import Source
from kszclient.reconciliation.output.report.words import report_language
from kszclient.reconciliation.output.results import (
    Reconciliation,
    Steps,
    conclude,
    write_run,
    written,
)
from kszclient.reconciliation.question import Question
from kszclient.values import Language

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def reconcile(  # noqa: PLR0913 - what a run depends on, by name
    question: Question | Source,
    client: AsyncChildBenefitsClient,
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
) -> Reconciliation:
    """Compare dossiers with the registers, one lookup a child, and write what was found.

    Everything that was answered is kept in the journal in the folder, so that a run that is broken
    off, however it was, goes on with `resume` and ends in the same files, byte for byte.

    Args:
        question: What is to be reconciled, or just where the dossiers stand.
        client: Asks; it is closed at the end.
        out: The folder for journal and results; made where there is none.
        resume: Go on with a run in this folder, if there is one.
        run_id: The identity of the run, from which its tickets follow; a new one where left out.
            Never use one twice but to go on; then it may be left out, and must be the same.
        in_flight: Most lookups under way at once.
        patience_seconds: How long nothing may be answered before the run is given up for now; hours
            in which the service is closed do not count. A longer pause than this, where the service
            asks for one, is not waited for.
        pace: When it asks, and how many lookups at most.
        language: Of the explanations: English, Dutch or French.
        watch: Told how far the run is.
        stop_on_signals: Whether SIGINT and SIGTERM stop the run after the lookups under way, and
            a second one at once.

    Returns:
        The results as frames, which are written to the folder too: also where a budget, closing
        time or a long pause ended the run, with what is open told as unanswered.

    Raises:
        InputError: The input cannot be read, is not that of the run in this folder, its answers
            came from another service, the folder is in use, nothing is told in that language, or an
            event loop runs in this thread already; nothing was asked.
        ConsultationError: Something is wrong that concerns every lookup, such as a password.
        JournalError: The folder cannot be written to.
    """
    _check_alone()
    asked = question if isinstance(question, Question) else Question(question)
    spoken = report_language(language)
    steps = Steps()
    with closing(open_journal(out, resume=resume)) as journal:
        plan = plan_for(
            asked,
            client.profile,
            journal,
            run_id,
            engine=Engine.LOCAL,
            answered=lambda: journal.count()[1] > 0,
        )
        begin(journal, plan, client.profile, run_id, engine=Engine.LOCAL)
        steps.end("read_and_plan")
        throttle = Throttle(pace, client.congestion, patience_seconds=patience_seconds)
        tally = Tally(plan)
        workers = LookupWorkers(
            client,
            plan,
            journal,
            throttle,
            in_flight=in_flight,
            patience_seconds=patience_seconds,
            refusals=Refusals(pace.alike),
            watch=lambda progress: watch(tally.counted(progress)),
            recorded=tally.add,
        )
        asyncio.run(_ask(workers, throttle, client, stop_on_signals=stop_on_signals))
        steps.end("ask")
        planned, answered = journal.count()
        results = None
        if written(throttle.stopped, planned - answered):
            results = conclude(out, plan, journal, journal.results(), spoken, steps)
        write_run(out, journal, journal.attempts(), steps)
    return Reconciliation(results, planned, planned - answered, throttle.stopped)


def _check_alone() -> None:
    """See that no event loop runs in this thread, for the run needs one of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise InputError(
        "an event loop runs in this thread already, as it does in a notebook",
        next_step="Call it in a thread of its own: await asyncio.to_thread(reconcile, ...).",
    )


async def _ask(
    workers: LookupWorkers,
    throttle: Throttle,
    client: AsyncChildBenefitsClient,
    *,
    stop_on_signals: bool,
) -> None:
    async with client:
        running = asyncio.ensure_future(workers.run())
        signals = 0

        def stop() -> None:
            nonlocal signals
            signals += 1
            if signals > 1:
                running.cancel()
            throttle.stop(StopReason.SIGNAL)

        loop = asyncio.get_running_loop()
        for each in _SIGNALS if stop_on_signals else ():
            loop.add_signal_handler(each, stop)
        try:
            await running
        except asyncio.CancelledError:
            if signals == 0:
                raise
