"""What the mock lets each customer of the service ask and see.

Who the customers are is known (`kszclient.cadaster.customers`); what each may see is not, and is
invented in `mocks/customers.toml`. Organisations outside that table may ask for everything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from kszclient.cadaster.customers import Customer, customers
from kszclient.errors import SettingsError
from kszclient.resources import resource
from kszclient.security import Profile
from kszclient.testing.population.reading import read_typed
from kszclient.testing.server.answer_xml import REMOVABLE, ReplyStatus, status_of
from kszclient.testing.server.question import ConsultRequest
from kszclient.testing.server.scenario import Effects
from kszclient.values import BRUSSELS, AuthenticSource

_WRONG_PURPOSE, _NOT_AUTHORISED = "MSG00013", "MSG00027"


class Played(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the mock plays one customer; all of it is invented.

    Args:
        code: Code of the customer in ``config/cadaster/customers.toml``.
        cbe_number: Number by which a question names it.
        legal_context: Purpose under which it may ask, besides those that are known.
        story: What the choice is there to show.
        sources: Registers that it may ask; every one where left out.
        filters: Elements that are taken out of its answers.
    """

    code: str
    cbe_number: str
    legal_context: str
    story: str
    sources: tuple[AuthenticSource, ...] = tuple(AuthenticSource)
    filters: tuple[str, ...] = ()

    @property
    def customer(self) -> Customer:
        """What is known of it."""
        return customers().named(self.code)

    @property
    def identifications(self) -> frozenset[str]:
        """How a question may name it: its number, and ``sector/institution`` where known."""
        known = (str(each.value) for each in self.customer.identification)
        return frozenset({self.cbe_number, *known})

    @property
    def legal_contexts(self) -> frozenset[str]:
        """The purposes under which it may ask."""
        known = (each.value for each in self.customer.legal_contexts)
        return frozenset({self.legal_context, _demonstration().legal_context or "", *known})

    def refusal(self, question: ConsultRequest, moment: dt.datetime) -> ReplyStatus | None:
        """Return why a question of this customer is refused, or None where it may ask.

        Args:
            question: What it asks.
            moment: When, with a time zone.
        """
        until = self.customer.until
        if until and moment.astimezone(BRUSSELS).date() > until.value:
            return status_of(_NOT_AUTHORISED)
        if question.legal_context not in self.legal_contexts:
            return status_of(_WRONG_PURPOSE)
        if not set(map(AuthenticSource, question.sources)) <= set(self.sources):
            return status_of(_NOT_AUTHORISED)
        return None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    customer: tuple[Played, ...]


@cache
def played_customers() -> Mapping[str, Played]:
    """Return how the mock plays every customer, by code.

    >>> [source.value for source in played_customers()["FLW"].sources]
    ['WALLONIA']
    """
    return read_played(resource("mocks", "customers.toml"))


def read_played(path: Path) -> Mapping[str, Played]:
    """Read how customers are played.

    Raises:
        SettingsError: The file is broken, leaves out or repeats a customer, or names a filter that
            the mock cannot play.
    """
    rows = read_typed(path, _File).customer
    if sorted(row.code for row in rows) != sorted(customers().by_code()):
        raise SettingsError(f"{path.name}: each customer of config/cadaster must stand there once")
    for row in rows:
        if unknown := sorted(set(row.filters) - REMOVABLE.keys()):
            raise SettingsError(f"{path.name}, {row.code}: cannot filter {', '.join(unknown)}")
    return {row.code: row for row in rows}


@cache
def _demonstration() -> Profile:
    return Profile.load("mock")


class CustomerAccess:
    """Which customer a question comes from, and what that one may ask and see.

    Args:
        plays: Code of the customer as which the invented one of the profile ``mock`` is taken.

    Raises:
        InputError: There is no such customer.
    """

    def __init__(self, plays: str | None = None) -> None:
        self._by_identification = {
            name: each for each in played_customers().values() for name in each.identifications
        }
        if plays is not None:
            own = _demonstration().customer_cbe_number or ""
            self._by_identification[own] = played_customers()[customers().named(plays).code]

    def restrict(self, effects: Effects, question: ConsultRequest, moment: dt.datetime) -> None:
        """Add what the customer's access does to a question; a refusal of a scenario goes before.

        Args:
            effects: What a scenario does to the question.
            question: What is asked.
            moment: When, with a time zone.
        """
        played = self._by_identification.get(question.customer.organisation)
        if played is None:
            return
        effects.refusal = effects.refusal or played.refusal(question, moment)
        effects.allowed = played.sources
        effects.data_filters = tuple(dict.fromkeys((*effects.data_filters, *played.filters)))
