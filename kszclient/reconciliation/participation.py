"""Dossiers of participation allowances, which follow the school or the childcare, not the domicile.

One register holds them for every child, from the first month of the first of these allowances on;
which code stands for which allowance is not published.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

from kszclient.cadaster.findings import participation_categories, participation_source
from kszclient.competence import rulebook
from kszclient.reconciliation.expected import Expected, Span
from kszclient.reconciliation.kinds import reading
from kszclient.reconciliation.month_numbers import Run, number_of

_NO_END = dt.date.max.year * 12


@cache
def participation_begin() -> int:
    """Give the number of the first month for which there is such an allowance.

    Source: ``config/competence/allowances.toml``.
    """
    return min(number_of(each.months_from) for each in rulebook().allowances.values())


def spans_for(expected: Expected, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Give who is competent for a dossier: by the domicile, or for such an allowance always one.

    Args:
        expected: The dossier.
        spans: Who is competent by the domicile.
    """
    if expected.category is None or expected.category not in participation_categories():
        return spans
    begin = participation_begin()
    before = [
        each._replace(months=Run(each.months.begin, min(each.months.end, begin - 1)))
        for each in spans
        if each.months.begin < begin
    ]
    told = reading().participation
    months = Run(begin, _NO_END)
    return (*before, Span(months, None, told.entity, participation_source(), told.rule))
