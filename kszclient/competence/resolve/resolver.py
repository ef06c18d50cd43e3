"""From a domicile history to the segments of competence of one child."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET

from kszclient.competence.resolve.case import Case
from kszclient.competence.resolve.connection import Connector, chosen
from kszclient.competence.resolve.doubts import doubts
from kszclient.competence.resolve.moves import open_months
from kszclient.competence.resolve.oddities import (
    about_allowance,
    about_situation,
    about_stays,
    known_later,
    oddities,
    outdated,
)
from kszclient.competence.resolve.pieces import pieces
from kszclient.competence.resolve.result import Competence, Segment
from kszclient.competence.rulebook.factors import Circumstances
from kszclient.competence.rulebook.rulebook import rulebook
from kszclient.competence.rulebook.terms import Certainty
from kszclient.values import AuthenticSource, Month, MonthPeriod

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from kszclient.competence.history.history import DomicileHistory
    from kszclient.competence.rulebook.rulebook import Rulebook

_CONTENT = tuple(name for name in Segment.__struct_fields__ if name not in {"begin", "end"})


def resolve(  # noqa: PLR0913 - the times and facts that an answer depends on, by name
    history: DomicileHistory,
    period: MonthPeriod,
    *,
    as_of: dt.date,
    known_on: dt.date | None = None,
    circumstances: Circumstances | None = None,
    book: Rulebook | None = None,
) -> Competence:
    """Tell who was competent for a child month by month, and which register to ask.

    Args:
        history: The domicile history of the child.
        period: The months asked about; closed, from 1996-01 to 2099-12.
        as_of: The day of asking, which decides on cadaster and keeper.
        known_on: Answer from what was known of the domicile on this day; None: from all of it.
        circumstances: What is known besides the domicile, for months without one.
        book: Other rules than those the library ships with.

    Returns:
        The answer; its segments cover the period exactly, and each of their months is answered as
        it would be alone.

    Raises:
        DomicileError: Two spells contradict each other where the answer depends on it.
        InvalidValueError: The period is open or outside the table.

    >>> from datetime import date
    >>> from kszclient.competence import DomicileHistory
    >>> from kszclient.values import MonthPeriod
    >>> answer = resolve(
    ...     DomicileHistory.throughout_at(nis="21004"),
    ...     MonthPeriod.parse("2019-12", "2020-01"),
    ...     as_of=date(2022, 5, 1),
    ... )
    >>> [(str(each.begin), each.entity.value, each.cadaster.value) for each in answer.segments]
    [('2019-12', 'FEDERAL', 'FEDERAL'), ('2020-01', 'IRISCARE', 'ORINT')]
    """
    book = book or rulebook()
    book.timeline.require(period)
    given = history
    if known_on is not None:
        history = given.known_on(known_on)
    circumstances = circumstances or Circumstances()
    doubtful = () if known_on is None else tuple(doubts(given, known_on, period, book))
    case = Case(history, Connector(book, circumstances, as_of), as_of, book, doubtful)
    allowance = chosen("benefit", circumstances.allowance, book.allowances)
    opened = open_months(case, period)
    found = list(pieces(case, period, opened))
    segments = merge(found)
    paid = allowance is not None and MonthPeriod(allowance.months_from).overlaps(period)
    besides = {allowance.source} if allowance and paid else set()
    besides |= _sources_of_moves(case, opened)
    if any(case.doubt(each.begin) or _place_unsure(case, each.begin) for each in found):
        besides = set(AuthenticSource)
    notices = [each.notice for each in opened.values()]
    notices += outdated(case, circumstances, period, segments)
    notices += oddities(case, period)
    notices += about_situation(case, period, segments)
    notices += about_stays(case, found)
    notices += known_later(case, period)
    notices += [each.notice for each in doubtful]
    if allowance:
        notices += about_allowance(allowance, period, book)
    return Competence(
        as_of=as_of,
        known_on=UNSET if known_on is None else known_on,
        segments=segments,
        sources=sources_to_ask(segments, besides),
        notices=tuple(notices),
    )


def _sources_of_moves(case: Case, opened: Iterable[Month]) -> set[AuthenticSource]:
    """The sources by either domicile in the months that a move leaves open."""
    open_ones = set(opened)
    return {
        source
        for move in case.history.moves()
        if (month := Month.of(move.day)) in open_ones
        for stay in (move.before, move.after)
        if (source := case.rule(case.connector.connect(month, stay).area, month).source)
    }


def _place_unsure(case: Case, month: Month) -> bool:
    """Whether the register depends on a place of the child that is unsure, as with a BIS number."""
    return case.place_matters(month) and case.connect(month).certainty is Certainty.UNSURE


def merge(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Join neighbouring segments between which nothing changes, nor how sure they are or why."""

    def content(segment: Segment) -> tuple[object, ...]:
        return tuple(getattr(segment, name) for name in _CONTENT)

    joined = []
    for _, group in groupby(segments, key=content):
        run = list(group)
        joined.append(msgspec.structs.replace(run[0], end=run[-1].end))
    return tuple(joined)


def sources_to_ask(
    segments: Iterable[Segment], besides: set[AuthenticSource]
) -> tuple[AuthenticSource, ...]:
    """Give the sources of the segments and those besides; all where an entity cannot be said."""
    found = {segment.source for segment in segments} | besides
    return tuple(source for source in AuthenticSource if source in found or None in found)
