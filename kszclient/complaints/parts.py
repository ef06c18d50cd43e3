"""Cutting a case into the parts for which one entity is competent (rules E1 to E9)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from kszclient.competence import resolve
from kszclient.complaints.facts import Part
from kszclient.complaints.intake import Complaint
from kszclient.complaints.payers import find_payers
from kszclient.complaints.settings import routing_settings
from kszclient.complaints.subjects import subjects
from kszclient.complaints.vocabulary import Area
from kszclient.values import Month, MonthPeriod

_FEDERAL = "FEDERAL"


class _Stretch(NamedTuple):
    months: MonthPeriod
    area: Area
    entity: str | None
    home_area: Area

    @property
    def way(self) -> tuple[Area, str | None]:
        """What decides the route."""
        return self.area, self.entity


def parts_of(complaint: Complaint) -> tuple[Part, ...]:
    """Cut a case at moves, at the start of 2019 and, in Brussels, of 2020.

    Args:
        complaint: The case; without a period, the month of the decision or of the facts decides.

    Returns:
        The parts in order of time, at least one.
    """
    months = complaint.months or _month_concerned(complaint)
    home = _home(complaint, months)
    stretches = _join([piece for stretch in home for piece in _participation(complaint, stretch)])
    return tuple(
        Part(
            period=stretch.months if complaint.period else None,
            months=stretch.months,
            entity=stretch.entity,
            area=stretch.area,
            home_area=stretch.home_area,
            split=len(stretches) > 1,
        )
        for stretch in stretches
    )


def _month_concerned(complaint: Complaint) -> MonthPeriod:
    day = complaint.decision_date or complaint.facts_last_date or complaint.filing_date
    return MonthPeriod(Month.of(day), Month.of(day))


def _home(complaint: Complaint, months: MonthPeriod) -> list[_Stretch]:
    history = complaint.history
    if history is None:
        return list(_by_payer(complaint, months))
    stretches: list[_Stretch] = []
    for segment in resolve(history, months, as_of=complaint.filing_date).segments:
        if segment.area is None:
            stretches += _by_payer(complaint, segment.months)
            continue
        area = Area(segment.area.value)
        entity = None if segment.entity is None else segment.entity.value
        stretches.append(_Stretch(segment.months, area, entity, area))
    return stretches


def _by_payer(complaint: Complaint, months: MonthPeriod) -> Iterator[_Stretch]:
    """Without a domicile the payer tells the area, where its name or number belongs to one."""
    found = find_payers(complaint.payer) if complaint.payer else ()
    areas = {payer.area for payer in found}
    if len(areas) != 1:
        yield _Stretch(months, Area.NONE, None, Area.NONE)
        return
    area = areas.pop()
    setting = routing_settings().areas[area]
    before, after = _cut(months, Month.parse(setting.since))
    if before:
        yield _Stretch(before, area, _FEDERAL, Area.NONE)
    if after:
        yield _Stretch(after, area, setting.entity, Area.NONE)


def _participation(complaint: Complaint, stretch: _Stretch) -> Iterator[_Stretch]:
    """Send school, toddler and childcare allowances the Flemish way, wherever the child lives."""
    follows_school = complaint.benefit in subjects().groups["participation"]
    rule = routing_settings().participation
    if not follows_school or complaint.nl_school_or_childcare is False:
        yield stretch
        return
    before, after = _cut(stretch.months, Month.parse(rule.since))
    if before:
        yield stretch._replace(months=before)
    if after:
        entity = routing_settings().areas[rule.area].entity
        yield _Stretch(after, rule.area, entity, stretch.home_area)


def _cut(months: MonthPeriod, at: Month) -> tuple[MonthPeriod | None, MonthPeriod | None]:
    """Cut months before and from a month on."""
    after = months.intersection(MonthPeriod(at))
    if months.begin >= at:
        return None, after
    return months.intersection(MonthPeriod(months.begin, at.previous())), after


def _join(stretches: list[_Stretch]) -> list[_Stretch]:
    """Join neighbours that go the same way."""
    joined = []
    for _, group in groupby(stretches, key=lambda stretch: stretch.way):
        run = list(group)
        joined.append(run[0]._replace(months=MonthPeriod(run[0].months.begin, run[-1].months.end)))
    return joined
