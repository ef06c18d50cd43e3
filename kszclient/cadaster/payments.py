"""What the registers hold of a child: its files, and its own months in them.

The single reader of an answer's files: lookups, anomalies, complaints and reconciliations all see
the same months. Months are numbers here, for an answer may hold thousands of periods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kszclient.cadaster.categories import is_participation
from kszclient.values import AuthenticSource, Month, Ssin
from kszclient.values.month_numbers import MonthRange
from kszclient.wire import Child, File, Fund, PaymentPeriod, SourceResult, SourceStatusValue

OPEN_END = Month(9999, 12).number
"""Stands for the end of a period that has none."""


class Period(NamedTuple):
    """A payment period with its months as numbers.

    Args:
        begin: Number of the first month.
        end: Number of the last; `OPEN_END` where it has none.
        payment: The period as the register sent it.
    """

    begin: int
    end: int
    payment: PaymentPeriod


class RegisteredPayment(NamedTuple):
    """Months of one kind of payment in one file.

    Args:
        source: The register.
        payer: Enterprise number or fund code.
        category: The code of the kind.
        months: The months, within those asked about.
        participation: Whether it follows the school or childcare, not the domicile.
    """

    source: AuthenticSource
    payer: str
    category: str
    months: MonthRange
    participation: bool


class RegisteredFile(NamedTuple):
    """A file of a register, as far as it is about the child.

    Args:
        source: The register.
        file: The file; None where the register holds some that were taken out of its answer.
        entries: Where the file names the child; None where the person is there as a parent only.
        periods: The child's own periods.
        born: Number of the month of birth; the first that it may be.
    """

    source: AuthenticSource
    file: File | None
    entries: tuple[Child, ...] | None
    periods: tuple[Period, ...]
    born: int

    @property
    def fund(self) -> Fund:
        """Who runs the file; nobody's name where it was taken out of the answer."""
        return self.file.child_benefits_fund if self.file else Fund()

    @property
    def payer(self) -> str:
        """The payer's enterprise number, or its fund code."""
        return self.fund.enterprise_number or self.fund.code or ""

    @property
    def withheld(self) -> bool:
        """Whether the file names no months of the child, or was taken out of the answer."""
        return self.entries is not None and not self.periods

    @property
    def sound(self) -> list[Period]:
        """The periods whose months are months at all, and not before the child's birth."""
        born = self.born
        return [each for each in self.periods if each.begin <= each.end >= born]

    def payments(self, asked: MonthRange) -> list[RegisteredPayment]:
        """Return what the file pays in the months asked; of one kind, what follows on is one.

        Args:
            asked: The months asked about; an open end reaches to the last of them.
        """
        found: list[tuple[str, list[int]]] = []
        latest: dict[str, list[int]] = {}
        first, last = asked
        for begin, end, payment in self.sound:
            # Most lie long before what is asked about, so that is looked at first.
            if end < first or begin > last:
                continue
            begin, end = max(begin, first), min(end, last)  # noqa: PLW2901 - cut to what is asked
            code = payment.category.code
            months = latest.get(code)
            if months is not None and months[1] + 1 == begin:
                months[1] = end
                continue
            months = latest[code] = [begin, end]
            found.append((code, months))
        source, payer = self.source, self.payer
        return [
            RegisteredPayment(
                source, payer, code, MonthRange(begin, end), is_participation(source, code)
            )
            for code, (begin, end) in found
        ]


def registered_files(
    results: Iterable[SourceResult], child: Ssin, replaced_by: Ssin | None
) -> tuple[RegisteredFile, ...]:
    """Read the files of an answer.

    The contract lets every optional part be filtered away, files with all their months among them:
    a register that has found data and sends no file holds one that was taken out.

    Args:
        results: What each register answered.
        child: The number that was asked about.
        replaced_by: The number that took its place, where the answer names one.
    """
    born = birth_month(child).number
    found: list[RegisteredFile] = []
    for result in results:
        source = result.authentic_source
        if not result.files and result.status.value is SourceStatusValue.DATA_FOUND:
            found.append(RegisteredFile(source, None, (), (), born))
        found += files_of(source, result.files, child, replaced_by)
    return tuple(found)


def files_of(
    source: AuthenticSource, files: Iterable[File], child: Ssin, replaced_by: Ssin | None
) -> Iterator[RegisteredFile]:
    """Read files of one register; see `registered_files`."""
    born = birth_month(child).number
    for file in files:
        entries = _own_entries(child, replaced_by, file)
        periods = tuple([
            Period(
                each.begin_month.number,
                OPEN_END if each.end_month is None else each.end_month.number,
                each,
            )
            for entry in entries or ()
            for each in entry.payment_periods
        ])  # fmt: skip
        yield RegisteredFile(source, file, entries, periods, born)


def _own_entries(child: Ssin, replaced_by: Ssin | None, file: File) -> tuple[Child, ...] | None:
    """Return where a file names the child; None where the person is there as a parent only.

    How the KSZ tells that a number was replaced is not published, nor under which number files are
    then given. So both numbers stand for the child. Where a file names neither, its only child is
    the one asked about, under an older number. Of several children nobody can say which it is: such
    a file names no months, for a brother's are not this child's.
    """
    numbers = (child,) if replaced_by is None else (child, replaced_by)
    own = tuple([each for each in file.children if each.ssin in numbers])
    if not own:
        parents = (file.entitled_person_ssin, *[each.ssin for each in file.beneficiaries])
        if any(number in parents for number in numbers):
            return None
        own = file.children if len(file.children) == 1 else ()
    return own


def birth_month(child: Ssin) -> Month:
    """Return the month of birth; the first that it may be, where the number does not state it.

    >>> str(birth_month(Ssin.parse("85023000125")))
    '1985-01'
    """
    born = child.birth_date
    return Month(born.year or 1, born.month or 1)
