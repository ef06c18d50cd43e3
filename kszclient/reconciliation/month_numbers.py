"""Months as whole numbers, for columns and for counting: twelve times the year, and the month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


def number_of(month: Month) -> int:
    """Give the number of a month.

    >>> number_of(Month(2021, 1))
    24252
    """
    return month.number


def month_of(number: int) -> Month:
    """Give the month with a number."""
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


def runs(months: Iterable[int]) -> Iterator[Run]:
    """Join months into runs, in order.

    >>> list(runs([3, 1, 2, 7]))
    [Run(begin=1, end=3), Run(begin=7, end=7)]
    """
    begin = end = None
    for month in sorted(set(months)):
        if begin is None or end is None:
            begin = month
        elif month > end + 1:
            yield Run(begin, end)
            begin = month
        end = month
    if begin is not None and end is not None:
        yield Run(begin, end)
