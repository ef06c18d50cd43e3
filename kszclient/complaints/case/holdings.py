"""What the registers hold for a child: which payer, of which kind, in which months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kszclient.cadaster import Lookup, is_participation
from kszclient.cadaster.contradictions import birth_month, possible
from kszclient.cadaster.own_months import own_payments
from kszclient.complaints.case.complaint import RegisterMonths, RegisterPayer
from kszclient.complaints.rules.payers import is_listed
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin, runs
from kszclient.wire import Fund, PaymentPeriod


class Holding(NamedTuple):
    """Months of one kind of benefit that one payer's file holds for the child.

    Args:
        source: The register.
        fund: The payer.
        category: The code of the kind.
        months: The months, within those asked about.
        participation: Whether it is an allowance that follows the school or the childcare.
    """

    source: AuthenticSource
    fund: Fund
    category: str
    months: MonthPeriod
    participation: bool

    @property
    def payer(self) -> str:
        """The payer's enterprise number, or its three-digit code."""
        return self.fund.enterprise_number or self.fund.code or ""


def holdings(lookup: Lookup, child: Ssin, period: MonthPeriod) -> tuple[Holding, ...]:
    """Return what the registers hold for a child itself, not for its brothers or as a parent.

    Args:
        lookup: What the registers answered.
        child: The number asked about.
        period: The months asked about.
    """
    born = birth_month(child)
    return tuple(
        each
        for report in lookup.results
        for file in report.files
        for payment in own_payments(child, lookup.ssin.replaced_by, file) or ()
        if possible(payment, born)
        for each in _held(report.source, file.child_benefits_fund, payment, period)
    )


def _held(
    source: AuthenticSource, fund: Fund, payment: PaymentPeriod, period: MonthPeriod
) -> Iterator[Holding]:
    months = MonthPeriod(payment.begin_month, payment.end_month).intersection(period)
    if months:
        yield Holding(
            source=source,
            fund=fund,
            category=payment.category.code,
            months=months,
            participation=is_participation(source, payment.category.code),
        )


def register_months(held: Iterable[Holding]) -> tuple[RegisterMonths, ...]:
    """Return the runs of months of child benefit itself, register by register.

    Args:
        held: What the registers hold.
    """
    by_source: dict[AuthenticSource, set[Month]] = {}
    for each in held:
        if not each.participation:
            by_source.setdefault(each.source, set()).update(each.months)
    return tuple(
        RegisterMonths(begin=first, end=last, source=source)
        for source, months in by_source.items()
        for first, last in runs(months)
    )


def register_payers(held: Iterable[Holding]) -> tuple[RegisterPayer, ...]:
    """Return the runs of months of each payer, in order of time.

    Args:
        held: What the registers hold.
    """
    months: dict[tuple[str, AuthenticSource], set[Month]] = {}
    for each in held:
        if payer := _called(each.fund):
            months.setdefault((payer, each.source), set()).update(each.months)
    found = [
        RegisterPayer(begin=first, end=last, source=source, payer=payer)
        for (payer, source), held_months in months.items()
        for first, last in runs(held_months)
    ]
    return tuple(sorted(found, key=lambda each: (each.begin, each.end, each.payer)))


def _called(fund: Fund) -> str:
    """What a complaint file calls a payer; a code of three digits alone identifies nobody."""
    listed = (each.text for each in fund.description if is_listed(each.text))
    return fund.enterprise_number or next(listed, None) or fund.code or ""
