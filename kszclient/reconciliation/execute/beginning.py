"""How a run begins, or goes on: its folder, its journal, and the plan that these hold it to."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from kszclient.errors import InputError, JournalError
from kszclient.guarded_files import check_surroundings
from kszclient.reconciliation.execute.journal import NAME, Journal, Planned
from kszclient.reconciliation.plan.plan import Plan
from kszclient.reconciliation.question import Question, plan_of
from kszclient.resources import resource
from kszclient.security import Profile
from kszclient.values.month_numbers import month_text


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
    """Return the plan: a new one, or that of the run in the journal; `begin` writes it down.

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
    """Return what an answer depends on besides the question: who was asked, by whom and why."""
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
    """Return the lookups of a plan as a journal holds them."""
    columns = plan.lookups.select("number", "begin", "end", "sources")
    for number, begin, end, sources in columns.iter_rows():
        yield Planned(number, month_text(begin), month_text(end), sources)


_SHOWN = 8
_VERSION = "version"
_RULES = {
    "rules of competence": ("competence",),
    "places": ("geography",),
    "rules of findings": ("reconciliation",),
}
# Digests of rules as they were written before, which find the same: a run that began with them
# goes on. A digest stands here only after both were compared over a run that found every kind.
_WRITTEN_OTHERWISE = {
    "rules of findings": {"d0042ac47abe939e8f3395bd3ecc28f8eeca8e88e3c70efbeb034d33479225fb"}
}
_INPUT = ("dossiers", "domiciles", "rows set aside")
_OPTIONS = ("margin", "sources")
_SAME_INPUT = "Give the same again, or begin in another folder."
_SAME_RULES = "Go on with the version and the rules of before, or begin in another folder."


def identity_of(plan: Plan) -> dict[str, str]:
    """Return the parts of what a run with this plan is, as its journal keeps them."""
    return {
        "digest": plan.digest(),
        _VERSION: version("kszclient"),
        **{name: _digest_of(resource("config", *where)) for name, where in _RULES.items()},
        **plan.digests(),
        "margin": str(plan.margin),
        "sources": "all" if plan.every_source else "competent",
    }


def hold_to_identity(plan: Plan, journal: Journal) -> None:
    """See that a run goes on as that which began.

    A version alone that differs is no other run, where the rules and the plan are the same.

    Raises:
        InputError: It is another one; the message names each part that differs.
    """
    now = identity_of(plan)
    # A journal of an earlier version knows fewer parts.
    begun = {key: found for key in now if (found := journal.known(key)) is not None}
    differ = {
        key
        for key, before in begun.items()
        if before != now[key] and before not in _WRITTEN_OTHERWISE.get(key, ())
    }
    if not differ - {_VERSION}:
        return
    named = [
        f"{key} {_shown(key, begun[key])} (now {_shown(key, now[key])})"
        for key in (_VERSION, *_RULES, *_OPTIONS)
        if key in differ
    ]
    named += [key for key in _INPUT if key in differ]
    if not named:
        named = ["dossiers, domiciles, options or rules"]
    by_rules = differ & {_VERSION, *_RULES}
    raise InputError(
        f"the {', '.join(named)} are not those with which this run began",
        next_step=_SAME_RULES if by_rules else _SAME_INPUT,
    )


def _shown(key: str, value: str) -> str:
    return value[:_SHOWN] if key in _RULES else value


def _digest_of(folder: Path) -> str:
    """Return the SHA-256 of all files in a folder, with their names."""
    found = hashlib.sha256()
    for path in _files(folder):
        content = path.read_bytes()
        found.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


_MOUNTS = Path("/proc/self/mountinfo")
_OF_THE_NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre",
    "beegfs", "gpfs", "ocfs2", "gfs2", "fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs",
    "davfs", "fuse.davfs2",
})  # fmt: skip


def network_drive(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """Return the kind of network drive on which a folder lies, such as ``nfs4``, or None.

    Args:
        folder: The folder, which need not be there yet.
        mounts: What is mounted, as the kernel lists it; where there is no such list, it is not
            known and nothing is returned.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    # Unlike `Path.resolve`, this bears links that lead to themselves.
    path, found = Path(os.path.realpath(folder)), ("", "")
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, kind = before.split(" "), after.split(" ")[0]
        # Source: proc(5); a space in a path is written \040.
        point = fields[4].encode().decode("unicode_escape") if "\\" in fields[4] else fields[4]
        # What is mounted last over the same folder counts.
        if path.is_relative_to(point) and len(point) >= len(found[0]):
            found = point, kind
    return found[1] if found[1] in _OF_THE_NETWORK else None
