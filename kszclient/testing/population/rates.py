"""How the generated population lives: the rates of `mocks/population.toml`, and draws by them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate
from typing import TypeVar

import msgspec

from kszclient.resources import resource
from kszclient.testing.population.reading import read_typed
from kszclient.values import Month


class Births(msgspec.Struct, frozen=True):
    """When children are born, and how many in a family."""

    first_year: int
    last_year: int
    more_children: tuple[float, ...]
    years_between: tuple[int, int]


class Numbers(msgspec.Struct, frozen=True):
    """How often a child has a BIS number, or an older number."""

    bis_number: float
    replaced: float
    cancelled: float


class Moves(msgspec.Struct, frozen=True):
    """How often families move, how far, and how late it is registered."""

    history_from: dt.date
    move_per_year: float
    to_other_area: float
    late: float
    late_days: tuple[int, int]


class Rights(msgspec.Struct, frozen=True):
    """Until which age there is a right."""

    ends_at_18: float
    last_age: tuple[int, int]


class PayerChanges(msgspec.Struct, frozen=True):
    """How often a family chooses another payer."""

    change_per_year: float


class Parents(msgspec.Struct, frozen=True):
    """How parents live."""

    single_parent: float
    separated: float


class Benefits(msgspec.Struct, frozen=True):
    """How often a child has which benefit."""

    social: float
    special_care: float
    orphan: float
    foster: float
    adoption: float
    pre_paid_birth: float


class AllowanceRate(msgspec.Struct, frozen=True):
    """A participation allowance: its code, the ages it is for, and how many have it."""

    code: str
    from_age: int
    to_age: int
    share: float
    born_from: int = 1900


class ParticipationRates(msgspec.Struct, frozen=True):
    """The Flemish participation allowances."""

    outside_flanders: dict[str, float]
    first_month: Month
    school_first_month: Month
    toddler: AllowanceRate
    childcare: AllowanceRate
    school: AllowanceRate


class Rates(msgspec.Struct, frozen=True):
    """All rates."""

    last_month: Month
    known_until: dt.date
    births: Births
    numbers: Numbers
    domicile: Moves
    rights: Rights
    payers: PayerChanges
    family: Parents
    benefits: Benefits
    participation: ParticipationRates


@cache
def rates() -> Rates:
    """Read `mocks/population.toml`."""
    return read_typed(resource("mocks", "population.toml"), Rates)


T = TypeVar("T")


class Chance:
    """A sequence of draws that depends on its seed alone, on every machine and version.

    Of the standard library only `random.Random.random` is used: its sequence is promised to stay.

    >>> Chance("a").whole(1, 6) == Chance("a").whole(1, 6)
    True
    """

    def __init__(self, seed: str) -> None:
        self._draw = random.Random(seed).random  # noqa: S311 - no secrets here

    def happens(self, rate: float) -> bool:
        """Return whether something of this rate, 0 to 1, happens."""
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
