"""How the mock KSZ finds the files of one person: the two steps of its repertories, in words.

The persons repertory names the regions that know the person; the repertory of each region names the
fund that holds the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from kszclient.cadaster.repertories import FileRole, Quality, repertories
from kszclient.competence import Cadaster, Certainty, Keeper, rulebook
from kszclient.testing.population.payers import payers
from kszclient.testing.population.truth import FileKind, NumberState, WorldFile
from kszclient.testing.server.world import World
from kszclient.values import AuthenticSource, MonthPeriod, Ssin


class PersonsLine(msgspec.Struct, frozen=True):
    """A line of the KSZ's persons repertory.

    Args:
        source: Region, by its name on the wire.
        registers: Registers that hold these months on the day of asking.
        keepers: Institutions that run them, as far as they are established.
        register_certainty: How sure both are, as far as they are established.
        quality: As what the person is known.
        kind: Kind of file.
        months: Months for which the line holds.
    """

    source: AuthenticSource
    registers: tuple[Cadaster, ...]
    keepers: tuple[Keeper, ...]
    register_certainty: Certainty
    quality: Quality
    kind: FileKind
    months: MonthPeriod


class RegionalLine(msgspec.Struct, frozen=True):
    """A line of a region's own repertory.

    Args:
        source: Region, by its name on the wire.
        fund: Name of the fund that holds the file.
        enterprise_number: Its number, or None.
        fund_code: Its three-digit code where it has no number.
        kind: Kind of file.
        months: Months in which the person stands in the file.
        listed: Whether the persons repertory leads here; otherwise the KSZ does not ask the region.
    """

    source: AuthenticSource
    fund: str
    enterprise_number: str | None
    fund_code: str | None
    kind: FileKind
    months: MonthPeriod
    listed: bool


class Routing(msgspec.Struct, frozen=True):
    """Both steps for one number of the mock world.

    Args:
        ssin: The number.
        known: Whether the number was given to anybody in this world.
        state: What is unusual about the number, or None.
        persons: Lines of the persons repertory, in the order of month and source.
        regional: Lines of the regional repertories, likewise.
    """

    ssin: Ssin
    known: bool
    state: NumberState | None
    persons: tuple[PersonsLine, ...]
    regional: tuple[RegionalLine, ...]

    @property
    def refusal(self) -> str | None:
        """The code with which a question about the number is refused, or None."""
        if not self.known:
            return "MSG00005"
        if self.state is None:
            return None
        if self.state.replaced_by:
            return "MSG00006"
        if self.state.cancelled:
            return "MSG00007"
        return "MSG00012" if self.state.not_integrated else None


def routing_of(world: World, ssin: Ssin, as_of: dt.date) -> Routing:
    """Follow a number through both repertories.

    Args:
        world: The mock world.
        ssin: A synthetic number.
        as_of: Day of asking, on which it depends who runs a register.
    """
    state = world.repertory.state(ssin.digits)
    unlisted = state.not_integrated_at if state else ()
    order = list(AuthenticSource)
    places = sorted(
        _places(world.files, ssin),
        key=lambda place: (place.months.begin, order.index(place.source)),
    )
    known = (_persons_line(each, as_of) for each in places if each.source not in unlisted)
    held = (_regional_line(each, listed=each.source not in unlisted) for each in places)
    return Routing(
        ssin=ssin,
        known=world.repertory.knows(ssin.digits),
        state=state,
        persons=tuple(dict.fromkeys(known)),
        regional=tuple(dict.fromkeys(held)),
    )


class _Place(NamedTuple):
    """Where a person stands in a file, as what, and in which months."""

    file: WorldFile
    role: FileRole
    months: MonthPeriod

    @property
    def source(self) -> AuthenticSource:
        return self.file.source


def _places(files: Iterable[WorldFile], ssin: Ssin) -> Iterator[_Place]:
    for file in files:
        roles = ((FileRole.CHILD, file.children), (FileRole.BENEFICIARY, file.beneficiaries))
        for role, parties in roles:
            for party in parties:
                if party.ssin == ssin:
                    yield _Place(file, role, file.months_of(party))


def _persons_line(place: _Place, as_of: dt.date) -> PersonsLine:
    rules = [
        rule
        for rule in rulebook().timeline.rules_asked_on(as_of)
        if rule.source is place.source and rule.months.overlaps(place.months)
    ]
    return PersonsLine(
        source=place.source,
        registers=tuple(dict.fromkeys(rule.cadaster for rule in rules if rule.cadaster)),
        keepers=tuple(dict.fromkeys(rule.keeper for rule in rules if rule.keeper)),
        register_certainty=Certainty.least(rule.certainty for rule in rules),
        quality=repertories().quality_of(place.role),
        kind=place.file.kind,
        months=place.months,
    )


def _regional_line(place: _Place, *, listed: bool) -> RegionalLine:
    payer = payers()[place.file.payer]
    return RegionalLine(
        source=place.source,
        fund=" / ".join(dict.fromkeys(payer.names.values())),
        enterprise_number=payer.enterprise_number,
        fund_code=payer.fund_code,
        kind=place.file.kind,
        months=place.months,
        listed=listed,
    )
