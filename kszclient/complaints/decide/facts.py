"""The facts of one part of a case, as rules ask about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from kszclient.complaints.case.complaint import Complaint, body_of, of_body
from kszclient.complaints.case.dates import (
    decision_day,
    exact,
    last_fact_day,
    notification_day,
)
from kszclient.complaints.case.jurisdiction import CasePart, allowance_begin, payer_in
from kszclient.complaints.deadlines.clock import Clock, end_of_wait
from kszclient.complaints.deadlines.counting import service_terms, within
from kszclient.complaints.rules.catalogue import FACTS, NO_AREA
from kszclient.complaints.rules.conditions import AtLeast, CaseFact, DaySpan, Lookup
from kszclient.complaints.rules.instances import arbiter
from kszclient.complaints.rules.payers import ListedPayer, find_payers
from kszclient.complaints.rules.settings import routing_settings
from kszclient.complaints.rules.subjects import subjects
from kszclient.complaints.rules.terms import (
    AgeLimit,
    NamedTerm,
    age_limits,
    interruptions,
    named_terms,
)
from kszclient.complaints.vocabulary import Instance, Role
from kszclient.values import MonthPeriod

# Nobody thinks of saying these unless they are so.
_PRESUMED_NO = (
    "child_in_danger",
    "handled_before",
    "asks_about_other_household",
    "admin_appeal_exists",
)


class Facts:
    """The facts of one part of a case.

    Args:
        complaint: The case.
        known: The facts that are the same for every rule, by name.
    """

    def __init__(self, complaint: Complaint, known: dict[str, CaseFact]) -> None:
        self._complaint = complaint
        self._known = known
        self._lookups: dict[str, Lookup] = {}

    def seen_with(self, term: str = "") -> Lookup:
        """The facts as a rule sees them.

        Args:
            term: The term that the rule names, or empty.
        """
        found = self._lookups.get(term)
        if found is None:
            found = _SeenWith(term, self._complaint, self._known).__getitem__
            self._lookups[term] = found
        return found


class _SeenWith(dict[str, CaseFact]):
    """Facts by name; those that are reckoned for a term once they are asked for."""

    def __init__(self, term: str, complaint: Complaint, known: Mapping[str, CaseFact]) -> None:
        super().__init__(known)
        self._term = term
        self._complaint = complaint

    def __missing__(self, name: str) -> CaseFact:
        clock = Clock(self._term, self._complaint)
        match name:
            case "late":
                fact = clock.late
            case "kbd_in_time":
                fact = clock.kbd_in_time
            case "end_near":
                fact = clock.end_near(routing_settings().warning_days)
            case _:
                raise KeyError(name)
        self[name] = fact
        return fact


def read_facts(complaint: Complaint, part: CasePart) -> tuple[Facts, Facts]:
    """Read the facts of one part of a case.

    Args:
        complaint: The case.
        part: The part.

    Returns:
        The facts, and the same with the months of the part stated, whether or not the complaint
        named them: as rules about the entity see them.
    """
    known = {
        **_stated(complaint),
        **_of_part(complaint, part),
        **_of_months(complaint, part.period),
        **_of_payer(complaint, part),
        **_reckoned(complaint),
        "body_contacted": _body_contacted(complaint, part),
    }
    with_months = known | _of_months(complaint, part.months)
    return Facts(complaint, known), Facts(complaint, with_months)


def _stated(complaint: Complaint) -> dict[str, CaseFact]:
    facts = {}
    for name in set(FACTS) & set(complaint.__struct_fields__):
        value = getattr(complaint, name)
        if value is None:
            presumed = name in _PRESUMED_NO
            facts[name] = CaseFact(value=False) if presumed else CaseFact(None, frozenset({name}))
        else:
            facts[name] = exact(value) if isinstance(value, dt.date) else CaseFact(value)
    if complaint.steps is not None:
        facts["steps_done"] = CaseFact(frozenset(complaint.steps))
    elif complaint.dated_steps:
        dated = AtLeast(frozenset(complaint.dated_steps))
        facts["steps_done"] = CaseFact(dated, frozenset({"steps_done"}))
    facts["decision_date"] = decision_day(complaint)
    facts["notified_on"] = notification_day(complaint)
    facts["body"] = CaseFact(body_of(complaint))
    facts["is_beneficiary"] = _is_beneficiary(complaint)
    return facts


def _is_beneficiary(complaint: Complaint) -> CaseFact:
    """Whether the complainant is a beneficiary; asked where the role leaves it open (art. 57)."""
    if complaint.is_beneficiary is not None:
        return CaseFact(complaint.is_beneficiary)
    if complaint.role is None:
        return CaseFact(None, frozenset({"role"}))
    if complaint.role in subjects().groups["perhaps_beneficiary"]:
        return CaseFact(None, frozenset({"is_beneficiary"}))
    return CaseFact(complaint.role is Role.BENEFICIARY)


def _of_part(complaint: Complaint, part: CasePart) -> dict[str, CaseFact]:
    case = complaint.months
    return {
        "area": CaseFact(part.area or NO_AREA),
        "home_area": CaseFact(part.home_area or NO_AREA),
        "split": CaseFact(part.split),
        "told_by_register": CaseFact(part.registered),
        "benefit_presumed": CaseFact(part.presumed),
        "decided_elsewhere": CaseFact(part.elsewhere),
        "own_steps": CaseFact(of_body(complaint).own_steps),
        "case_from": _first_day(case),
        "case_to": _last_day(case),
    }


def _of_months(complaint: Complaint, months: MonthPeriod | None) -> dict[str, CaseFact]:
    """When months begin and end, and whether there was such an allowance by then (E7)."""
    begun = CaseFact(None, frozenset({"period"}))
    if months is not None:
        begun = CaseFact(months.begin >= allowance_begin(complaint))
    first, last = _first_day(months), _last_day(months)
    return {"period_from": first, "period_to": last, "participation_begun": begun}


def _first_day(period: MonthPeriod | None) -> CaseFact:
    return (
        CaseFact(None, frozenset({"period"})) if period is None else exact(period.begin.first_day)
    )


def _last_day(period: MonthPeriod | None) -> CaseFact:
    if period is None or period.end is None:
        return CaseFact(None, frozenset({"period"}))
    return exact(period.end.last_day)


def payer_of(complaint: Complaint, part: CasePart) -> ListedPayer | None:
    """Return the payer of a part's months, the one of the part's area where a brand has several.

    Args:
        complaint: The case.
        part: The part.
    """
    return next(iter(_payers(complaint, part)), None)


def _payers(complaint: Complaint, part: CasePart) -> tuple[ListedPayer, ...]:
    """The payers that can be meant: those of the part's area where there are any."""
    named = payer_in(complaint, part.months)
    found = find_payers(named) if named else ()
    return tuple(payer for payer in found if payer.area is part.area) or found


