"""The sources of rules about complaints, as an answer shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from kszclient.competence import Certainty
from kszclient.complaints.case.complaint import Complaint, body_of, of_body
from kszclient.complaints.case.jurisdiction import Part, parts_of
from kszclient.complaints.deadlines.clock import case_term
from kszclient.complaints.decide.facts import Facts, payer_of
from kszclient.complaints.decide.verdict import Judged, Verdict, agree, decide, judge
from kszclient.complaints.result import Evaluation, PartPeriod, Recommended, RoutePart, Term
from kszclient.complaints.rules.conditions import Condition, Truth, evaluate, same
from kszclient.complaints.rules.instances import Channel, InstanceKind, card_of, payer_channels
from kszclient.complaints.rules.rule import EVERYWHERE, NOTE, Reason, Rule
from kszclient.complaints.rules.settings import (
    federal_condition,
    participation_area,
    routing_settings,
)
from kszclient.complaints.rules.subjects import subjects
from kszclient.complaints.rules.table import Table, table
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
    instance: Instance,
    verdict: Verdict,
    complaint: Complaint,
    part: Part,
    language: Language = Language.EN,
) -> Evaluation:
    """Tell what one instance would say, with dates, channels and sources.

    Args:
        instance: The instance.
        verdict: What the rules say of it.
        complaint: The case.
        part: The part of the case.
        language: Of the titles of its sources.
    """
    term = _term(verdict, complaint)
    return Evaluation(
        instance=instance,
        outcome=verdict.outcome,
        reason=verdict.reason,
        rules=tuple(dict.fromkeys(rule.id for rule in verdict.rules)),
        term=term,
        channels=_channels(instance, complaint, part),
        basis=basis(verdict.decisive.sources, language),
        certainty=_certainty(verdict),
    )


def _term(verdict: Verdict, complaint: Complaint) -> Term | None:
    """Give the dates of the rule that decides; where none does, of the rule that may say yes."""
    if verdict.outcome not in (Outcome.NEED_INPUT, Outcome.OPEN):
        name = verdict.decisive.term
        told = case_term(name, complaint) if name else None
        return None if told and _overruled(told, verdict.outcome, complaint) else told
    deciding = [rule for rule in verdict.rules if rule.outcome != NOTE]
    hopeful = sorted(deciding, key=lambda rule: rule.outcome != Outcome.ADMISSIBLE)
    terms = (case_term(rule.term, complaint) for rule in hopeful if rule.term)
    found = (term for term in terms if term)
    return next((t for t in found if not _overruled(t, verdict.outcome, complaint)), None)


def _overruled(term: Term, outcome: Outcome, complaint: Complaint) -> bool:
    """Tell whether facts are too old by an age limit that keeps nobody out in this case."""
    over = term.term_end is not None and complaint.filing_date > term.term_end
    return over and term.name in age_limits() and outcome is not Outcome.INADMISSIBLE


def _certainty(verdict: Verdict) -> Certainty:
    rule = verdict.decisive
    term = named_terms().get(rule.term)
    certainty = Certainty.least([rule.certainty, *([term.certainty] if term else [])])
    # Where the law is open, no rule is sure to decide, however sure each is of itself.
    law_open = verdict.outcome is Outcome.OPEN and not verdict.decided_by(rule)
    return Certainty.least([certainty, Certainty.LIKELY]) if law_open else certainty


def _channels(instance: Instance, complaint: Complaint, part: Part) -> tuple[Channel, ...]:
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


class Asked(NamedTuple):
    """One instance with what its rules say on one way.

    Args:
        instance: The instance.
        judged: Every rule about it, with whether it holds.
        verdict: What they say together; None where none speaks of it.
    """

    instance: Instance
    judged: list[Judged]
    verdict: Verdict | None


class Step(NamedTuple):
    """One instance with what it says whichever way it is.

    Args:
        instance: The instance.
        part: The first way on which it has something to say.
        verdict: What it says.
    """

    instance: Instance
    part: Part
    verdict: Verdict


class Way(NamedTuple):
    """One way that a part of a case may go, with all that was found about it.

    Args:
        part: The part, as it is if it goes this way.
        facts: Its facts.
        entity_facts: Its facts as the rules about the entity see them, with the months stated.
        entity_rules: The rules about the entity, with whether they hold.
        asked: Every instance in the order of the ladder.
    """

    part: Part
    facts: Facts
    entity_facts: Facts
    entity_rules: list[Judged]
    asked: list[Asked]


class PartStudy(NamedTuple):
    """One part of a case with all that was found about it.

    Args:
        part: The part.
        ways: The way that it goes; several where it is not known which.
        subject: What it is about.
    """

    part: Part
    ways: tuple[Way, ...]
    subject: Subject

    @property
    def steps(self) -> list[Step]:
        """Every instance that has something to say, with what holds whichever way it is."""
        spoken = []
        for same_instance in zip(*(way.asked for way in self.ways), strict=True):
            verdict = agree([each.verdict for each in same_instance], self.part.asks)
            speaking = zip(self.ways, same_instance, strict=True)
            first = next((way.part for way, each in speaking if each.verdict), None)
            if verdict and first:
                spoken.append(Step(same_instance[0].instance, first, verdict))
        # An instance that only another way has comes after those of the first way.
        return sorted(spoken, key=lambda step: step.part is not self.ways[0].part)

    @property
    def entity_rules(self) -> list[Judged]:
        """The rules about the entity, with whether they hold whichever way it is.

        Where the entity is known although the way is not, they are those of its own way.
        """
        if self.part.entity is not None:
            return self.ways[0].entity_rules
        same_rule = zip(*(way.entity_rules for way in self.ways), strict=True)
        return [
            judged[0]._replace(truth=same([each.truth for each in judged], self.part.asks))
            for judged in same_rule
        ]

    def holds(self, condition: Condition) -> Truth:
        """Tell whether a condition holds, whichever way it is, with the months stated.

        Args:
            condition: The condition.
        """
        return same([evaluate(condition, way.entity_facts) for way in self.ways], self.part.asks)


def study(complaint: Complaint, rules: Table | None = None) -> tuple[PartStudy, ...]:
    """Ask every rule about every part of a case.

    Args:
        complaint: The case.
        rules: The decision table; the one the library ships with where left out.
    """
    chosen = rules or table()
    cases = [complaint.about(subject) for subject in complaint.subjects]
    return tuple(study_part(case, part, chosen) for case in cases for part in parts_of(case))


def study_part(complaint: Complaint, part: Part, table: Table) -> PartStudy:
    """Ask every rule about one part of a case.

    Args:
        complaint: The case.
        part: The part.
        table: The decision table.
    """
    ways = tuple(_study_way(complaint, way, table) for way in part.ways)
    return PartStudy(part, ways, complaint.subject)


def _study_way(complaint: Complaint, part: Part, table: Table) -> Way:
    facts = Facts(complaint, part)
    own = of_body(complaint).own_steps
    tables = of_body(complaint).tables if own else _tables(part.area, facts)
    asked = []
    for instance in routing_settings().order.of(complaint.subject):
        judged = judge(table.of_instance(instance, tables), facts)
        asked.append(Asked(instance, judged, decide(judged)))
    about_months = Facts(complaint, part.with_months())
    # Which entity is competent for the child says nothing of a body with steps of its own.
    about_entity = [] if own else judge(table.of_entity(), about_months)
    return Way(part, facts, about_months, about_entity, asked)


def route_part(complaint: Complaint, part: Part, table: Table) -> RoutePart:
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
    steps = study.steps
    near = {step.instance for step in steps if _is_near(step)}
    evaluations = [
        make_evaluation(step.instance, step.verdict, complaint, step.part, language)
        for step in steps
    ]
    ordered = sorted(evaluations, key=lambda each: _place(each, part.area, near))
    asked = frozenset[str]().union(*(step.verdict.needs for step in steps))
    closed = {
        step.instance
        for step in steps
        if step.verdict.may_be and step.verdict.may_be.isdisjoint(_WORTH_GOING)
    }
    return RoutePart(
        period=_period(part),
        entity=part.entity,
        rules=_holding(study.entity_rules),
        evaluations=tuple(ordered),
        recommended=_recommend(
            [each for each in ordered if each.instance not in closed], complaint, part.area
        ),
        subject=study.subject,
        needs=tuple(sorted(asked | _entity_needs(study, complaint))),
    )


def _tables(area: Area | None, facts: Facts) -> frozenset[str]:
    tables = {EVERYWHERE, area.value} if area else {EVERYWHERE}
    federal = evaluate(federal_condition(), facts).value is True
    return frozenset(tables | {"FED"} if federal else tables)


def _is_near(step: Step) -> bool:
    if step.verdict.outcome not in _FORMAL:
        return False
    formal = card_of(step.instance, step.part.area).kind is InstanceKind.FORMAL
    return formal and step.verdict.gives(Reason.DEADLINE_NEAR)


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
    """Give the first instance with the best of some outcomes."""
    for outcome in outcomes:
        for each in evaluations:
            if each.outcome is outcome:
                return each.instance
    return None


def _holding(judged: Iterable[Judged]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.rule.id for each in judged if each.truth.value))


def _entity_needs(study: PartStudy, complaint: Complaint) -> frozenset[str]:
    groups = subjects().groups
    if complaint.subject in groups["alike_everywhere"] or of_body(complaint).own_steps:
        return frozenset()
    if study.part.area is None and body_of(complaint) in groups["without_child"]:
        return frozenset()
    if study.part.area is None:
        # Whose payer is on the letter, or where the child lived, would tell (E9).
        return frozenset({"domicile" if complaint.history is None else "payer"})
    if study.part.entity and study.part.area is participation_area():
        # Whether the benefit follows the school changes nothing: it goes that way in any case (E7).
        return frozenset()
    return frozenset[str]().union(
        *(each.truth.needs for each in study.entity_rules if each.truth.value is None)
    )


def _period(part: Part) -> PartPeriod | None:
    # What the complaint does not say, a register can tell; rules about months wait for a person.
    months = part.months if part.registered else part.period
    if months is None or months.end is None:
        return None
    return PartPeriod(months.begin, months.end)


def entity_rules(study: PartStudy) -> list[Rule]:
    """Give the rules that say why a part belongs to its entity.

    Args:
        study: What was found about the part.
    """
    return [each.rule for each in study.entity_rules if each.truth.value]


def shortest_end(complaint: Complaint, part: Part, rules: Table) -> dt.date | None:
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


def _if_of(part: Part, area: Area) -> Part:
    return msgspec.structs.replace(part, area=area, others=(), asks=frozenset())
