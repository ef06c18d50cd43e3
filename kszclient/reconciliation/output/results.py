"""The results of a run: findings in words, a summary, and the files that hold them.

The same plan and the same answers give the same bytes. Every file is readable by its owner only,
and none but the input holds the number of a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
import polars as pl

from kszclient.competence import Certainty
from kszclient.errors import JournalError
from kszclient.logs import masked_repr
from kszclient.reconciliation.compare.kinds import kinds
from kszclient.reconciliation.execute.result import Result
from kszclient.reconciliation.output.files import (
    Row,
    csv_bytes,
    findings_files,
    findings_of,
    write_file,
)
from kszclient.reconciliation.output.words import Words
from kszclient.reconciliation.plan.plan import Plan
from kszclient.rule_version import Decision, rule_version
from kszclient.values import AuthenticSource

COLUMNS = (
    "kind", "severity", "dossier", "pseudonym", "from", "to", "expected", "found", "source",
    "competent_source", "entity", "nis", "municipality", "payer", "rule", "ticket", "theme",
    "explanation", "basis", "certainty",
)  # fmt: skip
"""The columns of the findings, all of them text; months are ``YYYY-MM``."""
_CHUNK = 50_000
_TOGETHER = 4096


class SourceCount(msgspec.Struct):
    """How often a register was asked, held a file, and was silent."""

    asked: int = 0
    found: int = 0
    silent: int = 0


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """How many children moved from one entity to another."""

    from_entity: str
    to_entity: str
    children: int


class Ground(msgspec.Struct, frozen=True):
    """Where the rule of a kind of finding comes from, and how sure it is."""

    basis: str
    certainty: Certainty


class RuleVersion(msgspec.Struct, frozen=True):
    """Which version of the tables was used."""

    version: str


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a run amounts to.

    Args:
        as_of: The day of asking.
        months: First and last month of the dossiers.
        margin: How many months beside them were asked about.
        every_source: Whether every register was asked, and not only who should hold the months.
        dossiers: Rows compared.
        rejected: Rows set aside.
        lookups: Children asked about.
        outcomes: Lookups by outcome.
        findings: Findings by kind, matches among them.
        grounds: What each of these kinds rests on; one finding may be less sure, by its rule.
        sources: Registers.
        moves: Moves between entities, by the domiciles.
        rules: The version of the tables behind the findings.
        environment: The profile with which the registers were asked; None where the journal of an
            older version does not have it.
    """

    as_of: str
    months: dict[str, str]
    margin: int
    every_source: bool
    dossiers: int
    rejected: int
    lookups: int
    outcomes: dict[str, int]
    findings: dict[str, int]
    grounds: dict[str, Ground]
    sources: dict[str, SourceCount]
    moves: tuple[Move, ...]
    rules: RuleVersion
    environment: str | None


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
    results: Iterable[tuple[int, bytes | None]],
    words: Words,
    environment: str | None,
) -> Results:
    """Put what came of all lookups together and write it.

    Gives ``findings.parquet``, ``findings.csv``, ``rejected.csv`` and ``summary.json``; each file
    appears whole or not at all.

    Args:
        folder: Where to.
        plan: What was asked.
        results: What the journal keeps of each lookup, in order.
        words: Puts findings into words.
        environment: The profile with which the registers were asked, where it is known.

    Raises:
        JournalError: The folder cannot be written to.
    """
    counts = _Counts()
    with findings_files(folder, COLUMNS) as add:
        rows: list[Row] = []
        for number, result in _each(plan, results, words):
            counts.add(result)
            rows += [words.row(number, finding) for finding in result.findings]
            if len(rows) >= _CHUNK:
                add(rows)
                rows = []
        add(rows)
    summary = _summary(plan, counts, words, environment)
    write_file(folder / "rejected.csv", csv_bytes(plan.rejected))
    told = msgspec.json.format(msgspec.json.encode(summary), indent=2)
    write_file(folder / "summary.json", told + b"\n")
    return Results(folder, plan.rejected, summary)


def _each(
    plan: Plan, results: Iterable[tuple[int, bytes | None]], words: Words
) -> Iterator[tuple[int, Result]]:
    # What was never sent is told some at a time, for to gather from the plan takes its time.
    rest = iter(results)
    while some := list(islice(rest, _TOGETHER)):
        never = words.never_sent(plan, [number for number, text in some if text is None])
        for number, text in some:
            yield number, next(never) if text is None else _read(text)


class _Counts:
    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.sources = {str(source): SourceCount() for source in AuthenticSource}

    def add(self, result: Result) -> None:
        self.outcomes[result.outcome] += 1
        for finding in result.findings:
            self.found[finding.kind] += 1
        for name in result.asked:
            self.sources[name].asked += 1
        for name in result.found:
            self.sources[name].found += 1
        for name in result.silent:
            self.sources[name].silent += 1


def _summary(plan: Plan, counts: _Counts, words: Words, environment: str | None) -> Summary:
    return Summary(
        as_of=str(plan.as_of),
        months=plan.months(),
        margin=plan.margin,
        every_source=plan.every_source,
        dossiers=plan.dossiers.height,
        rejected=plan.rejected.height,
        lookups=plan.lookups.height,
        outcomes=dict(sorted(counts.outcomes.items())),
        findings={str(kind): counts.found[kind] for kind in kinds() if counts.found[kind]},
        grounds={
            str(kind): Ground(words.basis(kind), row.certainty)
            for kind, row in kinds().items()
            if counts.found[kind]
        },
        sources=counts.sources,
        moves=tuple(
            Move(from_entity=before, to_entity=after, children=children)
            for before, after, children in plan.moves().iter_rows()
        ),
        rules=RuleVersion(rule_version(Decision.RECONCILIATION)),
        environment=environment,
    )


def _read(text: bytes) -> Result:
    try:
        return msgspec.json.decode(text, type=Result)
    except msgspec.MsgspecError as error:
        raise JournalError(f"the journal holds what cannot be read: {error}") from None
