"""A period cut where its answer may change, each piece answered by its first month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import UNSET

from kszclient.competence.case import Case
from kszclient.competence.moves import OpenMonth
from kszclient.competence.result import Segment
from kszclient.competence.terms import Certainty
from kszclient.competence.texts import Language
from kszclient.values import Month, MonthPeriod


def pieces(case: Case, period: MonthPeriod, opened: Iterable[OpenMonth]) -> Iterator[Segment]:
    """Give the answers for a closed period in order, not merged yet.

    Raises:
        DomicileError: Two spells contradict each other on a day that decides.
    """
    doubts = [(each.month, each.certainty) for each in opened]
    for begin, following in pairwise(_cuts(case, period)):
        months = MonthPeriod(begin, following.previous())
        yield _piece(case, months, [certainty for month, certainty in doubts if month in months])


def _cuts(case: Case, period: MonthPeriod) -> list[Month]:
    """Give the months in which something may change, and the one after the period."""
    rules = case.book.timeline.rules_asked_on(case.as_of)
    cuts = {rule.months_from for rule in rules}
    cuts |= {factor.months_from for factor in case.book.factors}
    days = {stay.spell.begin for stay in case.history.stays}
    days |= {stay.last_day for stay in case.history.stays}
    last = period.end or period.begin
    for month in map(Month.of, days):
        # Whichever day decides, a stay begins or ends to count within a month of its own days;
        # and only such a month can be left open by a move.
        if month <= last:
            cuts |= {month, month.next(), month.next().next()}
    inside = {cut for cut in cuts if period.begin < cut <= last}
    return [period.begin, *sorted(inside), last.next()]


def _piece(case: Case, months: MonthPeriod, doubts: Iterable[Certainty]) -> Segment:
    month, last = months.begin, months.end or months.begin
    stay = case.deciding_stay(month)
    connection = case.connector.connect(month, stay)
    rule = case.rule(connection.area, month)
    certainties, basis, references = [rule.certainty, *doubts], [rule.basis], [*rule.references]
    if connection.area is not None or rule.entity is None:
        certainties.append(connection.certainty)
        basis.insert(0, connection.basis)
        references += connection.references
    if connection.by_history and not case.history.never_moves:
        reading = case.book.readings[case.book.settings.reference_day]
        basis.insert(1, reading.basis)
        references += reading.references
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
        reason=case.book.texts[Language.EN].situations[situation.id] if situation else UNSET,
        factor=factor.id if factor and factor.number > 1 else UNSET,
    )
