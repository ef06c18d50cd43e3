"""The dates of any named term in one case."""

from __future__ import annotations

import datetime as dt

from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.deadlines.calendar import working_day_on_or_before
from kszclient.complaints.deadlines.clock import Clock, day_of
from kszclient.complaints.deadlines.named_terms import AgeLimit, NamedTerm, age_limits, named_terms
from kszclient.complaints.deadlines.terms import count_term, last_filing_day
from kszclient.complaints.result import Term
from kszclient.complaints.rules.conditions import Span


def case_term(name: str, complaint: Complaint) -> Term | None:
    """Give the dates of a term in one case.

    Args:
        name: A term or age limit of `config/complaints/terms.toml`.
        complaint: The case.

    Returns:
        Its dates, or None where the day from which it is counted is not known.
    """
    if limit := age_limits().get(name):
        return _age_term(limit, complaint)
    term = named_terms()[name]
    return _opening_term(term, complaint) if term.waits else Clock(name, complaint).term


def _age_term(limit: AgeLimit, complaint: Complaint) -> Term | None:
    fact = complaint.facts_last_date
    if fact is None:
        return None
    last = last_filing_day(limit, fact)
    return Term(limit.name, fact, last, working_day_on_or_before(last), last)


def _opening_term(term: NamedTerm, complaint: Complaint) -> Term | None:
    """A term that must be over first: the way opens the day after it ends (art. 104)."""
    # The end of the right to appeal against silence was not found in any source.
    end = end_of_wait(term, complaint)
    return Term(term.name, first_day=end + dt.timedelta(days=1)) if end else None


def end_of_wait(term: NamedTerm, complaint: Complaint) -> dt.date | None:
    """The last day of a term that must be over first; none where nobody tells its beginning.

    Args:
        term: The term.
        complaint: The case.
    """
    event, dated = (day_of(field, complaint).value for field in (term.event, term.dated_by))
    if not isinstance(event, Span) or not isinstance(dated, Span):
        return None
    return count_term(term.on(dated.latest), event.latest).term_end
