"""What the codes of payments stand for: the basic amount, a participation allowance, or more."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

import msgspec

from kszclient.competence import Certainty, participation
from kszclient.errors import DataError
from kszclient.resources import read_toml, resource
from kszclient.sources import check_sources
from kszclient.values import AuthenticSource


class Meaning(StrEnum):
    """What a code stands for."""

    BASIC_AMOUNT = "basic_amount"
    PARTICIPATION = "participation"
    SUPPLEMENT = "supplement"


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of `config/cadaster/categories.toml`.

    Args:
        code: The code in an answer.
        stands_for: What it stands for.
        certainty: How sure that is.
        basis: Where it comes from.
        sources: Codes of its sources.
        undivided: Whether supplements may be in it.
    """

    code: str
    stands_for: Meaning
    certainty: Certainty
    basis: str
    sources: tuple[str, ...]
    undivided: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    category: tuple[Category, ...]


@cache
def categories() -> dict[str, Category]:
    """Return every code that the interface names; others may come.

    Raises:
        DataError: The file is broken, or a code stands there twice.

    >>> categories()["TODDLER"].stands_for.value
    'participation'
    """
    path = resource("config", "cadaster", "categories.toml")
    rows = read_toml(path, _File, DataError).category
    found = {row.code: row for row in rows}
    if len(found) != len(rows):
        raise DataError(f"{path.name}: a code stands there twice")
    for row in rows:
        check_sources(f"{path.name}, category {row.code}", row.sources)
    return found


@cache
def basic_codes() -> frozenset[str]:
    """Return the codes that stand for the basic amount: one for a child in a month, whoever pays.

    >>> sorted(basic_codes())
    ['BASIC', 'CHILD_ALLOWANCE']
    """
    return _codes(Meaning.BASIC_AMOUNT)


@cache
def participation_codes() -> frozenset[str]:
    """Return the codes that stand for an allowance that follows the school or the childcare."""
    return _codes(Meaning.PARTICIPATION)


def _codes(meaning: Meaning) -> frozenset[str]:
    return frozenset(row.code for row in categories().values() if row.stands_for is meaning)


def is_participation(source: AuthenticSource, category: str) -> bool:
    """Return whether a payment follows the school or the childcare, not the domicile.

    Such codes stand for that only in the register that holds these allowances
    (``config/competence/allowances.toml``).

    >>> is_participation(AuthenticSource.FLANDERS, "OTHER_PARTICIPATION")
    True
    """
    return category in participation_codes() and source is participation().source
