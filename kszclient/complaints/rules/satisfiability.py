"""Whether a condition can ever hold: a search over everything its facts can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kszclient.complaints.rules.catalogue import FACTS, FactKind, SetOf
from kszclient.complaints.rules.conditions import (
    All,
    Always,
    Any,
    CaseFact,
    Compare,
    Condition,
    DaySpan,
    Has,
    Not,
    Value,
    evaluate,
    facts_of,
)

_DAY = dt.timedelta(days=1)
_UNKNOWN = CaseFact(None)
NEVER = Not(Always())
"""What holds in no case."""
# The first of these days never lies after the second.
_ORDERED = (("period_from", "period_to"), ("case_from", "case_to"))


def is_satisfiable(condition: Condition) -> bool:
    """Return whether some state of the facts makes a condition true.

    Facts are set one by one, and a branch is left as soon as it can no longer become true: that
    keeps the search short although the facts have millions of states. Facts are taken as free of
    each other, but that months do not end before they begin.

    Args:
        condition: The condition.

    >>> from kszclient.complaints.rules.parser import parse
    >>> is_satisfiable(parse("subject is AMOUNT and not subject in [AMOUNT, RECOVERY]"))
    False
    """
    return satisfying(condition) is not None


def satisfying(condition: Condition) -> dict[str, CaseFact] | None:
    """Find a state of the facts that makes a condition true; None where there is none.

    Args:
        condition: The condition. A fact that is reckoned for a term may have the term after its
            name, such as ``late@DL_GC_3M``.

    Returns:
        The facts that matter, the same each time.
    """
    domains = {name: list(_domain(name, condition)) for name in facts_of(condition)}
    clauses = [_Clause(each, sorted(facts_of(each))) for each in _clauses(condition)]
    return _search(clauses, domains, {})


def assume(condition: Condition, known: Mapping[str, Value]) -> Condition:
    """What is left of a condition once some facts are known.

    >>> from kszclient.complaints.rules.parser import parse
    >>> assume(parse("identified and motivated"), {"identified": True})
    Holds(fact='motivated')
    """
    holds = evaluate(
        condition, lambda name: CaseFact(known[name]) if name in known else _UNKNOWN
    ).value
    if holds is not None:
        return Always() if holds else NEVER
    match condition:
        case Not(inner):
            return Not(assume(inner, known))
        case All(parts):
            left = tuple(assume(part, known) for part in parts)
            return _one(All, tuple(part for part in left if part != Always()))
        case Any(parts):
            left = tuple(assume(part, known) for part in parts)
            return _one(Any, tuple(part for part in left if part != NEVER))
    return condition


def _one(kind: type[All | Any], parts: tuple[Condition, ...]) -> Condition:
    return parts[0] if len(parts) == 1 else kind(parts)


class _Clause(NamedTuple):
    condition: Condition
    facts: list[str]


def _clauses(condition: Condition) -> Iterator[Condition]:
    """Return the conditions that must all hold for one to hold."""
    match condition:
        case All(parts):
            for part in parts:
                yield from _clauses(part)
        case Not(Any(parts)):
            for part in parts:
                yield from _clauses(Not(part))
        case Not(Not(inner)):
            yield from _clauses(inner)
        case _:
            yield condition


def _search(
    clauses: Sequence[_Clause], domains: dict[str, list[Value]], chosen: dict[str, CaseFact]
) -> dict[str, CaseFact] | None:
    """Choose facts with which the clauses hold, trying first where the fewest facts are open."""
    if _out_of_order(chosen):
        return None
    unsettled: list[tuple[_Clause, list[str]]] = []
    for clause in clauses:
        holds = evaluate(clause.condition, lambda name: chosen.get(name, _UNKNOWN)).value
        if holds is False:
            return None
        if holds is None:
            unsettled.append((clause, [name for name in clause.facts if name not in chosen]))
    if not unsettled:
        return chosen
    name = min((facts for _, facts in unsettled), key=len)[0]
    remaining = [clause for clause, _ in unsettled]
    for value in domains[name]:
        if found := _search(remaining, domains, {**chosen, name: CaseFact(value)}):
            return found
    return None


def _out_of_order(chosen: dict[str, CaseFact]) -> bool:
    for first, second in _ORDERED:
        begin, end = chosen.get(first, _UNKNOWN).value, chosen.get(second, _UNKNOWN).value
        if isinstance(begin, DaySpan) and isinstance(end, DaySpan) and begin.earliest > end.latest:
            return True
    return False


def _domain(name: str, condition: Condition) -> Iterator[Value]:
    kind = FACTS[name.partition("@")[0]]
    match kind:
        case FactKind.YES_NO:
            yield from (True, False)
        case FactKind.DAY:
            linked = next((pair for pair in _ORDERED if name in pair), (name,))
            days = set[dt.date]().union(*(_days(each, condition) for each in linked))
            for day in sorted(days):
                yield DaySpan(day, day)
        case SetOf():
            yield from _sets(sorted(_members(name, condition)))
        case _:
            yield from kind


def _days(name: str, condition: Condition) -> set[dt.date]:
    """Return the days on and around each day that the condition compares a fact with."""
    match condition:
        case Compare(other, _, day) if other == name:
            return {day - _DAY, day, day + _DAY}
        case Not(inner):
            return _days(name, inner)
        case All(parts) | Any(parts):
            return set().union(*(_days(name, part) for part in parts))
    return set()


def _members(name: str, condition: Condition) -> set[str]:
    match condition:
        case Has(other, value) if other == name:
            return {value}
        case Not(inner):
            return _members(name, inner)
        case All(parts) | Any(parts):
            return set().union(*(_members(name, part) for part in parts))
    return set()


def _sets(members: list[str]) -> Iterator[frozenset[str]]:
    for bits in range(2 ** len(members)):
        yield frozenset(member for at, member in enumerate(members) if bits >> at & 1)
