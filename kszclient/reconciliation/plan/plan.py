"""A plan: one lookup for each child, with what is needed to judge its answer."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, starmap
from typing import NamedTuple

import polars as pl

from kszclient.cadaster.categories import participation_codes
from kszclient.competence import participation
from kszclient.logs import masked_repr
from kszclient.values import AuthenticSource, Ssin
from kszclient.values.month_numbers import MonthRange, month_text

_REASONS = 10
_ROWS_AT_ONCE = 100_000


def digest_of(*frames: pl.DataFrame, told: object = "") -> str:
    """Return the SHA-256 of frames, and of what is given besides."""
    found = hashlib.sha256(str(told).encode())
    for frame in frames:
        found.update(",".join(frame.columns).encode())
        for some in frame.iter_slices(_ROWS_AT_ONCE):
            found.update(some.write_csv(include_header=False).encode())
    return found.hexdigest()


class Expected(NamedTuple):
    """What a dossier says.

    Args:
        dossier: The institution's own reference.
        months: Its months.
        payer: Enterprise number or fund code, or None where it does not say.
        category: Kind of payment, or None for the basic amount.
        nis: Municipality code of the domicile, where it says.
        postcode: Postcode of the domicile, where it says.
    """

    dossier: str
    months: MonthRange
    payer: str | None
    category: str | None
    nis: str | None
    postcode: str | None

    def __repr__(self) -> str:
        return masked_repr(self)


class Span(NamedTuple):
    """Months with one answer on competence.

    Args:
        months: The months.
        area: The language area of the domicile, or None.
        entity: Who is competent, or None where that cannot be said.
        source: The register that holds them, or None.
        rule: The rule that answers.
    """

    months: MonthRange
    area: str | None
    entity: str | None
    source: AuthenticSource | None
    rule: str

    def __repr__(self) -> str:
        return masked_repr(self)


class Task(NamedTuple):
    """One lookup with what is needed to judge its answer.

    Args:
        number: Its place in the plan.
        child: Whom to ask about.
        months: The months to ask about.
        sources: The registers to ask.
        expected: What the dossiers say.
        spans: Who is competent, in order.
    """

    number: int
    child: Ssin
    months: MonthRange
    sources: tuple[AuthenticSource, ...]
    expected: tuple[Expected, ...]
    spans: tuple[Span, ...]


class Plan(NamedTuple):
    """What is going to be asked.

    Args:
        as_of: The day of asking.
        lookups: One row a child: ``number``, ``child``, ``begin``, ``end``, ``sources`` (names with
            commas between), ``first_row`` and ``rows`` (its dossiers), ``first_span``, ``spans``.
        dossiers: The dossiers in the order of the lookups, with ``number``.
        spans: Segments of competence in that order, with ``number``.
        rejected: Rows set aside.
        first: The number of the first lookup.
        margin: How many months beside those of the dossiers are asked about.
        every_source: Whether every register is asked.
        domiciles: The SHA-256 of the histories; of none where the dossiers tell the domiciles.
    """

    as_of: dt.date
    lookups: pl.DataFrame
    dossiers: pl.DataFrame
    spans: pl.DataFrame
    rejected: pl.DataFrame
    first: int = 0
    margin: int = 0
    every_source: bool = False
    domiciles: str = ""

    def __repr__(self) -> str:
        return masked_repr(self)

    def part(self, first: int, number: int) -> Plan:
        """Return so many lookups from one on, with what belongs to them.

        Rows set aside belong to none.
        """
        lookups = self.lookups.slice(first - self.first, number)
        row, span = lookups.select("first_row", "first_span").row(0)
        return Plan(
            self.as_of,
            lookups.with_columns(pl.col("first_row") - row, pl.col("first_span") - span),
            self.dossiers.slice(row, int(lookups["rows"].sum())),
            self.spans.slice(span, int(lookups["spans"].sum())),
            self.rejected.clear(),
            first,
            self.margin,
            self.every_source,
            self.domiciles,
        )

    def digest(self) -> str:
        """Return the SHA-256 of all that the plan holds, so that a resumed run is the same."""
        return digest_of(self.lookups, self.dossiers, self.spans, self.rejected, told=self.as_of)

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of each part of the input by itself."""
        own = self.dossiers.drop("nis", "postcode", strict=False)
        return {
            # With histories besides, the domiciles of dossiers are theirs.
            "dossiers": digest_of(own if self.domiciles else self.dossiers),
            "domiciles": self.domiciles,
            "rows set aside": digest_of(self.rejected),
        }

    def months(self) -> dict[str, str]:
        """Return the first and the last month of the dossiers; nothing where there are none."""
        if self.dossiers.is_empty():
            return {}
        begin, end = self.dossiers.select(pl.col("begin").min(), pl.col("end").max()).row(0)
        return {"from": month_text(begin), "to": month_text(end)}

    def reasons(self) -> list[dict[str, object]]:
        """Return why rows were set aside, the most frequent reasons first.

        Returns:
            For each ``column`` and ``reason`` the number of ``rows`` and the ``first`` of them.
        """
        return (
            self.rejected.group_by("column", "reason")
            .agg(rows=pl.len(), first=pl.col("row").min())
            .sort("rows", "first", descending=[True, False])
            .head(_REASONS)
            .to_dicts()
        )

    def moves(self) -> pl.DataFrame:
        """Count the children that moved from one entity to another, by their domiciles."""
        same_child = pl.col("number") == pl.col("number").shift(1)
        moved = same_child & (pl.col("area") != pl.col("area").shift(1))
        return (
            self.spans.select(
                "number", before=pl.col("entity").shift(1), after="entity", moved=moved
            )
            .filter(pl.col("moved") & (pl.col("before") != pl.col("after")))
            .group_by("before", "after")
            .agg(children=pl.col("number").n_unique())
            .sort("before", "after")
        )

    def tasks(self, numbers: Sequence[int]) -> Iterator[Task]:
        """Return some lookups, in the order of their numbers given.

        Args:
            numbers: Which; a few thousand at a time, for they are gathered together.
        """
        lookups = self.lookups[[number - self.first for number in numbers]]
        rows = _gathered(self.dossiers, lookups["first_row"], lookups["rows"])
        spans = _gathered(self.spans, lookups["first_span"], lookups["spans"])
        expected = starmap(_expected, rows.select(_EXPECTED).iter_rows())
        competent = starmap(_span, spans.select(_SPAN).iter_rows())
        asked = lookups.select("number", "child", "begin", "end", "sources", "rows", "spans")
        for number, child, begin, end, sources, dossiers, segments in asked.iter_rows():
            yield Task(
                number=number,
                child=Ssin.from_wire(child),
                months=MonthRange(begin, end),
                sources=_sources_named(sources),
                expected=tuple(islice(expected, dossiers)),
                spans=tuple(islice(competent, segments)),
            )


