"""Where the mock world's people live, and which register holds whose months.

The world keeps its own truth in `mocks/places.toml`, apart from the rule base of
`kszclient.competence`, so that the one can be tested against the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise

import msgspec

from kszclient.errors import DataError
from kszclient.resources import resource
from kszclient.testing.population.reading import read_typed
from kszclient.testing.population.truth import DomicileSpell, Right
from kszclient.values import AuthenticSource, Month, MonthPeriod

_ONE_DAY = dt.timedelta(days=1)


class HomeMunicipality(msgspec.Struct, frozen=True):
    """A municipality in which generated families live."""

    nis: str
    name: str
    weight: float


class RegisterSpell(msgspec.Struct, frozen=True):
    """The register that holds an area's months, and from when to when."""

    source: AuthenticSource
    begin: Month = msgspec.field(default=Month(1, 1), name="from")
    until: Month | None = None


class LanguageArea(msgspec.Struct, frozen=True):
    """A language area with its share of the children."""

    code: str
    about: str
    share: float
    register: tuple[RegisterSpell, ...]
    municipality: tuple[HomeMunicipality, ...]


class _Also(msgspec.Struct, frozen=True):
    area: str
    nis: tuple[str, ...]


class _PlacesFile(msgspec.Struct, frozen=True):
    area: tuple[LanguageArea, ...]
    also: tuple[_Also, ...]


class Places(msgspec.Struct, frozen=True):
    """The areas by code, and the area of every municipality."""

    areas: Mapping[str, LanguageArea]
    area_of: Mapping[str, str]

    def held(
        self, domicile: Iterable[DomicileSpell], months: MonthPeriod
    ) -> tuple[tuple[str, Right], ...]:
        """Return in which area, and so in which register, these months lie.

        A month belongs to the area in which the child lived on the last day of the month before:
        after a move the new entity takes over on the first day of the next month.

        Args:
            domicile: Addresses in order of time.
            months: The months in which there is a right.

        Returns:
            Area codes, each with a run of months, in order of time.

        Raises:
            DataError: A municipality is in no area of the mock world.
        """
        found: list[tuple[str, Right]] = []
        for spell in domicile:
            lived = _months_of(spell)
            if spell.nis is None or lived is None:
                continue
            if spell.nis not in self.area_of:
                raise DataError(f"mocks/places.toml has no municipality {spell.nis}")
            area = self.areas[self.area_of[spell.nis]]
            for register in area.register:
                run = lived.intersection(MonthPeriod(register.begin, register.until))
                run = run.intersection(months) if run is not None else None
                if run is not None:
                    found.append((area.code, Right(register.source, run.begin, run.end)))
        return tuple(found)

    def rights(self, domicile: Iterable[DomicileSpell], months: MonthPeriod) -> tuple[Right, ...]:
        """Return which register ought to hold which of these months.

        >>> from datetime import date
        >>> eupen = DomicileSpell(date(2017, 5, 2), nis="63023")
        >>> [
        ...     (right.source.value, str(right.period))
        ...     for right in places().rights([eupen], MonthPeriod.parse("2018-06"))
        ... ]
        [('FEDERAL', '2018-06..2018-12'), ('EASTBELGIUM', '2019-01..')]
        """
        return joined(right for _, right in self.held(domicile, months))


def _months_of(spell: DomicileSpell) -> MonthPeriod | None:
    first = Month.of(spell.begin).next()
    last = None if spell.end is None else Month.of(spell.end + _ONE_DAY)
    return None if last is not None and last < first else MonthPeriod(first, last)


def joined(rights: Iterable[Right]) -> tuple[Right, ...]:
    """Join runs of the same register that follow each other without a gap."""
    merged: list[Right] = []
    for right in rights:
        before = merged[-1] if merged else None
        if before and before.source is right.source and before.end == right.begin.previous():
            merged[-1] = Right(before.source, before.begin, right.end)
        else:
            merged.append(right)
    return tuple(merged)


def as_registered(
    domicile: tuple[DomicileSpell, ...], known_until: dt.date
) -> tuple[DomicileSpell, ...]:
    """Return the addresses as the register knew them on a day: what came later is not there yet.

    >>> from datetime import date
    >>> history = (
    ...     DomicileSpell(date(2020, 1, 1), date(2021, 6, 14), nis="21004"),
    ...     DomicileSpell(date(2021, 6, 15), nis="44021", known_on=date(2021, 12, 1)),
    ... )
    >>> [spell.nis for spell in as_registered(history, date(2021, 9, 1))]
    ['21004']
    """
    heard = [(spell.known_on or spell.begin) <= known_until for spell in domicile]
    known: list[DomicileSpell] = []
    for spell, is_known, next_is_known in zip(domicile, heard, [*heard[1:], True], strict=True):
        if is_known:
            known.append(spell if next_is_known else msgspec.structs.replace(spell, end=None))
    return tuple(
        msgspec.structs.replace(spell, end=after.begin - _ONE_DAY) if spell.end is None else spell
        for spell, after in pairwise(known)
    ) + tuple(known[-1:])


@cache
def places() -> Places:
    """Read `mocks/places.toml`."""
    data = read_typed(resource("mocks", "places.toml"), _PlacesFile)
    area_of = {place.nis: area.code for area in data.area for place in area.municipality}
    area_of |= {nis: also.area for also in data.also for nis in also.nis}
    return Places({area.code: area for area in data.area}, area_of)
