"""How the mock's desks work, from `mocks/desks/*.toml`."""

from __future__ import annotations

from functools import cache

import msgspec

from kszclient.complaints.rules.instances import TAKES_IN
from kszclient.complaints.rules.instances import cards as cards_of_instances
from kszclient.complaints.vocabulary import Instance
from kszclient.errors import SettingsError
from kszclient.resources import resource
from kszclient.testing.population.reading import read_typed


class DeskCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one desk works.

    Args:
        instance: Whose desk it is.
        receipt: What the numbers on its receipts begin with.
        acknowledges_after_days: Days after which it acknowledges.
        handles_after_days: Days after which it answers.
        closes_after_days: Days after which it closes the case.
    """

    instance: Instance
    receipt: str
    acknowledges_after_days: int
    handles_after_days: int
    closes_after_days: int


class _Default(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    receipt: str
    acknowledges_after_days: int
    handles_after_days: int
    closes_after_days: int


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    desk: tuple[DeskCard, ...] = ()
    default: _Default | None = None


@cache
def desk_cards() -> dict[Instance, DeskCard]:
    """Return every desk: as a file states it, else as that of an instance without one.

    Raises:
        SettingsError: A file cannot be read, or an instance has two desks.

    >>> desk_cards()[Instance("KBD")].receipt
    'KBD'
    """
    files = sorted(resource("mocks", "desks").glob("*.toml"))
    read = [read_typed(file, _File) for file in files]
    cards = [card for each in read for card in each.desk]
    found = {card.instance: card for card in cards}
    if len(found) < len(cards):
        raise SettingsError("mocks/desks: an instance has two desks")
    for default in (each.default for each in read if each.default):
        for card in cards_of_instances():
            if card.kind in TAKES_IN and card.code not in found:
                found[card.code] = DeskCard(card.code, *msgspec.structs.astuple(default))
    return found
