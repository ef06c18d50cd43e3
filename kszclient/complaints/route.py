"""The way of a complaint: from what came in to where it goes."""

from __future__ import annotations

from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.decide.evaluate import route_of, study
from kszclient.complaints.present.notices import notices
from kszclient.complaints.result import Route
from kszclient.complaints.rules.table import DecisionTable
from kszclient.values import Language


def route(
    complaint: Complaint, *, rules: DecisionTable | None = None, language: Language = Language.EN
) -> Route:
    """Return where a complaint goes.

    Args:
        complaint: The case.
        rules: The decision table; the one the library ships with where left out.
        language: The language of the notices.

    Returns:
        One route per competent entity, and what to know besides.

    Raises:
        IntakeError: The case names a place or a payer that is in no table.
        DomicileError: The domicile history contradicts itself.

    >>> from kszclient.complaints.case.complaint import read_complaint
    >>> found = route(read_complaint(
    ...     '{"subject": "STAFF_CONDUCT", "filing_date": "2025-03-03", "nis": "11002"}'
    ... ))
    >>> found.parts[0].entity, found.parts[0].recommended.informal.value
    ('OPGROEIEN', 'PAYER')
    """
    studies = study(complaint, rules)
    parts = tuple(route_of(each, complaint, language) for each in studies)
    return Route(parts, notices(complaint, studies, parts, language, rules))
