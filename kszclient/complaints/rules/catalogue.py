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

# What is said of an area that nobody tells.
NO_AREA = "NONE"
_AREAS = (*Area, NO_AREA)

Words = tuple[str, ...]
"""The words from which a fact is one."""


class Kind(Enum):
    """What kind of thing a fact is, beside the choices from a list."""

    YES_NO = "yes or no"
    DAY = "a day"


class SetOf(StrEnum):
    """A fact that is a set of words."""

    INSTANCES = "instances"
    ITEMS = "items"


FACTS: dict[str, Kind | SetOf | Words] = {
    # as the complaint states them
    "subject": tuple(Subject),
    "benefit": tuple(Benefit),
    "role": tuple(Role),
    "body": tuple(Body),
    "decision_date": Kind.DAY,
    "notified_on": Kind.DAY,
    "filing_date": Kind.DAY,
    "identified": Kind.YES_NO,
    "has_interest": Kind.YES_NO,
    "motivated": Kind.YES_NO,
    "remedies_stated": Kind.YES_NO,
    "court_pending": Kind.YES_NO,
    "ombuds_pending": Kind.YES_NO,
    "admin_appeal_open": Kind.YES_NO,
    "admin_appeal_exists": Kind.YES_NO,
    "is_beneficiary": Kind.YES_NO,
    "child_in_danger": Kind.YES_NO,
    "nl_school_or_childcare": Kind.YES_NO,
    "handled_before": Kind.YES_NO,
    "own_initiative_since": Kind.YES_NO,
    "asks_about_other_household": Kind.YES_NO,
    "steps_done": SetOf.INSTANCES,
    "missing": SetOf.ITEMS,
    # of the part of the case that is being routed
    "area": _AREAS,
    "home_area": _AREAS,
    "period_from": Kind.DAY,
    "period_to": Kind.DAY,
    "case_from": Kind.DAY,
    "case_to": Kind.DAY,
    "split": Kind.YES_NO,
    "told_by_register": Kind.YES_NO,
    "benefit_presumed": Kind.YES_NO,
    "decided_elsewhere": Kind.YES_NO,
    "own_steps": Kind.YES_NO,
    # drawn from the payer
    "payer_kind": tuple(PayerKind),
    "payer_area": _AREAS,
    # reckoned from several fields
    "body_contacted": Kind.YES_NO,
    "commission_decided": Kind.YES_NO,
    "commission_told": Kind.YES_NO,
    "participation_begun": Kind.YES_NO,
    "participation_told": Kind.YES_NO,
    "facts_within_one_year": Kind.YES_NO,
    "facts_within_three_years": Kind.YES_NO,
    "payer_term_over": Kind.YES_NO,
    "charter_term_over": Kind.YES_NO,
    # reckoned for the term that the rule itself names
    "late": Kind.YES_NO,
    "end_near": Kind.YES_NO,
    "kbd_in_time": Kind.YES_NO,
}

SET_WORDS: dict[SetOf, Words] = {SetOf.INSTANCES: tuple(Instance), SetOf.ITEMS: tuple(Item)}
