"""The page: figures and rows put into the template, with the style that it allows itself."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import msgspec
import polars as pl
from jinja2 import Environment
from markupsafe import Markup, escape

from kszclient.complaints.rules.payers import payers
from kszclient.complaints.rules.themes import themes
from kszclient.logs import masked_line
from kszclient.logs.redaction import MASK
from kszclient.reconciliation.kinds import Kind, bases, kinds
from kszclient.reconciliation.output.report.drawings import HEIGHT, WIDTH, bars, flow, years
from kszclient.reconciliation.output.report.figures import (
    KindFigures,
    Worst,
    count_of,
    findings_of,
    kinds_of,
    window,
    worst_children,
    worst_payers,
    worst_places,
)
from kszclient.reconciliation.output.report.words import (
    KindWords,
    Words,
    order,
    report_language,
    words_in,
)
from kszclient.reconciliation.output.summary import read_summary
from kszclient.resources import resource
from kszclient.templates import rendering, templates_in
from kszclient.values import Language, Month

_WORST = 15
_OPTION = re.compile(r"--[a-z][a-z-]*[a-z]")
_KINDS_NAMED = 4


class Picture(NamedTuple):
    """One register of one kind, drawn.

    Args:
        label: The register.
        told: In words, what the picture shows.
        path: The bars; empty where no month can be drawn.
    """

    label: str
    told: str
    path: str


class KindView(NamedTuple):
    """One kind of finding as the page shows it.

    Args:
        code: The kind.
        words: What is said of it.
        figures: Its counts.
        pictures: One for each register.
        severities: Named, with how many of each.
        themes: Named, with what people say of them.
        rests_on: In words, where its rule comes from and how sure that is.
        rows: Of its table.
    """

    code: str
    words: KindWords
    figures: KindFigures
    pictures: tuple[Picture, ...]
    severities: tuple[str, ...]
    themes: tuple[tuple[str, str], ...]
    rests_on: str
    rows: list[Row]


class WorstView(NamedTuple):
    """A payer, municipality or child as the page shows it.

    Args:
        name: Its name.
        figures: Its counts.
        kinds: In words, which findings.
    """

    name: str
    figures: Worst
    kinds: str


def render(
    findings: pl.DataFrame | pl.LazyFrame,
    summary: Mapping[str, object] | msgspec.Struct,
    language: str,
) -> str:
    """Return the report of a reconciliation as one page that needs nothing else.

    The page holds no script, asks nothing of any server, and shows children by pseudonym only.

    Args:
        findings: One row a finding, with the columns of ``findings.csv``; matches are left out.
            A lazy frame over ``findings.parquet`` will do.
        summary: What ``summary.json`` holds.
        language: ``en``, ``nl`` or ``fr``.

    Returns:
        The page, to be written as UTF-8.

    Raises:
        InputError: A column or key is missing, or the page is not written in that language.
    """
    spoken = report_language(language)
    words = words_in(spoken)
    totals = read_summary(summary)
    found = findings_of(findings)
    count, touched = count_of(found)
    months = window(found, totals.months)
    names = {each.enterprise_number: each.names[0] for each in payers() if each.enterprise_number}
    style = Markup(_rendered("style.css.j2", columns=words.columns))  # noqa: S704 - columns are checked when they are read
    return _rendered(
        "page.html.j2",
        language=spoken.value,
        w=words,
        say=words.say,
        style=style,
        style_hash=_hash(style),
        totals=totals,
        count=count,
        touched=touched,
        months=months,
        years=years(months),
        strip_height=HEIGHT,
        kinds=_kinds(found, months, words, names, spoken),
        flow=flow(totals.moves),
        flow_width=WIDTH,
        payers=[
            WorstView(payer_name(each.name, names), each, _named(each.kinds, words))
            for each in worst_payers(found, _WORST)
        ],
        places=[
            WorstView(place_name(each.name, each.nis), each, _named(each.kinds, words))
            for each in worst_places(found, _WORST)
        ],
        children=[
            WorstView(shown(each.name), each, _named(each.kinds, words))
            for each in worst_children(found, _WORST)
        ],
    )  # fmt: skip


def _rendered(name: str, **values: object) -> str:
    with rendering(name):
        return _templates().get_template(name).render(values)


@cache
def _templates() -> Environment:
    folder = resource("config", "reconciliation", "report")
    templates = templates_in(folder, escaped=("html.j2",), tidy=True)
    templates.filters["options"] = _options
    return templates


def _options(text: str) -> Markup:
    """Mark the options of the command line in a text, so that no line breaks within one.

    >>> _options("with --resume & co")
    Markup('with <code class="option">--resume</code> &amp; co')
    """
    return Markup(_OPTION.sub(r'<code class="option">\g<0></code>', str(escape(text))))  # noqa: S704 - escaped


def _hash(style: str) -> str:
    """Return what the browser compares the style with; any other style is refused."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _kinds(
    found: pl.LazyFrame,
    months: tuple[Month, ...],
    words: Words,
    names: dict[str, str],
    language: Language,
) -> list[KindView]:
    ranks = {kind: rank for rank, kind in enumerate(order().kinds)}
    counted = kinds_of(found, months)
    return [
        KindView(
            code=code,
            words=words.kind(code),
            figures=counted[code],
            pictures=tuple(_pictures(counted[code], months, words)),
            severities=tuple(_severities(counted[code].severities, words)),
            themes=tuple(
                (shown(name), _theme(name, language)) for name in counted[code].themes
            ),
            rests_on=_rests_on(code, words, language),
            rows=rows_of(found, code, words, names),
        )
        for code in sorted(counted, key=lambda each: (ranks.get(each, len(ranks)), each))
    ]  # fmt: skip


