"""Municipalities and the codes under which they were known."""

import datetime as dt

import msgspec

from kszclient.geography.area import Area
from kszclient.geography.notices import Notice


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

    def valid_on(self, day: dt.date) -> bool:
        """Tell whether the code was in use on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def used_between(self, first: dt.date, last: dt.date) -> Notice | None:
        """Give a notice where the code was not yet, or no longer, valid on one of these days.

        Its place can be told all the same: no merger and no recoding crosses the border of an area.
        """
        if self.valid_to is not None and last > self.valid_to:
            return Notice(
                "outdated-nis",
                f"Municipality code {self.nis} ({self.name_nl}) ended on {self.valid_to}; "
                f"its successor is {self.successor}. It was answered for its place.",
                {
                    "nis": self.nis,
                    "name": self.name_nl,
                    "valid_to": str(self.valid_to),
                    "successor": str(self.successor),
                },
            )
        if first < self.valid_from:
            return Notice(
                "premature-nis",
                f"Municipality code {self.nis} ({self.name_nl}) exists since {self.valid_from} "
                "only. It was answered for its place.",
                {"nis": self.nis, "name": self.name_nl, "valid_from": str(self.valid_from)},
            )
        return None
