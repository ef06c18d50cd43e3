"""Ends of a domicile that may not have been known, and the months that this leaves in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from kszclient.competence.history.history import DomicileHistory
    from kszclient.competence.history.stays import Stay
    from kszclient.competence.rulebook.rulebook import Rulebook
    from kszclient.geography import Notice
    from kszclient.values import Month, MonthPeriod


class Doubt(NamedTuple):
    """Days on which a domicile that ended may still have counted, as far as was known.

    What follows raises the doubt, so no month before it is touched: a month is answered alike
    whatever comes after it.

    Args:
        stay: The stay that ended.
        since: The first day of what follows.
        last: The last of the days.
        references: The keys of the documents behind that.
        notice: What the user should know.
    """

    stay: Stay
    since: dt.date
    last: dt.date
    references: tuple[str, ...]
    notice: Notice

    def covers(self, month: Month, day: dt.date) -> bool:
        """Tell whether the stay may still have counted for a month that a day decides."""
        return self.since <= month.last_day and self.stay.last_day < day <= self.last


def doubts(
    history: DomicileHistory, known_on: dt.date, period: MonthPeriod, book: Rulebook
) -> Iterator[Doubt]:
    """Give each doubt about days that decide in a period.

    Args:
        history: The domicile history, with what became known later.
        known_on: The day of knowing.
        period: The months asked about.
        book: The rules.
    """
    first = book.settings.reference_day.of(period.begin)
    last_day = (period.end or period.begin).last_day
    for stay, after, last in history.doubtful_ends(known_on):
        if after.spell.begin <= last_day and first <= last:
            notice = book.notice(
                "end-in-doubt",
                spell=stay.number,
                end=stay.last_day,
                after=after.number,
                later=after.spell.known_since,
                known_on=known_on,
            )
            yield Doubt(stay, after.spell.begin, last, book.notices[notice.code].references, notice)
