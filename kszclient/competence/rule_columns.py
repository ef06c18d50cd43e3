"""The rules in force on one day of asking, as columns."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import polars as pl

from kszclient.competence.factors import Factor, Situation
from kszclient.competence.rulebook import Rulebook
from kszclient.competence.spell_columns import PLACES, numbers_of
from kszclient.competence.terms import Cadaster, Certainty, Entity, Keeper
from kszclient.competence.timeline import Rule
from kszclient.geography import Area
from kszclient.values import AuthenticSource, MonthPeriod

CERTAINTIES = list(Certainty)
"""A column of certainties holds positions in this list; the higher, the less sure."""


class Rules(NamedTuple):
    """What is answered in a period, asked on one day.

    Args:
        spans: ``place``, ``rule`` (a row of `answers`), ``rule_from`` and ``rule_to`` (numbers of
            months), sorted by place and month.
        answers: ``area``, ``entity``, ``cadaster``, ``keeper``, ``source``, ``rule``.
        certainties: Of each row of `answers`, as positions.
        alike: For each place and month in turn a number, equal where the answers are.
    """

    spans: pl.DataFrame
    answers: pl.DataFrame
    certainties: pl.Series
    alike: pl.Series


def rule_columns(book: Rulebook, period: MonthPeriod, as_of: dt.date) -> Rules:
    """Lay out the rules for the months of a period, asked on one day."""
    spans: list[tuple[int, int, int, int]] = []
    answers: list[tuple[str | None, ...]] = []
    certainties: list[int] = []
    kinds: dict[tuple[str | None, ...], int] = {}
    alike: dict[tuple[int, int], int] = {}
    for rule in book.timeline.rules_asked_on(as_of):
        months = rule.months.intersection(period)
        if months is None:
            continue
        first, last = numbers_of(months)
        for places, tie in _ties(rule, book):
            for place in map(PLACES.index, places):
                spans.append((place, len(answers), first, last))
                kind = kinds.setdefault(rule.answer, len(kinds))
                alike.update({(place, month): kind for month in range(first, last + 1)})
            name = tie.id if isinstance(tie, Situation) else rule.id
            answers.append((rule.area, *rule.answer, name))
            sure = Certainty.least([rule.certainty, *([tie.certainty] if tie else [])])
            certainties.append(CERTAINTIES.index(sure))
    names = [str(answer[-1]) for answer in answers]
    return Rules(
        spans=pl.DataFrame(
            sorted(spans, key=lambda span: (span[0], span[2])),
            schema=dict.fromkeys(("place", "rule", "rule_from", "rule_to"), pl.Int64),
            orient="row",
        ),
        answers=pl.DataFrame(
            answers,
            schema={
                "area": pl.Enum(Area),
                "entity": pl.Enum(Entity),
                "cadaster": pl.Enum(Cadaster),
                "keeper": pl.Enum(Keeper),
                "source": pl.Enum(AuthenticSource),
                "rule": pl.Enum(names),
            },
            orient="row",
        ),
        certainties=pl.Series(certainties, dtype=pl.Int64),
        alike=pl.Series([kind for _, kind in sorted(alike.items())], dtype=pl.Int64),
    )


def _ties(rule: Rule, book: Rulebook) -> list[tuple[tuple[str, ...], Factor | Situation | None]]:
    """Give the places that a rule answers for, each with what ties a child to it."""
    if rule.area is not None:
        domicile = next(f for f in book.factors if f.number == 1 and f.area in {None, rule.area})
        return [((rule.area,), domicile)]
    if rule.entity is not None:
        return [(("abroad", "nowhere"), None)]
    return [
        (("abroad",), book.situations["abroad"]),
        (("nowhere",), book.situations["no-domicile"]),
    ]
