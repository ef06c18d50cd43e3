"""The rules in force on one day of asking, as columns."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import polars as pl

from kszclient.competence.columns.population import PLACES, numbers_of
from kszclient.competence.factors import Factor, Situation
from kszclient.competence.rulebook import Rulebook
from kszclient.competence.terms import Cadaster, Certainty, Entity, Keeper
from kszclient.competence.timeline import Rule
from kszclient.geography import Area
from kszclient.values import AuthenticSource, MonthPeriod

CERTAINTIES = list(Certainty)
"""A column of certainties holds positions in this list; the higher, the less sure."""


class Rules(NamedTuple):
    """What is answered in a period, asked on one day.

    Args:
        period: The months.
        table: For each place and month in turn, the row of `answers`.
        borders: Numbers of the months in which some place gets another rule.
        answers: ``area``, ``entity``, ``cadaster``, ``keeper``, ``source``, ``rule``.
        certainties: Of each row of `answers`, as positions.
        kinds: Of each row of `answers` a number, equal where the answers are.
    """

    period: MonthPeriod
    table: pl.Series
    borders: list[int]
    answers: pl.DataFrame
    certainties: pl.Series
    kinds: pl.Series

    def row(self, place: str) -> pl.Expr:
        """Give the row of `answers` for a column of places and the column ``month``."""
        first = numbers_of(self.period)[0]
        return pl.lit(self.table).gather(pl.col(place) * len(self.period) + pl.col("month") - first)


def rule_columns(book: Rulebook, period: MonthPeriod, as_of: dt.date) -> Rules:
    """Lay out the rules for the months of a period, asked on one day."""
    table: dict[tuple[int, int], int] = {}
    answers: list[tuple[str | None, ...]] = []
    certainties: list[int] = []
    kinds: dict[tuple[str | None, ...], int] = {}
    borders: set[int] = set()
    for rule in book.timeline.rules_asked_on(as_of):
        months = rule.months.intersection(period)
        if months is None:
            continue
        first, last = numbers_of(months)
        borders.add(first)
        for places, tie in _ties(rule, book):
            for place in map(PLACES.index, places):
                table.update({(place, month): len(answers) for month in range(first, last + 1)})
            name = tie.id if isinstance(tie, Situation) else rule.id
            answers.append((*rule.answer, name, rule.area))
            kinds.setdefault(rule.answer, len(kinds))
            sure = Certainty.least([rule.certainty, *([tie.certainty] if tie else [])])
            certainties.append(CERTAINTIES.index(sure))
    columns = pl.DataFrame(
        answers,
        schema={
            "entity": pl.Enum(Entity),
            "cadaster": pl.Enum(Cadaster),
            "keeper": pl.Enum(Keeper),
            "source": pl.Enum(AuthenticSource),
            "rule": pl.Enum([str(answer[-2]) for answer in answers]),
            "area": pl.Enum(Area),
        },
        orient="row",
    )
    return Rules(
        period=period,
        table=pl.Series([row for _, row in sorted(table.items())], dtype=pl.Int64),
        borders=sorted(borders - {numbers_of(period)[0]}),
        answers=columns.select("area", "entity", "cadaster", "keeper", "source", "rule"),
        certainties=pl.Series(certainties, dtype=pl.Int64),
        kinds=pl.Series([kinds[answer[:-2]] for answer in answers], dtype=pl.Int64),
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
