"""Where a register contradicts itself about a child; never to be read as "it holds nothing".

Found once, on the typed answer: lookups, routes of complaints and reconciliations all read this.
Only what one register says by itself counts. Two registers that each hold the child may both be
right about what they were sent, and are judged by competence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain, groupby
from typing import NamedTuple

from kszclient.cadaster.categories import basic_codes
from kszclient.cadaster.payments import (
    Period,
    RegisteredFile,
    RegisteredPayment,
    registered_files,
)
from kszclient.competence import Certainty
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin
from kszclient.values.month_numbers import MonthRange, month_of
from kszclient.wire import PaymentPeriod, SourceResult, SourceStatusValue


class ContradictionKind(StrEnum):
    """How a register contradicts itself."""

    ENDS_BEFORE_BEGIN = "ends_before_begin"
    ENDS_BEFORE_BIRTH = "ends_before_birth"
    BEGINS_BEFORE_BIRTH = "begins_before_birth"
    PREMIUM_BEFORE_BIRTH = "premium_before_birth"
    SAME_PREMIUM_TWICE = "same_premium_twice"
    SAME_AMOUNT_TWICE = "same_amount_twice"
    SAME_FILE_TWICE = "same_file_twice"
    NOTHING_AND_A_FILE = "nothing_and_a_file"

    @property
    def months_unknown(self) -> bool:
        """Whether nobody can say which months the register means.

        Any month that it seems to lack may be among them.
        """
        return self in {
            ContradictionKind.ENDS_BEFORE_BEGIN,
            ContradictionKind.ENDS_BEFORE_BIRTH,
            ContradictionKind.NOTHING_AND_A_FILE,
        }


class Contradiction(NamedTuple):
    """Two statements of one register that cannot both be right, or one that stands there twice.

    Args:
        kind: How it contradicts itself.
        source: The register.
        first: The month in which the child was born, for the kinds that are about the birth; else
            that in which the period or the double begins, or the first one asked.
        second: The month beside it: of the end of a period that ends before the birth, of the begin
            of one that begins before it, of the premium, of the end of the double, or the last one
            asked.
    """

    kind: ContradictionKind
    source: AuthenticSource
    first: Month
    second: Month

    @property
    def dates(self) -> tuple[str, str]:
        """Both dates as they are reported; of a birth the year, for a number may state no more."""
        birth = self.kind in _ABOUT_BIRTH
        return str(self.first.year if birth else self.first), str(self.second)

    @property
    def months(self) -> MonthPeriod:
        """The months between the two dates, in order."""
        return MonthPeriod(min(self.first, self.second), max(self.first, self.second))

    @property
    def certainty(self) -> Certainty:
        """How sure it is: a birth date is read from the number, and an amount may be shared."""
        return Certainty.SURE if self.kind in _SURE else Certainty.LIKELY


_SURE = frozenset({ContradictionKind.ENDS_BEFORE_BEGIN, ContradictionKind.NOTHING_AND_A_FILE})
_ABOUT_BIRTH = frozenset(
    {
        ContradictionKind.ENDS_BEFORE_BIRTH,
        ContradictionKind.BEGINS_BEFORE_BIRTH,
        ContradictionKind.PREMIUM_BEFORE_BIRTH,
    }
)
_PREMIUM_AHEAD = 9
"""How many months before the birth a premium may be paid; before these there was no child."""


def contradictions(
    results: Iterable[SourceResult],
    child: Ssin,
    period: MonthPeriod,
    replaced_by: Ssin | None = None,
) -> tuple[Contradiction, ...]:
    """Find where registers contradict themselves about a child, or pay it as a parent.

    Args:
        results: What each register answered.
        child: The person who was asked about.
        period: The months asked, with an end: doubles outside of them are not reported.
        replaced_by: The number that took the place of the child's, where the KSZ names one.

    Returns:
        Each once, in order of register, kind and date.
    """
    told = tuple(results)
    return contradictions_in(
        told, registered_files(told, child, replaced_by), MonthRange.of(period)
    )


def contradictions_in(
    results: Iterable[SourceResult], files: Iterable[RegisteredFile], asked: MonthRange
) -> tuple[Contradiction, ...]:
    """Do what `contradictions` does, with files that were read already."""
    by_source: dict[AuthenticSource, list[RegisteredFile]] = {}
    for file in files:
        if file.file is not None:
            by_source.setdefault(file.source, []).append(file)
    found = {
        each
        for result in results
        if (own := by_source.get(result.authentic_source))
        for each in chain(
            _of_status(result, asked), _of_months(own), _of_premiums(own), _twice(own, asked)
        )
    }
    return tuple(sorted(found, key=lambda each: (each.source, each.kind, each.first, each.second)))


def _of_status(result: SourceResult, asked: MonthRange) -> Iterator[Contradiction]:
    if result.status.value is SourceStatusValue.NO_DATA_FOUND:
        kind = ContradictionKind.NOTHING_AND_A_FILE
        yield _contradiction(kind, result.authentic_source, *asked)


def _of_months(files: list[RegisteredFile]) -> Iterator[Contradiction]:
    for each in files:
        source, born = each.source, each.born
        for begin, end, _ in each.periods:
            if end < begin:
                yield _contradiction(ContradictionKind.ENDS_BEFORE_BEGIN, source, begin, end)
            elif end < born:
                yield _contradiction(ContradictionKind.ENDS_BEFORE_BIRTH, source, born, end)
            elif begin < born:
                yield _contradiction(ContradictionKind.BEGINS_BEFORE_BIRTH, source, born, begin)
        for person in each.file.beneficiaries if each.file else ():
            for payment in person.payment_periods:
                last = payment.end_month
                if last is not None and last.number < payment.begin_month.number:
                    yield Contradiction(
                        ContradictionKind.ENDS_BEFORE_BEGIN, source, payment.begin_month, last
                    )


def _of_premiums(files: list[RegisteredFile]) -> Iterator[Contradiction]:
    """Find premiums that were paid before there was a child, or by one payer on one day twice."""
    seen: dict[object, list[frozenset[Ssin]]] = {}
    premiums = [each for each in files if any(entry.bonuses for entry in each.entries or ())]
    for at, each in enumerate(premiums):
        if each.file is None or any(each.file == other.file for other in premiums[:at]):
            continue  # reported as the same file
        source, fund = each.source, each.fund
        for premium in chain.from_iterable(entry.bonuses for entry in each.entries or ()):
            paid = Month(premium.payment_date.year, premium.payment_date.month).number
            if paid < each.born - _PREMIUM_AHEAD:
                kind = ContradictionKind.PREMIUM_BEFORE_BIRTH
                yield _contradiction(kind, source, each.born, paid)
            day = premium.payment_date, premium.category.code
            linked = frozenset(premium.beneficiaries)
            held = seen.setdefault((fund.enterprise_number, fund.code, *day), [])
            if any(not _shared(linked, other) for other in held):
                yield _contradiction(ContradictionKind.SAME_PREMIUM_TWICE, source, paid, paid)
            held.append(linked)


def _shared(one: frozenset[Ssin], other: frozenset[Ssin]) -> bool:
    """Return whether what is held twice is linked to others each time, as by parents who share."""
    return bool(one and other and one != other)


def _twice(files: list[RegisteredFile], asked: MonthRange) -> Iterator[Contradiction]:
    """Find files and basic amounts of one payer that stand in a register twice."""
    basic, seen = basic_codes(), list[RegisteredFile]()
    # One amount may be called by two codes; under one code it stands once.
    amounts: dict[tuple[str | None, str | None, str], list[Period]] = {}
    for each in files:
        sound = [one for one in each.sound if one.begin <= asked.end and asked.begin <= one.end]
        if any(_same_file(each, other) for other in seen):
            for one in sound:
                kind = ContradictionKind.SAME_FILE_TWICE
                yield from _double(kind, each.source, one, asked)
            continue
        seen.append(each)
        fund = each.fund
        for one in sound:
            code = one.payment.category.code
            if code in basic:
                amounts.setdefault((fund.enterprise_number, fund.code, code), []).append(one)
    for same in amounts.values():
        for one, other in _overlapping(same):
            if not _shared(_linked(one.payment), _linked(other.payment)):
                kind = ContradictionKind.SAME_AMOUNT_TWICE
                yield from _double(kind, files[0].source, one, other, asked)


def _overlapping(periods: list[Period]) -> Iterator[tuple[Period, Period]]:
    """Return the pairs that share a month; nearly always there are none."""
    ordered = sorted(periods, key=_begin)
    going: list[Period] = []
    for each in ordered:
        going = [one for one in going if one.end >= each.begin]
        for one in going:
            yield one, each
        going.append(each)


def _begin(period: Period) -> int:
    return period.begin


def _linked(payment: PaymentPeriod) -> frozenset[Ssin]:
    return frozenset(payment.beneficiaries)


def _same_file(one: RegisteredFile, other: RegisteredFile) -> bool:
    """Return whether two files are one: alike, or of one payer, number and child's months."""
    a, b = one.file, other.file
    if a is None or b is None or not one.periods or len(one.periods) != len(other.periods):
        return False
    if a.child_benefits_fund != b.child_benefits_fund or one.periods != other.periods:
        return False
    return a == b or (a.file_number is not None and a.file_number == b.file_number)


