"""From a domicile history to the segments of competence of one child."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import UNSET

from kszclient.competence.resolve.context import Connector, ResolutionContext, chosen, doubts
from kszclient.competence.resolve.notices import (
    about_allowance,
    about_situation,
    about_stays,
    known_later,
    oddities,
    outdated,
)
from kszclient.competence.resolve.result import Competence, Segment
from kszclient.competence.rulebook.factors import Circumstances
from kszclient.competence.rulebook.rulebook import rulebook
from kszclient.competence.rulebook.terms import AnswerPart, Certainty
from kszclient.values import AuthenticSource, Language, Month, MonthPeriod

if TYPE_CHECKING:
    import datetime as dt

    from kszclient.competence.history.history import AreaChange, DomicileHistory
    from kszclient.competence.rulebook.rulebook import Rulebook
    from kszclient.competence.rulebook.settings import OpenPoint
    from kszclient.competence.rulebook.timeline import Rule
    from kszclient.geography import Notice

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
    """Determine who was competent for a child month by month, and which register to ask.

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
    context = ResolutionContext(
        history, Connector(book, circumstances, as_of), as_of, book, doubtful
    )
    allowance = chosen("benefit", circumstances.allowance, book.allowances)
    opened = open_months(context, period)
    found = list(pieces(context, period, opened))
    segments = merge(found)
    paid = allowance is not None and MonthPeriod(allowance.months_from).overlaps(period)
    besides = {allowance.source} if allowance and paid else set()
    besides |= _sources_of_moves(context, opened)
    besides |= book.asked_besides(point for each in segments for point in each.open_points or ())
    if any(context.doubt(each.begin) or _place_unsure(context, each.begin) for each in found):
        besides = set(AuthenticSource)
    notices = [each.notice for each in opened.values()]
    notices += outdated(context, circumstances, period, segments)
    notices += oddities(context, period)
    notices += about_situation(context, period, segments)
    notices += about_stays(context, found)
    notices += known_later(context, period)
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


def _sources_of_moves(context: ResolutionContext, opened: Iterable[Month]) -> set[AuthenticSource]:
    """The sources by either domicile in the months that a move leaves open."""
    open_ones = set(opened)
    return {
        source
        for move in context.history.moves()
        if (month := Month.of(move.day)) in open_ones
        for stay in (move.before, move.after)
        if (source := context.rule(context.connector.connect(month, stay).area, month).source)
    }


def _place_unsure(context: ResolutionContext, month: Month) -> bool:
    """Whether the register depends on a place of the child that is unsure, as with a BIS number."""
    return context.place_matters(month) and context.connect(month).certainty is Certainty.UNSURE


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
    """Return the sources of the segments and those besides; all where an entity is undetermined."""
    found = {segment.source for segment in segments} | besides
    return tuple(source for source in AuthenticSource if source in found or None in found)


def pieces(
    context: ResolutionContext, period: MonthPeriod, opened: Mapping[Month, OpenMonth]
) -> Iterator[Segment]:
    """Yield the answers for a closed period in order, not merged yet.

    Args:
        context: What the answer is made from.
        period: The months asked about.
        opened: The months that a move leaves open.

    Raises:
        DomicileError: Two spells contradict each other on a day that decides.
    """
    for begin, following in pairwise(_cuts(context, period, opened)):
        yield _piece(context, begin, following.previous(), opened.get(begin))


def _cuts(context: ResolutionContext, period: MonthPeriod, opened: Iterable[Month]) -> list[Month]:
    """Return the months in which something may change, and the one after the period."""
    rules = context.book.timeline.rules_asked_on(context.as_of)
    cuts = {rule.months_from for rule in rules}
    cuts |= {factor.months_from for factor in context.book.factors}
    for month in opened:
        cuts |= {month, month.next()}
    days = {stay.spell.begin for stay in context.history.stays}
    days |= {stay.last_day for stay in context.history.stays}
    days |= {doubt.since for doubt in context.doubts}
    last = period.end or period.begin
    for month in map(Month.of, days):
        # Whichever day decides, a stay begins or ends to count within a month of its own days.
        if month <= last:
            cuts |= {month, month.next(), month.next().next()}
    inside = {cut for cut in cuts if period.begin < cut <= last}
    return [period.begin, *sorted(inside), last.next()]


