"""What the registers hold for a child: which payer, of which kind, in which months."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kszclient.cadaster import Lookup
from kszclient.cadaster.payments import RegisteredPayment, files_of
from kszclient.complaints.case.complaint import RegisterMonths, RegisterPayer
from kszclient.complaints.rules.payers import is_listed
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin, runs
from kszclient.values.month_numbers import MonthRange, period_of
from kszclient.wire import Fund


class FundMonths(NamedTuple):
    """A registered payment with its fund as the register names it, and months as a period.

    Args:
        payment: What the register holds.
        fund: The payer.
        months: The months of it that matter.
    """

    payment: RegisteredPayment
    fund: Fund
    months: MonthPeriod

    @property
    def source(self) -> AuthenticSource:
        """The register."""
        return self.payment.source

    @property
    def payer(self) -> str:
        """The payer's enterprise number, or its three-digit code."""
        return self.payment.payer

    @property
    def participation(self) -> bool:
        """Whether it is an allowance that follows the school or the childcare."""
        return self.payment.participation


def fund_months(lookup: Lookup, child: Ssin, period: MonthPeriod) -> tuple[FundMonths, ...]:
    """Return what the registers hold for a child itself, not for its brothers or as a parent.

    Args:
        lookup: What the registers answered.
        child: The number asked about.
        period: The months asked about, with an end.
    """
    asked = MonthRange.of(period)
    return tuple(
        FundMonths(payment, file.fund, period_of(payment.months))
        for report in lookup.results
        for file in files_of(report.source, report.files, child, lookup.ssin.replaced_by)
        for payment in file.payments(asked)
    )


def register_months(held: Iterable[FundMonths]) -> tuple[RegisterMonths, ...]:
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


def register_payers(held: Iterable[FundMonths]) -> tuple[RegisterPayer, ...]:
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
