"""A spell in its history, with its number and its area."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple, Self

import msgspec

from kszclient.errors import UnknownPlaceError

if TYPE_CHECKING:
    from kszclient.competence.history.spells import Spell
    from kszclient.geography import Area

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
        """Give the same stay with other days."""
        end = None if last == dt.date.max else last
        return self._replace(spell=msgspec.structs.replace(self.spell, begin=first, end=end))

    def __str__(self) -> str:
        return f"spell {self.number} ({self.spell.begin} to {self.spell.end or 'now'})"
