"""Since when the allowance that a complaint may be about follows the school or the childcare."""

from __future__ import annotations

from kszclient.competence import participation, rulebook
from kszclient.complaints.case.complaint import Complaint
from kszclient.values import Month


def allowance_begin(complaint: Complaint) -> Month:
    """Give the first month of the allowance that a complaint names, or else of any of them.

    Source: ``config/competence/allowances.toml``.

    Args:
        complaint: The case.
    """
    named = rulebook().allowances.get(complaint.benefit or "")
    return named.months_from if named else participation().begin
