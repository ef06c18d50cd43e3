"""Reconcile a population: read, plan, ask, compare, write; and go on where a run was broken off."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import msgspec
import polars as pl

from kszclient.cadaster import AsyncChildBenefitsClient
from kszclient.competence import Language, rulebook
from kszclient.errors import InputError, JournalError
from kszclient.reconciliation.asking import Asking
from kszclient.reconciliation.domiciles import placed, read_domiciles
from kszclient.reconciliation.dossiers import read_dossiers
from kszclient.reconciliation.files import PARQUET, write_file
from kszclient.reconciliation.gate import ALWAYS, Gate, Pace, Stop, StopReason
from kszclient.reconciliation.journal import NAME, Journal, Planned
from kszclient.reconciliation.mapping import Mapping
from kszclient.reconciliation.month_numbers import Run, month_text, number_of
from kszclient.reconciliation.plan import Plan, make_plan
from kszclient.reconciliation.progress import Progress
from kszclient.reconciliation.refusals import Refusals
from kszclient.reconciliation.report import render
from kszclient.reconciliation.results import Results, write_results
from kszclient.reconciliation.steps import Steps
from kszclient.reconciliation.table import Source
from kszclient.reconciliation.words import Words
from kszclient.values import Month, Ssin

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Question(NamedTuple):
    """What is to be reconciled.

    Args:
        dossiers: A CSV or Parquet file, the URL of a database, or a frame.
        domiciles: The same with domicile histories; the dossiers' own domiciles where left out.
        mapping: Under which names they hold what is needed.
        as_of: The day of asking; today where left out.
        margin: How many months before and after those of a dossier are asked about too, to find
            months too many; 0 where the months are only those that you want to check.
        every_source: Ask every register, not only those that competence names.
        strict: Whether the first bad row ends everything.
    """

    dossiers: Source
    domiciles: Source | None = None
    mapping: Mapping = Mapping()
    as_of: dt.date | None = None
    margin: int = 0
    every_source: bool = False
    strict: bool = False


class Reconciliation(NamedTuple):
    """What came of a run.

    Args:
        results: Findings, rows set aside and summary; None where the run was stopped.
        planned: Lookups in all.
        unanswered: Lookups that are still open; `reconcile` with `resume` asks them again.
        stopped: Why it ended before everything was asked, or None.
    """

    results: Results | None
    planned: int
    unanswered: int
    stopped: Stop | None = None


def plan_of(question: Question, admit: Callable[[Ssin], None], as_of: dt.date) -> Plan:
    """Read the input and plan the lookups; nothing is sent.

    Args:
        question: What is to be reconciled.
        admit: Refuses persons that the environment must not be asked about.
        as_of: The day of asking.

    Raises:
        InputError: The input cannot be read.
    """
    table = rulebook().timeline.months
    months = Run(number_of(table.begin), number_of(Month.of(as_of)))
    dossiers = read_dossiers(
        question.dossiers,
        question.mapping,
        months=months,
        admit=admit,
        placed=question.domiciles is None,
        strict=question.strict,
    )
    if dossiers.rows.is_empty() and not dossiers.rejected.is_empty():
        number, column, reason = dossiers.rejected.row(0)
        raise InputError(
            f"none of {dossiers.rejected.height} rows can be used; "
            f"row {number}, column {column or '?'}: {reason}",
            next_step="See whether the columns are those that are meant (--mapping).",
        )
    spells = None
    if question.domiciles is not None:
        spells = read_domiciles(question.domiciles, question.mapping)
        dossiers = dossiers._replace(rows=placed(dossiers.rows, spells))
    return make_plan(
        dossiers,
        spells,
        as_of=as_of,
        months=months,
        margin=question.margin,
        every_source=question.every_source,
    )


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
            Never use one twice but to go on.
        in_flight: Most lookups under way at once.
        patience_seconds: How long nothing may be answered before the run is given up for now; hours
            in which the service is closed do not count.
        pace: When it asks, and how many lookups at most.
        language: Of the explanations.
        watch: Told how far the run is.
        stop_on_signals: Whether SIGINT and SIGTERM stop the run after the lookups under way, and
            a second one at once.

    Returns:
        The results as frames, which are written to the folder too.

    Raises:
        InputError: The input cannot be read, is not that of the run in this folder, or the folder
            is in use.
        ConsultationError: Something is wrong that concerns every lookup, such as a password.
        JournalError: The folder cannot be written to.
    """
    asked = question if isinstance(question, Question) else Question(question)
    steps = Steps()
    with closing(open_journal(out, resume=resume)) as journal:
        plan = plan_for(asked, client.admit, journal, run_id, engine=Engine.LOCAL)
        steps.end("read_and_plan")
        gate = Gate(pace, client.congestion)
        asking = Asking(
            client,
            plan,
            journal,
            gate,
            in_flight=in_flight,
            patience_seconds=patience_seconds,
            refusals=Refusals(pace.alike),
            watch=watch,
        )
        asyncio.run(_ask(asking, gate, client, stop_on_signals=stop_on_signals))
        steps.end("ask")
        planned, answered = journal.count()
        results = None
        if gate.stopped is None or planned == answered:
            results = conclude(out, plan, journal, journal.results(), language, steps)
        write_run(out, journal, journal.attempts(), steps)
    return Reconciliation(results, planned, planned - answered, gate.stopped)


