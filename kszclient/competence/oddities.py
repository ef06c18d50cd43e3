"""What is odd about a question but does not change its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.competence.factors import CountsAs
from kszclient.geography import gazetteer
from kszclient.values import Month

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kszclient.competence.case import Case
    from kszclient.competence.factors import Allowance
    from kszclient.competence.rulebook import Rulebook
    from kszclient.geography import Notice
    from kszclient.values import MonthPeriod


def oddities(case: Case, period: MonthPeriod) -> Iterator[Notice]:
    """Give a notice for each oddity within the days of a closed period.

    They are: codes outside their validity, spells given twice or overlapping, days without a known
    domicile between spells, and months that lie ahead on the day of asking.
    """
    history, as_of = case.history, case.as_of
    first, last = period.begin.first_day, (period.end or period.begin).last_day
    for stay in history.stays:
        begin, end = max(stay.spell.begin, first), min(stay.last_day, last)
        if stay.spell.nis is not None and begin <= end:
            notice = gazetteer().municipality(stay.spell.nis).used_between(begin, end)
            if notice:
                yield notice
    for one, other in history.overlaps():
        begin, end = other.spell.begin, min(one.last_day, other.last_day)
        if begin <= last and end >= first:
            same = (one.spell.begin, one.last_day) == (begin, other.last_day)
            code = "duplicate" if same and one.area == other.area else "overlap"
            yield case.book.notice(
                code, first=one.number, second=other.number, begin=begin, end=other.spell.end
            )
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


def about_allowance(allowance: Allowance, period: MonthPeriod, book: Rulebook) -> Notice:
    """Say what asking about a benefit that does not follow the domicile means."""
    later = period.begin < allowance.months_from
    return book.notice(
        "participation-later" if later else "participation",
        allowance=allowance.id,
        source=allowance.source,
        month=allowance.months_from,
    )
