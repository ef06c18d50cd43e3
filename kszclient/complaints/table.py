"""The decision table: read from `config/complaints/rules`, checked line by line, kept."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import msgspec

from kszclient.complaints.conditions import Condition
from kszclient.complaints.datafile import load, names
from kszclient.complaints.language import parse
from kszclient.complaints.reasons import Reason
from kszclient.complaints.rule import Rule
from kszclient.complaints.subjects import subjects
from kszclient.complaints.table_check import check_decisions, check_table
from kszclient.complaints.texts import check_rule_texts
from kszclient.complaints.vocabulary import Instance
from kszclient.errors import DataError
from kszclient.resources import shipped


class Line(NamedTuple):
    """A rule with its condition read.

    Args:
        rule: The rule.
        condition: What its `when` says.
    """

    rule: Rule
    condition: Condition


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[Rule, ...]


class Table(NamedTuple):
    """The decision table.

    Args:
        lines: Every line, in the order of the files.
    """

    lines: tuple[Line, ...]

    def of_instance(self, instance: Instance, tables: frozenset[str]) -> list[Line]:
        """Give the lines that speak of an instance in some tables."""
        return [
            line for line in self.lines if instance in line.rule.instances and line.rule.of(tables)
        ]

    def of_entity(self) -> list[Line]:
        """Give the lines that speak of the entity."""
        return [line for line in self.lines if not line.rule.instances]


def read_table() -> Table:
    """Read and check the decision table.

    Whether every line can decide takes some tenths of a second to find out; of the table that the
    library ships with its tests know it, of any other it is asked here.

    Raises:
        DataError: A line is broken, can never decide, or lacks its sentence in a language, or no
            line gives a reason that the library asks for; the message names it.
    """
    files = sorted(names("rules"), key=lambda name: int(name.partition("-")[0]))
    rules = [rule for name in files for rule in load(_File, "rules", name).rule]
    if gone := set(Reason) - {rule.reason for rule in rules}:
        raise DataError(f"config/complaints/rules: no rule gives the reason {min(gone)}")
    check_rule_texts(rules)
    made = make_table(rules)
    if not shipped():
        check_decisions([(line.rule, line.condition) for line in made.lines])
    return made


def make_table(rules: list[Rule]) -> Table:
    """Make a table from rules.

    Args:
        rules: The lines.

    Raises:
        DataError: A line is broken; the message names it.
    """
    groups = subjects().groups
    lines = []
    for number, rule in enumerate(rules, start=1):
        try:
            lines.append(Line(rule, parse(rule.when, groups)))
        except DataError as error:
            raise DataError(f"rule {rule.id} (line {number} of the table): {error}") from error
    check_table([(line.rule, line.condition) for line in lines])
    return Table(tuple(lines))


@cache
def table() -> Table:
    """Give the decision table, read once.

    >>> len({line.rule.id for line in table().lines})
    107
    """
    return read_table()
