"""Months as whole numbers, for columns and for counting: `Month.number`, and back."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from kszclient.values.months import Month, MonthPeriod


class MonthRange(NamedTuple):
    """Months in a row, by their numbers.

    Args:
        begin: Number of the first month.
        end: Number of the last.

    >>> str(MonthRange(24252, 24263))
    '2021-01 to 2021-12'
    """

    begin: int
    end: int

    def __str__(self) -> str:
        return f"{month_text(self.begin)} to {month_text(self.end)}"

    def __contains__(self, month: object) -> bool:
        return isinstance(month, int) and self.begin <= month <= self.end

    def overlap(self, other: MonthRange) -> MonthRange | None:
        """Return the months that both hold, or None.

        >>> MonthRange(1, 5).overlap(MonthRange(4, 9))
        MonthRange(begin=4, end=5)
        """
        begin, end = max(self.begin, other.begin), min(self.end, other.end)
        return MonthRange(begin, end) if begin <= end else None

    @classmethod
    def parse(cls, text: str) -> MonthRange:
        """Read what `str` writes.

        >>> str(MonthRange.parse("2022-10 to 2023-09"))
        '2022-10 to 2023-09'
        """
        first, last = text.split(" to ")
        return cls(Month.parse(first).number, Month.parse(last).number)

    @classmethod
    def of(cls, period: MonthPeriod) -> MonthRange:
        """Return the numbers of a period that has an end.

        >>> str(MonthRange.of(MonthPeriod.parse("2022-10", "2023-09")))
        '2022-10 to 2023-09'
        """
        return cls(period.begin.number, period.begin.number + len(period) - 1)


def month_of(number: int) -> Month:
    """Return the month with a number.

    >>> month_of(24252)
    Month('2021-01')
    """
    return Month(number // 12, number % 12 + 1)


@lru_cache(maxsize=4096)
def month_text(number: int) -> str:
    """Return a month as ``YYYY-MM``.

    >>> month_text(24252)
    '2021-01'
    """
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@lru_cache(maxsize=4096)
def period_of(months: MonthRange) -> MonthPeriod:
    """Return the same months as a period."""
    return MonthPeriod(month_of(months.begin), month_of(months.end))
