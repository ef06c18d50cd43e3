"""What can be shown of the decision table over all cases that its rules can distinguish.

Each statement is searched for a case that breaks it. Facts that no rule links are taken as free of
each other, so what is shown holds for every complaint; a case that is found may be one that nobody
has. Nothing here takes a complaint, chance or the time of day into account: the same table gives
the same result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from kszclient.complaints.datafile import load
from kszclient.complaints.rules.catalogue import NO_AREA
from kszclient.complaints.rules.conditions import (
    All,
    Any,
    CaseFact,
    Condition,
    DaySpan,
    Holds,
    Not,
    Value,
    facts_of,
)
from kszclient.complaints.rules.instances import InstanceKind, card_of
from kszclient.complaints.rules.parser import read_condition, schemes
from kszclient.complaints.rules.rule import EVERYWHERE, NOTE, PRECEDENCE, going_after
from kszclient.complaints.rules.satisfiability import NEVER, assume, satisfying
from kszclient.complaints.rules.settings import federal_condition
from kszclient.complaints.rules.subjects import OWN, bodies, subjects
from kszclient.complaints.vocabulary import Benefit, Body, Instance, Outcome, Subject
from kszclient.errors import DataError
from kszclient.geography import Area
from kszclient.sources import check_sources

if TYPE_CHECKING:
    from kszclient.complaints.rules.table import DecisionTable, TableLine

FEDERAL = "FED"
OF_TERM = frozenset({"late", "end_near", "kbd_in_time"})
_AREAS = (*(area.value for area in Area), NO_AREA)
_WELCOME = (
    Outcome.ADMISSIBLE,
    Outcome.OPEN,
    Outcome.INCOMPLETE,
    Outcome.NOT_YET,
    Outcome.SUSPENDED,
)
_SHARED = (EVERYWHERE, OWN, FEDERAL)
# A complaint against which nothing speaks but what it is about, and when.
_IN_ORDER: dict[str, Value] = {
    "identified": True,
    "is_beneficiary": True,
    "has_interest": True,
    "motivated": True,
    "role": "beneficiary",
    "remedies_stated": True,
    "facts_within_one_year": True,
    "facts_within_three_years": True,
    "missing": frozenset(),
    "steps_done": frozenset(),
    "body_contacted": False,
    "court_pending": False,
    "ombuds_pending": False,
    "admin_appeal_open": False,
    "child_in_danger": False,
    "handled_before": False,
    "own_initiative_since": False,
    "asks_about_other_household": False,
    "commission_told": False,
    "commission_decided": False,
    "told_by_register": False,
    "benefit_presumed": False,
    "split": False,
    "decided_elsewhere": False,
    "participation_told": False,
    "nl_school_or_childcare": False,
    "kbd_in_time": False,
}


class Statement(NamedTuple):
    """What was searched for a case that breaks it.

    Args:
        text: The statement.
        combinations: Over how many combinations it was searched.
        broken: The cases that break it, in words; it is shown where there are none.
    """

    text: str
    combinations: int
    broken: tuple[str, ...]


class _Case(NamedTuple):
    """The rules of one instance for one kind of case: what is left of their conditions."""

    instance: Instance
    lines: Sequence[tuple[TableLine, Condition]]

    def assuming(self, known: Mapping[str, Value]) -> _Case:
        left = [(line, assume(condition, known)) for line, condition in self.lines]
        return _Case(self.instance, [each for each in left if each[1] != NEVER])

    def reads(self, fact: str) -> bool:
        return any(fact in facts_of(condition) for _, condition in self.lines)

    def any_of(self, outcomes: Iterable[Outcome], *, dated: bool = False) -> Condition:
        wanted = set(outcomes)
        return Any(
            tuple(
                condition
                for line, condition in self.lines
                if line.rule.outcome in wanted and (line.rule.term or not dated)
            )
        )


class Nobody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cases in which nobody answers, or no formal way is known.

    Args:
        when: The cases.
        why: The reason.
        sources: Codes of its sources.
        checked: The day on which an answer was last searched for.
    """

    when: str
    why: str
    sources: tuple[str, ...]
    checked: dt.date


class Exceptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file `config/complaints/nobody.toml`.

    Args:
        complaint: Cases in which nobody takes a complaint.
        appeal: Decisions against which no formal way is known.
    """

    complaint: tuple[Nobody, ...]
    appeal: tuple[Nobody, ...]


@cache
def nobody() -> Exceptions:
    """The cases of which the tables say that there is no answer.

    Raises:
        DataError: A row names an unknown source.
    """
    found = load(Exceptions, "nobody.toml")
    for row in (*found.complaint, *found.appeal):
        check_sources(f"nobody.toml, {row.when}", row.sources)
    return found


def prove(table: DecisionTable) -> tuple[Statement, ...]:
    """Search the table for cases that break what must be true of it.

    Args:
        table: The table.
    """
    return (_someone_answers(table), _ordered(table), _deciding(table), _appealable(table))


def check_decisions(table: DecisionTable) -> None:
    """Refuse a table in which a rule never decides, because others always go before it.

    Args:
        table: The table.

    Raises:
        DataError: It is one; the message names each such rule.
    """
    if found := "; ".join(_deciding(table).broken):
        raise DataError(f"rules that never decide, because others always go before them: {found}")


class _Ladder(NamedTuple):
    """Whose steps are asked: an area's, or those of a body with steps of its own.

    Args:
        name: The area or the body.
        tables: The tables that are read.
        known: What is known by that.
        bodies: The bodies whose acts are complained about there.
    """

    name: str
    tables: frozenset[str]
    known: dict[str, Value]
    bodies: tuple[Body, ...]

    def cases(self, table: DecisionTable) -> list[_Case]:
        """Each instance with the rules that speak of it."""
        found = []
        for instance in Instance:
            lines = [
                (line, self._federal(line, of_term(line.condition, line.rule.term)))
                for line in table.of_instance(instance, self.tables)
                if line.rule.outcome != NOTE
            ]
            found.append(_Case(instance, lines).assuming(self.known))
        return [case for case in found if case.lines]

    def _federal(self, line: TableLine, condition: Condition) -> Condition:
        """A rule of the federal table counts where that joins in."""
        own = line.rule.at.keys() & (self.tables - {FEDERAL})
        return condition if own else All((condition, federal_condition()))


def _ladders() -> Iterator[_Ladder]:
    shared = tuple(body for body, card in bodies().items() if not card.own_steps)
    for area in _AREAS:
        yield _Ladder(area, frozenset({EVERYWHERE, area, FEDERAL}), {"area": area}, shared)
    for body, card in bodies().items():
        if card.own_steps:
            yield _Ladder(body.value, card.tables, {"body": body.value}, (body,))


def of_term(condition: Condition, term: str) -> Condition:
    """A condition with the term named beside each fact that is reckoned for one."""
    match condition:
        case Not(inner):
            return Not(of_term(inner, term))
        case All(parts):
            return All(tuple(of_term(part, term) for part in parts))
        case Any(parts):
            return Any(tuple(of_term(part, term) for part in parts))
        case Holds(name) if name in OF_TERM:
            return Holds(f"{name}@{term}")
    return condition


def _kinds(ladder: _Ladder, cases: Sequence[_Case], wanted: Iterable[Subject]) -> Iterator[_Kind]:
    """Every subject, body and benefit on a ladder, of a complaint that is in order."""
    never = subjects().never
    in_order = [case.assuming(_IN_ORDER) for case in cases]
    for subject in wanted:
        of_subject = [case.assuming({"subject": subject.value}) for case in in_order]
        for body in ladder.bodies:
            if body in never.get(subject, ()):
                continue
            of_body = [case.assuming({"body": body.value}) for case in of_subject]
            known = {**ladder.known, "subject": subject.value, "body": body.value}
            if not any(case.reads("benefit") for case in of_body):
                yield _Kind(known, of_body, len(Benefit))
                continue
            for benefit in Benefit:
                of_benefit = [case.assuming({"benefit": benefit.value}) for case in of_body]
                yield _Kind({**known, "benefit": benefit.value}, of_benefit, 1)


class _Kind(NamedTuple):
    known: dict[str, Value]
    cases: list[_Case]
    benefits: int

    @property
    def name(self) -> str:
        return ", ".join(map(str, self.known.values()))

    def but(self, exceptions: Iterable[Condition]) -> list[Condition]:
        """What is left to be searched beside the cases of which the table says that nobody is."""
        return [Not(assume(each, self.known)) for each in exceptions]


def _someone_answers(table: DecisionTable) -> Statement:
    exceptions = [read_condition(each.when) for each in nobody().complaint]
    broken: list[str] = []
    number = 0
    for ladder in _ladders():
        for kind in _kinds(ladder, ladder.cases(table), Subject):
            number += kind.benefits
            refused = [
                Not(
                    Any(
                        (
                            case.any_of([Outcome.REDIRECT]),
                            All((case.any_of(_WELCOME), Not(case.any_of([Outcome.INADMISSIBLE])))),
                        )
                    )
                )
                for case in kind.cases
            ]
            searched = All((_not_late(refused), *kind.but(exceptions), *refused))
            broken += _found(searched, kind.name)
    return Statement(
        "Every complaint in order and in time, whatever its area, subject, body and benefit, has "
        "somebody who does not simply refuse it, or stands in nobody.toml.",
        number,
        tuple(broken),
    )


def _not_late(conditions: Iterable[Condition]) -> Condition:
    names = {name for each in conditions for name in facts_of(each)}
    return All(tuple(Not(Holds(name)) for name in sorted(names) if name.startswith("late")))


def _ordered(table: DecisionTable) -> Statement:
    after = going_after([line.rule for line in table.lines])
    broken: dict[str, str] = {}
    number = 0
    for ladder in _ladders():
        for case in ladder.cases(table):
            for at, (one, condition) in enumerate(case.lines):
                for other, other_condition in case.lines[at + 1 :]:
                    a, b = one.rule, other.rule
                    if PRECEDENCE[a.outcome] != PRECEDENCE[b.outcome] or a.shown == b.shown:
                        continue
                    number += 1
                    if b.key in after[a.key] or a.key in after[b.key]:
                        continue
                    where = f"{case.instance.value}: {a.key} ({a.outcome}), {b.key} ({b.outcome})"
                    for found in _found(All((condition, other_condition)), where):
                        broken.setdefault(where, found)
    return Statement(
        "No two rules that answer differently hold for one instance without one that goes before "
        "the other (`before`).",
        number,
        tuple(broken.values()),
    )


def _deciding(table: DecisionTable) -> Statement:
    after = going_after([line.rule for line in table.lines])
    number, decides = 0, dict[tuple[str, str], bool]()
    for ladder in _ladders():
        for case in ladder.cases(table):
            for line, condition in case.lines:
                number += 1
                rule = line.rule
                first = [
                    Not(other_condition)
                    for other, other_condition in case.lines
                    if PRECEDENCE[other.rule.outcome] < PRECEDENCE[rule.outcome]
                    or rule.key in after[other.rule.key]
                ]
                # A rule of several ladders has to decide on one of them.
                shared = (each for each in _SHARED if case.instance in rule.at.get(each, ()))
                own = next(shared, ladder.name)
                key = f"{own}: {case.instance.value}", f"{rule.key}, when {rule.when}"
                if not decides.get(key):
                    decides[key] = satisfying(All((condition, *first))) is not None
    return Statement(
        "Every rule decides in some case, at each instance of each table that it names.",
        number,
        tuple(f"{at}: {rule}" for (at, rule), able in decides.items() if not able),
    )


def _appealable(table: DecisionTable) -> Statement:
    groups = subjects().groups
    wanted = {
        *groups["payment_decision"],
        *groups["designation"],
        Subject.ZT_DECISION,
        Subject.NO_DECISION_IN_TERM,
    }
    chosen = [subject for subject in Subject if subject in wanted]
    decided = read_condition("by_payer_or_evaluator")
    exceptions = [read_condition(each.when) for each in nobody().appeal]
    broken: list[str] = []
    number = 0
    for ladder in _ladders():
        if ladder.name not in schemes():
            continue
        area = Area(ladder.name)
        cases = [
            case
            for case in ladder.cases(table)
            if card_of(case.instance, area).kind is InstanceKind.FORMAL
        ]
        for kind in _kinds(ladder, cases, chosen):
            if assume(decided, kind.known) == NEVER:
                continue
            for era, days in _eras(area):
                number += kind.benefits
                closed = [Not(_way(case.assuming(days))) for case in kind.cases]
                searched = All((*kind.but(exceptions), *closed))
                broken += _found(searched, f"{kind.name}, {era}")
    return Statement(
        "Every decision about payment, a child's support need or who is paid, and every silence, "
        "of a payer or the evaluator, has a formal way in every area, before and since its child "
        "benefit began: one that is open, or that was or will be on a day that is named; or it "
        "stands in nobody.toml.",
        number,
        tuple(broken),
    )


def _way(case: _Case) -> Condition:
    """When an instance is a way, or names the day until or from which it is one."""
    refused = case.any_of([Outcome.INADMISSIBLE])
    opens = case.any_of([Outcome.ADMISSIBLE, Outcome.OPEN, Outcome.INCOMPLETE])
    dated = case.any_of([Outcome.INADMISSIBLE, Outcome.NOT_YET], dated=True)
    return Any((All((opens, Not(refused))), dated))


def _eras(area: Area) -> Iterator[tuple[str, dict[str, Value]]]:
    begin = schemes()[area].begin.first_day
    day = dt.timedelta(days=1)
    for era, when in (
        ("before its scheme", begin - 40 * day),
        ("since its scheme", begin + 40 * day),
    ):
        names = ("decision_date", "period_from", "period_to", "case_from", "case_to")
        yield era, dict.fromkeys(names, DaySpan(when, when))


def _found(condition: Condition, where: str) -> list[str]:
    facts = satisfying(condition)
    if facts is None:
        return []
    in_words = ", ".join(_in_words(name, fact) for name, fact in sorted(facts.items()))
    return [f"{where}: {in_words}" if in_words else where]


def _in_words(name: str, fact: CaseFact) -> str:
    match fact.value:
        case bool() as holds:
            return name if holds else f"not {name}"
        case DaySpan(day, _):
            return f"{name} {day}"
        case frozenset() as members:
            return f"{name} {', '.join(sorted(members)) or 'nothing'}"
    return f"{name} {fact.value}"
