"""The dates of any named term in one case."""

from __future__ import annotations

import datetime as dt

from kszclient.complaints.calendar import working_day_on_or_before
from kszclient.complaints.clock import Clock
from kszclient.complaints.intake import Complaint
from kszclient.complaints.named_terms import age_limits, named_terms
from kszclient.complaints.result import Term
from kszclient.complaints.terms import count_term, last_filing_day

_OPENS = "PAYER_DECISION_4M"


def case_term(name: str, complaint: Complaint) -> Term | None:
    """Give the dates of a term in one case.

    Args:
        name: A term or age limit of `config/complaints/terms.toml`.
        complaint: The case.

    Returns:
        Its dates, or None where the day from which it is counted is not known.
    """
    if name in age_limits():
        return _age_term(name, complaint)
    if name == _OPENS:
        return _opening_term(complaint)
    return Clock(name, complaint).term


def _age_term(name: str, complaint: Complaint) -> Term | None:
    fact = complaint.facts_last_date
    if fact is None:
        return None
    last = last_filing_day(fact, years=age_limits()[name].years)
    return Term(name, fact, last, working_day_on_or_before(last), last)


def _opening_term(complaint: Complaint) -> Term | None:
    """The payer's own term: the way to the commission opens the day after it ends (art. 104)."""
    if complaint.requested_on is None:
        return None
    # The end of the right to appeal against silence was not found in any source.
    end = count_term(named_terms()[_OPENS], complaint.requested_on).term_end
    return Term(_OPENS, first_day=end + dt.timedelta(days=1))
