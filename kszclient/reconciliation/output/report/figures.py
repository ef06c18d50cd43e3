"""Counting the findings: by kind, register and month, by payer, municipality and child."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import NamedTuple

import polars as pl

from kszclient.errors import InputError
from kszclient.values import Month

COLUMNS = (
    *("kind", "severity", "dossier", "pseudonym", "from", "to", "expected", "found", "source"),
    *("competent_source", "nis", "municipality", "payer", "rule", "theme", "explanation"),
)


class Strip(NamedTuple):
    """The findings of one kind in one register, over the months.

    Args:
        source: The register; None where the findings name none.
        total: How many findings.
        months: For each month asked, how many findings touch it.
    """

    source: str | None
    total: int
    months: tuple[int, ...]


class KindFigures(NamedTuple):
    """One kind of finding.

    Args:
        code: The kind.
        total: How many findings.
        children: How many children.
        severities: How many of each severity.
        themes: How many of each complaint theme.
        strips: One for each register.
    """

    code: str
    total: int
    children: int
    severities: dict[str, int]
    themes: dict[str, int]
    strips: tuple[Strip, ...]


class Worst(NamedTuple):
    """A payer, a municipality or a child, with its findings.

    Args:
        name: Its name, number or pseudonym; of a municipality the name may be missing.
        nis: Of a municipality, its number.
        total: How many findings.
        children: How many children.
        kinds: How many of each kind.
    """

    name: str | None
    nis: str | None
    total: int
    children: int
    kinds: dict[str, int]


def findings_of(table: pl.DataFrame | pl.LazyFrame) -> pl.LazyFrame:
    """Return the findings that the report reads: as text, without the matches, nothing empty.

    Every count reads the columns that it needs and no more, so that memory stays small.

    Raises:
        InputError: A column is missing; the message names it.
    """
    found = table.lazy()
    there = found.collect_schema().names()
    if missing := [name for name in COLUMNS if name not in there]:
        raise InputError(f"findings: column {missing[0]} is missing")
    # Left out first, as they stand in the file, so that most of it is never held.
    amiss = found.filter(pl.col("kind").cast(pl.String) != "match")
    texts = amiss.select(pl.col(name).cast(pl.String).replace("", None) for name in COLUMNS)
    return texts.filter(pl.col("kind") != "match")


def window(findings: pl.LazyFrame, months: Mapping[str, str | None]) -> tuple[Month, ...]:
    """Return the months of the pictures: those asked, else those that the findings name."""
    first_told, last_told = (
        findings.select(pl.col("from").min(), pl.col("to").max()).collect().row(0)
    )
    begin = months.get("from") or first_told
    end = months.get("to") or last_told or begin
    if not isinstance(begin, str) or not isinstance(end, str):
        return ()
    first, last = Month.parse(begin), Month.parse(end)
    return tuple(first.plus(step) for step in range(last - first + 1))


def kinds_of(findings: pl.LazyFrame, months: tuple[Month, ...]) -> dict[str, KindFigures]:
    """Count each kind of finding that there is.

    Args:
        findings: The columns of `findings_of`.
        months: The months of the pictures.
    """
    children = pl.col("pseudonym").drop_nulls().n_unique()
    per_kind = findings.group_by("kind").agg(pl.len(), children).collect()
    severities = _counts(findings, "kind", "severity")
    themes = _counts(findings, "kind", "theme")
    strips = _strips(findings, months)
    return {
        kind: KindFigures(
            kind, total, touched, severities.get(kind, {}), themes.get(kind, {}), strips[kind]
        )
        for kind, total, touched in per_kind.iter_rows()
    }


def count_of(findings: pl.LazyFrame) -> tuple[int, int]:
    """Count the findings, and the children that they are about."""
    counted = findings.select(pl.len(), pl.col("pseudonym").drop_nulls().n_unique().alias("of"))
    findings_in_all, children = counted.collect().row(0)
    return findings_in_all, children


def worst_payers(findings: pl.LazyFrame, limit: int) -> tuple[Worst, ...]:
    """Return the payers with the most findings, the worst first."""
    return tuple(_worst(findings, ["payer"], limit))


def worst_places(findings: pl.LazyFrame, limit: int) -> tuple[Worst, ...]:
    """Return the municipalities with the most findings, the worst first."""
    return tuple(_worst(findings, ["municipality", "nis"], limit))


def worst_children(findings: pl.LazyFrame, limit: int) -> tuple[Worst, ...]:
    """Return the children with more than one finding, those with the most first."""
    return tuple(each for each in _worst(findings, ["pseudonym"], limit) if each.total > 1)


def _worst(findings: pl.LazyFrame, keys: list[str], limit: int) -> Iterator[Worst]:
    named = findings.filter(pl.any_horizontal(pl.col(keys).is_not_null()))
    top = (
        named.group_by(keys)
        .agg(pl.len().alias("total"), pl.col("pseudonym").n_unique().alias("children"))
        .sort("total", *keys, descending=[True, *(False for _ in keys)])
        .head(limit)
        .collect()
    )
    # Only the kinds of those that are shown are counted: there may be a million children.
    kinds: dict[tuple[str | None, ...], Counter[str]] = {}
    shown = named.join(top.select(keys).lazy(), on=keys, how="semi", nulls_equal=True)
    for row in shown.group_by(*keys, "kind").len().collect().iter_rows(named=True):
        kinds.setdefault(_key(row, keys), Counter())[row["kind"]] = row["len"]
    for row in top.iter_rows(named=True):
        key = _key(row, keys)
        ranked = sorted(kinds[key].items(), key=lambda each: (-each[1], each[0]))
        yield Worst(key[0], row.get("nis"), row["total"], row["children"], dict(ranked))


def _key(row: dict[str, str | None], keys: list[str]) -> tuple[str | None, ...]:
    return tuple(row[name] for name in keys)


def _counts(findings: pl.LazyFrame, key: str, value: str) -> dict[str, dict[str, int]]:
    counted = findings.filter(pl.col(value).is_not_null()).group_by(key, value).len()
    found: dict[str, dict[str, int]] = {}
    for of, what, count in (
        counted.sort("len", value, descending=[True, False]).collect().iter_rows()
    ):
        found.setdefault(of, {})[what] = count
    return found


def _strips(findings: pl.LazyFrame, months: tuple[Month, ...]) -> dict[str, tuple[Strip, ...]]:
    """Count, for each kind and register, how many findings touch each month.

    A finding adds one at its first month and takes one away after its last; the running sum of
    these steps is the count, however many findings there are.
    """
    totals = findings.group_by("kind", "source").len().collect()
    steps = {(kind, source): [0] * (len(months) + 1) for kind, source, _ in totals.iter_rows()}
    if months:
        first, last = months[0], months[-1]
        begin = (_index("from") - _index_of(first)).clip(lower_bound=0)
        end = _index("to").fill_null(_index_of(last)) - _index_of(first) + 1
        runs = findings.select(
            "kind", "source", begin.alias("begin"), end.clip(upper_bound=len(months)).alias("end")
        ).filter(pl.col("begin") < pl.col("end"))
        for edge, step in (("begin", 1), ("end", -1)):
            counted = runs.group_by("kind", "source", edge).len().collect()
            for kind, source, at, count in counted.iter_rows():
                steps[kind, source][at] += step * count
    found: dict[str, list[Strip]] = {}
    for kind, source, total in totals.iter_rows():
        counts = tuple(accumulate(steps[kind, source]))[: len(months)]
        found.setdefault(kind, []).append(Strip(source, total, counts))
    return {
        kind: tuple(sorted(strips, key=lambda each: (-each.total, each.source or "")))
        for kind, strips in found.items()
    }


def _index(column: str) -> pl.Expr:
    """Return a month as one number; a text that is no month gives none."""
    year = pl.col(column).str.slice(0, 4).cast(pl.Int32, strict=False)
    month = pl.col(column).str.slice(5, 2).cast(pl.Int32, strict=False)
    return year * 12 + month - 1


def _index_of(month: Month) -> int:
    return month.year * 12 + month.month - 1
