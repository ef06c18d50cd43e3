"""Months as whole numbers, for columns and for counting: `Month.number`, and back."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from kszclient.values import Month, MonthPeriod


class Run(NamedTuple):
    """Months in a row.

    Args:
        begin: Number of the first month.
        end: Number of the last.
    """

    begin: int
    end: int

    def __str__(self) -> str:
        return f"{month_text(self.begin)} to {month_text(self.end)}"


def run_of(text: str) -> Run:
    """Read what the text of a run says.

    >>> str(run_of("2022-10 to 2023-09"))
    '2022-10 to 2023-09'
    """
    first, last = text.split(" to ")
    return Run(Month.parse(first).number, Month.parse(last).number)


def month_of(number: int) -> Month:
    """Give the month with a number.

    >>> month_of(24252)
    Month('2021-01')
    """
    return Month(number // 12, number % 12 + 1)


@lru_cache(maxsize=4096)
def month_text(number: int) -> str:
    """Write a month as ``YYYY-MM``.

    >>> month_text(24252)
    '2021-01'
    """
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@lru_cache(maxsize=4096)
def period_of(run: Run) -> MonthPeriod:
    """Give the period of a run."""
    return MonthPeriod(month_of(run.begin), month_of(run.end))
