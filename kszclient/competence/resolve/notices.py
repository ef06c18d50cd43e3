"""What is odd about a question but does not change its answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from kszclient.competence.rulebook.factors import CountsAs, Place
from kszclient.geography import gazetteer
from kszclient.values import Month, MonthPeriod

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kszclient.competence.history.spells import Stay
    from kszclient.competence.resolve.context import Case
    from kszclient.competence.resolve.result import Segment
    from kszclient.competence.rulebook.factors import Allowance, Circumstances
    from kszclient.competence.rulebook.rulebook import Rulebook
    from kszclient.geography import Area, Notice


def oddities(case: Case, period: MonthPeriod) -> Iterator[Notice]:
    """Give a notice for each oddity within the days of a closed period and those that decide it.

    They are: spells given twice or overlapping, days without a known domicile between spells, and
    months that lie ahead on the day of asking.
    """
    history, as_of = case.history, case.as_of
    first, last = case.deciding_day(period.begin), (period.end or period.begin).last_day
    yield from about_overlaps(case, period)
    for before, after in history.gaps():
        if before.last_day < last and after.spell.begin > first:
            yield case.book.notice(
                "gap",
                first=before.last_day,
                last=after.spell.begin,
                before=before.number,
                after=after.number,
            )
    situation = case.connector.situation
    if situation and situation.domicile_counts_as is CountsAs.NOTHING and history.stays:
        yield case.book.notice("domicile-not-counted", situation=situation.id)
    if period.end and period.end > Month.of(as_of):
        yield case.book.notice("months-ahead", month=Month.of(as_of), as_of=as_of)


def outdated(
    case: Case, circumstances: Circumstances, period: MonthPeriod, segments: Iterable[Segment]
) -> list[Notice]:
    """Give a notice for each code outside its validity, in the history or of a factor that decides.

    Args:
        case: What the answer is made from.
        circumstances: The places of the further factors.
        period: The months asked about.
        segments: The answer.
    """
    first, last = period.begin.first_day, (period.end or period.begin).last_day
    used = [
        (stay.spell.nis, max(stay.spell.begin, first), min(stay.last_day, last))
        for stay in case.history.stays
    ]
    for segment in segments:
        place = getattr(circumstances, segment.factor, None) if segment.factor else None
        if isinstance(place, Place):
            used.append((place.nis, segment.begin.first_day, segment.end.last_day))
    notices = (
        gazetteer().municipality(nis).used_between(begin, end)
        for nis, begin, end in used
        if nis is not None and begin <= end
    )
    found: list[Notice] = []
    for notice in notices:
        if notice and notice not in found:
            found.append(notice)
    return found


def known_later(case: Case, period: MonthPeriod) -> Iterator[Notice]:
    """Give a notice for each spell that became known after the day of asking."""
    before = case.book.settings.reference_day.of(period.begin)
    last = (period.end or period.begin).last_day
    told = set()
    for stay in case.history.stays:
        known_on = stay.spell.known_on
        if known_on is None or known_on <= case.as_of or stay.number in told:
            continue
        if stay.spell.begin <= last and stay.last_day >= before:
            told.add(stay.number)
            yield case.book.notice(
                "known-later", spell=stay.number, known_on=known_on, as_of=case.as_of
            )


def about_situation(
    case: Case, period: MonthPeriod, segments: Iterable[Segment]
) -> Iterator[Notice]:
    """Give a notice for each factor that decided though the situation rules it out.

    A domicile may end in the months asked about, or before others come to decide; it is odd only
    where it decides for all of them and still lasts.
    """
    situation = case.connector.situation
    if situation is None:
        return
    deciding = {
        segment.area and (segment.factor or CountsAs.DOMICILE.value)
        for segment in segments
        if segment.area or not segment.entity
    }
    last = (period.end or period.begin).last_day
    lasting = any(stay and stay.area for stay in case.history.covering(last))
    for factor in situation.excludes:
        odd = factor in deciding
        if factor == CountsAs.DOMICILE:
            odd = deciding == {factor} and lasting
        if odd:
            yield case.book.notice(f"situation-against-{factor}", situation=situation.id)


def about_stays(case: Case, pieces: Iterable[Segment]) -> Iterator[Notice]:
    """Give a notice for each factor that decided though the history, being abroad, rules it out."""
    if case.connector.situation is not None:
        return
    told = set()
    for piece in pieces:
        for stay in case.history.covering(case.deciding_day(piece.begin)):
            situation = case.connector.situation_on(stay)
            code = f"situation-against-{piece.factor}"
            if piece.factor in situation.excludes and code not in told:
                told.add(code)
                yield case.book.notice(code, situation=situation.id)


def about_allowance(allowance: Allowance, period: MonthPeriod, book: Rulebook) -> Iterator[Notice]:
    """Say what asking about a benefit that does not follow the domicile means."""
    facts = {
        "allowance": allowance.id,
        "source": allowance.source,
        "month": allowance.months_from,
    }
    if MonthPeriod(allowance.months_from).overlaps(period):
        yield book.notice("participation", **facts)
    if period.begin < allowance.months_from:
        yield book.notice("participation-later", **facts)


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