def _severities(counts: dict[str, int], words: Words) -> list[str]:
    ranks = {name: rank for rank, name in enumerate(order().severities)}
    return [
        f"{shown(words.severities.get(name, name))} {words.count(counts[name])}"
        for name in sorted(counts, key=lambda each: (ranks.get(each, len(ranks)), each))
    ]


def _pictures(figures: KindFigures, months: tuple[Month, ...], words: Words) -> list[Picture]:
    peak = max((max(strip.months, default=0) for strip in figures.strips), default=0)
    pictures = []
    for strip in figures.strips:
        most = max(strip.months, default=0)
        told = words.say("strip_none", total=strip.total)
        if most:
            month = months[strip.months.index(most)]
            told = words.say("strip_peak", total=strip.total, month=str(month), peak=most)
        path = bars(strip.months, peak) if most else ""
        pictures.append(Picture(shown(words.source(strip.source)), told, path))
    return pictures


def _rests_on(code: str, words: Words, language: Language) -> str:
    if code not in set(Kind):
        return ""
    row = kinds()[Kind(code)]
    basis = getattr(bases()[row.basis], language.value)
    return words.say("rests_on", basis=basis, certainty=words.certainty[row.certainty])


def _theme(name: str, language: Language) -> str:
    theme = themes().get(name)
    return theme.says.in_language(language) if theme else ""


def _named(kinds: dict[str, int], words: Words) -> str:
    told = [f"{words.kind(kind).name} {words.count(number)}" for kind, number in kinds.items()]
    rest = sum(list(kinds.values())[_KINDS_NAMED:])
    more = [words.say("more", count=rest)] if rest else []
    return ", ".join((*told[:_KINDS_NAMED], *more))


HIDDEN = "***"
# A number that is no national number by its form may still be a file number; months and
# enterprise numbers are shorter.
_LONG_NUMBER = re.compile(r"\d{11,}")
# Shorter names of dossiers may be anything, also a year or a word of the sentence.
_TELLING = 6


def shown(text: str | None, dossier: str | None = None) -> str:
    """Return a text as it may be seen, empty where there is none.

    Args:
        text: From the findings.
        dossier: The institution's own file number, which does not belong on the page.

    >>> shown("replaced by 85.02.30-001.25 in file AB-2021/778", "AB-2021/778")
    'replaced by *** in file ***'
    """
    if not text:
        return ""
    if dossier and len(dossier) >= _TELLING:
        text = re.sub(rf"(?<!\w){re.escape(dossier)}(?!\w)", HIDDEN, text)
    return _LONG_NUMBER.sub(HIDDEN, masked_line(text).replace(MASK, HIDDEN))


LIMIT = 200
"""How many findings of a kind a table holds: a page of a whole country stays a few MB."""

Row = tuple[str, ...]


def rows_of(findings: pl.LazyFrame, kind: str, words: Words, payers: dict[str, str]) -> list[Row]:
    """Return the rows of one kind of finding, at most `LIMIT`.

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
    """Return a payer as people know it, with its number."""
    name = payers.get((payer or "").replace(".", ""))
    return f"{name} ({payer})" if name else shown(payer)


def place_name(municipality: str | None, nis: str | None) -> str:
    """Return a municipality with its number.

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
