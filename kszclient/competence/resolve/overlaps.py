"""What is told of spells that overlap where the answer does not depend on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kszclient.competence.history.stays import Stay
    from kszclient.competence.resolve.case import Case
    from kszclient.geography import Area, Notice
    from kszclient.values import MonthPeriod

_FEW = 10
"""So many pairs are told one by one; a notice for each of thousands tells nobody anything."""


def about_overlaps(case: Case, period: MonthPeriod) -> Iterator[Notice]:
    """Give notices for the spells that overlap on the days that decide in a closed period.

    A few pairs are told one by one, with their days; of more only the spells are named.
    """
    first, last = case.deciding_day(period.begin), (period.end or period.begin).last_day
    stays = [stay for stay in case.history.stays if stay.spell.begin <= last]
    stays = [stay for stay in stays if stay.last_day >= first]
    pairs = list(islice(_pairs(stays), _FEW + 1))
    if not pairs:
        return
    contested = list(_contested(case, period))
    if len(pairs) > _FEW:
        yield case.book.notice("overlaps", spells=_named(_overlapping(stays)))
        if contested:
            numbers = {stay.number for areas in contested for stay in areas}
            yield case.book.notice("overlaps-areas", spells=_named(numbers))
        return
    for one, other in pairs:
        yield _about_pair(case, one, other)
        if any(_differ(areas, one, other) for areas in contested):
            yield case.book.notice("overlap-areas", first=one.number, second=other.number)


def _pairs(stays: Sequence[Stay]) -> Iterator[tuple[Stay, Stay]]:
    for position, one in enumerate(stays, start=1):
        for other in islice(stays, position, None):
            if other.spell.begin > one.last_day:
                break
            yield one, other


def _overlapping(stays: Sequence[Stay]) -> set[int]:
    """Give the numbers of the stays, in the order of their first days, that overlap another."""
    found = set()
    longest = stays[0]
    for one, other in pairwise(stays):
        longest = max(longest, one, key=lambda stay: stay.last_day)
        if other.spell.begin <= longest.last_day:
            found |= {longest.number, other.number}
        if other.spell.begin <= one.last_day:
            found.add(one.number)
    return found


def _contested(case: Case, period: MonthPeriod) -> Iterator[Mapping[Stay, Area | None]]:
    """Give for each month to which stays give different areas the area of each.

    Where the place matters such a month has no answer at all.
    """
    for month in period:
        if case.place_matters(month):
            continue
        stays = [stay for stay in case.history.covering(case.deciding_day(month)) if stay]
        areas = {stay: case.connector.connect(month, stay).area for stay in stays}
        if len({*areas.values()}) > 1:
            yield areas


def _differ(areas: Mapping[Stay, Area | None], one: Stay, other: Stay) -> bool:
    return one in areas and other in areas and areas[one] != areas[other]


def _about_pair(case: Case, one: Stay, other: Stay) -> Notice:
    begin, end = other.spell.begin, min(one.last_day, other.last_day)
    same = (one.spell.begin, one.last_day) == (begin, other.last_day)
    code = "overlap-open" if end == dt.date.max else "overlap"
    if same and one.area == other.area:
        code = "duplicate"
    return case.book.notice(code, first=one.number, second=other.number, begin=begin, end=end)


def _named(numbers: set[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers))