def _piece(
    context: ResolutionContext, month: Month, last: Month, opened: OpenMonth | None
) -> Segment:
    connection = context.connect(month)
    rule = context.rule(connection.area, month)
    # How sure every part of the answer is beside the rule, whose open points may be about one only.
    certainties, points = list[Certainty](), [*rule.open_points]
    basis, references = [rule.basis], [*rule.references]
    if context.place_matters(month):
        certainties.append(connection.certainty)
        points += connection.open_points
        basis.insert(0, connection.basis)
        references += connection.references
    if opened:
        reading = context.book.readings[context.book.settings.reference_day]
        certainties.append(opened.point.certainty)
        points.append(opened.point.id)
        what = opened.point.reading.removesuffix(".")
        basis += [reading.basis, f"{what} (open point {opened.point.id})."]
        references += [*reading.references, *opened.references, *opened.point.references]
    if doubt := context.doubt(month):
        certainties.append(Certainty.UNSURE)
        basis.append(doubt.notice.text)
        references += doubt.references
    sure = {
        part: Certainty.least([*certainties, *_of_rule(rule, part, context.book)])
        for part in AnswerPart
    }
    situation = connection.situation if rule.entity is None else None
    factor = connection.factor
    return Segment(
        begin=month,
        end=last,
        area=connection.area,
        entity=rule.entity,
        cadaster=rule.cadaster,
        keeper=rule.keeper,
        source=rule.source,
        rule=situation.id if situation else rule.id,
        basis=f"{' '.join(basis)} [{', '.join(dict.fromkeys(references))}]",
        certainty=Certainty.least([rule.certainty, *certainties]),
        entity_certainty=sure[AnswerPart.ENTITY],
        cadaster_certainty=sure[AnswerPart.CADASTER],
        source_certainty=sure[AnswerPart.SOURCE],
        open_points=tuple(points) or UNSET,
        reason=context.book.texts[Language.EN].situations[situation.id] if situation else UNSET,
        factor=factor.id if factor and factor.number > 1 else UNSET,
    )


def _of_rule(rule: Rule, part: AnswerPart, book: Rulebook) -> list[Certainty]:
    """How sure a part of a rule's answer is; what it leaves out is unsure."""
    if getattr(rule, part.value) is None:
        return [Certainty.UNSURE]
    if not rule.open_points:
        return [rule.certainty]
    points = (book.open_points[point] for point in rule.open_points)
    return [point.certainty for point in points if part in point.about]


class OpenMonth(NamedTuple):
    """A month whose answer depends on which day of it decides.

    Args:
        point: The open point that states how the month is read.
        references: The keys of the documents behind that.
        notice: What the user should know.
    """

    point: OpenPoint
    references: tuple[str, ...]
    notice: Notice


def open_months(context: ResolutionContext, period: MonthPeriod) -> dict[Month, OpenMonth]:
    """Return the months in which a move changes the answer, so that the deciding day matters.

    Where a child moves more than once in a month, the first such move decides what is open.
    """
    moves = [(Month.of(move.day), move) for move in context.history.moves()]
    found: dict[Month, OpenMonth] = {}
    for month, move in moves:
        if month in period and month not in found and _matters(context, month, move):
            days = dict.fromkeys(str(each.day) for its_month, each in moves if its_month == month)
            found[month] = _opened(context, month, move.day, ", ".join(days))
    return found


def _matters(context: ResolutionContext, month: Month, move: AreaChange) -> bool:
    if _begins(context, move.day) and context.book.settings.reference_day.of(month) == move.day:
        return False
    return context.answer(move.before, month) != context.answer(move.after, month)


def _begins(context: ResolutionContext, day: dt.date) -> bool:
    return day == context.history.stays[0].spell.begin


def _opened(context: ResolutionContext, month: Month, day: dt.date, days: str) -> OpenMonth:
    book = context.book
    code = "move-on-first" if day == month.first_day else "move-within-month"
    if _begins(context, day):
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
