"""How a run ends: its findings, its page, and what it tells of itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from kszclient.reconciliation.execute.journal import Journal
from kszclient.reconciliation.execute.throttle import Stop, StopReason
from kszclient.reconciliation.output.files import findings_of, write_file
from kszclient.reconciliation.output.report import render
from kszclient.reconciliation.output.results import Results, write_results
from kszclient.reconciliation.output.steps import Steps
from kszclient.reconciliation.output.words import Words
from kszclient.reconciliation.plan.plan import Plan
from kszclient.values import Language


class Reconciliation(NamedTuple):
    """What came of a run.

    Args:
        results: Findings, rows set aside and summary, as far as lookups were answered; None where
            somebody stopped the run or everybody was refused, and nothing is written then.
        planned: Lookups in all.
        unanswered: Lookups that are still open; `reconcile` with `resume` asks them again.
        stopped: Why it ended before everything was asked, or None.
    """

    results: Results | None
    planned: int
    unanswered: int
    stopped: Stop | None = None


# Who sends a signal wants the run to end, not to write; and of nobody but the asking do refusals
# that are all alike say anything.
_NOTHING_WRITTEN = frozenset({StopReason.SIGNAL, StopReason.REFUSED})


def written(stopped: Stop | None, still_open: int) -> bool:
    """Tell whether what came of a run is written.

    Args:
        stopped: Why it ended before everything was asked, or None.
        still_open: Lookups without an answer.
    """
    return not still_open or stopped is None or stopped.reason not in _NOTHING_WRITTEN


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
    results = write_results(out, plan, came, words, journal.known("environment"))
    steps.end("write")
    with findings_of(out) as findings:
        page = render(findings, results.summary, language)
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
