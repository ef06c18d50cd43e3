"""How far a run is."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Progress(NamedTuple):
    """How far a run is.

    Args:
        planned: Lookups in all.
        done: Lookups answered, earlier ones included.
        answered: Lookups answered since the run went on.
        failed: Lookups that failed since then, each time counted.
        retried: Attempts after the first one since then.
        findings: Findings since then, matches not counted.
        seconds: Since then.
        state: ``asking``, ``closed`` or ``stopping``; the command tells at last that it ``ended``,
            was ``stopped`` or ``failed``.
        closed_until: When it goes on, where it is closed.
        trouble: Why a lookup failed last, in a sentence without personal data; empty where none
            did.
        signalled: Whether a signal stops it; another one does so at once.
    """

    planned: int
    done: int
    answered: int
    failed: int
    retried: int
    findings: int
    seconds: float
    state: str = "asking"
    closed_until: dt.datetime | None = None
    trouble: str = ""
    signalled: bool = False
