"""How the generated population lives: the rates of `mocks/population.toml`, typed."""

from __future__ import annotations

import datetime as dt
from functools import cache

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


class Allowance(msgspec.Struct, frozen=True):
    """A participation allowance: its code, the ages it is for, and how many have it."""

    code: str
    from_age: int
    to_age: int
    share: float
    born_from: int = 1900


class Participation(msgspec.Struct, frozen=True):
    """The Flemish participation allowances."""

    outside_flanders: dict[str, float]
    first_month: Month
    school_first_month: Month
    toddler: Allowance
    childcare: Allowance
    school: Allowance


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
    participation: Participation


@cache
def rates() -> Rates:
    """Read `mocks/population.toml`."""
    return read_typed(resource("mocks", "population.toml"), Rates)
