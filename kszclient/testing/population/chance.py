"""Chance that can be repeated: the same seed gives the same draws on every machine and version.

Only `random.Random.random` is used of the standard library: its sequence is promised to stay.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A sequence of draws that depends on its seed alone.

    >>> Chance("a").whole(1, 6) == Chance("a").whole(1, 6)
    True
    """

    def __init__(self, seed: str) -> None:
        self._draw = random.Random(seed).random  # noqa: S311 - no secrets here

    def happens(self, rate: float) -> bool:
        """Tell whether something of this rate, 0 to 1, happens."""
        return self._draw() < rate

    def part(self) -> float:
        """Draw from 0 up to but not including 1."""
        return self._draw()

    def whole(self, least: int, most: int) -> int:
        """Draw a whole number, both ends included."""
        return least + int(self._draw() * (most - least + 1))

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        """Draw a day, both ends included."""
        return first + dt.timedelta(days=self.whole(0, (last - first).days))

    def one_of(self, choices: Sequence[T], weight: Callable[[T], float]) -> T:
        """Draw one of several by weight."""
        sums = list(accumulate(weight(choice) for choice in choices))
        mark = self._draw() * sums[-1]
        return next(choice for choice, upto in zip(choices, sums, strict=True) if mark < upto)
