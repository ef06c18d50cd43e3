"""Moves inside the months asked about, and how far each leaves a month open."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from kszclient.values import Month

if TYPE_CHECKING:
    from kszclient.competence.case import Case
    from kszclient.competence.terms import Certainty
    from kszclient.geography import Notice
    from kszclient.values import MonthPeriod


class OpenMonth(NamedTuple):
    """A month whose answer depends on which day of it decides.

    Args:
        month: The month.
        certainty: How sure its answer can be at most.
        notice: What the user should know.
    """

    month: Month
    certainty: Certainty
    notice: Notice


def open_months(case: Case, period: MonthPeriod) -> list[OpenMonth]:
    """Give the months in which a move changes the answer, so that the deciding day matters."""
    found = []
    for day in case.history.moves():
        month = Month.of(day)
        if month not in period:
            continue
        before, after = case.history.on(day - dt.timedelta(days=1)), case.history.on(day)
        reference = case.book.settings.reference_day.of(month)
        begins = day == case.history.stays[0].spell.begin
        if case.answer(before, month) == case.answer(after, month) or (begins and reference == day):
            continue
        if begins:
            code = "history-begins"
        else:
            code = "move-on-first" if day == month.first_day else "move-within-month"
        notice = case.book.notice(
            code, day=day, month=month, next=month.next(), reference=reference
        )
        found.append(OpenMonth(month, case.book.notices[code].certainty, notice))
    return found
