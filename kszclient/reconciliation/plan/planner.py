"""The plan: one lookup for each child, for the months and registers that matter, and never two."""

from __future__ import annotations

import datetime as dt

import polars as pl

from kszclient.cadaster.categories import participation_codes
from kszclient.competence import participation, rulebook
from kszclient.competence.columns import FrameAnswer, resolve_frame
from kszclient.reconciliation.input.domiciles import spells_of, undisputed, with_disputes
from kszclient.reconciliation.input.dossiers import Dossiers
from kszclient.reconciliation.plan.plan import Plan, digest_of
from kszclient.values import AuthenticSource
from kszclient.values.month_numbers import MonthRange, period_of

_EVERY = ",".join(AuthenticSource)
_CHILDREN_AT_ONCE = 100_000


def make_plan(  # noqa: PLR0913 - what a plan depends on, by name
    dossiers: Dossiers,
    spells: pl.DataFrame | None,
    *,
    as_of: dt.date,
    months: MonthRange,
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
        participates=_participates().any(),
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
        as_of,
        lookups,
        numbered,
        pl.concat([spans for _, spans in parts]),
        dossiers.rejected,
        margin=margin,
        every_source=every_source,
        domiciles="" if spells is None else digest_of(spells),
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
        .drop("first", "last", "participates")
    )  # fmt: skip


def _participates() -> pl.Expr:
    """Return for dossiers whether they are about an allowance that follows school or childcare."""
    codes = pl.col("category").is_in(sorted(participation_codes()))
    return codes.fill_null(value=False) & (pl.col("end") >= participation().begin.number)


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
    hull = period_of(MonthRange(int(str(children["begin"].min())), int(str(children["end"].max()))))
    answer = resolve_frame(told.rename({"number": "child"}), hull, as_of=as_of)
    spans = _spans(answer, children)
    contradictory = answer.contradictions.rename({"child": "number"})
    if not contradictory.is_empty():
        left, disputed = undisputed(told.join(contradictory, on="number", how="semi"))
        again = resolve_frame(left.rename({"number": "child"}), hull, as_of=as_of)
        more = with_disputes(_spans(again, children), disputed)
        spans = pl.concat([spans, more]).sort("number", "begin")
    return _joined(spans)


def _spans(answer: FrameAnswer, children: pl.DataFrame) -> pl.DataFrame:
    month = [
        (pl.col(each).dt.year().cast(pl.Int32) * 12 + pl.col(each).dt.month() - 1).alias(name)
        for each, name in (("from", "first_month"), ("to", "last_month"))
    ]
    return (
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
    """Return the registers that are competent for months of the dossiers, all where one is open.

    That of participation allowances is asked besides for the dossiers of these, and what an open
    point of competence leaves between several registers in each of them.
    """
    if every_source:
        return children.select("number", sources=pl.lit(_EVERY))
    order = list(AuthenticSource)
    place = pl.col("source").replace_strict(
        {str(each): order.index(each) for each in order}, default=None, return_dtype=pl.Int64
    )
    inside = (
        spans.join(children.select("number", "first", "last"), on="number", maintain_order="left")
        .filter((pl.col("begin") <= pl.col("last")) & (pl.col("end") >= pl.col("first")))
        .select("number", "source", "rule")
    )
    unsettled = inside.join(_asked_besides(), on="rule").select("number", "source_right")
    inside = pl.concat([inside.drop("rule"), unsettled.rename({"source_right": "source"})])
    besides = children.filter("participates").join(inside, on="number", how="semi")
    besides = besides.select("number", source=pl.lit(str(participation().source)))
    inside = pl.concat([inside, besides]).with_columns(place=place).unique().sort("number", "place")
    unsaid = pl.col("source").is_null().any()
    return inside.group_by("number", maintain_order=True).agg(
        sources=pl.when(unsaid).then(pl.lit(_EVERY)).otherwise(pl.col("source").str.join(","))
    )


def _asked_besides() -> pl.DataFrame:
    """The sources to ask beside its own for the months of a rule, one a row."""
    book = rulebook()
    rows = [
        (rule.id, str(source))
        for rule in book.timeline.rules
        for source in sorted(book.asked_besides(rule.open_points))
    ]
    return pl.DataFrame(rows, schema={"rule": pl.String, "source": pl.String}, orient="row")
