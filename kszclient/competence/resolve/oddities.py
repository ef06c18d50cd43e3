"""What is odd about a question but does not change its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.competence.resolve.overlaps import about_overlaps
from kszclient.competence.rulebook.factors import CountsAs, Place
from kszclient.geography import gazetteer
from kszclient.values import Month, MonthPeriod

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kszclient.competence.resolve.case import Case
    from kszclient.competence.resolve.result import Segment
    from kszclient.competence.rulebook.factors import Allowance, Circumstances
    from kszclient.competence.rulebook.rulebook import Rulebook
    from kszclient.geography import Notice


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
