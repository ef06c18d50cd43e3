"""Numbers that nobody has: eleven digits in good order whose birth date cannot exist.

The dates are 30 and 31 February and the 31st of April, June, September and November; the same with
20 or 40 added to the month for BIS numbers. `Ssin.synthetic` separates them from every number
that a person has or could get.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kszclient.errors import InputError
from kszclient.values import Ssin, SsinKind
from kszclient.values.ssin import IMPOSSIBLE_DATES

_MODULUS = 97
_FROM_2000 = 2_000_000_000
_LAST_COUNTER = 999


def synthetic_number(
    year: int,
    counter: int,
    *,
    kind: SsinKind = SsinKind.NATIONAL,
    sex_known: bool = False,
    date: tuple[int, int] = (2, 30),
) -> Ssin:
    """Make one number that nobody has.

    Args:
        year: Birth year, 1900 to 2099.
        counter: 1 to 999; odd for men, even for women.
        kind: Which register would have given it.
        sex_known: For a BIS number, whether the sex was known when it was given.
        date: Month and day, a date that cannot exist.

    Raises:
        InputError: The date could be somebody's, or the counter is out of range.

    >>> synthetic_number(1985, 1).digits
    '85023000125'
    >>> synthetic_number(2016, 2, kind=SsinKind.BIS, sex_known=True, date=(4, 31)).digits[2:4]
    '44'
    """
    if date not in IMPOSSIBLE_DATES or not 1 <= counter <= _LAST_COUNTER:
        raise InputError("a synthetic number needs a date that cannot exist and a counter 1-999")
    month, day = date
    if kind is SsinKind.BIS:
        month += 40 if sex_known else 20
    nine = (year % 100) * 10**7 + month * 10**5 + day * 10**3 + counter
    check = _MODULUS - (nine + (_FROM_2000 if year >= 2000 else 0)) % _MODULUS  # noqa: PLR2004 - the rule of the number
    return Ssin.from_wire(f"{nine:09d}{check:02d}")


class SyntheticNumbers:
    """Hands out synthetic numbers, each once, in an order that is always the same.

    Args:
        reserved: Numbers that are taken already.

    >>> numbers = SyntheticNumbers(reserved=[synthetic_number(2016, 1)])
    >>> numbers.take(2016) == synthetic_number(2016, 2)
    True
    """

    def __init__(self, reserved: Iterable[Ssin] = ()) -> None:
        self._taken = {number.digits for number in reserved}
        self._rows: dict[tuple[int, SsinKind], Iterator[Ssin]] = {}

    def take(self, year: int, kind: SsinKind = SsinKind.NATIONAL) -> Ssin:
        """Return a number for a birth year; when its register has no more, one of the other.

        Raises:
            InputError: All of the year's synthetic numbers are given out.
        """
        row = self._rows.get((year, kind))
        if row is None:
            row = self._rows[year, kind] = _numbers(year, kind)
        for number in row:
            if number.digits not in self._taken:
                self._taken.add(number.digits)
                return number
        raise InputError(
            f"no synthetic numbers are left for the birth year {year}",
            next_step="Ask for a smaller population.",
        )


def _numbers(year: int, first: SsinKind) -> Iterator[Ssin]:
    """Yield every synthetic number of a birth year, those of one register first."""
    for kind in dict.fromkeys([first, *SsinKind]):
        for sex_known in (False, True) if kind is SsinKind.BIS else (True,):
            for date in IMPOSSIBLE_DATES:
                for counter in range(1, _LAST_COUNTER + 1):
                    yield synthetic_number(year, counter, kind=kind, sex_known=sex_known, date=date)
