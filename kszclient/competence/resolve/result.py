"""The answer: segments of months, each with one competent entity."""

import datetime as dt

import msgspec
from msgspec import UNSET, UnsetType

from kszclient.competence.rulebook.terms import Cadaster, Certainty, Entity, Keeper
from kszclient.errors import InvalidValueError
from kszclient.geography import Area, Notice
from kszclient.values import AuthenticSource, Month, MonthPeriod


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A run of months with one answer for one reason, each month as sure as the others.

    Args:
        begin: First month.
        end: Last month.
        area: Where the child counts as living; None where that is unknown or abroad.
        entity: Who was competent; None where it is undetermined.
        cadaster: The register that holds the months on the day of asking.
        keeper: Who runs that register then; None where that is not established.
        source: The name under which the register is asked.
        rule: The id of the rule that answers.
        basis: Why, in words, with the keys of the documents.
        certainty: How sure the least sure part of the answer is; unsure where the entity cannot be
            undetermined.
        entity_certainty: How sure it is who was competent.
        cadaster_certainty: How sure it is which register holds the months, and who keeps it.
        source_certainty: How sure it is under which name to ask.
        open_points: The open points on which the months rest; only where there are any.
        reason: Why the entity is undetermined; only there.
        factor: The connecting factor that decides, where it is not the domicile.
    """

    begin: Month = msgspec.field(name="from")
    end: Month = msgspec.field(name="to")
    area: Area | None
    entity: Entity | None
    cadaster: Cadaster | None
    keeper: Keeper | None
    source: AuthenticSource | None
    rule: str
    basis: str
    certainty: Certainty
    entity_certainty: Certainty
    cadaster_certainty: Certainty
    source_certainty: Certainty
    open_points: tuple[str, ...] | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    factor: str | UnsetType = UNSET

    @property
    def months(self) -> MonthPeriod:
        """The months of the segment."""
        return MonthPeriod(self.begin, self.end)


class Competence(msgspec.Struct, frozen=True, kw_only=True):
    """Who is competent for one child, month by month.

    Args:
        as_of: The day of asking.
        known_on: The day on whose knowledge of the domicile the answer rests; only where one was
            named.
        segments: In order, without overlap, covering the period asked about exactly, and merged
            where nothing changes.
        sources: The sources to ask; all five where an entity is undetermined.
        notices: What else the user should know.
    """

    as_of: dt.date
    known_on: dt.date | UnsetType = UNSET
    segments: tuple[Segment, ...]
    sources: tuple[AuthenticSource, ...]
    notices: tuple[Notice, ...] = ()

    def at(self, month: Month) -> Segment:
        """Return the segment of a month.

        Raises:
            InvalidValueError: Rule ``range``: the month was not asked about.
        """
        for segment in self.segments:
            if segment.begin <= month <= segment.end:
                return segment
        raise InvalidValueError("month", "range", f"{month} was not asked about")
