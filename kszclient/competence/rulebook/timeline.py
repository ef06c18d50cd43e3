"""The dated table: for each area, month and day of asking exactly one rule."""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from kszclient.competence.rulebook.tables import by_id
from kszclient.competence.rulebook.terms import Cadaster, Certainty, Entity, Keeper
from kszclient.errors import DataError, InvalidValueError
from kszclient.geography import Area
from kszclient.values import AuthenticSource, Month, MonthPeriod

MONTHS = MonthPeriod(Month(1996, 1), Month(2099, 12))
"""The months of right that the table answers, all of them."""

_EVERYWHERE: tuple[Area | None, ...] = (*Area, None)


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of the table.

    Args:
        id: Its name, which every answer carries.
        area: Where the child lives; None where that is unknown or abroad.
        months_from: First month of right.
        months_to: Last month of right.
        as_of_from: First day of asking; None: since ever.
        as_of_to: Last day of asking; None: open.
        entity: Who was competent in those months; None where it is undetermined.
        cadaster: The register that holds the months on that day.
        keeper: Who runs that register on that day; None where that is not established.
        source: The name under which the register is asked on the wire.
        certainty: How sure the least sure of these is; what is left out is not part of it, but
            without an entity it is unsure.
        open_points: The open points on which the row rests.
        why: The sentence in the texts that explains why; given where the entity is.
        basis: Why, in words.
        references: Keys of the documents, listed in ``config/sources.toml``.
    """

    id: str
    area: Area | None = None
    months_from: Month
    months_to: Month
    as_of_from: dt.date | None = None
    as_of_to: dt.date | None = None
    entity: Entity | None = None
    cadaster: Cadaster | None = None
    keeper: Keeper | None = None
    source: AuthenticSource | None = None
    certainty: Certainty
    open_points: tuple[str, ...] = ()
    why: str | None = None
    basis: str
    references: tuple[str, ...]

    @property
    def months(self) -> MonthPeriod:
        """The months of right that the row answers."""
        return MonthPeriod(self.months_from, self.months_to)

    def asked_on(self, day: dt.date) -> bool:
        """Return whether the row answers on a day of asking."""
        return (self.as_of_from is None or self.as_of_from <= day) and (
            self.as_of_to is None or day <= self.as_of_to
        )

    @property
    def answer(self) -> tuple[str | None, ...]:
        """Entity, cadaster, keeper and source: what the row answers, without its reasons."""
        return self.entity, self.cadaster, self.keeper, self.source

    def check(self) -> None:
        """Check the row by itself.

        Raises:
            DataError: Dates are reversed, months lie outside the table, only a part of the answer
                is given, or none and yet it is called sure.
        """
        if self.months_to < self.months_from:
            raise DataError(f"timeline, rule {self.id}: months_to lies before months_from")
        if self.as_of_from and self.as_of_to and self.as_of_to < self.as_of_from:
            raise DataError(f"timeline, rule {self.id}: as_of_to lies before as_of_from")
        if self.months.intersection(MONTHS) != self.months:
            raise DataError(
                f"timeline, rule {self.id}: months must lie between {MONTHS.begin} and {MONTHS.end}"
            )
        answered = (self.entity, self.cadaster, self.source, self.why)
        if len({each is None for each in answered}) > 1:
            raise DataError(
                f"timeline, rule {self.id}: entity, cadaster, source and why go together, "
                "all given or all left out"
            )
        if self.entity is None and self.certainty is not Certainty.UNSURE:
            raise DataError(f"timeline, rule {self.id}: without an entity it must be unsure")
        if self.keeper is not None and self.cadaster is None:
            raise DataError(f"timeline, rule {self.id}: a keeper needs a cadaster")


def per_area(row: dict[str, object]) -> Iterator[dict[str, object]]:
    """The rows for which an entry of ``timeline.toml`` stands: one for each of its areas.

    >>> [each["id"] for each in per_area({"id": "federal", "areas": ["VL", "WA"]})]
    ['vl-federal', 'wa-federal']
    """
    areas = row.get("areas")
    if not isinstance(areas, list):
        yield row
        return
    shared = {key: value for key, value in row.items() if key != "areas"}
    for area in areas:
        yield {**shared, "id": f"{str(area).lower()}-{row.get('id')}", "area": area}


class Scheme(NamedTuple):
    """The child benefit that an area has of its own, since the federal one ended there.

    Args:
        area: The area.
        entity: Who is competent for it.
        begin: Its first month of right.
        source: The name under which the register of its months is asked now.
    """

    area: Area
    entity: Entity
    begin: Month
    source: AuthenticSource


class Timeline:
    """The whole table, checked: no gap and no overlap in `MONTHS`.

    Args:
        rules: Its rows.

    Raises:
        DataError: A row is broken, or some area, month and day of asking has no row or several.
    """

    months = MONTHS

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(by_id("timeline", rules).values())
        for rule in self.rules:
            rule.check()
        self._by_area = {
            area: tuple(rule for rule in self.rules if rule.area is area) for area in _EVERYWHERE
        }
        self._check_complete()

    def require(self, period: MonthPeriod) -> None:
        """Check that a period is closed and inside the table.

        Raises:
            InvalidValueError: Rule ``range``: it is not.
        """
        if period.end is None or period.intersection(self.months) != period:
            raise InvalidValueError(
                "period",
                "range",
                f"must be closed and lie between {self.months.begin} and {self.months.end}",
            )

    def rules_asked_on(self, as_of: dt.date) -> tuple[Rule, ...]:
        """Return the rows that answer on a day of asking, every area and month once."""
        return tuple(rule for rule in self.rules if rule.asked_on(as_of))

    def rule(self, area: Area | None, month: Month, as_of: dt.date) -> Rule:
        """Return the one row that answers.

        Args:
            area: Where the child lives; None where that is unknown or abroad.
            month: The month of right.
            as_of: The day of asking.

        Raises:
            InvalidValueError: Rule ``range``: the month is outside the table.
        """
        for rule in self._by_area[area]:
            if rule.months_from <= month <= rule.months_to and rule.asked_on(as_of):
                return rule
        raise InvalidValueError(
            "month", "range", f"must lie between {self.months.begin} and {self.months.end}"
        )

    def schemes(self) -> tuple[Scheme, ...]:
        """The present scheme of each area, in the order of `Area`.

        Raises:
            DataError: An area has no entity at the end of the table.
        """
        found = []
        for area in Area:
            last = self.rule(area, self.months.end or self.months.begin, dt.date.max)
            if last.entity is None or last.source is None:
                raise DataError(f"timeline: {area}: no entity in the last month of the table")
            rows = (rule for rule in self._by_area[area] if rule.entity is last.entity)
            begin = min(rule.months_from for rule in rows)
            found.append(Scheme(area, last.entity, begin, last.source))
        return tuple(found)

    def _check_complete(self) -> None:
        for area, rules in self._by_area.items():
            # Between two neighbouring borders nothing changes, so one probe stands for the cell.
            months = {self.months.begin} | {rule.months_from for rule in rules}
            months |= {rule.months_to.next() for rule in rules}
            days = {dt.date.min} | {rule.as_of_from for rule in rules if rule.as_of_from}
            ends = {rule.as_of_to for rule in rules if rule.as_of_to} - {dt.date.max}
            days |= {end + dt.timedelta(days=1) for end in ends}
            for month, day in itertools.product(sorted(months), sorted(days)):
                found = [rule.id for rule in rules if month in rule.months and rule.asked_on(day)]
                expected = 1 if month in self.months else 0
                if len(found) != expected:
                    rows = ", ".join(found) or "no rule"
                    asked = "" if day == dt.date.min else f", asked on {day}"
                    raise DataError(
                        f"timeline: {area or 'no area'}, month {month}{asked}: "
                        f"expected {expected} rule, found {rows}"
                    )
