"""The decision table: read from `config/complaints/rules`, checked line by line, kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import msgspec

from kszclient.complaints.rules.bodies import OWN, ROLES, bodies
from kszclient.complaints.rules.checks import check_table
from kszclient.complaints.rules.conditions import All, Compare, Condition
from kszclient.complaints.rules.datafile import load, names
from kszclient.complaints.rules.definitions import read_condition
from kszclient.complaints.rules.precedence import deciding_order
from kszclient.complaints.rules.proof import check_decisions
from kszclient.complaints.rules.reasons import Reason
from kszclient.complaints.rules.rule import Rule
from kszclient.complaints.vocabulary import Instance
from kszclient.errors import DataError
from kszclient.resources import shipped


class Line(NamedTuple):
    """A rule with its condition read.

    Args:
        rule: The rule.
        condition: What its `when` says, on the days on which it applies.
        rank: Its place among those that decide with the same outcome; the lower goes first.
    """

    rule: Rule
    condition: Condition
    rank: int


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[dict[str, Any], ...]


class Table(NamedTuple):
    """The decision table.

    Args:
        lines: Every line, in the order of the files.
    """

    lines: tuple[Line, ...]

    def of_instance(self, instance: Instance, tables: frozenset[str]) -> list[Line]:
        """The lines that speak of an instance in some tables, in the order in which they decide."""
        found = (line for line in self.lines if line.rule.speaks_of(instance, tables))
        return sorted(found, key=lambda line: line.rank)

    def of_entity(self) -> list[Line]:
        """The lines that speak of the entity."""
        found = (line for line in self.lines if not line.rule.at)
        return sorted(found, key=lambda line: line.rank)


def read_table() -> Table:
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


def read_rules(rows: Iterable[dict[str, Any]], file: str) -> Iterator[Rule]:
    """Read the rows of one file; an answer of a row has what the row says and it does not.

    Args:
        rows: As they stand in the file; a row has its answers in ``answers``, or is its only one.
        file: Its name, for messages.

    Raises:
        DataError: A row has not the form of a `Rule`; the message names it and the field.
    """
    for row in rows:
        shared = {key: value for key, value in row.items() if key != "answers"}
        for answer in row.get("answers", [{}]):
            try:
                yield msgspec.convert(_with_roles({**shared, **answer}), Rule, strict=False)
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


def make_table(rules: list[Rule]) -> Table:
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
            lines.append(Line(rule, condition, ranks[id(rule)]))
        except DataError as error:
            raise DataError(f"rule {rule.id} (line {number} of the table): {error}") from error
    check_table([(line.rule, line.condition) for line in lines])
    return Table(tuple(lines))


def _dated(rule: Rule, condition: Condition) -> Condition:
    """The condition of a rule on the days on which the rule applies."""
    dates: list[Condition] = []
    if rule.valid_from:
        dates.append(Compare(rule.dated_by, ">=", rule.valid_from))
    if rule.valid_until:
        dates.append(Compare(rule.dated_by, "<=", rule.valid_until))
    return All((*dates, condition)) if dates else condition


@cache
def table() -> Table:
    """The decision table, read once.

    >>> len({line.rule.id for line in table().lines})
    114
    """
    return read_table()
