"""Errors in the exchange of data that a lookup shows by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import msgspec

from kszclient.cadaster import Finding, FindingKind, Lookup
from kszclient.cadaster.basic_amounts import doubled
from kszclient.cadaster.categories import basic_codes
from kszclient.cadaster.contradictions import ContradictionKind
from kszclient.complaints.case.holdings import Holding
from kszclient.complaints.datafile import load
from kszclient.complaints.rules.themes import themes
from kszclient.errors import DataError
from kszclient.values import AuthenticSource, Month, MonthPeriod, runs


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
    lookup: Lookup, held: Iterable[Holding], period: MonthPeriod
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


class _Paid(NamedTuple):
    payer: str
    months: tuple[int, int]


def _numbers(months: MonthPeriod) -> tuple[int, int]:
    first = months.begin.number
    return first, first + len(months) - 1


def _two_basic_amounts(held: Iterable[Holding], period: MonthPeriod) -> Iterator[ShownError]:
    codes = basic_codes()
    basic = [each for each in held if each.category in codes]
    paid = [_Paid(each.payer, _numbers(each.months)) for each in basic]
    found = list(doubled(paid, _numbers(period)))
    double = {
        month for month in period if any(each.begin <= month.number <= each.end for each in found)
    }
    for first, last in runs(double):
        run = MonthPeriod(first, last)
        sources = dict.fromkeys(each.source for each in basic if each.months.overlaps(run))
        yield ShownError(DataErrorKind.TWO_BASIC_AMOUNTS, tuple(sources), first, last)
