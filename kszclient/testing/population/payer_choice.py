"""Which payer a family has in each register, and from when another one."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kszclient.testing.population.chance import Chance
from kszclient.testing.population.payers import payers_of
from kszclient.testing.population.rates import Rates
from kszclient.testing.population.truth import Right
from kszclient.values import AuthenticSource, Month, MonthPeriod

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
