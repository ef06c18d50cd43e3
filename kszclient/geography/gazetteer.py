"""The table of places: from a municipality code or a postcode to its area."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from difflib import get_close_matches
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from kszclient.errors import DataError, UnknownPlaceError
from kszclient.geography.municipality import Municipality
from kszclient.resources import resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from kszclient.geography.area import Area

_ASK_NIS = "Give a municipality code (REFNIS, NIS); it has five digits."
_ASK_POSTCODE = (
    "Give the postcode of a place to live (four digits; organisations have postcodes of their "
    "own), or better the municipality code."
)


class Gazetteer:
    """Every municipality code valid since 31 December 2018 and every postcode, with its area.

    Args:
        municipalities: The rows of ``municipalities.csv``.
        postcodes: Postcode and municipality code, in pairs.

    Raises:
        DataError: A code is listed twice, a successor or a postcode's municipality is not listed,
            a successor lies in another area, or a postcode lies in two areas.
    """

    def __init__(
        self, municipalities: list[Municipality], postcodes: list[tuple[str, str]]
    ) -> None:
        self._by_nis = {each.nis: each for each in municipalities}
        if len(self._by_nis) != len(municipalities):
            raise DataError("municipalities.csv: a code is listed twice")
        for each in municipalities:
            self._check_successor(each)
        pairs: dict[str, list[Municipality]] = defaultdict(list)
        for postcode, nis in postcodes:
            if nis not in self._by_nis:
                raise DataError(f"postcodes.csv: {postcode} names unknown municipality {nis}")
            pairs[postcode].append(self._by_nis[nis])
        self._by_postcode = {postcode: tuple(places) for postcode, places in pairs.items()}
        for postcode, places in self._by_postcode.items():
            if len({place.area for place in places}) > 1:
                raise DataError(f"postcodes.csv: {postcode} lies in two areas")

    def _check_successor(self, place: Municipality) -> None:
        if (place.valid_to is None) != (place.successor is None):
            raise DataError(f"municipalities.csv: {place.nis} needs both an end and a successor")
        if place.successor is None:
            return
        successor = self._by_nis.get(place.successor)
        if successor is None or successor.area != place.area:
            raise DataError(f"municipalities.csv: {place.nis} has no successor in its area")

    @classmethod
    def load(cls, folder: Path) -> Gazetteer:
        """Read and check the tables of a folder.

        Raises:
            DataError: A table is broken; the message names the file and the row.
        """
        try:
            municipalities = [
                msgspec.convert(row, Municipality) for row in _rows(folder / "municipalities.csv")
            ]
            postcodes = [(row["postcode"], row["nis"]) for row in _rows(folder / "postcodes.csv")]
        except (msgspec.ValidationError, KeyError, OSError, UnicodeDecodeError) as error:
            raise DataError(f"{folder.name}: table of places cannot be read: {error}") from error
        return cls(municipalities, postcodes)

    def municipality(self, nis: str) -> Municipality:
        """Return the municipality of a code, old or new.

        Raises:
            UnknownPlaceError: There is no such code.

        >>> gazetteer().municipality("63023").area
        <Area.DG: 'DG'>
        """
        try:
            return self._by_nis[nis]
        except KeyError:
            raise UnknownPlaceError(
                f"municipality code {_shown(nis)} is in no table, old or new", next_step=_ASK_NIS
            ) from None

    def at_postcode(self, postcode: str) -> tuple[Municipality, ...]:
        """Return the municipalities in which a postcode lies today: one, or two in three cases.

        Raises:
            UnknownPlaceError: There is no such postcode.

        >>> [place.name_nl for place in gazetteer().at_postcode("1050")]
        ['Brussel', 'Elsene']
        """
        try:
            return self._by_postcode[postcode]
        except KeyError:
            raise UnknownPlaceError(
                f"postcode {_shown(postcode)} is in no table", next_step=_ASK_POSTCODE
            ) from None

    def postcodes_of(self, nis: str) -> tuple[str, ...]:
        """Return the postcodes that lie in a municipality, in order.

        >>> gazetteer().postcodes_of("63023")
        ('4700', '4701')
        """
        return tuple(
            postcode
            for postcode, places in sorted(self._by_postcode.items())
            if any(place.nis == nis for place in places)
        )

    def search(self, words: str) -> tuple[Municipality, ...]:
        """Return the municipalities that a code, a postcode or a name may mean.

        Case, accents and hyphens of a name do not matter, nor its language. Who bears the name is
        returned alone; otherwise those in whose name it stands, or which are written nearly so.

        Args:
            words: What was typed.

        Returns:
            Those valid today first, then by name; none where nothing is like it.

        >>> [place.nis for place in gazetteer().search("liege")]
        ['62063']
        >>> [place.name_nl for place in gazetteer().search("1050")]
        ['Brussel', 'Elsene']
        """
        sought = _folded(words)
        if sought in self._by_postcode:
            return self._by_postcode[sought]
        if sought in self._by_nis:
            return (self._by_nis[sought],)
        if not sought or any(letter.isdigit() for letter in sought):
            return ()
        for found in (self._named(sought), self._holding(sought), self._nearly(sought)):
            if found:
                return tuple(
                    sorted(found, key=lambda place: (place.valid_to is not None, place.name_nl))
                )
        return ()

    def _named(self, sought: str) -> list[Municipality]:
        return self._by_name.get(sought, [])

    def _holding(self, sought: str) -> list[Municipality]:
        begins = rf"(?:^| ){re.escape(sought)}"
        return self._of_names(name for name in self._by_name if re.search(begins, name))

    def _nearly(self, sought: str) -> list[Municipality]:
        return self._of_names(get_close_matches(sought, self._by_name, n=5, cutoff=0.8))

    def _of_names(self, names: Iterable[str]) -> list[Municipality]:
        return list({place.nis: place for name in names for place in self._by_name[name]}.values())

    @cached_property
    def _by_name(self) -> dict[str, list[Municipality]]:
        named: dict[str, list[Municipality]] = defaultdict(list)
        for place in self._by_nis.values():
            for name in dict.fromkeys(map(_folded, (place.name_nl, place.name_fr, place.name_de))):
                named[name].append(place)
        return dict(named)

    def area(self, *, nis: str | None = None, postcode: str | None = None) -> Area:
        """Return the area of a municipality code, or else of a postcode.

        Raises:
            UnknownPlaceError: There is no such code, or none was given.

        >>> gazetteer().area(postcode="4960"), gazetteer().area(postcode="4700")
        (<Area.WA: 'WA'>, <Area.DG: 'DG'>)
        """
        if nis is not None:
            return self.municipality(nis).area
        if postcode is not None:
            return self.at_postcode(postcode)[0].area
        raise UnknownPlaceError("no place was given", next_step=_ASK_NIS)

    @property
    def areas_by_nis(self) -> Mapping[str, Area]:
        """Every municipality code, old and new, with its area."""
        return MappingProxyType({nis: place.area for nis, place in self._by_nis.items()})

    @property
    def areas_by_postcode(self) -> Mapping[str, Area]:
        """Every postcode with its area."""
        return MappingProxyType(
            {postcode: places[0].area for postcode, places in self._by_postcode.items()}
        )


def gazetteer() -> Gazetteer:
    """Return the table of places that the library ships with; it is read once.

    Raises:
        DataError: A table is broken.
        SettingsError: A table is missing.
    """
    return _load(resource("config", "geography"))


@cache
def _load(folder: Path) -> Gazetteer:
    return Gazetteer.load(folder)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    # An empty cell is a value left out.
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: cell for name, cell in row.items() if cell}


def _folded(name: str) -> str:
    """A name without case, accents, hyphens and apostrophes."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9]", " ", plain).split())


def _shown(code: str) -> str:
    # A national number typed into the wrong field must not come back in a message.
    return code if len(code) <= 5 and code.isascii() and code.isalnum() else "given"  # noqa: PLR2004 - a code's length
