"""Municipalities and the codes under which they were known."""

import datetime as dt

import msgspec

from kszclient.geography.area import Area
from kszclient.geography.notices import Notice

_LOCAL_LANGUAGES = {
    Area.VL: ("nl",),
    Area.BR: ("fr", "nl"),
    Area.WA: ("fr",),
    Area.DG: ("de",),
}


class Municipality(msgspec.Struct, frozen=True):
    """One municipality under one code; a merger or a new arrondissement gives a new code.

    Names come back under new codes (Deinze, Aalter, Hasselt), so a name is never a key.

    Args:
        nis: The REFNIS code, five digits.
        name_nl: Dutch name.
        name_fr: French name.
        name_de: German name.
        area: The language area in which it lies.
        valid_from: First day on which the code was valid.
        valid_to: Last such day; None while it still is.
        successor: The code that took its place, where there is one.
        facilities: The language for which it has facilities, ``"nl"``, ``"fr"`` or ``"de"``.
            They do not change who is competent.
    """

    nis: str
    name_nl: str
    name_fr: str
    name_de: str
    area: Area
    valid_from: dt.date
    valid_to: dt.date | None = None
    successor: str | None = None
    facilities: str | None = None

    def name(self, language: str) -> str:
        """Return the name in a language: ``"nl"``, ``"fr"``, ``"de"``, or else the local one.

        >>> names = ("Sankt Vith", "Saint-Vith", "Sankt Vith")
        >>> place = Municipality("63067", *names, Area.DG, dt.date(1977, 1, 1))
        >>> place.name("fr"), place.name("en")
        ('Saint-Vith', 'Sankt Vith')
        """
        names = {"nl": self.name_nl, "fr": self.name_fr, "de": self.name_de}
        local = dict.fromkeys(names[each] for each in _LOCAL_LANGUAGES[self.area])
        return names.get(language) or " / ".join(local)

    def valid_on(self, day: dt.date) -> bool:
        """Return whether the code was in use on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def used_between(self, first: dt.date, last: dt.date) -> Notice | None:
        """Return a notice where the code was not yet, or no longer, valid on one of these days.

        Its place is known all the same: no merger and no recoding crosses the border of an area.
        """
        name = self.name("en")
        if self.valid_to is not None and last > self.valid_to:
            return Notice(
                "outdated-nis",
                f"Municipality code {self.nis} ({name}) ended on {self.valid_to}; "
                f"its successor is {self.successor}. It was answered for its place.",
                {
                    "nis": self.nis,
                    "name": name,
                    "valid_to": str(self.valid_to),
                    "successor": str(self.successor),
                },
            )
        if first < self.valid_from:
            return Notice(
                "premature-nis",
                f"Municipality code {self.nis} ({name}) exists since {self.valid_from} "
                "only. It was answered for its place.",
                {"nis": self.nis, "name": name, "valid_from": str(self.valid_from)},
            )
        return None
