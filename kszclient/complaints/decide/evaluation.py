"""From what the rules say of an instance to what people are told of it."""

from __future__ import annotations

from kszclient.competence import Certainty
from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.deadlines.case_terms import case_term
from kszclient.complaints.deadlines.named_terms import age_limits, named_terms
from kszclient.complaints.decide.facts import Part, payer_of
from kszclient.complaints.decide.verdict import Verdict
from kszclient.complaints.result import Evaluation, Term
from kszclient.complaints.rules.channels import Channel
from kszclient.complaints.rules.instances import card_of, payer_channels
from kszclient.complaints.rules.rule import NOTE
from kszclient.complaints.rules.sources import basis
from kszclient.complaints.vocabulary import Instance, Outcome
from kszclient.values import Language


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
