"""What was known of a domicile on a day, and what a later registration corrects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kszclient.competence.history.stays import ONE_DAY

if TYPE_CHECKING:
    from kszclient.competence.history.stays import Stay


def as_known(stays: Sequence[Stay], day: dt.date) -> list[Stay]:
    """Give the stays as they were known on a day.

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
    """Give the known stays after whose end, some days later, one follows that was not yet known.

    No end says when it became known: it may have been written down at once (struck off, gone
    abroad) or together with what follows. So it is kept, and told to be in doubt. Where another
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
    """Give what is left of each stay where later registrations have corrected it.

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
