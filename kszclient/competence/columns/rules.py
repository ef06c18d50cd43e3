"""The rules in force on one day of asking, as columns."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from kszclient.competence.columns.population import PLACES, numbers_of
from kszclient.competence.rulebook.factors import CountsAs, Factor, Situation
from kszclient.competence.rulebook.rulebook import Rulebook
from kszclient.competence.rulebook.terms import Cadaster, Certainty, Entity, Keeper
from kszclient.competence.rulebook.timeline import Rule
from kszclient.geography import Area
from kszclient.logs import masked_repr
from kszclient.values import AuthenticSource, MonthPeriod

CERTAINTIES = list(Certainty)
"""A column of certainties holds positions in this list; the higher, the less sure."""
OPENINGS = ("", "move-within-month", "move-on-first", "history-begins")
"""What leaves a month open, by the code of its notice; the later go before those before them."""


class Rules(NamedTuple):
    """What is answered in a period, asked on one day.

    Args:
        period: The months.
        table: For each place and month in turn, the row of `answers`.
        borders: Numbers of the months in which some place gets another rule.
        answers: ``area``, ``entity``, ``cadaster``, ``keeper``, ``source``, ``rule``.
        certainties: Of each row of `answers`, as positions.
        kinds: Of each row of `answers` a number, equal where the answers are.
        depending: For each month in turn, and the one after the last, how many before it are
            answered otherwise in one area than in another.
        openings: How sure each of `OPENINGS` leaves a month, as positions.
    """

    period: MonthPeriod
    table: pl.Series
    borders: list[int]
    answers: pl.DataFrame
    certainties: pl.Series
    kinds: pl.Series
    depending: pl.Series
    openings: pl.Series

    def __repr__(self) -> str:
        return masked_repr(self)

    def row(self, place: str) -> pl.Expr:
        """Return the row of `answers` for a column of places and the column ``month``."""
        first = numbers_of(self.period)[0]
        return pl.lit(self.table).gather(pl.col(place) * len(self.period) + pl.col("month") - first)


def rule_columns(book: Rulebook, period: MonthPeriod, as_of: dt.date) -> Rules:
    """Lay out the rules for the months of a period, asked on one day."""
    table: dict[tuple[int, int], int] = {}
    answers: dict[tuple[str | None, ...], int] = {}
    kinds: dict[tuple[str | None, ...], int] = {}
    borders: set[int] = set()
    for rule, months, ties in _asked(book, period, as_of):
        first, last = numbers_of(months)
        borders.add(first)
        for places, tie in ties:
            sure = Certainty.least([rule.certainty, *([tie.certainty] if tie else [])])
            name = tie.id if isinstance(tie, Situation) else rule.id
            row = answers.setdefault((*rule.answer, name, rule.area, sure), len(answers))
            kinds.setdefault(rule.answer, len(kinds))
            for place in map(PLACES.index, places):
                table.update({(place, month): row for month in range(first, last + 1)})
    columns = pl.DataFrame(
        list(answers),
        schema={
            "entity": pl.Enum(Entity),
            "cadaster": pl.Enum(Cadaster),
            "keeper": pl.Enum(Keeper),
            "source": pl.Enum(AuthenticSource),
            "rule": pl.Enum(list(dict.fromkeys(str(answer[-3]) for answer in answers))),
            "area": pl.Enum(Area),
            "certainty": pl.Enum(Certainty),
        },
        orient="row",
    )
    return Rules(
        period=period,
        table=pl.Series([row for _, row in sorted(table.items())], dtype=pl.Int64),
        borders=sorted(borders - {numbers_of(period)[0]}),
        answers=columns.select("area", "entity", "cadaster", "keeper", "source", "rule"),
        certainties=columns["certainty"].to_physical().cast(pl.Int64),
        kinds=pl.Series([kinds[answer[:-3]] for answer in answers], dtype=pl.Int64),
        depending=_depending(book, period, as_of),
        openings=pl.Series(
            [CERTAINTIES.index(_opening(book, code)) for code in OPENINGS], dtype=pl.Int64
        ),
    )


def _depending(book: Rulebook, period: MonthPeriod, as_of: dt.date) -> pl.Series:
    depends = [book.timeline.rule(None, month, as_of).entity is None for month in period]
    return pl.Series([0, *itertools.accumulate(depends)], dtype=pl.Int64)


def _opening(book: Rulebook, code: str) -> Certainty:
    point = book.notices[code].open_point if code else None
    return book.open_points[point].certainty if point else Certainty.SURE


_Ties = list[tuple[tuple[str, ...], Factor | Situation | None]]


def _asked(
    book: Rulebook, period: MonthPeriod, as_of: dt.date
) -> Iterator[tuple[Rule, MonthPeriod, _Ties]]:
    """Yield the rules with their months and what ties a child to the places they answer for."""
    rules = book.timeline.rules_asked_on(as_of)
    anywhere = [rule for rule in rules if rule.area is None]
    for rule, elsewhere in itertools.product(rules, anywhere):
        shared = rule.months.intersection(elsewhere.months)
        months = shared and shared.intersection(period)
        if months is not None:
            yield rule, months, _ties(rule, book, as_of, place_matters=elsewhere.entity is None)


def _ties(rule: Rule, book: Rulebook, as_of: dt.date, *, place_matters: bool) -> _Ties:
    """Return the places that a rule answers for, each with what ties a child to it, if needed."""
    if rule.area is not None:
        domicile = book.factor(CountsAs.DOMICILE, rule.area, as_of)
        return [((rule.area,), domicile if place_matters else None)]
    if not place_matters:
        return [(("abroad", "nowhere"), None)]
    return [
        (("abroad",), book.situations["abroad"]),
        (("nowhere",), book.situations["no-domicile"]),
    ]
