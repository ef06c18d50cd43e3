"""The results of a run: findings in words, a summary, and the files that hold them.

The same plan and the same answers give the same bytes. Every file is readable by its owner only,
and none but the input holds the number of a person.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec
import polars as pl

from kszclient.logs import masked_repr
from kszclient.reconciliation.compare.compare import Compared, compare_all
from kszclient.reconciliation.compare.verdicts import splits_by
from kszclient.reconciliation.execute.journal import Journal
from kszclient.reconciliation.execute.throttle import Stop, StopReason
from kszclient.reconciliation.kinds import kinds
from kszclient.reconciliation.output.files import (
    Row,
    csv_bytes,
    findings_files,
    findings_of,
    write_file,
)
from kszclient.reconciliation.output.report import render
from kszclient.reconciliation.output.summary import (
    EntityChange,
    Ground,
    RuleVersion,
    SourceCount,
    Summary,
)
from kszclient.reconciliation.output.words import FindingSentences
from kszclient.reconciliation.plan.plan import Plan
from kszclient.rule_version import Decision, rule_version
from kszclient.values import AuthenticSource, Language

COLUMNS = (
    "kind", "severity", "dossier", "pseudonym", "from", "to", "expected", "found", "source",
    "competent_source", "entity", "nis", "municipality", "payer", "rule", "ticket", "theme",
    "explanation", "basis", "certainty",
)  # fmt: skip
"""The columns of the findings, all of them text; months are ``YYYY-MM``."""
_CHUNK = 50_000


class Results(NamedTuple):
    """What a run gives.

    Args:
        folder: Where its files are.
        rejected: Rows set aside: ``row``, ``column``, ``reason``.
        summary: What it amounts to.
    """

    folder: Path
    rejected: pl.DataFrame
    summary: Summary

    def __repr__(self) -> str:
        return masked_repr(self)

    @property
    def findings(self) -> pl.DataFrame:
        """One row a finding; see `COLUMNS`. Read from the file each time, for they may be many."""
        with findings_of(self.folder) as findings:
            return findings.collect()


def write_results(
    folder: Path,
    plan: Plan,
    compared: Iterable[Compared],
    sentences: FindingSentences,
    environment: str | None,
) -> Results:
    """Write the findings of all lookups and what they amount to.

    Writes ``findings.parquet``, ``findings.csv``, ``rejected.csv`` and ``summary.json``; each file
    appears whole or not at all.

    Args:
        folder: Where to.
        plan: What was asked.
        compared: Each lookup and its findings, in order.
        sentences: Puts findings into words.
        environment: The profile with which the registers were asked, where it is known.

    Raises:
        JournalError: The folder cannot be written to.
    """
    counts = _Counts()
    with findings_files(folder, COLUMNS) as add:
        rows: list[Row] = []
        for each in compared:
            counts.add(each)
            rows += [sentences.row(each.number, finding) for finding in each.findings]
            if len(rows) >= _CHUNK:
                add(rows)
                rows = []
        add(rows)
    summary = _summary(plan, counts, sentences, environment)
    write_file(folder / "rejected.csv", csv_bytes(plan.rejected))
    text = msgspec.json.format(msgspec.json.encode(summary), indent=2)
    write_file(folder / "summary.json", text + b"\n")
    return Results(folder, plan.rejected, summary)


class _Counts:
    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.sources = {str(source): SourceCount() for source in AuthenticSource}

    def add(self, compared: Compared) -> None:
        record = compared.record
        self.outcomes[record.outcome] += 1
        for finding in compared.findings:
            self.found[finding.kind] += 1
        for name in record.asked:
            self.sources[name].asked += 1
        for name in record.found:
            self.sources[name].found += 1
        for name in record.unanswered:
            self.sources[name].silent += 1


def _summary(
    plan: Plan, counts: _Counts, sentences: FindingSentences, environment: str | None
) -> Summary:
    return Summary(
        as_of=str(plan.as_of),
        months={**plan.months()},
        margin=plan.margin,
        every_source=plan.every_source,
        dossiers=plan.dossiers.height,
        rejected=plan.rejected.height,
        lookups=plan.lookups.height,
        outcomes=dict(sorted(counts.outcomes.items())),
        findings={str(kind): counts.found[kind] for kind in kinds() if counts.found[kind]},
        grounds={
            str(kind): Ground(sentences.basis(kind), row.certainty)
            for kind, row in kinds().items()
            if counts.found[kind]
        },
        sources=counts.sources,
        moves=tuple(
            EntityChange(from_entity=before, to_entity=after, children=children)
            for before, after, children in plan.moves().iter_rows()
        ),
        rules=RuleVersion(rule_version(Decision.RECONCILIATION)),
        environment=environment,
    )


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
    """Return whether what came of a run is written.

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
    sentences = FindingSentences(
        uuid.UUID(journal.setting("run_id")),
        language,
        splits_by(plan.as_of),
    )
    compared = compare_all(plan, came)
    results = write_results(out, plan, compared, sentences, journal.known("environment"))
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


class Steps:
    """Clocks of one run in this process, started when it is made."""

    def __init__(self) -> None:
        self.cpu_seconds: dict[str, float] = {}
        self._begun = time.monotonic()
        self._cpu = time.process_time()

    @property
    def seconds(self) -> float:
        """Return how long the run has been going."""
        return time.monotonic() - self._begun

    def end(self, step: str) -> None:
        """End a step; what follows belongs to the next one."""
        now = time.process_time()
        self.cpu_seconds[step] = round(now - self._cpu, 3)
        self._cpu = now
