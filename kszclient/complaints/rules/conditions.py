"""The conditions of rules: what they are made of, and when they hold.

A condition is data, never code: it can only compare facts that the catalogue knows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

import msgspec

_NOTHING: frozenset[str] = frozenset()


class TruthValue(NamedTuple):
    """Whether something holds.

    Args:
        value: True, False, or None where it is not known.
        needs: The complaint's fields that would settle it; none where the law itself is open.

    >>> (TRUE & unknown("role")).needs == {"role"}
    True
    >>> (FALSE & unknown("role")) == FALSE
    True
    """

    value: bool | None
    needs: frozenset[str] = _NOTHING

    def __and__(self, other: TruthValue) -> TruthValue:
        return all_of((self, other))

    def __or__(self, other: TruthValue) -> TruthValue:
        return any_of((self, other))

    def __invert__(self) -> TruthValue:
        return self if self.value is None else TruthValue(not self.value)


TRUE = TruthValue(value=True)
FALSE = TruthValue(value=False)


def unknown(*needs: str) -> TruthValue:
    """Describe that something is not known and which fields would settle it."""
    return TruthValue(None, frozenset(needs))


def all_of(truths: Iterable[TruthValue]) -> TruthValue:
    """Return whether all hold: one false decides, whatever is unknown beside it."""
    return _join(truths, decisive=False)


def any_of(truths: Iterable[TruthValue]) -> TruthValue:
    """Return whether one holds: one true decides, whatever is unknown beside it."""
    return _join(truths, decisive=True)


def same(truths: Sequence[TruthValue], asks: frozenset[str]) -> TruthValue:
    """Describe what holds in each of some possible worlds.

    Args:
        truths: What holds in each; at least one.
        asks: The fields that would settle which world it is.

    >>> same([TRUE, FALSE], frozenset({"benefit"})).needs == {"benefit"}
    True
    """
    if len(set(truths)) == 1:
        return truths[0]
    return TruthValue(None, asks.union(*(truth.needs for truth in truths)))


def _join(truths: Iterable[TruthValue], *, decisive: bool) -> TruthValue:
    open_needs: list[frozenset[str]] = []
    for truth in truths:
        if truth.value is decisive:
            return TruthValue(decisive)
        if truth.value is None:
            open_needs.append(truth.needs)
    if open_needs:
        return TruthValue(None, _NOTHING.union(*open_needs))
    return TruthValue(not decisive)


class DaySpan(NamedTuple):
    """A day that lies somewhere between two days, both included; equal where it is known."""

    earliest: dt.date
    latest: dt.date


class AtLeast(NamedTuple):
    """A set of which only some members are known."""

    members: frozenset[str]


Value = bool | str | frozenset[str] | AtLeast | DaySpan


class CaseFact(NamedTuple):
    """What is known of one thing.

    Args:
        value: What is known, or None where nothing is.
        needs: The complaint's fields that would settle it, or settle it exactly.
    """

    value: Value | None
    needs: frozenset[str] = frozenset()


Lookup = Callable[[str], CaseFact]
Operator = Literal["<", "<=", ">", ">="]


class Always(msgspec.Struct, frozen=True):
    """Holds in every case."""


class Holds(msgspec.Struct, frozen=True):
    """A yes-or-no fact is yes."""

    fact: str


class OneOf(msgspec.Struct, frozen=True):
    """A fact is one of some values."""

    fact: str
    values: frozenset[str]


class Has(msgspec.Struct, frozen=True):
    """A set holds a value."""

    fact: str
    value: str


class Compare(msgspec.Struct, frozen=True):
    """A day lies before or after another."""

    fact: str
    operator: Operator
    day: dt.date


class Not(msgspec.Struct, frozen=True):
    """Another condition does not hold."""

    condition: Condition


class All(msgspec.Struct, frozen=True):
    """Every one of some conditions holds."""

    conditions: tuple[Condition, ...]


class Any(msgspec.Struct, frozen=True):
    """At least one of some conditions holds."""

    conditions: tuple[Condition, ...]


Condition = Always | Holds | OneOf | Has | Compare | Not | All | Any


def evaluate(condition: Condition, lookup: Lookup) -> TruthValue:
    """Return whether a condition holds.

    Args:
        condition: The condition.
        lookup: Gives a fact by its name.

    Returns:
        True, false, or not known with the fields that would settle it.
    """
    match condition:
        case Always():
            return TRUE
        case Not(inner):
            return ~evaluate(inner, lookup)
        case All(parts):
            return all_of(evaluate(part, lookup) for part in parts)
        case Any(parts):
            return any_of(evaluate(part, lookup) for part in parts)
        case Holds(name) | OneOf(name) | Has(name) | Compare(name):
            fact = lookup(name)
            holds = None if fact.value is None else _atom(condition, fact.value)
            if holds is None:
                return TruthValue(None, fact.needs)
            return TRUE if holds else FALSE


def _atom(condition: Condition, value: Value) -> bool | None:
    match condition, value:
        case Holds(), bool():
            return value
        case OneOf(_, values), str():
            return value in values
        case Has(_, wanted), frozenset():
            return wanted in value
        case Has(_, wanted), AtLeast(members):
            return True if wanted in members else None
        case Compare(_, operator, day), DaySpan(earliest, latest):
            return _compare(operator, day, earliest, latest)
    raise TypeError("a fact of another kind than its catalogue says")


def _compare(operator: Operator, day: dt.date, earliest: dt.date, latest: dt.date) -> bool | None:
    match operator:
        case ">=":
            first, last = earliest >= day, latest >= day
        case ">":
            first, last = earliest > day, latest > day
        case "<=":
            first, last = earliest <= day, latest <= day
        case "<":
            first, last = earliest < day, latest < day
    return first if first is last else None


def facts_of(condition: Condition) -> frozenset[str]:
    """Return the names of the facts that a condition reads."""
    match condition:
        case Always():
            return frozenset()
        case Not(inner):
            return facts_of(inner)
        case All(parts) | Any(parts):
            return frozenset().union(*map(facts_of, parts))
        case Holds(name) | OneOf(name) | Has(name) | Compare(name):
            return frozenset({name})
