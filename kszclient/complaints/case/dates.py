"""The dates of a case: what those that were given say about those that were not."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable

from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.rules.conditions import CaseFact, DaySpan
from kszclient.complaints.rules.subjects import subjects

_UNKNOWN_DECISION = CaseFact(None, frozenset({"decision_date"}))

_MONTHS = 12


def months_after(day: dt.date, months: int) -> dt.date:
    """Return the same day-number so many months on, or the last day of that month.

    >>> months_after(dt.date(2025, 10, 31), 4)
    datetime.date(2026, 2, 28)
    """
    index = day.year * _MONTHS + day.month - 1 + months
    year, month = index // _MONTHS, index % _MONTHS + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def years_before(day: dt.date, years: int) -> dt.date:
    """Return the same date some years before; 28 February for a 29th that did not exist.

    >>> years_before(dt.date(2024, 2, 29), 1)
    datetime.date(2023, 2, 28)
    """
    return months_after(day, -_MONTHS * years)


def exact(day: dt.date) -> CaseFact:
    """Return the fact of a day that is known."""
    return CaseFact(DaySpan(day, day))


def decision_day(complaint: Complaint) -> CaseFact:
    """Return the day of the decision.

    Where only the notification is known, the decision was taken at most a year before it.
    """
    if complaint.decision_date is not None:
        return exact(complaint.decision_date)
    if complaint.notified_on is not None:
        span = DaySpan(years_before(complaint.notified_on, 1), complaint.notified_on)
        return CaseFact(span, frozenset({"decision_date"}))
    return _UNKNOWN_DECISION


def notification_day(complaint: Complaint) -> CaseFact:
    """Return the day on which one was informed of the decision.

    Where only the date of the decision is known, it is that day at the earliest, and the day of
    filing at the latest.
    """
    if complaint.notified_on is not None:
        return exact(complaint.notified_on)
    needs = frozenset({"notified_on"})
    if complaint.decision_date is not None:
        return CaseFact(DaySpan(complaint.decision_date, complaint.filing_date), needs)
    return CaseFact(None, needs)


def last_fact_day(complaint: Complaint) -> CaseFact:
    """Return the last day of what is complained about.

    Where it is not given and a decision is complained about, it is that decision: it lies no
    earlier than the day on which one was informed, and no later than the filing.
    """
    if complaint.facts_last_date is not None:
        return exact(complaint.facts_last_date)
    needs = frozenset({"facts_last_date"})
    notified = notification_day(complaint).value
    if isinstance(notified, DaySpan) and complaint.subject in subjects().groups["appealable"]:
        return CaseFact(DaySpan(notified.earliest, complaint.filing_date), needs)
    return CaseFact(None, needs)


# What other days of a complaint say about one that is not given, by its field.
INFERRED: dict[str, Callable[[Complaint], CaseFact]] = {
    "decision_date": decision_day,
    "notified_on": notification_day,
}

# The field whose day stands for another's: a right without a request begins with its event.
INSTEAD = {"requested_on": "triggering_fact_on"}
