"""Which connecting factor ties a child to an area in a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kszclient.competence.factors import Circumstances, CountsAs, Place
from kszclient.competence.terms import Certainty
from kszclient.errors import InputError
from kszclient.geography import gazetteer

if TYPE_CHECKING:
    from kszclient.competence.factors import Factor, Situation
    from kszclient.competence.history import Stay
    from kszclient.competence.rulebook import Rulebook
    from kszclient.geography import Area
    from kszclient.values import Month


class Connection(NamedTuple):
    """What ties a child to an area in a month.

    Args:
        area: The area; None where no factor is left.
        factor: The factor that gave it.
        situation: What is special; always given where no factor is left.
        by_history: Whether the place stands in the domicile history, so that a day decides.
    """

    area: Area | None
    factor: Factor | None
    situation: Situation | None
    by_history: bool

    @property
    def certainty(self) -> Certainty:
        """As sure as the factor and the situation."""
        return Certainty.least(each.certainty for each in (self.factor, self.situation) if each)

    @property
    def basis(self) -> str:
        """Why, in words."""
        return " ".join(each.basis for each in (self.factor, self.situation) if each)

    @property
    def references(self) -> tuple[str, ...]:
        """The keys of the documents."""
        return tuple(
            key for each in (self.factor, self.situation) if each for key in each.references
        )


class Connector:
    """Finds the factor that decides, for one child.

    Args:
        book: The rules.
        circumstances: What is known besides the domicile.

    Raises:
        InputError: The situation is in no table.
        UnknownPlaceError: A place is in no table.
    """

    def __init__(self, book: Rulebook, circumstances: Circumstances) -> None:
        self._book = book
        self._given = {
            factor.id: gazetteer().area(nis=place.nis, postcode=place.postcode)
            for factor in book.factors
            if isinstance(place := getattr(circumstances, factor.id, None), Place)
        }
        self._situation: Situation | None = None
        if circumstances.situation is not None:
            self._situation = book.situations.get(circumstances.situation)
            if self._situation is None:
                known = ", ".join(book.situations)
                raise InputError(f"unknown situation; expected one of {known}")

    def connect(self, month: Month, stay: Stay | None) -> Connection:
        """Give the first factor, in their order, of which the place is known."""
        counts_as = self._situation.domicile_counts_as if self._situation else CountsAs.DOMICILE
        places = {counts_as.value: stay.area if stay else None} | self._given
        for factor in self._book.factors:
            area = places.get(factor.id)
            if area and month >= factor.months_from and factor.area in {None, area}:
                return Connection(area, factor, self._situation, factor.id not in self._given)
        without = "abroad" if stay and stay.spell.country else "no-domicile"
        situation = self._situation or self._book.situations[without]
        return Connection(None, None, situation, by_history=False)
