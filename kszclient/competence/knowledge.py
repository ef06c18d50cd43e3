"""What was known of a domicile on a day, and what a later registration corrects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kszclient.competence.stays import ONE_DAY

if TYPE_CHECKING:
    from kszclient.competence.stays import Stay


def as_known(stays: Iterable[Stay], day: dt.date) -> list[Stay]:
    """Give the stays as they were known on a day.

    What became known later is left out. Where such a stay follows another without a gap, the end of
    that other was not known either: it went on as far as was known.

    Args:
        stays: All stays, in the order of their first days.
        day: The day of knowing.
    """
    known, unknown_begins = [], set()
    for stay in stays:
        if stay.spell.known_since <= day:
            known.append(stay)
        else:
            unknown_begins.add(stay.spell.begin)
    for index, stay in enumerate(known):
        if stay.last_day == dt.date.max or stay.last_day + ONE_DAY not in unknown_begins:
            continue
        following = known[index + 1].spell.begin if known[index + 1 :] else None
        if following is None:
            known[index] = stay.between(stay.spell.begin, dt.date.max)
        elif following > stay.last_day:
            known[index] = stay.between(stay.spell.begin, following - ONE_DAY)
    return known


def doubtful_ends(stays: Sequence[Stay], day: dt.date) -> Iterator[tuple[Stay, Stay]]:
    """Give the known stays after whose end, some days later, one follows that was not yet known.

    No end says when it became known: it may have been written down at once (struck off, gone
    abroad) or together with what follows. So it is kept, and told to be in doubt.

    Args:
        stays: All stays, in the order of their first days.
        day: The day of knowing.

    Returns:
        The stay that ends and the one that follows.
    """
    known = as_known(stays, day)
    later = [stay for stay in stays if stay.spell.known_since > day]
    for index, stay in enumerate(known):
        if any(each.last_day > stay.last_day for each in known[:index]):
            continue
        upcoming = known[index + 1].spell.begin if known[index + 1 :] else dt.date.max
        for each in later:
            if stay.last_day < each.spell.begin <= upcoming:
                yield stay, each
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
