"""The domicile history of one child."""

from __future__ import annotations

import datetime as dt
from itertools import count, product
from typing import TYPE_CHECKING, NamedTuple, Self

from kszclient.competence.history.knowledge import DoubtfulEnd, as_known, doubtful_ends, in_force
from kszclient.competence.history.spells import Spell
from kszclient.competence.history.stays import ONE_DAY, Stay

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Move(NamedTuple):
    """A change to another area, abroad or to nowhere known.

    Args:
        day: The first day at the new place.
        before: The stay that is left; None where none was known.
        after: The stay that is entered; None where none is known.
    """

    day: dt.date
    before: Stay | None
    after: Stay | None


class DomicileHistory:
    """Where a child was domiciled, in spells.

    Spells may be given in any order. One that became known later corrects those known earlier, for
    the days that it covers. Others should not overlap: where an answer depends on it, asking for it
    is an error.

    Args:
        spells: The spells.
        numbers: The numbers under which messages name them; None: 1, 2, 3 in the order given.

    Raises:
        UnknownPlaceError: A code or postcode is in no table; the message names the spell.
    """

    def __init__(self, spells: Iterable[Spell], *, numbers: Iterable[int] | None = None) -> None:
        numbered = zip(numbers or count(1), spells, strict=False)
        self._given = _sorted(Stay.at(number, spell) for number, spell in numbered)
        self._stays = _sorted(in_force(self._given))

    @classmethod
    def throughout_at(cls, *, nis: str | None = None, postcode: str | None = None) -> Self:
        """Give the history of a child who has had one domicile all the time.

        Raises:
            DomicileError: Not exactly one of the two is given.
            UnknownPlaceError: It is in no table.
        """
        return cls([Spell(begin=dt.date.min, nis=nis, postcode=postcode)])

    @property
    def stays(self) -> tuple[Stay, ...]:
        """What holds of the spells, in the order of the first days."""
        return self._stays

    @property
    def never_moves(self) -> bool:
        """Whether one domicile holds all the time, so that no day needs to decide."""
        return [stay.spell.begin for stay in self._stays] == [dt.date.min]

    def known_on(self, day: dt.date) -> Self:
        """Give the history as it was known on a day.

        A spell that became known later is left out. Where it follows another without a gap, the
        end of that other was not known either: it went on as far as was known. Over a hole an end
        stays an end, but one in doubt: see `doubtful_ends`.
        """
        known = as_known(self._given, day)
        return type(self)([stay.spell for stay in known], numbers=[stay.number for stay in known])

    def doubtful_ends(self, day: dt.date) -> list[DoubtfulEnd]:
        """Give the ends that a day's knowledge may not have had."""
        return list(doubtful_ends(self._given, day))

    def covering(self, day: dt.date) -> list[Stay | None]:
        """Give the stays on a day, several where they overlap; None alone where none is known."""
        return [stay for stay in self._stays if stay.spell.covers(day)] or [None]

    def moves(self) -> list[Move]:
        """Give each change to another area, abroad or to nowhere known, in the order of days.

        Where stays overlap, either of two may be the one that holds: then the move from one to the
        other lies where the second begins and also where the first has ended, and both are given.
        """
        begins = {stay.spell.begin for stay in self._stays} - {dt.date.min}
        ends = {stay.last_day for stay in self._stays} - {dt.date.max}
        days = sorted(begins | {end + ONE_DAY for end in ends})
        return [move for day in days for move in self._moves_on(day)]

    def _moves_on(self, day: dt.date) -> Iterator[Move]:
        # Of those that lie in one place, and do or do not go on, one tells as much as all.
        left = {(_where(stay), _on(stay, day)): stay for stay in self.covering(day - ONE_DAY)}
        entered = {(_where(stay), _on(stay, day - ONE_DAY)): stay for stay in self.covering(day)}
        for ((here, goes_on), before), ((there, went_on), after) in product(
            left.items(), entered.items()
        ):
            if here != there and not (goes_on and went_on):
                yield Move(day, before, after)

    def gaps(self) -> list[tuple[Stay, Stay]]:
        """Give the pairs of neighbouring stays with days between them that no stay covers."""
        gaps = []
        for index, after in enumerate(self._stays[1:], start=1):
            before = max(self._stays[:index], key=lambda stay: stay.last_day)
            if after.spell.begin - ONE_DAY > before.last_day:
                gaps.append((before, after))
        return gaps


def _on(stay: Stay | None, day: dt.date) -> bool:
    return stay is not None and stay.spell.covers(day)


def _where(stay: Stay | None) -> str | None:
    return None if stay is None else (stay.area or "abroad")


def _sorted(stays: Iterable[Stay]) -> tuple[Stay, ...]:
    return tuple(sorted(stays, key=lambda stay: (stay.spell.begin, stay.number)))
