"""Social security identification numbers (INSZ, NISS): those of the National Register and BIS.

Eleven digits: two of the birth year, two of the month, two of the day, a counter of three (odd for
men, even for women), two check digits. The check digits are 97 less the remainder of the first nine
digits divided by 97; for births from 2000 a 2 is put before the nine digits first.

Who is not in the National Register gets a BIS number, whose month is raised by 40 where the sex was
known when the number was given, and by 20 where it was not (royal decree of 8 February 1991,
article 2). The schema of the KSZ calls those with 40 added TER numbers; they are BIS numbers.

Not every birth date is one. Unknown parts are zero, and once the counter of a birth date is used up
month and day are zero too (National Register, instruction IT000). When the counter of such a date
is used up in turn, its day is counted on, and by now past 31: `00.00.32` is in use. So in month 0
(20, 40) every day from 0 to 99 may be somebody's, and shows nothing of the birth. In year 0 a day
above zero there shows nothing of the year either: `00.00.01` is the date of those of whose birth
nothing is known, and what follows it is counted on from there.

In the months 1 to 12 no day is counted on: the numbers go on in month 0. So a day that no month of
that name ever has is nobody's, and reserved here for synthetic persons: 30 and 31 February, and the
31st of April, June, September and November. 29 February is not among them in any year: the calendar
has that day, and a birth year mistaken by one would make somebody's number synthetic.

A number never shows in `str` or `repr`, so that it cannot slip into a log: ask for `digits`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from enum import StrEnum
from typing import NamedTuple, NoReturn, Self

from kszclient.errors import InvalidValueError
from kszclient.values.days import today as current_day

_SEPARATORS = str.maketrans("", "", " .-/")
_LENGTH = 11
_MODULUS = 97
_FROM_2000 = 2_000_000_000
_LAST_DAY = 31
_COUNTER_AND_CHECK = r"[0-9]{3}(?:9[0-7]|[0-8][0-9])"
# The schema's three patterns in one (contract: SsinType).
_FORM = re.compile(
    r"[0-9]{2}"
    r"(?:(?:0[0-9]|1[0-2])(?:0[0-9]|[12][0-9]|3[01])(?!000)|(?:[24][0-9]|[35][0-2])(?:0[0-9]|[12][0-9]|3[01]))"
    + _COUNTER_AND_CHECK,
    re.ASCII,
)
_PAST_31 = re.compile(
    rf"[0-9]{{2}}(?:00(?![0-9]{{2}}000)|[24]0)(?:3[2-9]|[4-9][0-9]){_COUNTER_AND_CHECK}", re.ASCII
)
_NO_SUCH_DAYS = {2: (30, 31), **dict.fromkeys((4, 6, 9, 11), (31,))}
IMPOSSIBLE_DATES = tuple((month, day) for month, days in _NO_SUCH_DAYS.items() for day in days)
"""Months and days that no calendar has, reserved for synthetic persons."""


class SsinKind(StrEnum):
    """Which register gave the number.

    `TER` is the word in the KSZ's schema for a BIS number with 40 added to the month; it is another
    name of `BIS`, and `Ssin.sex_known` distinguishes the two.
    """

    NATIONAL = "NATIONAL"
    BIS = "BIS"
    TER = "BIS"

    @classmethod
    def _missing_(cls, value: object) -> SsinKind | None:
        return cls.BIS if value == "TER" else None


class BirthDate(NamedTuple):
    """A birth date as far as a number states it; unknown parts are None."""

    year: int | None
    month: int | None
    day: int | None


def _refuse(rule: str, message: str) -> NoReturn:
    raise InvalidValueError("SSIN", rule, message)


class Ssin:
    """The number of one person, with form, calendar and check digits in order.

    >>> number = Ssin.parse("85.02.30-001.25")
    >>> number, number.kind.value, number.synthetic
    (Ssin('***'), 'NATIONAL', True)
    >>> number.digits
    '85023000125'

    Attributes:
        digits: All eleven.
    """

    __slots__ = ("digits",)
    digits: str

    @classmethod
    def parse(cls, text: str, *, today: dt.date | None = None) -> Self:
        """Read a number, with or without spaces, dots, dashes and slashes.

        Args:
            text: Eleven digits.
            today: The day against which a birth lies in the future; that in Belgium where left out.

        Returns:
            The number.

        Raises:
            InvalidValueError: Rule ``length`` or ``digits`` (not eleven digits), ``month``,
                ``day``, ``counter`` or ``check-digits`` is broken, ``calendar`` (the date does not
                exist and is not reserved for synthetic persons) or ``future``.

        >>> Ssin.parse("85023000126")
        Traceback (most recent call last):
        kszclient.errors.InvalidValueError: SSIN: the check digits do not fit (rule check-digits)
        """
        digits = text.translate(_SEPARATORS)
        number = cls.from_wire(digits)
        _check_calendar(number, today or current_day())
        return number

    @classmethod
    def from_wire(cls, digits: str) -> Self:
        """Take over a number that a register gave: its form is checked, nothing more.

        Registers hold old numbers that newer rules would refuse; refusing those would lose data.

        Raises:
            InvalidValueError: The form is neither that of the contract nor that of a number whose
                day was counted past 31.
        """
        if _FORM.fullmatch(digits) is None and not counted_past_31(digits):
            _refuse_form(digits)
        number = object.__new__(cls)
        object.__setattr__(number, "digits", digits)
        return number

    @property
    def kind(self) -> SsinKind:
        """National or BIS, by the month."""
        return SsinKind.NATIONAL if self.digits[2] in "01" else SsinKind.BIS

    @property
    def sex_known(self) -> bool:
        """Whether the sex was known when the number was given, so that the counter states it.

        >>> Ssin.parse("85423000114").sex_known, Ssin.parse("85223000168").sex_known
        (True, False)
        """
        return self.digits[2] not in "23"

    @property
    def synthetic(self) -> bool:
        """Whether no calendar has the day and month of birth, so that nobody has the number."""
        return int(self.digits[4:6]) in _NO_SUCH_DAYS.get(int(self.digits[2:4]) % 20, ())

    @property
    def century(self) -> int | None:
        """1900 or 2000, as the check digits show; None where they fit neither."""
        number, check = int(self.digits[:9]), int(self.digits[9:])
        for century, prefix in ((1900, 0), (2000, _FROM_2000)):
            if _MODULUS - (number + prefix) % _MODULUS == check:
                return century
        return None

    @property
    def birth_date(self) -> BirthDate:
        """The birth date as far as the number states it, and nothing more.

        >>> Ssin.parse("85023000125").birth_date
        BirthDate(year=1985, month=None, day=None)
        """
        century = self.century
        year, month = int(self.digits[:2]), int(self.digits[2:4]) % 20
        day = int(self.digits[4:6])
        if century is None or (year == month == 0 and day > 0):
            return BirthDate(None, None, None)
        year += century
        if month == 0 or self.synthetic:
            return BirthDate(year, None, None)
        return BirthDate(year, month, day or None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ssin) and self.digits == other.digits

    def __hash__(self) -> int:
        return hash(self.digits)

    def __str__(self) -> str:
        return "***"

    def __repr__(self) -> str:
        return "Ssin('***')"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a number cannot be changed ({name})")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self).from_wire, (self.digits,)


def counted_past_31(digits: str) -> bool:
    """Whether a text has the form of a number whose day was counted on past 31.

    The published contract of the service does not admit such a number, though people have them.

    >>> counted_past_31("00003241778"), counted_past_31("10000100182")
    (True, False)
    """
    return _PAST_31.fullmatch(digits) is not None


def _check_calendar(number: Ssin, today: dt.date) -> None:
    century = number.century
    if century is None:
        _refuse("check-digits", "the check digits do not fit")
    digits = number.digits
    year, month, day = int(digits[:2]) + century, int(digits[2:4]) % 20, int(digits[4:6])
    if year > today.year:
        _refuse("future", "the birth year lies in the future")
    if number.synthetic or month == 0 or day == 0:
        return
    if day > calendar.monthrange(year, month)[1]:
        _refuse("calendar", "the birth date does not exist")
    if dt.date(year, month, day) > today:
        _refuse("future", "the birth date lies in the future")


def _refuse_form(digits: str) -> NoReturn:
    if digits and not (digits.isascii() and digits.isdigit()):
        _refuse("digits", "must hold digits only")
    if len(digits) != _LENGTH:
        _refuse("length", "must have eleven digits")
    if int(digits[2:4]) % 20 > 12 or int(digits[2:4]) > 52:  # noqa: PLR2004 - a calendar
        _refuse("month", "the month must be 00-12, 20-32 or 40-52")
    if int(digits[4:6]) > _LAST_DAY and int(digits[2:4]) % 20:
        _refuse("day", "the day must be 00-31; only in month 00, 20 or 40 is it counted on")
    if int(digits[9:]) > _MODULUS:
        _refuse("check-digits", "the check digits must be 00-97")
    _refuse("counter", "the counter of a national number must be 001-999")
