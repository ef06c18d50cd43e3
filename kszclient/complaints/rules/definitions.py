"""The words that conditions name besides facts: definitions, groups, days on which law began.

A definition is a condition with a name, so that what several rules have in common stands once.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import msgspec

from kszclient.competence import Scheme, rulebook
from kszclient.complaints.rules.conditions import Condition
from kszclient.complaints.rules.datafile import load
from kszclient.complaints.rules.parser import Vocabulary, parse
from kszclient.complaints.rules.subjects import subjects
from kszclient.errors import DataError
from kszclient.geography import Area
from kszclient.values import Translated


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of `config/complaints/definitions.toml`.

    Args:
        name: The word that conditions use.
        when: The condition that it stands for; may use the definitions before it.
        text: What it means.
    """

    name: str
    when: str
    text: Translated


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    definition: tuple[Definition, ...]


class Defined(NamedTuple):
    """A definition with its condition read."""

    definition: Definition
    condition: Condition


@cache
def schemes() -> dict[Area, Scheme]:
    """The child benefit of its own that each area has, by `config/competence/timeline.toml`.

    >>> str(schemes()[Area.BR].begin)
    '2020-01'
    """
    return {scheme.area: scheme for scheme in rulebook().timeline.schemes()}


@cache
def definitions() -> dict[str, Defined]:
    """The definitions by name.

    Raises:
        DataError: One is broken, stands twice or uses a later one; the message names it.
    """
    found: dict[str, Defined] = {}
    for definition in load(_File, "definitions.toml").definition:
        try:
            known = {name: defined.condition for name, defined in found.items()}
            condition = parse(definition.when, _vocabulary(known))
        except DataError as error:
            raise DataError(f"definition {definition.name}: {error}") from error
        if found.setdefault(definition.name, Defined(definition, condition))[0] != definition:
            raise DataError(f"definition {definition.name}: stands twice")
    return found


def read_condition(text: str) -> Condition:
    """Read a condition with all groups, definitions and days.

    Args:
        text: The condition, in the language of `kszclient.complaints.rules.parser`.

    Raises:
        DataError: The text is no condition, or asks something that a fact cannot answer.
    """
    known = {name: defined.condition for name, defined in definitions().items()}
    return parse(text, _vocabulary(known))


def _vocabulary(known: dict[str, Condition]) -> Vocabulary:
    begins = {each.entity.value: each.begin.first_day for each in schemes().values()}
    return Vocabulary(subjects().groups, known, begins)
