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
    from kszclient.competence.resolve.context import ResolutionContext
    from kszclient.competence.resolve.result import Segment
    from kszclient.competence.rulebook.factors import Allowance, Circumstances
    from kszclient.competence.rulebook.rulebook import Rulebook
    from kszclient.geography import Area, Notice


def oddities(context: ResolutionContext, period: MonthPeriod) -> Iterator[Notice]:
    """Yield a notice for each oddity within the days of a closed period and those that decide it.

    They are: spells given twice or overlapping, days without a known domicile between spells, and
    months that lie ahead on the day of asking.
    """
    history, as_of = context.history, context.as_of
    first, last = context.deciding_day(period.begin), (period.end or period.begin).last_day
    yield from about_overlaps(context, period)
    for before, after in history.gaps():
        if before.last_day < last and after.spell.begin > first:
            yield context.book.notice(
                "gap",
                first=before.last_day,
                last=after.spell.begin,
                before=before.number,
                after=after.number,
            )
    situation = context.connector.situation
    if situation and situation.domicile_counts_as is CountsAs.NOTHING and history.stays:
        yield context.book.notice("domicile-not-counted", situation=situation.id)
    if period.end and period.end > Month.of(as_of):
        yield context.book.notice("months-ahead", month=Month.of(as_of), as_of=as_of)


def outdated(
    context: ResolutionContext,
    circumstances: Circumstances,
    period: MonthPeriod,
    segments: Iterable[Segment],
) -> list[Notice]:
    """Return a notice for each code outside its validity, of the history or a deciding factor.

    Args:
        context: What the answer is made from.
        circumstances: The places of the further factors.
        period: The months asked about.
        segments: The answer.
    """
    first, last = period.begin.first_day, (period.end or period.begin).last_day
    used = [
        (stay.spell.nis, max(stay.spell.begin, first), min(stay.last_day, last))
        for stay in context.history.stays
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


def known_later(context: ResolutionContext, period: MonthPeriod) -> Iterator[Notice]:
    """Yield a notice for each spell that became known after the day of asking."""
    before = context.book.settings.reference_day.of(period.begin)
    last = (period.end or period.begin).last_day
    reported = set()
    for stay in context.history.stays:
        known_on = stay.spell.known_on
        if known_on is None or known_on <= context.as_of or stay.number in reported:
            continue
        if stay.spell.begin <= last and stay.last_day >= before:
            reported.add(stay.number)
            yield context.book.notice(
                "known-later", spell=stay.number, known_on=known_on, as_of=context.as_of
            )


def about_situation(
    context: ResolutionContext, period: MonthPeriod, segments: Iterable[Segment]
) -> Iterator[Notice]:
    """Yield a notice for each factor that decided though the situation rules it out.

    A domicile may end in the months asked about, or before others come to decide; it is odd only
    where it decides for all of them and still lasts.
    """
    situation = context.connector.situation
    if situation is None:
        return
    deciding = {
        segment.area and (segment.factor or CountsAs.DOMICILE.value)
        for segment in segments
        if segment.area or not segment.entity
    }
    last = (period.end or period.begin).last_day
    lasting = any(stay and stay.area for stay in context.history.covering(last))
    for factor in situation.excludes:
        odd = factor in deciding
        if factor == CountsAs.DOMICILE:
            odd = deciding == {factor} and lasting
        if odd:
            yield context.book.notice(f"situation-against-{factor}", situation=situation.id)


def about_stays(context: ResolutionContext, pieces: Iterable[Segment]) -> Iterator[Notice]:
    """Yield a notice for each factor that decided though a stay abroad rules it out."""
    if context.connector.situation is not None:
        return
    reported = set()
    for piece in pieces:
        for stay in context.history.covering(context.deciding_day(piece.begin)):
            situation = context.connector.situation_on(stay)
            code = f"situation-against-{piece.factor}"
            if piece.factor in situation.excludes and code not in reported:
                reported.add(code)
                yield context.book.notice(code, situation=situation.id)


def about_allowance(allowance: Allowance, period: MonthPeriod, book: Rulebook) -> Iterator[Notice]:
    """Yield what it means to ask about a benefit that does not follow the domicile."""
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
"""So many pairs are listed one by one; a notice for each of thousands helps nobody."""


def about_overlaps(context: ResolutionContext, period: MonthPeriod) -> Iterator[Notice]:
    """Yield notices for the spells that overlap on the days that decide in a closed period.

    A few pairs are listed one by one, with their days; of more only the spells are named.
    """
    first, last = context.deciding_day(period.begin), (period.end or period.begin).last_day
    stays = [stay for stay in context.history.stays if stay.spell.begin <= last]
    stays = [stay for stay in stays if stay.last_day >= first]
    pairs = list(islice(_pairs(stays), _FEW + 1))
    if not pairs:
        return
    contested = list(_contested(context, period))
    if len(pairs) > _FEW:
        yield context.book.notice("overlaps", spells=_named(_overlapping(stays)))
        if contested:
            numbers = {stay.number for areas in contested for stay in areas}
            yield context.book.notice("overlaps-areas", spells=_named(numbers))
        return
    for one, other in pairs:
        yield _about_pair(context, one, other)
        if any(_differ(areas, one, other) for areas in contested):
            yield context.book.notice("overlap-areas", first=one.number, second=other.number)


def _pairs(stays: Sequence[Stay]) -> Iterator[tuple[Stay, Stay]]:
    for position, one in enumerate(stays, start=1):
        for other in islice(stays, position, None):
            if other.spell.begin > one.last_day:
                break
            yield one, other


def _overlapping(stays: Sequence[Stay]) -> set[int]:
    """Return the numbers of the stays, in the order of their first days, that overlap another."""
    found = set()
    longest = stays[0]
    for one, other in pairwise(stays):
        longest = max(longest, one, key=lambda stay: stay.last_day)
        if other.spell.begin <= longest.last_day:
            found |= {longest.number, other.number}
        if other.spell.begin <= one.last_day:
            found.add(one.number)
    return found


def _contested(
    context: ResolutionContext, period: MonthPeriod
) -> Iterator[Mapping[Stay, Area | None]]:
    """Yield for each month to which stays give different areas the area of each.

    Where the place matters such a month has no answer at all.
    """
    for month in period:
        if context.place_matters(month):
            continue
        stays = [stay for stay in context.history.covering(context.deciding_day(month)) if stay]
        areas = {stay: context.connector.connect(month, stay).area for stay in stays}
        if len({*areas.values()}) > 1:
            yield areas


def _differ(areas: Mapping[Stay, Area | None], one: Stay, other: Stay) -> bool:
    return one in areas and other in areas and areas[one] != areas[other]


def _about_pair(context: ResolutionContext, one: Stay, other: Stay) -> Notice:
    begin, end = other.spell.begin, min(one.last_day, other.last_day)
    same = (one.spell.begin, one.last_day) == (begin, other.last_day)
    code = "overlap-open" if end == dt.date.max else "overlap"
    if same and one.area == other.area:
        code = "duplicate"
    return context.book.notice(code, first=one.number, second=other.number, begin=begin, end=end)


def _named(numbers: set[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers))
