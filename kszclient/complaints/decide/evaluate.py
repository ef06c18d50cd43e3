"""Where a complaint goes: every instance asked, the first steps recommended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import msgspec

from kszclient.competence import Certainty
from kszclient.complaints.case.complaint import Complaint, body_of, of_body
from kszclient.complaints.case.jurisdiction import CasePart, parts_of, sureness
from kszclient.complaints.deadlines.clock import case_term
from kszclient.complaints.decide.facts import Facts, payer_of, read_facts
from kszclient.complaints.decide.verdict import InstanceAnswer, Tried, agree, decide, try_rules
from kszclient.complaints.result import Evaluation, PartPeriod, Recommended, RoutePart, Term
from kszclient.complaints.rules.conditions import Condition, evaluate, same
from kszclient.complaints.rules.instances import Channel, InstanceKind, card_of, payer_channels
from kszclient.complaints.rules.rule import EVERYWHERE, NOTE, ComplaintRule, Reason
from kszclient.complaints.rules.settings import (
    federal_condition,
    participation_area,
    routing_settings,
)
from kszclient.complaints.rules.subjects import subjects
from kszclient.complaints.rules.table import DecisionTable, table
from kszclient.complaints.rules.terms import age_limits, named_terms
from kszclient.complaints.texts import texts
from kszclient.complaints.vocabulary import Instance, Outcome, Subject
from kszclient.geography import Area
from kszclient.sources import sources
from kszclient.values import Language


def basis(codes: tuple[str, ...], language: Language = Language.EN) -> str:
    """The titles of sources in one line.

    >>> basis(("S1", "GD85"))
    'Kind en Gezin, Klachtendienst; Groeipakketdecreet of 27 April 2018, art. 85'
    """
    between = texts(language).phrase("between_remarks")
    return between.join(sources()[code].title(language) for code in codes)


def make_evaluation(
    answer: InstanceAnswer, complaint: Complaint, language: Language = Language.EN
) -> Evaluation:
    """Write what one instance answers, with dates, channels and sources.

    Args:
        answer: What the rules say of it.
        complaint: The case.
        language: Of the titles of its sources.
    """
    return Evaluation(
        instance=answer.instance,
        outcome=answer.outcome,
        reason=answer.reason,
        rules=tuple(dict.fromkeys(rule.id for rule in answer.rules)),
        term=_term(answer, complaint),
        channels=_channels(answer.instance, complaint, answer.part),
        basis=basis(answer.decisive.sources, language),
        certainty=_certainty(answer),
    )


def _term(answer: InstanceAnswer, complaint: Complaint) -> Term | None:
    """The dates of the rule that decides; where none does, of the rule that may say yes."""
    rules = [answer.decisive]
    if answer.outcome in (Outcome.NEED_INPUT, Outcome.OPEN):
        deciding = [rule for rule in answer.rules if rule.outcome != NOTE]
        rules = sorted(deciding, key=lambda rule: rule.outcome != Outcome.ADMISSIBLE)
    terms = (case_term(rule.term, complaint) for rule in rules if rule.term)
    return next((t for t in terms if t and not _overruled(t, answer.outcome, complaint)), None)


def _overruled(term: Term, outcome: Outcome, complaint: Complaint) -> bool:
    """Return whether facts are too old by an age limit that keeps nobody out in this case."""
    over = term.term_end is not None and complaint.filing_date > term.term_end
    return over and term.name in age_limits() and outcome is not Outcome.INADMISSIBLE


def _certainty(answer: InstanceAnswer) -> Certainty:
    rule = answer.decisive
    term = named_terms().get(rule.term)
    certainty = Certainty.least([rule.certainty, *([term.certainty] if term else [])])
    # Where the law is open, no rule is sure to decide, however sure each is of itself.
    law_open = answer.outcome is Outcome.OPEN and not answer.decided_by(rule)
    return Certainty.least([certainty, Certainty.LIKELY]) if law_open else certainty


def _channels(instance: Instance, complaint: Complaint, part: CasePart) -> tuple[Channel, ...]:
    channels = card_of(instance, part.area).channels
    payer = payer_of(complaint, part)
    if payer is None or payer.area is not part.area:
        return channels
    kinds = payer_channels(instance)
    return (*(each for each in payer.channels if each.kind in kinds), *channels)


# Emergency and information lines are where one is sent to.
SENT_TO = (InstanceKind.EMERGENCY, InstanceKind.INFORMATION)
# What can be recommended, the better first; an appeal that may be open is never kept silent.
_INFORMAL = (Outcome.ADMISSIBLE, Outcome.NEED_INPUT)
_FORMAL = (Outcome.ADMISSIBLE, Outcome.OPEN, Outcome.INCOMPLETE, Outcome.NEED_INPUT)
# Where none of these can come out, more input opens nothing.
_WORTH_GOING = (Outcome.ADMISSIBLE, Outcome.INCOMPLETE, Outcome.OPEN)


@dataclass(frozen=True)
class PartStudy:
    """One part of a case on one way that it may go, with all that was found about it.

    Args:
        part: The part, as it is if it goes this way.
        subject: What it is about.
        facts: Its facts.
        entity_facts: Its facts as the rules about the entity see them, with the months stated.
        tried_of_entity: The rules about the entity, with whether they hold.
        tried: The rules about every instance, in the order of the ladder.
        answers: What they say together, of each instance of which any speaks.
        others: The same of the other ways, where it is not known which it goes.
    """

    part: CasePart
    subject: Subject
    facts: Facts
    entity_facts: Facts
    tried_of_entity: Tried
    tried: dict[Instance, Tried]
    answers: dict[Instance, InstanceAnswer]
    others: tuple[PartStudy, ...] = ()

    @property
    def ways(self) -> tuple[PartStudy, ...]:
        """Every way these months may go, itself first."""
        return (self, *self.others)

    @cached_property
    def steps(self) -> dict[Instance, InstanceAnswer]:
        """Every instance that has something to say, with what holds whichever way it is."""
        answers = [
            agree([way.answers.get(instance) for way in self.ways], self.part.asks)
            for instance in self.tried
        ]
        # An instance that only another way has comes after those of the first way.
        spoken = sorted(
            (each for each in answers if each), key=lambda each: each.part is not self.part
        )
        return {each.instance: each for each in spoken}

    @cached_property
    def entity_rules(self) -> Tried:
        """The rules about the entity, with whether they hold whichever way it is.

        Where the entity is known although the way is not, they are those of its own way.
        """
        if self.part.entity is not None:
            return self.tried_of_entity
        same_rule = zip(*(way.tried_of_entity for way in self.ways), strict=True)
        return [
            (tried[0][0], same([truth for _, truth in tried], self.part.asks))
            for tried in same_rule
        ]

    def holds(self, condition: Condition) -> bool:
        """Whether a condition surely holds, whichever way it is, with the months stated.

        Args:
            condition: The condition.
        """
        return all(evaluate(condition, way.entity_facts.seen_with()).value for way in self.ways)


def study(complaint: Complaint, rules: DecisionTable | None = None) -> tuple[PartStudy, ...]:
    """Ask every rule about every part of a case.

    Args:
        complaint: The case.
        rules: The decision table; the one the library ships with where left out.
    """
    chosen = rules or table()
    cases = [complaint.about(subject) for subject in complaint.subjects]
    return tuple(study_part(case, part, chosen) for case in cases for part in parts_of(case))


def study_part(complaint: Complaint, part: CasePart, table: DecisionTable) -> PartStudy:
    """Ask every rule about one part of a case.

    Args:
        complaint: The case.
        part: The part.
        table: The decision table.
    """
    first, *others = (_study_way(complaint, way, table) for way in part.ways)
    return replace(first, others=tuple(others))


def _study_way(complaint: Complaint, part: CasePart, table: DecisionTable) -> PartStudy:
    facts, entity_facts = read_facts(complaint, part)
    own = of_body(complaint).own_steps
    tables = of_body(complaint).tables if own else _tables(part.area, facts)
    tried = {
        instance: try_rules(table.of_instance(instance, tables), facts)
        for instance in routing_settings().order.of(complaint.subject)
    }
    answers = {each: decide(each, part, tried[each]) for each in tried}
    # Which entity is competent for the child says nothing of a body with steps of its own.
    of_entity = [] if own else try_rules(table.of_entity(), entity_facts)
    spoken = {instance: answer for instance, answer in answers.items() if answer}
    return PartStudy(part, complaint.subject, facts, entity_facts, of_entity, tried, spoken)


def route_part(complaint: Complaint, part: CasePart, table: DecisionTable) -> RoutePart:
    """Route one part of a case: a pure function of the case, the part and the table.

    Args:
        complaint: The case.
        part: The months, their entity and their area.
        table: The decision table.

    Returns:
        Every instance that has something to say, in order, and what to do.
    """
    return route_of(study_part(complaint, part, table), complaint)


def route_of(study: PartStudy, complaint: Complaint, language: Language = Language.EN) -> RoutePart:
    """Sum up what was found about one part of a case.

    Args:
        study: What was found.
        complaint: The case.
        language: Of the titles of sources.
    """
    complaint = complaint.about(study.subject)
    part = study.part
    steps = study.steps.values()
    near = {step.instance for step in steps if _is_near(step)}
    evaluations = [make_evaluation(step, complaint, language) for step in steps]
    ordered = sorted(evaluations, key=lambda each: _place(each, part.area, near))
    asked = frozenset[str]().union(*(step.needs for step in steps))
    closed = {
        step.instance for step in steps if step.may_be and step.may_be.isdisjoint(_WORTH_GOING)
    }
    sure, points = sureness(complaint, part)
    return RoutePart(
        period=_period(part),
        entity=part.entity,
        rules=tuple(dict.fromkeys(rule.id for rule in entity_rules(study))),
        evaluations=tuple(ordered),
        recommended=_recommend(
            [each for each in ordered if each.instance not in closed], complaint, part.area
        ),
        subject=study.subject,
        needs=tuple(sorted(asked | _entity_needs(study, complaint))),
        entity_certainty=sure,
        open_points=points,
    )


def _tables(area: Area | None, facts: Facts) -> frozenset[str]:
    tables = {EVERYWHERE, area.value} if area else {EVERYWHERE}
    federal = evaluate(federal_condition(), facts.seen_with()).value is True
    return frozenset(tables | {"FED"} if federal else tables)


def _is_near(step: InstanceAnswer) -> bool:
    if step.outcome not in _FORMAL:
        return False
    formal = card_of(step.instance, step.part.area).kind is InstanceKind.FORMAL
    return formal and step.has_reason(Reason.DEADLINE_NEAR)


def _place(evaluation: Evaluation, area: Area | None, near: set[Instance]) -> int:
    """A child in danger goes before everything, an appeal that ends soon before the rest."""
    if card_of(evaluation.instance, area).kind is InstanceKind.EMERGENCY:
        return 0
    return 1 if evaluation.instance in near else 2


def _recommend(
    evaluations: Iterable[Evaluation], complaint: Complaint, area: Area | None
) -> Recommended:
    done = complaint.steps or frozenset()
    open_ones = [
        (card_of(each.instance, area).kind, each)
        for each in evaluations
        if each.instance not in done
    ]
    return Recommended(
        informal=_first([each for kind, each in open_ones if kind in SENT_TO], (Outcome.REDIRECT,))
        or _first([each for kind, each in open_ones if kind is InstanceKind.INFORMAL], _INFORMAL),
        formal=_first([each for kind, each in open_ones if kind is InstanceKind.FORMAL], _FORMAL),
    )


def _first(evaluations: list[Evaluation], outcomes: tuple[Outcome, ...]) -> Instance | None:
    """Return the first instance with the best of some outcomes."""
    for outcome in outcomes:
        for each in evaluations:
            if each.outcome is outcome:
                return each.instance
    return None


def _entity_needs(study: PartStudy, complaint: Complaint) -> frozenset[str]:
    groups = subjects().groups
    if complaint.subject in groups["alike_everywhere"] or of_body(complaint).own_steps:
        return frozenset()
    if study.part.area is None and body_of(complaint) in groups["without_child"]:
        return frozenset()
    if study.part.area is None:
        # Whose payer is on the letter, or where the child lived, would settle it (E9).
        return frozenset({"domicile" if complaint.history is None else "payer"})
    if study.part.entity and study.part.area is participation_area():
        # Whether the benefit follows the school changes nothing: it goes that way in any case (E7).
        return frozenset()
    return frozenset[str]().union(
        *(truth.needs for _, truth in study.entity_rules if truth.value is None)
    )


def _period(part: CasePart) -> PartPeriod | None:
    # What the complaint does not say, a register can show; rules about months wait for a person.
    months = part.months if part.registered else part.period
    if months is None or months.end is None:
        return None
    return PartPeriod(months.begin, months.end)


def entity_rules(study: PartStudy) -> list[ComplaintRule]:
    """The rules that say why a part belongs to its entity.

    Args:
        study: What was found about the part.
    """
    return [line.rule for line, truth in study.entity_rules if truth.value]


def shortest_end(complaint: Complaint, part: CasePart, rules: DecisionTable) -> dt.date | None:
    """Work out the earliest date to keep, whichever area's payer decided.

    Args:
        complaint: The case.
        part: The part whose area is not known.
        rules: The decision table.

    Returns:
        The earliest date to keep of all appeals; None where no term can be counted.
    """
    ends = [
        each.term.file_by
        for area in Area
        for each in route_part(complaint, _if_of(part, area), rules).evaluations
        if each.term is not None
        and each.term.file_by is not None
        and card_of(each.instance, area).kind is InstanceKind.FORMAL
    ]
    return min(ends, default=None)


def _if_of(part: CasePart, area: Area) -> CasePart:
    return msgspec.structs.replace(part, area=area, others=(), asks=frozenset())
