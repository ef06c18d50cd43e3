"""How a run begins, or goes on: its folder, its journal, and the plan that these hold it to."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from kszclient.errors import InputError, JournalError
from kszclient.reconciliation.journal import Journal, Planned
from kszclient.reconciliation.month_numbers import month_text
from kszclient.reconciliation.plan import Plan
from kszclient.reconciliation.question import Question, plan_of
from kszclient.values import Ssin


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
    journal = Journal(out)
    if journal.begun and not resume:
        journal.close()
        raise InputError(
            f"{out.name}: a run is in this folder already",
            next_step="Go on with --resume, or choose another folder.",
        )
    return journal


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
        InputError: The input, the engine, or a day of asking or an identity that is told, is not
            that with which the run in the journal began.
    """
    if journal.begun:
        told = {"engine": engine.value, "as_of": question.as_of, "run_id": run_id}
        for key, value in told.items():
            begun = journal.setting(key)
            if value is not None and str(value) != begun:
                raise InputError(
                    f"this run began with --{key.replace('_', '-')} {begun}",
                    next_step="Go on with the same, or begin in another folder.",
                )
        day = dt.date.fromisoformat(journal.setting("as_of"))
        plan = plan_of(question._replace(as_of=day), admit)
        if plan.digest() != journal.setting("digest"):
            raise InputError(
                "the dossiers, domiciles or options are not those with which this run began",
                next_step="Give the same again, or begin in another folder.",
            )
        return plan
    plan = plan_of(question, admit)
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
