"""The rows of a table of findings: bounded, the gravest first, safe to be seen."""

from __future__ import annotations

import polars as pl

from kszclient.reconciliation.output.report.masking import shown
from kszclient.reconciliation.output.report.words import Words, order

LIMIT = 200
"""How many findings of a kind a table holds: a page of a whole country stays a few MB."""

Row = tuple[str, ...]


def rows_of(findings: pl.LazyFrame, kind: str, words: Words, payers: dict[str, str]) -> list[Row]:
    """Give the rows of one kind of finding, at most `LIMIT`.

    Args:
        findings: What `kszclient.reconciliation.output.report.figures.findings_of` gives.
        kind: The kind.
        words: The language.
        payers: Names of payers by number.

    Returns:
        Texts in the order of the columns of `words`, the pseudonym first.
    """
    first = (
        findings.filter(pl.col("kind") == kind)
        .with_columns(grave=_gravity())
        .sort("grave", "pseudonym", "from", "to", "source", "expected", "found", "rule",
              nulls_last=True)
        .head(LIMIT)
        .collect()
    )  # fmt: skip
    return [_row(found, words, payers) for found in first.iter_rows(named=True)]


def payer_name(payer: str | None, payers: dict[str, str]) -> str:
    """Give a payer as people know it, with its number."""
    name = payers.get((payer or "").replace(".", ""))
    return f"{name} ({payer})" if name else shown(payer)


def place_name(municipality: str | None, nis: str | None) -> str:
    """Give a municipality with its number.

    >>> place_name("Eupen", "63023")
    'Eupen (63023)'
    """
    name, number = shown(municipality), shown(nis)
    return f"{name} ({number})" if name and number else name or number


def _gravity() -> pl.Expr:
    grave = order().severities
    return pl.col("severity").replace_strict(
        {name: rank for rank, name in enumerate(grave)}, default=len(grave), return_dtype=pl.Int32
    )


def _row(found: dict[str, str | None], words: Words, payers: dict[str, str]) -> Row:
    dossier = found["dossier"]
    return (
        shown(found["pseudonym"], dossier),
        _months(found["from"], found["to"]),
        shown(words.sources.get(found["expected"] or "", found["expected"]), dossier),
        shown(words.sources.get(found["found"] or "", found["found"]), dossier),
        _register(found["source"], found["competent_source"], words),
        payer_name(found["payer"], payers),
        place_name(found["municipality"], found["nis"]),
        _reason(found, dossier),
    )


def _months(begin: str | None, end: str | None) -> str:
    begin, end = shown(begin), shown(end)
    return begin if begin == end else f"{begin} – {end}"  # noqa: RUF001 - a range is so written


def _register(source: str | None, competent: str | None, words: Words) -> str:
    name = shown(words.source(source)) if source else ""
    if not competent or competent == source:
        return name
    should = words.say("should", source=shown(words.source(competent)))
    return f"{name} ({should})" if name else should


def _reason(found: dict[str, str | None], dossier: str | None) -> str:
    told, rule = shown(found["explanation"], dossier), shown(found["rule"], dossier)
    return f"{told} [{rule}]".lstrip() if rule else told
