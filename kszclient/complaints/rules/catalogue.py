"""The facts that a rule may ask about, each with its kind."""

from __future__ import annotations

from enum import Enum, StrEnum

from kszclient.complaints.vocabulary import (
    Benefit,
    Body,
    Instance,
    Item,
    PayerKind,
    Role,
    Subject,
)
from kszclient.geography import Area

# What stands for an area that is not known.
NO_AREA = "NONE"
_AREAS = (*Area, NO_AREA)

Words = tuple[str, ...]
"""The words from which a fact is one."""


class FactKind(Enum):
    """What kind of thing a fact is, beside the choices from a list."""

    YES_NO = "yes or no"
    DAY = "a day"


class SetOf(StrEnum):
    """A fact that is a set of words."""

    INSTANCES = "instances"
    ITEMS = "items"


FACTS: dict[str, FactKind | SetOf | Words] = {
    # as the complaint states them
    "subject": tuple(Subject),
    "benefit": tuple(Benefit),
    "role": tuple(Role),
    "body": tuple(Body),
    "decision_date": FactKind.DAY,
    "notified_on": FactKind.DAY,
    "filing_date": FactKind.DAY,
    "identified": FactKind.YES_NO,
    "has_interest": FactKind.YES_NO,
    "motivated": FactKind.YES_NO,
    "remedies_stated": FactKind.YES_NO,
    "court_pending": FactKind.YES_NO,
    "ombuds_pending": FactKind.YES_NO,
    "admin_appeal_open": FactKind.YES_NO,
    "admin_appeal_exists": FactKind.YES_NO,
    "is_beneficiary": FactKind.YES_NO,
    "child_in_danger": FactKind.YES_NO,
    "nl_school_or_childcare": FactKind.YES_NO,
    "handled_before": FactKind.YES_NO,
    "own_initiative_since": FactKind.YES_NO,
    "asks_about_other_household": FactKind.YES_NO,
    "steps_done": SetOf.INSTANCES,
    "missing": SetOf.ITEMS,
    # of the part of the case that is being routed
    "area": _AREAS,
    "home_area": _AREAS,
    "period_from": FactKind.DAY,
    "period_to": FactKind.DAY,
    "case_from": FactKind.DAY,
    "case_to": FactKind.DAY,
    "split": FactKind.YES_NO,
    "told_by_register": FactKind.YES_NO,
    "benefit_presumed": FactKind.YES_NO,
    "decided_elsewhere": FactKind.YES_NO,
    "own_steps": FactKind.YES_NO,
    # drawn from the payer
    "payer_kind": tuple(PayerKind),
    "payer_area": _AREAS,
    # reckoned from several fields
    "body_contacted": FactKind.YES_NO,
    "commission_decided": FactKind.YES_NO,
    "commission_told": FactKind.YES_NO,
    "participation_begun": FactKind.YES_NO,
    "participation_told": FactKind.YES_NO,
    "facts_within_one_year": FactKind.YES_NO,
    "facts_within_three_years": FactKind.YES_NO,
    "payer_term_over": FactKind.YES_NO,
    "charter_term_over": FactKind.YES_NO,
    # reckoned for the term that the rule itself names
    "late": FactKind.YES_NO,
    "end_near": FactKind.YES_NO,
    "kbd_in_time": FactKind.YES_NO,
}

SET_WORDS: dict[SetOf, Words] = {SetOf.INSTANCES: tuple(Instance), SetOf.ITEMS: tuple(Item)}