def _gathered(frame: pl.DataFrame, first: pl.Series, number: pl.Series) -> pl.DataFrame:
    """Return so many rows from each first one on."""
    places = pl.DataFrame({"first": first, "number": number}).select(
        pl.int_ranges("first", pl.col("first") + pl.col("number")).explode()
    )
    return frame[places.to_series().drop_nulls()]


_EXPECTED = ("dossier", "begin", "end", "payer", "category", "nis", "postcode")
_SPAN = ("begin", "end", "area", "entity", "source", "rule")


def _expected(  # noqa: PLR0913, PLR0917 - a row
    dossier: str,
    begin: int,
    end: int,
    payer: str | None,
    category: str | None,
    nis: str | None,
    postcode: str | None,
) -> Expected:
    return Expected(dossier, MonthRange(begin, end), payer, category, nis, postcode)


@lru_cache(maxsize=4096)
def _span(  # noqa: PLR0913, PLR0917 - a row
    begin: int, end: int, area: str | None, entity: str | None, source: str | None, rule: str
) -> Span:
    register = AuthenticSource(source) if source is not None else None
    return Span(MonthRange(begin, end), area, entity, register, rule)


@cache
def _sources_named(names: str) -> tuple[AuthenticSource, ...]:
    return tuple(AuthenticSource(each) for each in names.split(","))


PARTICIPATION_RULE = "participation"
"""How findings call the rule that such an allowance goes its own way, wherever the child lives."""

_NO_END = dt.date.max.year * 12


def spans_for(expected: Expected, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return who is competent for a dossier: by the domicile, or for such an allowance always one.

    Args:
        expected: The dossier.
        spans: Who is competent by the domicile.
    """
    if expected.category is None or expected.category not in participation_codes():
        return spans
    told = participation()
    begin = told.begin.number
    before = [
        each._replace(months=MonthRange(each.months.begin, min(each.months.end, begin - 1)))
        for each in spans
        if each.months.begin < begin
    ]
    months = MonthRange(begin, _NO_END)
    return (*before, Span(months, None, told.entity, told.source, PARTICIPATION_RULE))
