"""Who pays in the mock world, from `mocks/payers.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from kszclient.resources import resource
from kszclient.testing.population.reading import read_typed
from kszclient.values import AuthenticSource


class Payer(msgspec.Struct, frozen=True):
    """A payer, known by an enterprise number or by a three-digit fund code.

    Args:
        key: Name within the mock world's files.
        source: Register in which its files lie.
        names: Name by language (nl, fr, de).
        weight: Its part of the register's families.
        enterprise_number: Number in the register of enterprises, or None.
        fund_code: Three digits where there is no number.
        invented: Whether the code is made up.
    """

    key: str
    source: AuthenticSource
    names: dict[str, str]
    weight: float
    enterprise_number: str | None = None
    fund_code: str | None = None
    invented: bool = False


class _PayersFile(msgspec.Struct, frozen=True):
    payer: tuple[Payer, ...]


@cache
def payers() -> Mapping[str, Payer]:
    """Give every payer by its key."""
    return {
        payer.key: payer
        for payer in read_typed(resource("mocks", "payers.toml"), _PayersFile).payer
    }


def payers_of(source: AuthenticSource) -> tuple[Payer, ...]:
    """Give the payers whose files lie in a register.

    >>> [payer.key for payer in payers_of(AuthenticSource.EASTBELGIUM)]
    ['ministerium-dg']
    """
    return tuple(payer for payer in payers().values() if payer.source is source)