def _double(
    kind: ContradictionKind, source: AuthenticSource, *months: Period | MonthRange
) -> Iterator[Contradiction]:
    begin, end = max(each.begin for each in months), min(each.end for each in months)
    if begin <= end:
        yield _contradiction(kind, source, begin, end)


def _contradiction(
    kind: ContradictionKind, source: AuthenticSource, first: int, second: int
) -> Contradiction:
    return Contradiction(kind, source, month_of(first), month_of(second))


class Doubled(NamedTuple):
    """Months in a row in which the same several payers hold a basic amount of one child.

    Args:
        months: The months.
        payments: Who holds one in any of them.
    """

    months: MonthRange
    payments: tuple[RegisteredPayment, ...]


def doubled_amounts(payments: Iterable[RegisteredPayment], months: MonthRange) -> Iterator[Doubled]:
    """Find the months in which more than one payer holds a basic amount of a child, who has one.

    One name in two registers may be two payers, and is taken for two.

    Args:
        payments: What the registers hold of the child.
        months: The months to look at.
    """
    codes = basic_codes()
    basic = [each for each in payments if each.category in codes]
    if len({(each.payer, each.source) for each in basic}) < 2:  # noqa: PLR2004 - two basic amounts
        return

    def payers(month: int) -> frozenset[tuple[str, AuthenticSource]]:
        return frozenset((each.payer, each.source) for each in basic if month in each.months)

    for names, group in groupby(range(months.begin, months.end + 1), key=payers):
        run = list(group)
        if len(names) > 1:
            found = MonthRange(run[0], run[-1])
            yield Doubled(found, tuple(e for e in basic if e.months.overlap(found)))
