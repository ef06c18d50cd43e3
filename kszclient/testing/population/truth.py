"""What is true in the mock world: children, where they lived, and their files.

The files obey the remarks of the contract: one child in a FLANDERS file and no file number there,
at most two beneficiaries linked to a payment, an entitled person in FEDERAL files only.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin


class FileKind(StrEnum):
    """For what a register knows a person."""

    BENEFIT = "BENEFIT"
    PARTICIPATION = "PARTICIPATION"


class DomicileSpell(msgspec.Struct, frozen=True, omit_defaults=True):
    """One address, in the form of a domicile file: days, both included.

    Args:
        begin: First day.
        end: Last day, or None while it lasts.
        nis: Code of the municipality, or None abroad and while struck off the register.
        country: Country where it is not Belgium.
        known_on: Day on which the register heard of it, where that was later than the first day.
    """

    begin: dt.date = msgspec.field(name="from")
    end: dt.date | None = msgspec.field(default=None, name="to")
    nis: str | None = None
    country: str | None = None
    known_on: dt.date | None = None


class Payment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A run of months in which one kind of benefit is due.

    Args:
        category: Code of the kind, an open list.
        begin: First month.
        end: Last month, or None while it lasts.
        linked: Beneficiaries, at most two, of a child's payment in a FLANDERS file.
    """

    category: str
    begin: Month = msgspec.field(name="from")
    end: Month | None = msgspec.field(default=None, name="to")
    linked: tuple[Ssin, ...] = ()


class WorldBonus(msgspec.Struct, frozen=True, omit_defaults=True):
    """A benefit that is paid once."""

    category: str
    paid_on: dt.date
    linked: tuple[Ssin, ...] = ()


class Party(msgspec.Struct, frozen=True, omit_defaults=True):
    """A child or a beneficiary in a file."""

    ssin: Ssin
    bonuses: tuple[WorldBonus, ...] = ()
    payments: tuple[Payment, ...] = ()

    @property
    def period(self) -> MonthPeriod | None:
        """From the first to the last month that the file holds for this person, or None."""
        begins = [each.begin for each in self.payments]
        begins += [Month.of(bonus.paid_on) for bonus in self.bonuses]
        if not begins:
            return None
        ends = [each.end for each in self.payments]
        ends += [Month.of(bonus.paid_on) for bonus in self.bonuses]
        last = max((end for end in ends if end is not None), default=None)
        return MonthPeriod(min(begins), None if None in ends else last)


class WorldFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file in one register.

    Args:
        source: The register.
        payer: Key of the payer in `mocks/payers.toml`.
        begin: First month in which the register knows the file's people.
        end: Last such month, or None while it runs.
        kind: Whether the file holds participation allowances only.
        number: File number; never in FLANDERS.
        entitled: The entitled person; in FEDERAL only.
        beneficiaries: Natural persons to whom it pays.
        children: The children who give the right.
    """

    source: AuthenticSource
    payer: str
    begin: Month = msgspec.field(name="from")
    end: Month | None = msgspec.field(default=None, name="to")
    kind: FileKind = FileKind.BENEFIT
    number: str | None = None
    entitled: Ssin | None = None
    beneficiaries: tuple[Party, ...] = ()
    children: tuple[Party, ...] = ()

    @property
    def period(self) -> MonthPeriod:
        """The months in which the register knows the file's people."""
        return MonthPeriod(self.begin, self.end)

    @property
    def known(self) -> tuple[tuple[Ssin, MonthPeriod], ...]:
        """Everybody under whose number the file is found, and for which months.

        A child whose own right has ended is no longer known for the months in which the file runs
        on for a younger one.
        """
        parties = (*self.children, *self.beneficiaries)
        return tuple((party.ssin, self.months_of(party)) for party in parties)

    def months_of(self, party: Party) -> MonthPeriod:
        """Return the months for which the register knows one of the file's people."""
        return party.period or self.period


class Right(msgspec.Struct, frozen=True, omit_defaults=True):
    """A run of months of which one register ought to hold, by the world's own rule."""

    source: AuthenticSource
    begin: Month = msgspec.field(name="from")
    end: Month | None = msgspec.field(default=None, name="to")

    @property
    def period(self) -> MonthPeriod:
        """The months."""
        return MonthPeriod(self.begin, self.end)


class WorldChild(msgspec.Struct, frozen=True, omit_defaults=True):
    """A child of the mock world, with what ought to be found about it.

    Args:
        ssin: Its number, always synthetic.
        born: Day of birth; the number does not show it.
        domicile: Its addresses in order; moves before 2015 are not kept.
        rights: Which register ought to hold which months: the truth to compare answers with.
        name: Title of the story of a persona, never a person's name; empty for the others.
        story: What the persona is there to show.
    """

    ssin: Ssin
    born: dt.date
    domicile: tuple[DomicileSpell, ...]
    rights: tuple[Right, ...]
    name: str = ""
    story: str = ""


class NumberState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the KSZ knows of a number that is no longer simply in use, or not known everywhere.

    Args:
        ssin: The number.
        replaced_by: The number that took its place.
        cancelled: Whether it was withdrawn.
        not_integrated: Whether the asking organisation has not inscribed the person.
        not_integrated_at: Registers that lack the person's line in the repertory.
    """

    ssin: Ssin
    replaced_by: Ssin | None = None
    cancelled: bool = False
    not_integrated: bool = False
    not_integrated_at: tuple[AuthenticSource, ...] = ()
