"""Where a register contradicts itself about a child; never to be read as "it holds nothing".

Found once, on the typed answer: lookups, routes of complaints and reconciliations all read this.
Only what one register says by itself counts. Two registers that each hold the child may both be
right about what they were sent, and are judged by competence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from kszclient.cadaster.categories import basic_codes
from kszclient.cadaster.own_months import own_entries, own_payments
from kszclient.competence import Certainty
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin
from kszclient.wire import File, PaymentPeriod, SourceResult, SourceStatusValue


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


def birth_month(child: Ssin) -> Month:
    """Return the month of birth; the first that it may be, where the number does not state it.

    >>> str(birth_month(Ssin.parse("85023000125")))
    '1985-01'
    """
    born = child.birth_date
    return Month(born.year or 1, born.month or 1)


def possible(payment: PaymentPeriod, born: Month) -> bool:
    """Return whether the months of a payment are months at all, and not before the child's birth.

    Args:
        payment: Months of one kind, as a register has them.
        born: The `birth_month` of the child whose months they are.
    """
    end = payment.end_month
    return end is None or (end >= payment.begin_month and end >= born)


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
    born = birth_month(child)
    found = {
        each
        for result in results
        if result.files
        for each in chain(
            _of_status(result, period),
            _of_months(result, child, replaced_by, born),
            _of_premiums(result, child, replaced_by, born),
            _twice(result, child, period, replaced_by, born),
        )
    }
    return tuple(sorted(found, key=lambda each: (each.source, each.kind, each.first, each.second)))


def _of_status(result: SourceResult, period: MonthPeriod) -> Iterator[Contradiction]:
    if result.status.value is SourceStatusValue.NO_DATA_FOUND:
        kind, last = ContradictionKind.NOTHING_AND_A_FILE, period.begin.number + len(period) - 1
        yield Contradiction(kind, result.authentic_source, period.begin, _month(last))


def _of_months(
    result: SourceResult, child: Ssin, replaced_by: Ssin | None, born: Month
) -> Iterator[Contradiction]:
    source = result.authentic_source
    for file in result.files:
        own = own_payments(child, replaced_by, file) or ()
        paid_to = chain.from_iterable(each.payment_periods for each in file.beneficiaries)
        for payment in chain(own, paid_to):
            end = payment.end_month
            if end is not None and end < payment.begin_month:
                yield Contradiction(
                    ContradictionKind.ENDS_BEFORE_BEGIN, source, payment.begin_month, end
                )
        for payment in own:
            end = payment.end_month
            begin = payment.begin_month
            if end is not None and begin <= end < born:
                yield Contradiction(ContradictionKind.ENDS_BEFORE_BIRTH, source, born, end)
            elif begin < born and possible(payment, born):
                yield Contradiction(ContradictionKind.BEGINS_BEFORE_BIRTH, source, born, begin)


def _of_premiums(
    result: SourceResult, child: Ssin, replaced_by: Ssin | None, born: Month
) -> Iterator[Contradiction]:
    """Find premiums that were paid before there was a child, or by one payer on one day twice."""
    source = result.authentic_source
    seen: dict[object, list[frozenset[Ssin]]] = {}
    files: list[File] = []
    for file in result.files:
        if file in files:
            continue  # reported as the same file
        files.append(file)
        own = own_entries(child, replaced_by, file) or ()
        for premium in chain.from_iterable(each.bonuses for each in own):
            paid = Month(premium.payment_date.year, premium.payment_date.month)
            if paid.number < born.number - _PREMIUM_AHEAD:
                yield Contradiction(ContradictionKind.PREMIUM_BEFORE_BIRTH, source, born, paid)
            fund = file.child_benefits_fund
            day = premium.payment_date, premium.category.code
            linked = frozenset(premium.beneficiaries)
            held = seen.setdefault((fund.enterprise_number, fund.code, *day), [])
            if any(not _shared(linked, other) for other in held):
                yield Contradiction(ContradictionKind.SAME_PREMIUM_TWICE, source, paid, paid)
            held.append(linked)


def _shared(one: frozenset[Ssin], other: frozenset[Ssin]) -> bool:
    """Return whether what is held twice is linked to others each time, as by parents who share."""
    return bool(one and other and one != other)


class _Amount(NamedTuple):
    begin: int
    end: int
    linked: frozenset[Ssin]


def _twice(
    result: SourceResult,
    child: Ssin,
    period: MonthPeriod,
    replaced_by: Ssin | None,
    born: Month,
) -> Iterator[Contradiction]:
    """Find files and basic amounts of one payer that stand in a register twice."""
    asked = _Amount(period.begin.number, period.begin.number + len(period) - 1, frozenset())
    seen: list[tuple[File, tuple[PaymentPeriod, ...]]] = []
    # One amount may be called by two codes; under one code it stands once.
    amounts: dict[tuple[str | None, str | None, str], list[_Amount]] = {}
    for file in result.files:
        own = own_payments(child, replaced_by, file) or ()
        sound = [each for each in own if possible(each, born)]
        if any(_same_file(file, own, *other) for other in seen):
            for payment in sound:
                yield from _double(
                    ContradictionKind.SAME_FILE_TWICE, result, _amount(payment, asked), asked
                )
            continue
        seen.append((file, own))
        fund = file.child_benefits_fund
        for payment in sound:
            code = payment.category.code
            if code not in basic_codes():
                continue
            held = amounts.setdefault((fund.enterprise_number, fund.code, code), [])
            amount = _amount(payment, asked)
            for other in held:
                if not _shared(amount.linked, other.linked):
                    yield from _double(
                        ContradictionKind.SAME_AMOUNT_TWICE, result, amount, other, asked
                    )
            held.append(amount)


def _same_file(
    file: File,
    own: tuple[PaymentPeriod, ...],
    other: File,
    others: tuple[PaymentPeriod, ...],
) -> bool:
    """Return whether two files are one: alike, or of one payer, number and child's months."""
    if not own or own != others or file.child_benefits_fund != other.child_benefits_fund:
        return False
    return file == other or (file.file_number is not None and file.file_number == other.file_number)


def _amount(payment: PaymentPeriod, asked: _Amount) -> _Amount:
    end = payment.end_month.number if payment.end_month else asked.end
    return _Amount(payment.begin_month.number, end, frozenset(payment.beneficiaries))


def _double(
    kind: ContradictionKind, result: SourceResult, *amounts: _Amount
) -> Iterator[Contradiction]:
    begin, end = max(each.begin for each in amounts), min(each.end for each in amounts)
    if begin <= end:
        yield Contradiction(kind, result.authentic_source, _month(begin), _month(end))


def _month(number: int) -> Month:
    return Month(number // 12, number % 12 + 1)
