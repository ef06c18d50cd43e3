"""The results of a run: findings in words, a summary, and the files that hold them.

The same plan and the same answers give the same bytes. Every file is readable by its owner only,
and none but the input holds the number of a person.
"""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec
import polars as pl

from kszclient.errors import JournalError
from kszclient.reconciliation.asking import Result
from kszclient.reconciliation.kinds import kinds
from kszclient.reconciliation.plan import Plan
from kszclient.reconciliation.words import Words
from kszclient.values import AuthenticSource

COLUMNS = (
    "kind", "severity", "dossier", "pseudonym", "from", "to", "expected", "found", "source",
    "competent_source", "entity", "nis", "municipality", "payer", "rule", "ticket", "theme",
    "explanation",
)  # fmt: skip
"""The columns of the findings, all of them text; months are ``YYYY-MM``."""
_CHUNK = 50_000


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


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a run amounts to.

    Args:
        as_of: The day of asking.
        months: First and last month of the dossiers.
        dossiers: Rows compared.
        rejected: Rows set aside.
        lookups: Children asked about.
        outcomes: Lookups by outcome.
        findings: Findings by kind, matches among them.
        sources: Registers.
        moves: Moves between entities, by the domiciles.
    """

    as_of: str
    months: dict[str, str]
    dossiers: int
    rejected: int
    lookups: int
    outcomes: dict[str, int]
    findings: dict[str, int]
    sources: dict[str, SourceCount]
    moves: tuple[Move, ...]


class Results(NamedTuple):
    """What a run gives.

    Args:
        findings: One row a finding; see `COLUMNS`.
        rejected: Rows set aside: ``row``, ``column``, ``reason``.
        summary: What it amounts to.
    """

    findings: pl.DataFrame
    rejected: pl.DataFrame
    summary: Summary


def gather(plan: Plan, results: Iterable[tuple[int, bytes | None]], words: Words) -> Results:
    """Put what came of all lookups together.

    Args:
        plan: What was asked.
        results: What the journal keeps of each lookup, in order.
        words: Puts findings into words.
    """
    outcomes: Counter[str] = Counter()
    found: Counter[str] = Counter()
    sources = {str(source): SourceCount() for source in AuthenticSource}
    rows: list[tuple[str | None, ...]] = []
    schema = dict.fromkeys(COLUMNS, pl.String)
    chunks = [pl.DataFrame(schema=schema)]
    for number, text in results:
        result = words.never_sent(plan, number) if text is None else _read(text)
        outcomes[result.outcome] += 1
        _count(sources, result)
        for finding in result.findings:
            found[finding.kind] += 1
            rows.append(words.row(number, finding))
        if len(rows) >= _CHUNK:
            chunks.append(pl.DataFrame(rows, schema=schema, orient="row"))
            rows = []
    chunks.append(pl.DataFrame(rows, schema=schema, orient="row"))
    summary = Summary(
        as_of=str(plan.as_of),
        months=plan.months(),
        dossiers=plan.dossiers.height,
        rejected=plan.rejected.height,
        lookups=plan.lookups.height,
        outcomes=dict(sorted(outcomes.items())),
        findings={str(kind): found[kind] for kind in kinds() if found[kind]},
        sources=sources,
        moves=tuple(
            Move(from_entity=before, to_entity=after, children=children)
            for before, after, children in plan.moves().iter_rows()
        ),
    )
    return Results(pl.concat(chunks), plan.rejected, summary)


def _read(text: bytes) -> Result:
    try:
        return msgspec.json.decode(text, type=Result)
    except msgspec.MsgspecError as error:
        raise JournalError(f"the journal holds what cannot be read: {error}") from None


def _count(sources: dict[str, SourceCount], result: Result) -> None:
    for name in result.asked:
        sources[name].asked += 1
    for name in result.found:
        sources[name].found += 1
    for name in result.silent:
        sources[name].silent += 1


def write_results(folder: Path, results: Results) -> None:
    """Write ``findings.parquet``, ``findings.csv``, ``rejected.csv`` and ``summary.json``.

    Each file appears whole or not at all.

    Raises:
        JournalError: The folder cannot be written to.
    """
    parquet = io.BytesIO()
    results.findings.write_parquet(parquet)
    write_file(folder / "findings.parquet", parquet.getvalue())
    write_file(folder / "findings.csv", _csv(results.findings))
    write_file(folder / "rejected.csv", _csv(results.rejected))
    summary = msgspec.json.format(msgspec.json.encode(results.summary), indent=2)
    write_file(folder / "summary.json", summary + b"\n")


def _csv(frame: pl.DataFrame) -> bytes:
    text = io.BytesIO()
    frame.write_csv(text)
    return text.getvalue()


def write_file(path: Path, content: bytes) -> None:
    """Write a file for its owner only; it appears whole or not at all.

    Raises:
        JournalError: It cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise JournalError(f"{path.name} cannot be written: {error.strerror}") from error
