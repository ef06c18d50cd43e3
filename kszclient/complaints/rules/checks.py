"""What must be true of the decision table before it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from kszclient.complaints.deadlines.named_terms import age_limits, named_terms, service_promises
from kszclient.complaints.rules.bodies import OWN
from kszclient.complaints.rules.conditions import Condition, facts_of
from kszclient.complaints.rules.precedence import PRECEDENCE
from kszclient.complaints.rules.rule import EVERYWHERE, NOTE, Rule
from kszclient.complaints.rules.satisfiability import can_hold
from kszclient.complaints.vocabulary import Body, Instance
from kszclient.errors import DataError
from kszclient.geography import Area
from kszclient.sources import check_sources
from kszclient.values import Language

Lines = Sequence[tuple[Rule, Condition]]

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


def _problems(rule: Rule, condition: Condition) -> Iterator[str]:
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
    if not can_hold(condition):
        yield "unreachable: its condition can never hold"


def _unknown(kind: str, used: set[str], known: Iterable[str]) -> Iterator[str]:
    if unknown := used - set(known):
        yield f"unknown {kind} {min(unknown)!r}"


def _contradictions(lines: Lines) -> Iterator[tuple[Rule, Rule]]:
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


def _meet(one: Rule, other: Rule) -> bool:
    """Tell whether two lines can speak of the same instance on the same day."""
    return _covers(one, set(other.places), any) or _covers(other, set(one.places), any)


def _covers(
    rule: Rule,
    places: Iterable[tuple[str, Instance]],
    how_many: Callable[[Iterable[bool]], bool] = all,
) -> bool:
    """Whether a rule speaks in all (or any) of some places: a table with an instance each."""
    own = set(rule.places)
    return how_many((EVERYWHERE, place[1]) in own or place in own for place in places)
