"""The domicile history of one child."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import count, product
from typing import NamedTuple, Self

from kszclient.competence.history.spells import ONE_DAY, Spell, Stay


class AreaChange(NamedTuple):
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
        """Return the history of a child who has had one domicile all the time.

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
        """Return the history as it was known on a day.

        A spell that became known later is left out. Where it follows another without a gap, the
        end of that other was not known either: it went on as far as was known. Over a hole an end
        stays an end, but one in doubt: see `doubtful_ends`.
        """
        known = as_known(self._given, day)
        return type(self)([stay.spell for stay in known], numbers=[stay.number for stay in known])

    def doubtful_ends(self, day: dt.date) -> list[DoubtfulEnd]:
        """Return the ends that a day's knowledge may not have had."""
        return list(doubtful_ends(self._given, day))

    def covering(self, day: dt.date) -> list[Stay | None]:
        """Return the stays on a day, several where they overlap; None alone where none is known."""
        return [stay for stay in self._stays if stay.spell.covers(day)] or [None]

    def moves(self) -> list[AreaChange]:
        """Return each change to another area, abroad or to nowhere known, in the order of days.

        Where stays overlap, either of two may be the one that holds: then the move from one to the
        other lies where the second begins and also where the first has ended, and both are given.
        """
        begins = {stay.spell.begin for stay in self._stays} - {dt.date.min}
        ends = {stay.last_day for stay in self._stays} - {dt.date.max}
        days = sorted(begins | {end + ONE_DAY for end in ends})
        return [move for day in days for move in self._moves_on(day)]

    def _moves_on(self, day: dt.date) -> Iterator[AreaChange]:
        # Of those that lie in one place, and do or do not go on, one stands for all.
        left = {(_where(stay), _on(stay, day)): stay for stay in self.covering(day - ONE_DAY)}
        entered = {(_where(stay), _on(stay, day - ONE_DAY)): stay for stay in self.covering(day)}
        for ((here, goes_on), before), ((there, went_on), after) in product(
            left.items(), entered.items()
        ):
            if here != there and not (goes_on and went_on):
                yield AreaChange(day, before, after)

    def gaps(self) -> list[tuple[Stay, Stay]]:
        """Return the pairs of neighbouring stays with days between them that no stay covers."""
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


def as_known(stays: Sequence[Stay], day: dt.date) -> list[Stay]:
    """Return the stays as they were known on a day.

    What became known later is left out. Where such a stay follows another without a gap, the end of
    that other was not known either: it went on as far as was known. An end that another known stay
    reaches over stays an end.

    Args:
        stays: All stays, in the order of their first days.
        day: The day of knowing.
    """
    known = [stay for stay in stays if stay.spell.known_since <= day]
    unknown_begins = {stay.spell.begin for stay in stays if stay.spell.known_since > day}
    return [_reopened(stay, known) if _follows(stay, unknown_begins) else stay for stay in known]


def _follows(stay: Stay, begins: Container[dt.date]) -> bool:
    return stay.last_day != dt.date.max and stay.last_day + ONE_DAY in begins


def _reopened(stay: Stay, known: Iterable[Stay]) -> Stay:
    if _reached_over(stay, known):
        return stay
    upcoming = _upcoming(stay, known)
    return stay.between(stay.spell.begin, upcoming - ONE_DAY if upcoming else dt.date.max)


def _upcoming(stay: Stay, known: Iterable[Stay]) -> dt.date | None:
    begins = (each.spell.begin for each in known if each.spell.begin > stay.last_day)
    return min(begins, default=None)


def _reached_over(stay: Stay, known: Iterable[Stay]) -> bool:
    return any(each.spell.begin <= stay.last_day < each.last_day for each in known)


class DoubtfulEnd(NamedTuple):
    """An end that a day's knowledge may not have had.

    Args:
        stay: The stay that ends.
        after: The one that follows some days later, not known yet.
        last: The last of the days on which, as far as was known, no other stay had begun.
    """

    stay: Stay
    after: Stay
    last: dt.date


def doubtful_ends(stays: Sequence[Stay], day: dt.date) -> Iterator[DoubtfulEnd]:
    """Yield the known stays after whose end, some days later, one follows that was not yet known.

    No end states when it became known: it may have been written down at once (struck off, gone
    abroad) or together with what follows. So it is kept, and reported as in doubt. Where another
    known stay follows at once the end was known with it.

    Args:
        stays: All stays, in the order of their first days.
        day: The day of knowing.
    """
    known = as_known(stays, day)
    later = [stay for stay in stays if stay.spell.known_since > day]
    for stay in known:
        if stay.last_day == dt.date.max or _reached_over(stay, known):
            continue
        upcoming = _upcoming(stay, known) or dt.date.max
        if upcoming == stay.last_day + ONE_DAY:
            continue
        for each in later:
            if stay.last_day < each.spell.begin <= upcoming:
                yield DoubtfulEnd(stay, each, upcoming - ONE_DAY)
                break


def in_force(stays: Sequence[Stay]) -> Iterator[Stay]:
    """Yield what is left of each stay where later registrations have corrected it.

    A spell with a day of knowing goes before those that were known earlier, for the days that it
    covers: an address registered late takes effect backwards.
    """
    for stay in stays:
        begin, end = stay.spell.begin, stay.last_day
        corrections = sorted(
            (max(begin, each.spell.begin), min(end, each.last_day))
            for each in stays
            if each.spell.corrects(stay.spell)
        )
        free: dt.date | None = begin
        for first, last in corrections:
            if last < first or free is None:
                continue
            if free < first:
                yield stay.between(free, first - ONE_DAY)
            free = None if last == end else max(free, last + ONE_DAY)
        if free is not None:
            yield stay.between(free, end)
