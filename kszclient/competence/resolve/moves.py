"""Months that a move leaves open, and the open point on which each rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kszclient.values import Month

if TYPE_CHECKING:
    import datetime as dt

    from kszclient.competence.history.history import Move
    from kszclient.competence.resolve.case import Case
    from kszclient.competence.rulebook.rulebook import OpenPoint
    from kszclient.geography import Notice
    from kszclient.values import MonthPeriod


class OpenMonth(NamedTuple):
    """A month whose answer depends on which day of it decides.

    Args:
        point: The open point that says how the month is read.
        references: The keys of the documents behind that.
        notice: What the user should know.
    """

    point: OpenPoint
    references: tuple[str, ...]
    notice: Notice


def open_months(case: Case, period: MonthPeriod) -> dict[Month, OpenMonth]:
    """Give the months in which a move changes the answer, so that the deciding day matters.

    Where a child moves more than once in a month, the first such move tells what is open.
    """
    moves = [(Month.of(move.day), move) for move in case.history.moves()]
    found: dict[Month, OpenMonth] = {}
    for month, move in moves:
        if month in period and month not in found and _matters(case, month, move):
            days = dict.fromkeys(str(each.day) for its_month, each in moves if its_month == month)
            found[month] = _opened(case, month, move.day, ", ".join(days))
    return found


def _matters(case: Case, month: Month, move: Move) -> bool:
    if _begins(case, move.day) and case.book.settings.reference_day.of(month) == move.day:
        return False
    return case.answer(move.before, month) != case.answer(move.after, month)


def _begins(case: Case, day: dt.date) -> bool:
    return day == case.history.stays[0].spell.begin


def _opened(case: Case, month: Month, day: dt.date, days: str) -> OpenMonth:
    book = case.book
    code = "move-on-first" if day == month.first_day else "move-within-month"
    if _begins(case, day):
        code = "history-begins"
    reading = book.settings.reference_day
    notice = book.notice(
        code,
        day=day,
        days=days,
        month=month,
        next=month.next(),
        reference=reading.of(month),
        following=reading.of(month.next()),
    )
    rule = book.notices[code]
    return OpenMonth(book.open_points[rule.open_point or ""], rule.references, notice)
