"""Dossiers of an invented institution, and what a reconciliation ought to find in them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kszclient.reconciliation.output.files import csv_of_rows
from kszclient.testing.population.payers import payers
from kszclient.testing.population.truth import DomicileSpell, NumberState, WorldChild, WorldFile
from kszclient.testing.server.scenario import Scenario, ScenarioRule
from kszclient.testing.server.world import World
from kszclient.values import Month, Ssin

MATCH = "match"
_DOSSIERS = ("dossier", "child", "from", "to", "payer", "category")
_DOMICILES = ("child", "from", "to", "nis", "country", "known_on")


class Dossier(msgspec.Struct, frozen=True):
    """A row of the institution's file.

    Args:
        reference: Its own.
        child: The number under which it knows the child.
        begin: First month.
        end: Last month, or None while it runs.
        payer: Key of the payer in `mocks/payers.toml`.
        category: Code of the kind of payment; empty for the basic amount.
    """

    reference: str
    child: Ssin
    begin: Month
    end: Month | None
    payer: str
    category: str = ""


class ExpectedFinding(msgspec.Struct, frozen=True, order=True):
    """A finding that ought to be made, and for which months (``YYYY-MM``)."""

    dossier: str
    kind: str
    begin: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")


class PlantedCase(msgspec.Struct, frozen=True, kw_only=True):
    """One child with its dossiers and with what was planted there.

    Args:
        child: The child.
        number: The number under which the institution knows it.
        domicile: Where it lived, by the institution.
        dossiers: What the institution holds.
        files: What the registers hold.
        numbers: Numbers in an unusual state.
        rules: What goes wrong when it is asked about.
        truth: What ought to be found.
    """

    child: WorldChild
    number: Ssin
    domicile: tuple[DomicileSpell, ...]
    dossiers: tuple[Dossier, ...]
    files: tuple[WorldFile, ...] = ()
    numbers: tuple[NumberState, ...] = ()
    rules: tuple[ScenarioRule, ...] = ()
    truth: tuple[ExpectedFinding, ...] = ()


class Institution(msgspec.Struct, frozen=True, kw_only=True):
    """An institution whose dossiers are to be reconciled, and the world around it.

    Args:
        world: What the registers hold.
        scenario: What goes wrong when they are asked.
        cases: The children of its dossiers.
        margin: How many months around a dossier must be asked about to find everything.
    """

    world: World
    scenario: Scenario
    cases: tuple[PlantedCase, ...]
    margin: int

    @property
    def truth(self) -> tuple[ExpectedFinding, ...]:
        """Every finding that ought to be made, matches among them."""
        return tuple(sorted(each for case in self.cases for each in case.truth))

    def dossiers(self) -> bytes:
        """Return the file of dossiers as CSV."""
        known = payers()
        return _csv(
            _DOSSIERS,
            (
                (
                    each.reference,
                    each.child.digits,
                    str(each.begin),
                    str(each.end or ""),
                    known[each.payer].enterprise_number or known[each.payer].fund_code,
                    each.category,
                )
                for case in self.cases
                for each in case.dossiers
            ),
        )

    def domiciles(self) -> bytes:
        """Return the file of domicile histories as CSV."""
        return _csv(
            _DOMICILES,
            (
                (case.number.digits, each.begin, each.end, each.nis, each.country, each.known_on)
                for case in self.cases
                for each in case.domicile
            ),
        )


def _csv(heading: tuple[str, ...], rows: Iterable[Iterable[object]]) -> bytes:
    return csv_of_rows(heading, ([str(cell or "") for cell in row] for row in rows))
