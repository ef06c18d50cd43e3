"""The bodies whose act or service is complained about."""

from __future__ import annotations

from functools import cache

import msgspec

from kszclient.complaints.datafile import convert_row
from kszclient.complaints.directory import entries
from kszclient.complaints.vocabulary import Body, Instance
from kszclient.errors import DataError
from kszclient.geography import Area
from kszclient.values import Translated


class BodyCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row `[[body]]` of a file under `config/complaints/instances`.

    Args:
        code: Its code.
        names: Its name, as it stands in a sentence.
        desk: The instance whose file it stands in: its own complaint desk.
        turned_to: The steps that mean that it has had its chance; its desk where left out.
        turned_to_in: The same, by the area whose rules apply.
        runs_files: Whether it is the payer, which a complaint names in `payer`.
    """

    code: Body
    names: Translated
    desk: Instance
    turned_to: tuple[Instance, ...] | None = None
    turned_to_in: dict[Area, tuple[Instance, ...]] | None = None
    runs_files: bool = False

    def steps(self, area: Area | None) -> frozenset[Instance]:
        """The steps that mean that it has had its chance.

        Args:
            area: Whose rules apply; where nobody tells it, none of those by area does.
        """
        if self.turned_to_in is not None:
            return frozenset(self.turned_to_in[area]) if area else frozenset()
        return frozenset((self.desk,) if self.turned_to is None else self.turned_to)


@cache
def bodies() -> dict[Body, BodyCard]:
    """Every body by its code.

    Raises:
        DataError: A row is broken, or not exactly one body runs files.

    >>> bodies()[Body("podmi")].desk.value
    'PODMI'
    """
    rows = [({**row, "desk": entry.code}, entry.code) for entry in entries() for row in entry.body]
    read = [convert_row(row, BodyCard, f"instance {code}") for row, code in rows]
    for card in read:
        if card.turned_to_in is not None and set(card.turned_to_in) != set(Area):
            raise DataError(f"body {card.code.value}: turned_to_in must name every area")
    if (number := sum(card.runs_files for card in read)) != 1:
        raise DataError(f"config/complaints/instances: {number} bodies run files, expected 1")
    return {card.code: card for card in read}
