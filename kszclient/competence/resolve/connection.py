"""Which connecting factor ties a child to an area in a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from kszclient.competence.rulebook.factors import Circumstances, CountsAs, Place
from kszclient.competence.rulebook.terms import Certainty
from kszclient.errors import InputError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from kszclient.competence.history.stays import Stay
    from kszclient.competence.rulebook.factors import Factor, Situation
    from kszclient.competence.rulebook.rulebook import Rulebook
    from kszclient.geography import Area
    from kszclient.values import Month

_Row = TypeVar("_Row")


class Connection(NamedTuple):
    """What ties a child to an area in a month.

    Args:
        area: The area; None where no factor is left.
        factor: The factor that gave it.
        situation: What is special; always given where no factor is left.
    """

    area: Area | None
    factor: Factor | None
    situation: Situation | None

    @property
    def certainty(self) -> Certainty:
        """As sure as the factor and the situation."""
        return Certainty.least(each.certainty for each in (self.factor, self.situation) if each)

    @property
    def weakness(self) -> tuple[int, int]:
        """The higher, the less sure it is, or else the later its factor comes."""
        rank = self.factor.number if self.factor else 0
        return list(Certainty).index(self.certainty), rank

    @property
    def basis(self) -> str:
        """Why, in words."""
        return " ".join(each.basis for each in (self.factor, self.situation) if each)

    @property
    def open_points(self) -> tuple[str, ...]:
        """The open points on which the factor and the situation rest."""
        return tuple(
            point for each in (self.factor, self.situation) if each for point in each.open_points
        )

    @property
    def references(self) -> tuple[str, ...]:
        """The keys of the documents."""
        return tuple(
            key for each in (self.factor, self.situation) if each for key in each.references
        )


def chosen(kind: str, name: str | None, rows: Mapping[str, _Row]) -> _Row | None:
    """Give the row that a user names; None where none is named.

    Raises:
        InputError: There is no such row.
    """
    if name is None:
        return None
    if name not in rows:
        raise InputError(f"{kind}: expected one of {', '.join(rows)}")
    return rows[name]


class Connector:
    """Finds the factor that decides, for one child.

    Args:
        book: The rules.
        circumstances: What is known besides the domicile.
        as_of: The day of asking.

    Raises:
        InputError: The situation is in no table.
        UnknownPlaceError: A place is in no table.
    """

    def __init__(self, book: Rulebook, circumstances: Circumstances, as_of: dt.date) -> None:
        self._book = book
        self._as_of = as_of
        self._given = {
            factor.id: place.area
            for factor in book.factors
            if isinstance(place := getattr(circumstances, factor.id, None), Place)
        }
        self.situation = chosen("situation", circumstances.situation, book.situations)

    def connect(self, month: Month, stay: Stay | None) -> Connection:
        """Give the first factor, in their order, of which the place is known."""
        counts_as = self.situation.domicile_counts_as if self.situation else CountsAs.DOMICILE
        places = {counts_as.value: stay.area if stay else None} | self._given
        for factor in self._book.factors:
            area = places.get(factor.id)
            if area and month >= factor.months_from and factor.holds(area, self._as_of):
                return Connection(area, factor, self.situation)
        return self.nowhere(stay)

    def nowhere(self, stay: Stay | None) -> Connection:
        """Give what is left where no factor gives an area."""
        return Connection(None, None, self.situation_on(stay))

    def situation_on(self, stay: Stay | None) -> Situation:
        """Give the situation that was named, else the one that a stay without an area means."""
        without = "abroad" if stay and stay.spell.country else "no-domicile"
        return self.situation or self._book.situations[without]