class Engine(StrEnum):
    """What asks: this process, or the workers of a Dask cluster."""

    LOCAL = "local"
    DASK = "dask"


def open_journal(out: Path, *, resume: bool) -> Journal:
    """Open the journal of a run, new or to go on with.

    Raises:
        InputError: A run is in the folder and nobody said to go on, or it is in use.
        JournalError: The folder cannot be made or used.
    """
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise JournalError(f"{out.name} cannot be made: {error.strerror}") from error
    if (out / NAME).exists() and not resume:
        raise InputError(
            f"{out.name}: a run is in this folder already",
            next_step="Go on with --resume, or choose another folder.",
        )
    return Journal(out)


def plan_for(
    question: Question,
    admit: Callable[[Ssin], None],
    journal: Journal,
    run_id: uuid.UUID | None,
    *,
    engine: Engine,
) -> Plan:
    """Give the plan: a new one, which is written down, or that of the run in the journal.

    Raises:
        InputError: The input or the engine is not that with which the run in the journal began.
    """
    if journal.begun:
        if journal.setting("engine") != engine:
            raise InputError(
                f"this run began with --engine {journal.setting('engine')}",
                next_step="Go on with the same, or begin in another folder.",
            )
        plan = plan_of(question, admit, dt.date.fromisoformat(journal.setting("as_of")))
        if plan.digest() != journal.setting("digest"):
            raise InputError(
                "the dossiers, domiciles or options are not those with which this run began",
                next_step="Give the same again, or begin in another folder.",
            )
        return plan
    plan = plan_of(question, admit, question.as_of or dt.datetime.now(tz=dt.UTC).date())
    settings = {
        "run_id": str(run_id or uuid.uuid4()),
        "as_of": str(plan.as_of),
        "digest": plan.digest(),
        "engine": engine.value,
    }
    journal.begin(settings, lookups_of(plan) if engine is Engine.LOCAL else iter(()))
    return plan


def lookups_of(plan: Plan) -> Iterator[Planned]:
    """Give the lookups of a plan as a journal holds them."""
    columns = plan.lookups.select("number", "begin", "end", "sources")
    for number, begin, end, sources in columns.iter_rows():
        yield Planned(number, month_text(begin), month_text(end), sources)


async def _ask(
    asking: Asking, gate: Gate, client: AsyncChildBenefitsClient, *, stop_on_signals: bool
) -> None:
    async with client:
        running = asyncio.ensure_future(asking.run())
        signals = 0

        def stop() -> None:
            nonlocal signals
            signals += 1
            if signals > 1:
                running.cancel()
            gate.stop(StopReason.SIGNAL)

        loop = asyncio.get_running_loop()
        for each in _SIGNALS if stop_on_signals else ():
            loop.add_signal_handler(each, stop)
        try:
            await running
        except asyncio.CancelledError:
            if signals == 0:
                raise


def conclude(  # noqa: PLR0913, PLR0917 - what the end of a run depends on
    out: Path,
    plan: Plan,
    journal: Journal,
    came: Iterable[tuple[int, bytes | None]],
    language: Language,
    steps: Steps,
) -> Results:
    """Write what came of all lookups, and the page about it.

    Raises:
        JournalError: The folder cannot be written to.
    """
    words = Words(uuid.UUID(journal.setting("run_id")), language)
    results = write_results(out, plan, came, words)
    steps.end("write")
    page = render(pl.scan_parquet(out / PARQUET), results.summary, language)
    write_file(out / "report.html", page.encode())
    steps.end("report")
    return results


def write_run(out: Path, journal: Journal, attempts: int, steps: Steps) -> None:
    """Write ``run.json``: what differs between two runs that come to the same results."""
    told = {
        "run_id": journal.setting("run_id"),
        "attempts": attempts,
        "seconds": round(steps.seconds, 3),
        "cpu_seconds": steps.cpu_seconds,
    }
    write_file(out / "run.json", msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
