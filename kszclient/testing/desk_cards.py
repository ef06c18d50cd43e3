"""How the mock's desks work, from `mocks/desks/*.toml`."""

from __future__ import annotations

from functools import cache

import msgspec

from kszclient.complaints.vocabulary import Instance
from kszclient.errors import SettingsError
from kszclient.resources import resource
from kszclient.testing.reading import read_typed


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


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    desk: tuple[DeskCard, ...]


@cache
def desk_cards() -> dict[Instance, DeskCard]:
    """Give every desk.

    Raises:
        SettingsError: A file cannot be read, or an instance has two desks.

    >>> desk_cards()[Instance("KBD")].receipt
    'KBD'
    """
    files = sorted(resource("mocks", "desks").glob("*.toml"))
    cards = [card for file in files for card in read_typed(file, _File).desk]
    found = {card.instance: card for card in cards}
    if len(found) < len(cards):
        raise SettingsError("mocks/desks: an instance has two desks")
    return found
