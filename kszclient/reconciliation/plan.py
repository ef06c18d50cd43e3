"""The plan: one lookup for each child, for the months and registers that matter, and never two."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, starmap
from typing import NamedTuple

import polars as pl

from kszclient.competence.columns import resolve_frame
from kszclient.reconciliation.domiciles import spells_of
from kszclient.reconciliation.dossiers import Dossiers
from kszclient.reconciliation.expected import Expected, Span
from kszclient.reconciliation.month_numbers import Run, month_text, period_of
from kszclient.values import AuthenticSource, Ssin

_EVERY = ",".join(AuthenticSource)
_REASONS = 10
_ROWS_AT_ONCE = 100_000
_CHILDREN_AT_ONCE = 100_000


class Task(NamedTuple):
    """One lookup with what is needed to judge its answer.

    Args:
        number: Its place in the plan.
        child: Whom to ask about.
        months: The months to ask about.
        sources: The registers to ask.
        expected: What the dossiers say.
        spans: Who is competent, in order; none where the domiciles contradict each other.
    """

    number: int
    child: Ssin
    months: Run
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
    """

    as_of: dt.date
    lookups: pl.DataFrame
    dossiers: pl.DataFrame
    spans: pl.DataFrame
    rejected: pl.DataFrame
    first: int = 0

    def part(self, first: int, number: int) -> Plan:
        """Give so many lookups from one on, with what belongs to them.

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
        )

    def digest(self) -> str:
        """Give the SHA-256 of everything that the plan holds, so that a resumed run is the same."""
        found = hashlib.sha256(str(self.as_of).encode())
        for frame in (self.lookups, self.dossiers, self.spans, self.rejected):
            found.update(",".join(frame.columns).encode())
            for some in frame.iter_slices(_ROWS_AT_ONCE):
                found.update(some.write_csv(include_header=False).encode())
        return found.hexdigest()

    def months(self) -> dict[str, str]:
        """Give the first and the last month of the dossiers; nothing where there are none."""
        if self.dossiers.is_empty():
            return {}
        begin, end = self.dossiers.select(pl.col("begin").min(), pl.col("end").max()).row(0)
        return {"from": month_text(begin), "to": month_text(end)}

    def reasons(self) -> list[dict[str, object]]:
        """Tell why rows were set aside, the most frequent reasons first.

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
        """Give some lookups, in the order of their numbers given.

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
                months=Run(begin, end),
                sources=_sources_named(sources),
                expected=tuple(islice(expected, dossiers)),
                spans=tuple(islice(competent, segments)),
            )


def _gathered(frame: pl.DataFrame, first: pl.Series, number: pl.Series) -> pl.DataFrame:
    """Give so many rows from each first one on."""
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
    return Expected(dossier, Run(begin, end), payer, category, nis, postcode)


@lru_cache(maxsize=4096)
def _span(  # noqa: PLR0913, PLR0917 - a row
    begin: int, end: int, area: str | None, entity: str | None, source: str | None, rule: str
) -> Span:
    register = AuthenticSource(source) if source is not None else None
    return Span(Run(begin, end), area, entity, register, rule)


@cache
def _sources_named(names: str) -> tuple[AuthenticSource, ...]:
    return tuple(AuthenticSource(each) for each in names.split(","))


def make_plan(  # noqa: PLR0913 - what a plan depends on, by name
    dossiers: Dossiers,
    spells: pl.DataFrame | None,
    *,
    as_of: dt.date,
    months: Run,
    margin: int = 0,
    every_source: bool = False,
) -> Plan:
    """Plan the lookups.

    Args:
        dossiers: What the institution says.
        spells: Where the children lived, as `read_domiciles` gives it; None where their dossiers
            tell it.
        as_of: The day of asking.
        months: What can be asked about.
        margin: How many months before and after those of the dossiers are asked about too.
        every_source: Ask every register, not only those that competence names.

    Raises:
        DomicileError: A spell is wrong.
        UnknownPlaceError: A code or postcode is in no table.
    """
    numbered = _numbered(dossiers.rows)
    children = numbered.group_by("number", maintain_order=True).agg(
        pl.col("child").first(),
        begin=(pl.col("begin").min() - margin).clip(lower_bound=months.begin),
        end=(pl.col("end").max() + margin).clip(upper_bound=months.end),
        first=pl.col("begin").min(),
        last=pl.col("end").max(),
        rows=pl.len(),
    )
    # Competence takes most of the memory, so it is found for some children at a time.
    parts = []
    row = 0
    for some in children.iter_slices(_CHILDREN_AT_ONCE):
        own = numbered.slice(row, int(some["rows"].sum()))
        row += own.height
        spans = _competence(some, spells_of(own) if spells is None else spells, as_of)
        parts.append((_lookups(some, spans, every_source=every_source), spans))
    parts = parts or [(_lookups(children, _no_spans(), every_source=every_source), _no_spans())]
    lookups = pl.concat([lookups for lookups, _ in parts]).with_columns(
        first_row=pl.col("rows").cum_sum() - pl.col("rows"),
        first_span=pl.col("spans").cum_sum() - pl.col("spans"),
    )
    return Plan(
        as_of, lookups, numbered, pl.concat([spans for _, spans in parts]), dossiers.rejected
    )


def _lookups(children: pl.DataFrame, spans: pl.DataFrame, *, every_source: bool) -> pl.DataFrame:
    number = spans.group_by("number", maintain_order=True).agg(spans=pl.len())
    return (
        children.join(
            _sources(children, spans, every_source=every_source),
            on="number", how="left", maintain_order="left",
        )
        .join(number, on="number", how="left", maintain_order="left")
        .with_columns(pl.col("sources").fill_null(_EVERY), pl.col("spans").fill_null(0))
        .drop("first", "last")
    )  # fmt: skip


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Number the children in the order in which they come first, and sort their dossiers so."""
    if rows.is_empty():
        return rows.with_columns(number=pl.lit(0, pl.Int64)).clear()
    # Over whole numbers, which take less memory than the texts.
    first = pl.col("row").min().over(pl.col("child").cast(pl.UInt64))
    numbered = rows.with_columns(number=first.rank("dense").cast(pl.Int64) - 1)
    return numbered.sort("number", "begin", "end", "row")


