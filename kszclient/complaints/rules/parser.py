"""Reading conditions as lawyers write them.

::

    subject in payment_decision and decision_date >= 2019-01-01 and not late
    benefit is care_supplement or (subject in [AMOUNT, RECOVERY] and steps_done has PAYER)

Words: `and`, `or`, `not`, parentheses; `always`; a yes-or-no fact or a definition by itself; `is` a
word; `in` a list or a named group of words; `has` for sets; `<`, `<=`, `>`, `>=` with a day, or
with `start of` an entity: the day on which its child benefit began.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple, NoReturn, cast

import msgspec

from kszclient.competence import Scheme, rulebook
from kszclient.complaints.datafile import load
from kszclient.complaints.rules.catalogue import FACTS, SET_WORDS, FactKind, SetOf, Words
from kszclient.complaints.rules.conditions import (
    All,
    Always,
    Any,
    Compare,
    Condition,
    Has,
    Holds,
    Not,
    OneOf,
    Operator,
)
from kszclient.complaints.rules.subjects import subjects
from kszclient.errors import DataError
from kszclient.geography import Area
from kszclient.values import Translated, parse_day


class Vocabulary(NamedTuple):
    """What a condition may name besides facts and their words.

    Args:
        groups: Named groups of words, such as ``payment_decision``.
        definitions: Conditions with a name.
        begins: The day on which the child benefit of each entity began.
    """

    groups: Mapping[str, frozenset[str]] = {}
    definitions: Mapping[str, Condition] = {}
    begins: Mapping[str, dt.date] = {}


_TOKEN = re.compile(r"\s*(<=|>=|[<>()\[\],]|[A-Za-z0-9_-]+)")


FACTS_ONLY = Vocabulary()


def parse(text: str, vocabulary: Vocabulary = FACTS_ONLY) -> Condition:
    """Read a condition and check it against the catalogue of facts.

    Args:
        text: The condition.
        vocabulary: What it may name besides facts and their words.

    Raises:
        DataError: The text is no condition, or asks something that a fact cannot answer.

    >>> parse("identified and not late")
    All(conditions=(Holds(fact='identified'), Not(condition=Holds(fact='late'))))
    """
    return _Reader(text, vocabulary).whole()


class _Reader:
    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self._tokens = self._split()
        self._at = 0

    def _split(self) -> list[str]:
        tokens, position = [], 0
        end = len(self._text.rstrip())
        while position < end:
            match = _TOKEN.match(self._text, position)
            if match is None:
                self._refuse(f"cannot read {self._text[position:].strip()[:20]!r}")
            tokens.append(match[1])
            position = match.end()
        return tokens

    def whole(self) -> Condition:
        condition = self._any()
        if self._at < len(self._tokens):
            self._refuse(f"{self._peek()!r} is one word too many")
        return condition

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Condition:
        if self._take("not"):
            return Not(self._one())
        if self._take("("):
            inner = self._any()
            self._expect(")")
            return inner
        if self._take("always"):
            return Always()
        return self._atom()

    def _atom(self) -> Condition:
        name = self._next()
        if name in self._vocabulary.definitions:
            return self._vocabulary.definitions[name]
        if name not in FACTS:
            self._refuse(f"unknown fact {name!r}")
        kind = FACTS[name]
        match kind:
            case FactKind.YES_NO:
                return Holds(name)
            case FactKind.DAY:
                return self._day(name)
            case SetOf():
                self._expect("has")
                return Has(name, self._word(name, SET_WORDS[kind]))
            case _:
                return self._choice(name, kind)

    def _day(self, name: str) -> Condition:
        operator = self._next()
        if operator not in ("<", "<=", ">", ">="):
            self._refuse(f"{name} is a day: expected <, <=, > or >=, not {operator!r}")
        return Compare(name, cast(Operator, operator), self._date())

    def _date(self) -> dt.date:
        if self._take("start"):
            self._expect("of")
            entity = self._next()
            if entity not in self._vocabulary.begins:
                self._refuse(f"unknown entity {entity!r}")
            return self._vocabulary.begins[entity]
        day = self._next()
        try:
            return parse_day(day)
        except ValueError:
            self._refuse(f"{day!r} is no day (YYYY-MM-DD)")

    def _choice(self, name: str, words: Words) -> Condition:
        if self._take("is"):
            return OneOf(name, frozenset({self._word(name, words)}))
        self._expect("in")
        if self._take("["):
            values = {self._word(name, words)}
            while self._take(","):
                values.add(self._word(name, words))
            self._expect("]")
            return OneOf(name, frozenset(values))
        group = self._next()
        if group not in self._vocabulary.groups:
            self._refuse(f"unknown group {group!r}")
        for word in self._vocabulary.groups[group]:
            self._check(name, word, words)
        return OneOf(name, self._vocabulary.groups[group])

    def _word(self, name: str, words: Words) -> str:
        return self._check(name, self._next(), words)

    def _check(self, name: str, word: str, words: Words) -> str:
        if word not in words:
            self._refuse(f"{word!r} is no {name}")
        return word

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            self._refuse("the condition breaks off")
        self._at += 1
        return token

    def _take(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self._at += 1
        return True

    def _expect(self, token: str) -> None:
        if not self._take(token):
            self._refuse(f"expected {token!r}, found {self._peek()!r}")

    def _refuse(self, problem: str) -> NoReturn:
        raise DataError(f"condition {self._text!r}: {problem}")


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
