"""How the rules are put together: tables per area, order of steps, days of warning."""

from __future__ import annotations

import datetime as dt
from functools import cache

import msgspec

from kszclient.competence import participation
from kszclient.complaints.datafile import load
from kszclient.complaints.rules.conditions import Condition
from kszclient.complaints.rules.parser import read_condition, schemes
from kszclient.complaints.rules.subjects import bodies, subjects
from kszclient.complaints.vocabulary import Body, Instance, Subject
from kszclient.errors import DataError
from kszclient.geography import Area
from kszclient.values import AuthenticSource


class Federal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the federal table joins in.

    Args:
        when: The condition.
    """

    when: str


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of the steps done mean that a body has had its chance, beside its own.

    Args:
        about: For a group of subjects, whatever the body.
    """

    about: dict[str, frozenset[Instance]]

    def of(self, body: Body, area: Area | None, subject: Subject) -> frozenset[Instance]:
        """Return the steps that count for a body in an area and for a subject."""
        groups = subjects().groups
        about = (steps for name, steps in self.about.items() if subject in groups[name])
        return bodies()[body].steps(area).union(*about)


class StepOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order of steps.

    Args:
        first: Steps that go first for one subject; the others keep their rank.
    """

    first: dict[Subject, tuple[Instance, ...]]

    def of(self, subject: Subject) -> tuple[Instance, ...]:
        """Return the order for one subject."""
        return tuple(dict.fromkeys((*self.first.get(subject, ()), *Instance)))


class RoutingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file `config/complaints/routing.toml`.

    Args:
        table_date: The day on which the rules were last checked.
        warning_days: How near the end of an appeal is near.
        federal: When the federal table joins in.
        order: The order of steps.
        contact: The steps that mean that a body has had its chance.
    """

    table_date: dt.date
    warning_days: int
    federal: Federal
    order: StepOrder
    contact: Contact

    def __post_init__(self) -> None:
        """Check that nothing is left out."""
        where = "config/complaints/routing.toml"
        if unknown := set(self.contact.about) - set(subjects().groups):
            raise DataError(f"{where}: [contact.about] names no group: {min(unknown)}")


@cache
def routing_settings() -> RoutingSettings:
    """Return the settings."""
    return load(RoutingSettings, "routing.toml")


@cache
def participation_area() -> Area | None:
    """The area whose ladder participation allowances go, wherever the child lives.

    >>> participation_area().name
    'VL'
    """
    return area_of_source(participation().source)


@cache
def area_of_source(source: AuthenticSource | None) -> Area | None:
    """The area whose months a register holds; none for the federal one.

    >>> area_of_source(AuthenticSource.BRUSSELS).value
    'BR'
    """
    found = (area for area, scheme in schemes().items() if scheme.source is source)
    return next(found, None)


@cache
def federal_condition() -> Condition:
    """Return the condition under which the federal table joins in."""
    return read_condition(routing_settings().federal.when)
