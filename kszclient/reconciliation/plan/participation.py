"""Dossiers of participation allowances, which follow the school or the childcare, not the domicile.

One register holds them for every child, from the first month of the first of these allowances on;
which code stands for which allowance is not published.
"""

from __future__ import annotations

import datetime as dt

from kszclient.cadaster.categories import participation_codes
from kszclient.competence import participation
from kszclient.reconciliation.plan.expected import Expected, Span
from kszclient.reconciliation.plan.month_numbers import Run

RULE = "participation"
"""How findings call the rule that such an allowance goes its own way, wherever the child lives."""

_NO_END = dt.date.max.year * 12


def spans_for(expected: Expected, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Give who is competent for a dossier: by the domicile, or for such an allowance always one.

    Args:
        expected: The dossier.
        spans: Who is competent by the domicile.
    """
    if expected.category is None or expected.category not in participation_codes():
        return spans
    told = participation()
    begin = told.begin.number
    before = [
        each._replace(months=Run(each.months.begin, min(each.months.end, begin - 1)))
        for each in spans
        if each.months.begin < begin
    ]
    months = Run(begin, _NO_END)
    return (*before, Span(months, None, told.entity, told.source, RULE))
