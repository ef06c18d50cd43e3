"""Which months a dossier claims, and of which kind of payment."""

from __future__ import annotations

from collections.abc import Iterable

from kszclient.cadaster.categories import basic_codes
from kszclient.reconciliation.plan.expected import Expected
from kszclient.reconciliation.plan.month_numbers import Run


def about_basic(category: str | None) -> bool:
    """Tell whether a dossier is about the basic amount; one without a category is.

    >>> about_basic(None), about_basic("CHILD_ALLOWANCE"), about_basic("SOCIAL")
    (True, True, False)
    """
    return category is None or category in basic_codes()


def covers(months: Run, month: int) -> bool:
    """Tell whether a run holds a month."""
    return months.begin <= month <= months.end


def alike(one: str | None, other: str | None) -> bool:
    """Tell whether two dossiers are about one kind of payment; a basic amount is one."""
    return one == other or (about_basic(one) and about_basic(other))


def claimed(every: Iterable[Expected], category: str | None, month: int) -> bool:
    """Tell whether a dossier claims a month; one of any basic amount claims it for all of them."""
    return any(covers(each.months, month) and alike(each.category, category) for each in every)
