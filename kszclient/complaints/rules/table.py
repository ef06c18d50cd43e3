"""The decision table: read from `config/complaints/rules`, checked line by line, kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec

from kszclient.complaints.datafile import load, names
from kszclient.complaints.rules.conditions import All, Compare, Condition, facts_of
from kszclient.complaints.rules.parser import read_condition
from kszclient.complaints.rules.proof import check_decisions
from kszclient.complaints.rules.rule import (
    EVERYWHERE,
    NOTE,
    PRECEDENCE,
    ComplaintRule,
    Reason,
    deciding_order,
)
from kszclient.complaints.rules.satisfiability import is_satisfiable
from kszclient.complaints.rules.subjects import OWN, ROLES, bodies
from kszclient.complaints.rules.terms import age_limits, named_terms, service_promises
from kszclient.complaints.vocabulary import Body, Instance
from kszclient.errors import DataError
from kszclient.geography import Area
from kszclient.resources import shipped
from kszclient.sources import check_sources
from kszclient.values import Language

Lines = Sequence[tuple[ComplaintRule, Condition]]

_TABLES = {EVERYWHERE, *Area, "FED", OWN}
_DATES = {"filing_date", "decision_date", "notified_on"}
_OF_TERM = {"late", "end_near", "kbd_in_time"}


def check_table(lines: Lines) -> None:
    """Check every line: its words, that it can hold, and that none contradicts another.

    Args:
        lines: The rules with their conditions.

    Raises:
        DataError: Something is wrong; the message names the line.
    """
    for number, (rule, condition) in enumerate(lines, start=1):
        where = f"rule {rule.id} (line {number} of the table)"
        check_sources(where, rule.sources)
        for problem in _problems(rule, condition):
            raise DataError(f"{where}: {problem}")
    for one, other in _contradictions(lines):
        raise DataError(
            f"rules {one.id} and {other.id} contradict each other: of {', '.join(one.instances)} "
            f"when {one.when!r} one says {one.outcome}, the other {other.outcome}"
        )


def _problems(rule: ComplaintRule, condition: Condition) -> Iterator[str]:
    yield from _unknown("outcome", {rule.outcome}, {NOTE, *PRECEDENCE})
    yield from _unknown("table", set(rule.at), {*_TABLES, *Body})
    yield from _unknown("day in dated_by", {rule.dated_by}, _DATES)
    yield from _unknown("term", {rule.term}, {"", *named_terms(), *age_limits()})
    yield from _unknown("promise", {rule.promise}, {"", *service_promises()})
    for language in Language:
        if not rule.text.in_language(language).strip():
            yield f"no text in {language.value}"
    if not rule.at and rule.outcome != NOTE:
        yield "decides, but names no instance"
    if facts_of(condition) & _OF_TERM and rule.term not in named_terms():
        yield "asks whether it is late, but names no term of appeal"
    if rule.valid_from and rule.valid_until and rule.valid_until < rule.valid_from:
        yield "ends before it begins"
    if not is_satisfiable(condition):
        yield "unreachable: its condition can never hold"


def _unknown(kind: str, used: set[str], known: Iterable[str]) -> Iterator[str]:
    if unknown := used - set(known):
        yield f"unknown {kind} {min(unknown)!r}"


def _contradictions(lines: Lines) -> Iterator[tuple[ComplaintRule, ComplaintRule]]:
    for at, (one, condition) in enumerate(lines):
        for other, other_condition in lines[at + 1 :]:
            if (
                condition == other_condition
                and one.outcome != other.outcome
                and NOTE not in (one.outcome, other.outcome)
                and one.term == other.term
                and _meet(one, other)
            ):
                yield one, other


def _meet(one: ComplaintRule, other: ComplaintRule) -> bool:
    """Return whether two lines can speak of the same instance on the same day."""
    return _covers(one, set(other.places), any) or _covers(other, set(one.places), any)


def _covers(
    rule: ComplaintRule,
    places: Iterable[tuple[str, Instance]],
    how_many: Callable[[Iterable[bool]], bool] = all,
) -> bool:
    """Whether a rule speaks in all (or any) of some places: a table with an instance each."""
    own = set(rule.places)
    return how_many((EVERYWHERE, place[1]) in own or place in own for place in places)


class TableLine(NamedTuple):
    """A rule with its condition read.

    Args:
        rule: The rule.
        condition: What its `when` says, on the days on which it applies.
        rank: Its place among those that decide with the same outcome; the lower goes first.
    """

    rule: ComplaintRule
    condition: Condition
    rank: int


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[dict[str, Any], ...]


class DecisionTable:
    """The decision table.

    Args:
        lines: Every line, in the order of the files.
    """

    def __init__(self, lines: tuple[TableLine, ...]) -> None:
        self.lines = lines
        self._ranked = sorted(lines, key=lambda line: line.rank)
        self._of_instance: dict[tuple[Instance, frozenset[str]], list[TableLine]] = {}

    def of_instance(self, instance: Instance, tables: frozenset[str]) -> list[TableLine]:
        """The lines that speak of an instance in some tables, in the order in which they decide."""
        asked = instance, tables
        if asked not in self._of_instance:
            self._of_instance[asked] = [
                line for line in self._ranked if line.rule.speaks_of(instance, tables)
            ]
        return self._of_instance[asked]

    def of_entity(self) -> list[TableLine]:
        """The lines that speak of the entity."""
        return [line for line in self._ranked if not line.rule.at]


def read_table() -> DecisionTable:
    """Read and check the decision table.

    Whether every line can decide takes some tenths of a second to find out; of the table that the
    library ships with its tests know it, of any other it is asked here.

    Raises:
        DataError: A line is broken, can never decide, or lacks its sentence in a language, or no
            line gives a reason that the library asks for; the message names it.
    """
    files = sorted(names("rules"), key=lambda name: int(name.partition("-")[0]))
    rules = [rule for name in files for rule in read_rules(load(_File, "rules", name).rule, name)]
    if gone := set(Reason) - {rule.reason for rule in rules}:
        raise DataError(f"config/complaints/rules: no rule gives the reason {min(gone)}")
    made = make_table(rules)
    if not shipped():
        check_decisions(made)
    return made


def read_rules(rows: Iterable[dict[str, Any]], file: str) -> Iterator[ComplaintRule]:
    """Read the rows of one file; an answer of a row has what the row says and it does not.

    Args:
        rows: As they stand in the file; a row has its answers in ``answers``, or is its only one.
        file: Its name, for messages.

    Raises:
        DataError: A row has not the form of a `ComplaintRule`; the message names it and the field.
    """
    for row in rows:
        shared = {key: value for key, value in row.items() if key != "answers"}
        for answer in row.get("answers", [{}]):
            try:
                yield msgspec.convert(
                    _with_roles({**shared, **answer}), ComplaintRule, strict=False
                )
            except msgspec.ValidationError as error:
                name = row.get("id", "without id")
                raise DataError(f"config/complaints/rules/{file}, rule {name}: {error}") from None


def _with_roles(row: dict[str, Any]) -> dict[str, Any]:
    """The row with the instances of every body with steps of its own, in place of their roles."""
    at = row.get("at")
    if not isinstance(at, dict) or set(ROLES).isdisjoint(own := at.get(OWN, ())):
        return row
    places = {**at, OWN: [each for each in own if each not in ROLES]}
    for body in bodies().values():
        if body.own_steps:
            named = (body.in_role(role) for role in own if role in ROLES)
            places[body.code.value] = [instance for instance in named if instance]
    return {**row, "at": {table: named for table, named in places.items() if named}}


def make_table(rules: list[ComplaintRule]) -> DecisionTable:
    """Make a table from rules.

    Args:
        rules: The lines.

    Raises:
        DataError: A line is broken; the message names it.
    """
    lines = []
    ranks = {id(rule): rank for rank, rule in enumerate(deciding_order(rules))}
    for number, rule in enumerate(rules, start=1):
        try:
            condition = _dated(rule, read_condition(rule.when))
            lines.append(TableLine(rule, condition, ranks[id(rule)]))
        except DataError as error:
            raise DataError(f"rule {rule.id} (line {number} of the table): {error}") from error
    check_table([(line.rule, line.condition) for line in lines])
    return DecisionTable(tuple(lines))


def _dated(rule: ComplaintRule, condition: Condition) -> Condition:
    """The condition of a rule on the days on which the rule applies."""
    dates: list[Condition] = []
    if rule.valid_from:
        dates.append(Compare(rule.dated_by, ">=", rule.valid_from))
    if rule.valid_until:
        dates.append(Compare(rule.dated_by, "<=", rule.valid_until))
    return All((*dates, condition)) if dates else condition


@cache
def table() -> DecisionTable:
    """The decision table, read once.

    >>> table().lines[0].rule.id
    'E1'
    """
    return read_table()
