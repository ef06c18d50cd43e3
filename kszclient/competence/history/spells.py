"""One stay of a child at one place."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, Self

import msgspec

from kszclient.errors import DomicileError, UnknownPlaceError
from kszclient.geography import Area, countries, gazetteer


class Spell(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A domicile from one day to another, both included.

    Args:
        begin: First day.
        end: Last day; None while it lasts.
        nis: Municipality code (REFNIS), five digits; or
        postcode: four digits; or
        country: for a domicile abroad its ISO 3166-1 code, two capital letters.
        known_on: The day on which the spell became known; None: since it began. Addresses are
            registered late, with effect backwards: such a spell corrects those known before.

    Raises:
        DomicileError: It ends before it begins, has no place or several, or its country does not
            exist or is Belgium.

    >>> Spell(begin=dt.date(2019, 5, 1), postcode="4700").area
    <Area.DG: 'DG'>
    """

    begin: dt.date = msgspec.field(name="from")
    end: dt.date | None = msgspec.field(name="to", default=None)
    nis: str | None = None
    postcode: str | None = None
    country: str | None = None
    known_on: dt.date | None = None

    def __post_init__(self) -> None:
        """Check the spell by itself."""
        if self.end is not None and self.end < self.begin:
            raise DomicileError(
                f"field to: the spell ends ({self.end}) before it begins ({self.begin})"
            )
        if sum(place is not None for place in (self.nis, self.postcode, self.country)) != 1:
            raise DomicileError("fields nis, postcode, country: expected exactly one of them")
        if self.country == "BE":
            raise DomicileError("field country: a domicile in Belgium needs a nis or postcode")
        if self.country is not None and self.country not in countries():
            raise DomicileError(
                "field country: expected a code of ISO 3166-1, two capital letters such as FR"
            )

    @property
    def area(self) -> Area | None:
        """The area in which it lies; None abroad.

        Raises:
            UnknownPlaceError: The code or postcode is in no table.
        """
        if self.country is not None:
            return None
        return gazetteer().area(nis=self.nis, postcode=self.postcode)

    def covers(self, day: dt.date) -> bool:
        """Return whether a day lies in the spell."""
        return self.begin <= day and (self.end is None or day <= self.end)

    @property
    def known_since(self) -> dt.date:
        """The day from which it was known."""
        return self.known_on or self.begin

    def corrects(self, other: Spell) -> bool:
        """Return whether it goes before another for the days that both cover.

        >>> old, new = dt.date(2015, 1, 1), dt.date(2021, 3, 10)
        >>> late = Spell(begin=new, nis="11002", known_on=dt.date(2021, 6, 15))
        >>> late.corrects(Spell(begin=old, nis="62063"))
        True
        """
        return self.known_on is not None and self.known_on > other.known_since


ONE_DAY = dt.timedelta(days=1)


class Stay(NamedTuple):
    """A spell, or what is left of it, with its number in the history as given, from 1."""

    number: int
    spell: Spell
    area: Area | None

    @classmethod
    def at(cls, number: int, spell: Spell) -> Self:
        """Find the area of a spell.

        Raises:
            UnknownPlaceError: Its code or postcode is in no table; the message names the spell.
        """
        try:
            return cls(number, spell, spell.area)
        except UnknownPlaceError as error:
            raise UnknownPlaceError(f"spell {number}: {error}", next_step=error.next_step) from None

    @property
    def last_day(self) -> dt.date:
        """The last day; the end of time while it lasts."""
        return self.spell.end or dt.date.max

    def between(self, first: dt.date, last: dt.date) -> Stay:
        """Return the same stay with other days."""
        end = None if last == dt.date.max else last
        return self._replace(spell=msgspec.structs.replace(self.spell, begin=first, end=end))

    def __str__(self) -> str:
        return f"spell {self.number} ({self.spell.begin} to {self.spell.end or 'now'})"
