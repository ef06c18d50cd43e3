"""Domiciles that contradict each other: in which months they do, and what is left of the others.

A spell that was left open beside the next one, or two dossiers with two places for the same months,
leave open who is competent in the months that both claim, and in no others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import polars as pl

from kszclient.geography import gazetteer
from kszclient.reconciliation.plan.month_numbers import Run

RULE = "contradictory-domiciles"
"""What stands for the rule where the domiciles contradict each other."""

_COLUMNS = ("number", "from", "to", "nis", "postcode", "country", "known_on")
_DAY = dt.timedelta(days=1)
_NO_END = dt.date.max
_ALWAYS = Run(0, _NO_END.year * 12)


class _Spell(NamedTuple):
    begin: dt.date
    end: dt.date
    nis: str | None
    postcode: str | None
    country: str | None


def undisputed(spells: pl.DataFrame) -> tuple[pl.DataFrame, dict[int, list[Run]]]:
    """Leave out of spells the days that two of a child claim for different areas.

    Where a spell tells since when it is known, it may correct another one, and none is left.

    Args:
        spells: Of children whose spells contradict each other: ``number``, ``from``, ``to``,
            ``nis``, ``postcode``, ``country``, ``known_on``.

    Returns:
        The spells that are left, or a row of nothing but the number; and the months in dispute of
        each child.
    """
    left: list[tuple[object, ...]] = []
    disputed: dict[int, list[Run]] = {}
    for (number,), told in spells.select(_COLUMNS).group_by("number", maintain_order=True):
        child = int(str(number))
        if told["known_on"].null_count() < told.height:
            pieces, disputed[child] = [], [_ALWAYS]
        else:
            own = [_Spell(first, last or _NO_END, *at) for _, first, last, *at, _ in told.rows()]
            pieces = list(_pieces(own))
            disputed[child] = [_decided(*days) for *days, spell in pieces if spell is None]
            if pieces[0][2] is None:
                # In the month in which a history begins no earlier day can be known.
                first = disputed[child][0]
                disputed[child][0] = first._replace(begin=first.begin - 1)
        agreed = [
            (child, begin, None if end == _NO_END else end, *spell[2:], None)
            for begin, end, spell in pieces
            if spell is not None
        ]
        left += agreed or [(child, *(None,) * (len(_COLUMNS) - 1))]
    schema = spells.select(_COLUMNS).schema
    return pl.DataFrame(left, schema=schema, orient="row"), disputed


def _pieces(spells: list[_Spell]) -> Iterator[tuple[dt.date, dt.date, _Spell | None]]:
    """Cut a history where a spell begins or ends; a piece of two areas has no spell."""
    edges = {each.begin for each in spells}
    edges |= {each.end + _DAY for each in spells if each.end < _NO_END}
    borders = sorted(edges)
    ends = [*(edge - _DAY for edge in borders[1:]), _NO_END]
    for begin, end in zip(borders, ends, strict=True):
        here = [each for each in spells if each.begin <= begin and end <= each.end]
        if here:
            agreed = len({_area(each) for each in here}) == 1
            yield begin, end, here[0] if agreed else None


def _area(spell: _Spell) -> str:
    places = gazetteer()
    if spell.nis is not None:
        return places.municipality(spell.nis).area
    if spell.postcode is not None:
        return places.at_postcode(spell.postcode)[0].area
    return "abroad"


def _decided(begin: dt.date, end: dt.date) -> Run:
    """Give the months for which these days decide: each by the last day of the month before."""
    after = end if end == _NO_END else end + _DAY
    return Run(begin.year * 12 + begin.month, after.year * 12 + after.month - 1)


def with_disputes(spans: pl.DataFrame, disputed: dict[int, list[Run]]) -> pl.DataFrame:
    """Say of the months in dispute for which nobody is found that the domiciles contradict there.

    Args:
        spans: Of these children, with ``number``, ``begin``, ``end``, ``source`` and ``rule``.
        disputed: The months in dispute of each child.
    """
    rows: list[tuple[object, ...]] = []
    for row in spans.iter_rows(named=True):
        months = Run(row["begin"], row["end"])
        inside = disputed[row["number"]] if row["source"] is None else []
        for run, open_ in _cut(months, inside):
            told = {"begin": run.begin, "end": run.end} | ({"rule": RULE} if open_ else {})
            rows.append(tuple((row | told).values()))
    return pl.DataFrame(rows, schema=spans.schema, orient="row")


def _cut(months: Run, inside: list[Run]) -> Iterator[tuple[Run, bool]]:
    edges = {months.begin, months.end + 1}
    for run in inside:
        edges |= {each for each in (run.begin, run.end + 1) if months.begin < each <= months.end}
    for begin, upcoming in pairwise(sorted(edges)):
        yield Run(begin, upcoming - 1), any(run.begin <= begin <= run.end for run in inside)
