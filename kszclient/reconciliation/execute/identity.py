"""What a run is: its input, its options, and the version and rules by which it is judged.

Each part is written down by itself when a run begins, so that who goes on with another one is told
which of them differs, and from what to what.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from kszclient.errors import InputError
from kszclient.reconciliation.execute.journal import Journal
from kszclient.reconciliation.plan.plan import Plan
from kszclient.resources import resource

_SHOWN = 8
_VERSION = "version"
_RULES = {
    "rules of competence": ("competence",),
    "places": ("geography",),
    "rules of findings": ("reconciliation",),
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
    differ = {key for key, before in begun.items() if before != now[key]}
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
