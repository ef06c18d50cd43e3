"""Errors in the exchange of data that a lookup shows by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache

import msgspec

from kszclient.cadaster import Finding, FindingKind, Lookup
from kszclient.cadaster.anomalies import ContradictionKind, doubled_amounts
from kszclient.cadaster.categories import basic_codes
from kszclient.complaints.case.holdings import FundMonths
from kszclient.complaints.datafile import load
from kszclient.complaints.rules.themes import themes
from kszclient.errors import DataError
from kszclient.values import AuthenticSource, Month, MonthPeriod, runs
from kszclient.values.month_numbers import MonthRange, period_of


class DataErrorKind(StrEnum):
    """What a lookup can show."""

    FOUND_ELSEWHERE = "found_elsewhere"
    TWO_BASIC_AMOUNTS = "two_basic_amounts"
    REPLACED_NUMBER = "replaced_number"
    REGISTER_CONTRADICTION = "register_contradiction"


class ShownError(msgspec.Struct, frozen=True):
    """What may be an error in the exchange of data.

    Args:
        kind: What it is.
        sources: The registers that show it.
        begin: First month, in JSON ``from``; None where it is not about months. Of a contradiction
            the first of its two dates, which may be the later one.
        end: Last month, or the second date, in JSON ``to``.
        competent_source: The register that should hold these months, where that is known.
        contradiction: How a register contradicts itself; None for other kinds.
    """

    kind: DataErrorKind
    sources: tuple[AuthenticSource, ...] = ()
    begin: Month | None = msgspec.field(name="from", default=None)
    end: Month | None = msgspec.field(name="to", default=None)
    competent_source: AuthenticSource | None = None
    contradiction: ContradictionKind | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    theme: str


@cache
def _file() -> _File:
    found = load(_File, "data_errors.toml")
    if found.theme not in themes():
        raise DataError("config/complaints/data_errors.toml: no such theme")
    return found


def theme_of_data_errors() -> str:
    """Return the theme of complaints about the exchange of data.

    >>> theme_of_data_errors()
    'DATA_EXCHANGE_ERROR'
    """
    return _file().theme


def shown_errors(
    lookup: Lookup, held: Iterable[FundMonths], period: MonthPeriod
) -> tuple[ShownError, ...]:
    """Find what a lookup shows by itself.

    Args:
        lookup: What the registers answered.
        held: What they hold for the child.
        period: The months asked about, with an end.
    """
    elsewhere = (each for each in lookup.findings if each.kind is FindingKind.FOUND_ELSEWHERE)
    contradicted = (
        ShownError(
            DataErrorKind.REGISTER_CONTRADICTION,
            (each.source,),
            each.begin,
            each.end,
            contradiction=each.contradiction,
        )
        for each in lookup.findings
        if each.kind is FindingKind.REGISTER_CONTRADICTION
    )
    replaced = [ShownError(DataErrorKind.REPLACED_NUMBER)] if lookup.ssin.replaced_by else []
    return (
        *map(_elsewhere, elsewhere),
        *_two_basic_amounts(held, period),
        *replaced,
        *contradicted,
    )


def _elsewhere(finding: Finding) -> ShownError:
    return ShownError(
        DataErrorKind.FOUND_ELSEWHERE,
        (finding.source,),
        finding.begin,
        finding.end,
        finding.competent_source,
    )


def _two_basic_amounts(held: Iterable[FundMonths], period: MonthPeriod) -> Iterator[ShownError]:
    payments = [each.payment for each in held]
    # One payer in two registers is one that sent its file twice.
    found = [
        each
        for each in doubled_amounts(payments, MonthRange.of(period))
        if len({one.payer for one in each.payments}) > 1
    ]
    double = {month for each in found for month in period_of(each.months)}
    for first, last in runs(double):
        months = MonthRange(first.number, last.number)
        sources = dict.fromkeys(
            payment.source
            for payment in payments
            if payment.category in basic_codes() and payment.months.overlap(months)
        )
        yield ShownError(DataErrorKind.TWO_BASIC_AMOUNTS, tuple(sources), first, last)
