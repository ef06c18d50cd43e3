"""Months in which two payers hold a basic amount of one child, who has one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol


class Paid(Protocol):
    """Months in which a payer holds a basic amount."""

    @property
    def payer(self) -> str:
        """Return the payer."""

    @property
    def months(self) -> tuple[int, int]:
        """Return the numbers of the first month and of the last."""


class Doubled(NamedTuple):
    """Months in a row in which the same several payers hold one.

    Args:
        begin: Number of the first month.
        end: Number of the last.
        payers: Who holds it, in order.
    """

    begin: int
    end: int
    payers: tuple[str, ...]


def doubled(paid: Sequence[Paid], months: tuple[int, int]) -> Iterator[Doubled]:
    """Find the months in which more than one payer holds a basic amount of a child.

    Args:
        paid: Who holds one, and when.
        months: Numbers of the first month to look at and of the last.
    """
    if len({each.payer for each in paid}) < 2:  # noqa: PLR2004 - two basic amounts
        return
    held = [(each.payer, *each.months) for each in paid]
    by_month = [
        (month, tuple(sorted({payer for payer, begin, end in held if begin <= month <= end})))
        for month in range(months[0], months[1] + 1)
    ]
    for payers, group in groupby(by_month, key=lambda pair: pair[1]):
        run = [month for month, _ in group]
        if len(payers) > 1:
            yield Doubled(run[0], run[-1], payers)