def _of_payer(complaint: Complaint, part: CasePart) -> dict[str, CaseFact]:
    """Who stands behind the payer, and its area; of an unknown one the area whose rules apply."""
    found = _payers(complaint, part)
    kinds = {payer.kind for payer in found}
    areas = {payer.area or NO_AREA for payer in found} or {part.area} - {None}
    return {"payer_kind": _the_only(kinds), "payer_area": _the_only(areas)}


def _the_only(words: set[Any]) -> CaseFact:
    return CaseFact(words.pop()) if len(words) == 1 else CaseFact(None, frozenset({"payer"}))


def _reckoned(complaint: Complaint) -> dict[str, CaseFact]:
    return {
        "commission_decided": _commission_decided(complaint),
        "commission_told": CaseFact(_commission_told(complaint)),
        "participation_told": CaseFact(_participation_told(complaint)),
        **{limit.fact: _young_enough(complaint, limit) for limit in age_limits().values()},
        **{term.fact: _over(complaint, term) for term in named_terms().values() if term.fact},
    }


def _body_contacted(complaint: Complaint, part: CasePart) -> CaseFact:
    known = complaint.dated_steps if complaint.steps is None else complaint.steps
    of_body = routing_settings().contact.of(body_of(complaint), part.area, complaint.subject)
    contacted = not (known - _waiting(complaint)).isdisjoint(of_body)
    if complaint.steps is None and not contacted:
        return CaseFact(None, frozenset({"steps_done"}))
    return CaseFact(contacted)


def _waiting(complaint: Complaint) -> frozenset[Instance]:
    """Return who has the complaint and may still answer in time: that is no chance missed yet."""
    return frozenset(
        instance
        for instance, days in interruptions().items()
        if getattr(complaint, days.closed) is None
        and (filed := getattr(complaint, days.filed)) is not None
        and (answer_by := service_terms(instance, filed).handle_by) is not None
        and complaint.filing_date <= answer_by
    )


def _commission_decided(complaint: Complaint) -> CaseFact:
    """Return whether the commission decided; that it was turned to does not say so."""
    commission = arbiter()
    informed = getattr(complaint, commission.decision_day)
    if informed is not None or complaint.subject is commission.decision_subject:
        return CaseFact(value=True)
    if complaint.steps is None:
        return CaseFact(None, frozenset({"steps_done"}))
    if commission.instance not in complaint.steps:
        return CaseFact(value=False)
    if complaint.admin_appeal_open is None:
        return CaseFact(None, frozenset({commission.decision_day, "admin_appeal_open"}))
    return CaseFact(not complaint.admin_appeal_open)


def _commission_told(complaint: Complaint) -> bool:
    """Return whether the complaint says that the commission was turned to, or decided."""
    commission = arbiter()
    turned_to = commission.instance in (complaint.steps or complaint.dated_steps)
    return turned_to or complaint.subject is commission.decision_subject


def _participation_told(complaint: Complaint) -> bool:
    """Return whether a benefit that follows the school is named, and the school with it (E7)."""
    at_school = complaint.nl_school_or_childcare is True
    return at_school and complaint.benefit in subjects().groups["participation"]


def _young_enough(complaint: Complaint, limit: AgeLimit) -> CaseFact:
    fact = last_fact_day(complaint)
    if not isinstance(fact.value, DaySpan):
        return CaseFact(None, fact.needs)
    first, last = (within(limit, day, complaint.filing_date) for day in fact.value)
    return CaseFact(first) if first is last else CaseFact(None, fact.needs)


def _over(complaint: Complaint, term: NamedTerm) -> CaseFact:
    """Whether a term is over that must be, such as that of the payer to decide (art. 86)."""
    end = end_of_wait(term, complaint)
    return (
        CaseFact(None, frozenset({term.event}))
        if end is None
        else CaseFact(complaint.filing_date > end)
    )
