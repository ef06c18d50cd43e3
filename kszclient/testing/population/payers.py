"""Who pays in the mock world, from `mocks/payers.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import msgspec

from kszclient.resources import resource
from kszclient.testing.population.rates import Chance, Rates
from kszclient.testing.population.reading import read_typed
from kszclient.testing.population.truth import Right
from kszclient.values import AuthenticSource, Month, MonthPeriod


class MockPayer(msgspec.Struct, frozen=True):
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
    payer: tuple[MockPayer, ...]


@cache
def payers() -> Mapping[str, MockPayer]:
    """Return every payer by its key."""
    return {
        payer.key: payer
        for payer in read_typed(resource("mocks", "payers.toml"), _PayersFile).payer
    }


def payers_of(source: AuthenticSource) -> tuple[MockPayer, ...]:
    """Return the payers whose files lie in a register.

    >>> [payer.key for payer in payers_of(AuthenticSource.EASTBELGIUM)]
    ['ministerium-dg']
    """
    return tuple(payer for payer in payers().values() if payer.source is source)


_FREE_CHOICE_FROM = 2020


class PayerChoice(msgspec.Struct, frozen=True):
    """The payers of one family.

    Args:
        first: Key of the payer in each register.
        then: The one that it chose later.
        changes: First month of the later one, the first of a quarter; None where it never chose.
    """

    first: dict[AuthenticSource, str]
    then: dict[AuthenticSource, str]
    changes: Month | None

    def runs(self, right: Right) -> Iterator[tuple[str, MonthPeriod]]:
        """Cut a run of months where the payer changes."""
        first, then = self.first[right.source], self.then[right.source]
        if self.changes is None or first == then or self.changes not in right.period:
            later = self.changes is not None and right.begin >= self.changes
            yield (then if later else first), right.period
        elif self.changes == right.begin:
            yield then, right.period
        else:
            yield first, MonthPeriod(right.begin, self.changes.previous())
            yield then, MonthPeriod(self.changes, right.end)


def choose_payers(chance: Chance, rates: Rates) -> PayerChoice:
    """Draw a family's payers."""
    first, then, changes = _pick(chance), _pick(chance), None
    for year in range(_FREE_CHOICE_FROM, rates.last_month.year):
        if changes is None and chance.happens(rates.payers.change_per_year):
            changes = Month(year, 1 + 3 * chance.whole(0, 3))
    return PayerChoice(first, then, changes)


def _pick(chance: Chance) -> dict[AuthenticSource, str]:
    return {
        source: chance.one_of(payers_of(source), lambda payer: payer.weight).key
        for source in AuthenticSource
    }
