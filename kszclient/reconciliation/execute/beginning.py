"""How a run begins, or goes on: its folder, its journal, and the plan that these hold it to."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from kszclient.errors import InputError, JournalError
from kszclient.guarded_files import check_surroundings
from kszclient.reconciliation.execute.identity import hold_to_identity, identity_of
from kszclient.reconciliation.execute.journal import NAME, Journal, Planned
from kszclient.reconciliation.plan.month_numbers import month_text
from kszclient.reconciliation.plan.plan import Plan
from kszclient.reconciliation.question import Question, plan_of
from kszclient.security import Profile


class Engine(StrEnum):
    """What asks: this process, or the workers of a Dask cluster."""

    LOCAL = "local"
    DASK = "dask"


def open_journal(out: Path, *, resume: bool) -> Journal:
    """Open the journal of a run, new or to go on with.

    Raises:
        InputError: A run is in the folder and nobody said to go on, it is in use, or it is no
            folder.
        SettingsError: Others may replace the folder, or what is written there.
        JournalError: The folder cannot be made or used.
    """
    if os.path.lexists(out) and not out.is_dir():
        raise InputError(f"{out}: not a folder", next_step="Name a folder for the run.")
    # Results and journal are read again, so nobody else may put theirs in their place.
    check_surroundings(out / NAME, "--out")
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


def plan_for(  # noqa: PLR0913 - what a run begins with, by name
    question: Question,
    profile: Profile,
    journal: Journal,
    run_id: uuid.UUID | None,
    *,
    engine: Engine,
    answered: Callable[[], bool],
) -> Plan:
    """Give the plan: a new one, or that of the run in the journal; `begin` writes it down.

    Args:
        question: What is to be reconciled.
        profile: Whom to ask.
        journal: Of the run.
        run_id: The identity of the run, where it is told.
        engine: What asks.
        answered: Tells whether anything was answered so far.

    Raises:
        InputError: The input, the engine, or a day of asking or an identity that is told, is not
            that with which the run in the journal began; or its answers came from another service.
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
        _hold_to_service(profile, journal, answered)
        plan = plan_of(question._replace(as_of=day), profile.admit_question)
        hold_to_identity(plan, journal)
        return plan
    return plan_of(question, profile.admit_question)


def begin(
    journal: Journal, plan: Plan, profile: Profile, run_id: uuid.UUID | None, *, engine: Engine
) -> None:
    """Write a new plan down; that of a run which goes on is written down already.

    Args:
        journal: Of the run.
        plan: What is going to be asked.
        profile: Whom to ask.
        run_id: The identity of the run; a new one where left out.
        engine: What asks.
    """
    if journal.begun:
        return
    settings = {
        "run_id": str(run_id or uuid.uuid4()),
        "as_of": str(plan.as_of),
        "engine": engine.value,
        "environment": profile.name,
        **identity_of(plan),
        **_service(profile),
    }
    journal.begin(settings, lookups_of(plan) if engine is Engine.LOCAL else iter(()))


def _service(profile: Profile) -> dict[str, str]:
    """Give what an answer depends on besides the question: who was asked, by whom and why."""
    return {
        "endpoint": profile.endpoint,
        "customer": str(profile.customer),
        "legal_context": profile.purpose,
    }


def _hold_to_service(profile: Profile, journal: Journal, answered: Callable[[], bool]) -> None:
    """See that answers of two services never meet in one report.

    Until one came, a wrong address or legal context may be put right.

    Raises:
        InputError: The answers in the journal came from another service.
    """
    changed = {key: now for key, now in _service(profile).items() if now != journal.setting(key)}
    if changed and answered():
        before = ", ".join(f"{key}: {journal.setting(key)}" for key in sorted(changed))
        raise InputError(
            f"the answers in this folder came with another {before}",
            next_step="Go on with the profile and endpoint of before, or begin in another folder.",
        )
    for key, now in changed.items():
        journal.change(key, now)


def lookups_of(plan: Plan) -> Iterator[Planned]:
    """Give the lookups of a plan as a journal holds them."""
    columns = plan.lookups.select("number", "begin", "end", "sources")
    for number, begin, end, sources in columns.iter_rows():
        yield Planned(number, month_text(begin), month_text(end), sources)
