"""A child as a family's files see it: its life, and the registers that hold its months."""

from __future__ import annotations

import msgspec

from kszclient.testing.population.benefits import Circumstances
from kszclient.testing.population.families import Minor
from kszclient.testing.population.truth import Right


class Member(msgspec.Struct, frozen=True):
    """One child of a family.

    Args:
        minor: The child.
        life: What was drawn for it.
        held: Its months by area, as the registers know its addresses.
        rights: The same, joined where the register stays the same.
    """

    minor: Minor
    life: Circumstances
    held: tuple[tuple[str, Right], ...]
    rights: tuple[Right, ...]