def _competence(children: pl.DataFrame, spells: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    if children.is_empty():
        return _no_spans()
    known = children.select("number", "child")
    told = known.join(spells, on="child", how="left", maintain_order="left").drop("child")
    hull = period_of(Run(int(str(children["begin"].min())), int(str(children["end"].max()))))
    answer = resolve_frame(told.rename({"number": "child"}), hull, as_of=as_of)
    month = [
        (pl.col(each).dt.year().cast(pl.Int32) * 12 + pl.col(each).dt.month() - 1).alias(name)
        for each, name in (("from", "first_month"), ("to", "last_month"))
    ]
    spans = (
        answer.segments.rename({"child": "number"})
        .select("number", *month, *(pl.col(e).cast(pl.String) for e in _WORDS))
        .join(children.select("number", "begin", "end"), on="number", maintain_order="left")
        .with_columns(
            begin=pl.max_horizontal("begin", "first_month"),
            end=pl.min_horizontal("end", "last_month"),
        )
        .filter(pl.col("begin") <= pl.col("end"))
        .select("number", "begin", "end", *_WORDS)
    )
    return _joined(spans)


def _joined(spans: pl.DataFrame) -> pl.DataFrame:
    """Join neighbours of a child that differ only in how sure they are."""
    named = spans.select("number", *_WORDS)
    new = named.select(
        pl.any_horizontal(pl.all().ne_missing(pl.all().shift(1))) | (pl.int_range(pl.len()) == 0)
    ).to_series()
    return spans.filter(new).with_columns(spans.filter(new.shift(-1, fill_value=True))["end"])


_WORDS = ("area", "entity", "source", "rule")


def _no_spans() -> pl.DataFrame:
    words: dict[str, type[pl.DataType]] = dict.fromkeys(_WORDS, pl.String)
    return pl.DataFrame(schema={"number": pl.Int64, "begin": pl.Int32, "end": pl.Int32, **words})


def _sources(children: pl.DataFrame, spans: pl.DataFrame, *, every_source: bool) -> pl.DataFrame:
    """Give the registers that are competent for months of the dossiers, all where one is open."""
    if every_source:
        return children.select("number", sources=pl.lit(_EVERY))
    order = list(AuthenticSource)
    place = pl.col("source").replace_strict(
        {str(each): order.index(each) for each in order}, default=None, return_dtype=pl.Int64
    )
    inside = (
        spans.join(children.select("number", "first", "last"), on="number", maintain_order="left")
        .filter((pl.col("begin") <= pl.col("last")) & (pl.col("end") >= pl.col("first")))
        .select("number", "source", place=place)
        .unique()
        .sort("number", "place")
    )
    unsaid = pl.col("source").is_null().any()
    return inside.group_by("number", maintain_order=True).agg(
        sources=pl.when(unsaid).then(pl.lit(_EVERY)).otherwise(pl.col("source").str.join(","))
    )
