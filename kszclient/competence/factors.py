"""Connecting factors: what decides where a child belongs, domicile first."""

from enum import StrEnum

import msgspec

from kszclient.competence.terms import Certainty
from kszclient.geography import Area
from kszclient.values import Month


class Factor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One connecting factor, as listed in ``factors.toml``.

    Args:
        id: The name under which its place is given, such as ``"residence"``.
        number: Its rank: each next one counts only where those before it give nothing.
        months_from: First month of right for which it counts.
        area: The area for which this row goes before the general one.
        certainty: How sure that is.
        basis: Why, in words.
        references: Keys of the documents.
    """

    id: str
    number: int
    months_from: Month
    area: Area | None = None
    certainty: Certainty
    basis: str
    references: tuple[str, ...]


class CountsAs(StrEnum):
    """What a place in the domicile history is worth."""

    DOMICILE = "domicile"
    RESIDENCE = "residence"
    NOTHING = "nothing"


class Situation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A child without a plain domicile, as listed in ``situations.toml``.

    Args:
        id: Its name, such as ``"struck-off"``.
        domicile_counts_as: What a place in the domicile history is worth.
        certainty: How sure that is.
        reason: Why the entity cannot be said where no factor is left.
        basis: Why, in words.
        references: Keys of the documents.
    """

    id: str
    domicile_counts_as: CountsAs
    certainty: Certainty
    reason: str
    basis: str
    references: tuple[str, ...]


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place in Belgium, by municipality code or postcode.

    Args:
        nis: Municipality code (REFNIS), five digits.
        postcode: Four digits; used where no municipality code is given.
    """

    nis: str | None = None
    postcode: str | None = None


class Circumstances(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of a child besides its domicile; all optional.

    Args:
        situation: The id of a situation, such as ``"bis-number"``.
        residence: Where the child in fact lives.
        establishment: The establishment unit of the insured person's present or last employer.
        insured_domicile: The (last) legal domicile of the socially insured person.
        fund_seat: The social insurance fund of the self-employed insured person.
        payer_office: The office of the last institution that granted child benefits.
    """

    situation: str | None = None
    residence: Place | None = None
    establishment: Place | None = None
    insured_domicile: Place | None = None
    fund_seat: Place | None = None
    payer_office: Place | None = None
