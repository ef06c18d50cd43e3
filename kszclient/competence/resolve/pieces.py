"""A period cut where its answer may change, each piece answered by its first month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import UNSET

from kszclient.competence.resolve.result import Segment
from kszclient.competence.rulebook.terms import Certainty
from kszclient.values import Language, Month

if TYPE_CHECKING:
    from kszclient.competence.resolve.case import Case
    from kszclient.competence.resolve.moves import OpenMonth
    from kszclient.values import MonthPeriod


def pieces(case: Case, period: MonthPeriod, opened: Mapping[Month, OpenMonth]) -> Iterator[Segment]:
    """Give the answers for a closed period in order, not merged yet.

    Args:
        case: What the answer is made from.
        period: The months asked about.
        opened: The months that a move leaves open.

    Raises:
        DomicileError: Two spells contradict each other on a day that decides.
    """
    for begin, following in pairwise(_cuts(case, period, opened)):
        yield _piece(case, begin, following.previous(), opened.get(begin))


def _cuts(case: Case, period: MonthPeriod, opened: Iterable[Month]) -> list[Month]:
    """Give the months in which something may change, and the one after the period."""
    rules = case.book.timeline.rules_asked_on(case.as_of)
    cuts = {rule.months_from for rule in rules}
    cuts |= {factor.months_from for factor in case.book.factors}
    for month in opened:
        cuts |= {month, month.next()}
    days = {stay.spell.begin for stay in case.history.stays}
    days |= {stay.last_day for stay in case.history.stays}
    days |= {doubt.since for doubt in case.doubts}
    last = period.end or period.begin
    for month in map(Month.of, days):
        # Whichever day decides, a stay begins or ends to count within a month of its own days.
        if month <= last:
            cuts |= {month, month.next(), month.next().next()}
    inside = {cut for cut in cuts if period.begin < cut <= last}
    return [period.begin, *sorted(inside), last.next()]


def _piece(case: Case, month: Month, last: Month, opened: OpenMonth | None) -> Segment:
    connection = case.connect(month)
    rule = case.rule(connection.area, month)
    certainties, points = [rule.certainty], [*rule.open_points]
    basis, references = [rule.basis], [*rule.references]
    if case.place_matters(month):
        certainties.append(connection.certainty)
        points += connection.open_points
        basis.insert(0, connection.basis)
        references += connection.references
    if opened:
        reading = case.book.readings[case.book.settings.reference_day]
        certainties.append(opened.point.certainty)
        points.append(opened.point.id)
        what = opened.point.reading.removesuffix(".")
        basis += [reading.basis, f"{what} (open point {opened.point.id})."]
        references += [*reading.references, *opened.references, *opened.point.references]
    if doubt := case.doubt(month):
        certainties.append(Certainty.UNSURE)
        basis.append(doubt.notice.text)
        references += doubt.references
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
        certainty=Certainty.least(certainties),
        open_points=tuple(points) or UNSET,
        reason=case.book.texts[Language.EN].situations[situation.id] if situation else UNSET,
        factor=factor.id if factor and factor.number > 1 else UNSET,
    )
