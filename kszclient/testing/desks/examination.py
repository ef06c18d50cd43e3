"""Whether a desk takes a complaint: what its instance requires, and what the table says."""

from __future__ import annotations

from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.case.jurisdiction import Part
from kszclient.complaints.case.missing_items import not_stated
from kszclient.complaints.decide.evaluate import PartStudy, study
from kszclient.complaints.rules.instances import card_of
from kszclient.complaints.rules.rule import NOTE, PRECEDENCE
from kszclient.complaints.submission.desk import RefusalReason, Refused
from kszclient.complaints.texts import Texts, texts
from kszclient.complaints.vocabulary import Instance, Item, Outcome
from kszclient.values import Language

_TAKEN = (Outcome.ADMISSIBLE, Outcome.OPEN)


def examine(
    complaint: Complaint, instance: Instance, language: Language = Language.EN
) -> Refused | None:
    """Tell why an instance does not take a complaint; None where it does.

    Args:
        complaint: The case.
        instance: The instance.
        language: Of the reasons.
    """
    parts = study(complaint)
    reasons = [_reason(each, instance, texts(language)) for each in parts]
    if all(reasons):
        told = {each.reason: each for each in reasons if each}
        return Refused(tuple(told.values()), _missing(complaint, instance, parts[0].part))
    taking = next(each.part for each, no in zip(parts, reasons, strict=True) if no is None)
    missing = _missing(complaint, instance, taking)
    return Refused((), missing) if missing else None


def _reason(study: PartStudy, instance: Instance, words: Texts) -> RefusalReason | None:
    # What is not stated keeps nobody out: it is taken where one possible way leads here.
    reasons = [_reason_on(way, instance, words) for way in study.ways]
    return reasons[0] if all(reasons) else None


def _reason_on(way: PartStudy, instance: Instance, words: Texts) -> RefusalReason | None:
    if instance not in way.answers:
        said = words.phrase("desk_elsewhere")
        return RefusalReason(Outcome.REDIRECT, "NOT_COMPETENT", (), said)
    # Nor does a rule that may hold keep anybody out: only rules that do hold count.
    tried = [(line.rule, truth.value) for line, truth in way.tried[instance]]
    holding = [rule for rule, holds in tried if holds and rule.outcome != NOTE]
    first = min(holding, key=lambda rule: PRECEDENCE[rule.outcome], default=None)
    if first is None or first.outcome in _TAKEN:
        return None
    return RefusalReason(
        Outcome(first.outcome), first.reason, (first.id,), words.sentence(first, first.certainty)
    )


def _missing(complaint: Complaint, instance: Instance, part: Part) -> tuple[Item, ...]:
    return tuple(not_stated(complaint, card_of(instance, part.area).requires))
