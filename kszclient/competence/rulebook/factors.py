"""Connecting factors: what decides where a child belongs, domicile first."""

import datetime as dt
import re
from enum import StrEnum
from typing import Self

import msgspec

from kszclient.competence.rulebook.terms import Certainty, Entity
from kszclient.errors import InputError
from kszclient.geography import Area, gazetteer
from kszclient.values import AuthenticSource, Month

_NIS = re.compile("[0-9]{5}", re.ASCII)
_POSTCODE = re.compile("[0-9]{4}", re.ASCII)


class Factor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One connecting factor, as listed in ``factors.toml``.

    Args:
        id: The name under which its place is given, such as ``"residence"``.
        number: Its rank: each next one counts only where those before it give nothing.
        months_from: First month of right for which it counts.
        area: The area for which this row goes before the general one.
        as_of_from: First day of asking on which it is known, and goes before the one without.
        sentence: Its sentence in the texts; None: that of its id.
        certainty: How sure that is.
        open_points: The open points on which it rests.
        basis: Why, in words.
        references: Keys of the documents.
    """

    id: str
    number: int
    months_from: Month
    area: Area | None = None
    as_of_from: dt.date | None = None
    sentence: str | None = None
    certainty: Certainty
    open_points: tuple[str, ...] = ()
    basis: str
    references: tuple[str, ...]

    def holds(self, area: Area, as_of: dt.date) -> bool:
        """Return whether the row is about an area and known on a day of asking."""
        return self.area in {None, area} and (self.as_of_from or dt.date.min) <= as_of


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
        excludes: Ids of the factors that cannot be there in this situation.
        certainty: How sure that is.
        open_points: The open points on which it rests.
        basis: Why, in words.
        references: Keys of the documents.
    """

    id: str
    domicile_counts_as: CountsAs
    excludes: tuple[str, ...] = ()
    certainty: Certainty
    open_points: tuple[str, ...] = ()
    basis: str
    references: tuple[str, ...]


class Allowance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A benefit that follows something else than the domicile, as listed in ``allowances.toml``.

    Args:
        id: Its name, such as ``"school"``.
        months_from: First month of right.
        entity: Who grants it, wherever the child lives.
        source: The source to ask besides that of the competent entity.
        certainty: How sure that is.
        basis: Why, in words.
        references: Keys of the documents.
    """

    id: str
    months_from: Month
    entity: Entity
    source: AuthenticSource
    certainty: Certainty
    basis: str
    references: tuple[str, ...]


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place in Belgium, by municipality code or postcode.

    Args:
        nis: Municipality code (REFNIS), five digits.
        postcode: Four digits.

    Raises:
        InputError: Not exactly one of the two is given.

    >>> Place.parse("4700")
    Place(nis=None, postcode='4700')
    """

    nis: str | None = None
    postcode: str | None = None

    def __post_init__(self) -> None:
        """Check that it is one code."""
        if (self.nis is None) == (self.postcode is None):
            raise InputError("a place: expected either a municipality code or a postcode")

    @classmethod
    def parse(cls, code: str) -> Self:
        """Read a municipality code (five digits) or a postcode (four).

        Raises:
            InputError: It is neither.
        """
        if _POSTCODE.fullmatch(code):
            return cls(postcode=code)
        if _NIS.fullmatch(code):
            return cls(nis=code)
        raise InputError("expected a municipality code (five digits) or a postcode (four)")

    @property
    def area(self) -> Area:
        """The area in which it lies.

        Raises:
            UnknownPlaceError: It is in no table.
        """
        return gazetteer().area(nis=self.nis, postcode=self.postcode)


class Circumstances(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of a child besides its domicile; all optional.

    Args:
        situation: The id of a situation, such as ``"bis-number"``.
        residence: Where the child in fact lives.
        establishment: The establishment unit of the insured person's present or last employer.
        insured_domicile: The (last) legal domicile of the socially insured person.
        fund_seat: The social insurance fund of the self-employed insured person.
        payer_office: The office of the last institution that granted child benefits.
        allowance: The id of the benefit asked about, where it follows something else than the
            domicile: ``"school"``, ``"toddler"`` or ``"childcare"``.
    """

    situation: str | None = None
    residence: Place | None = None
    establishment: Place | None = None
    insured_domicile: Place | None = None
    fund_seat: Place | None = None
    payer_office: Place | None = None
    allowance: str | None = None
