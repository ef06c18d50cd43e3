"""Families of the mock world: who they are, when they were born, where they lived.

A family is a pure function of the seed and its place in the row, except for its numbers, which are
handed out in order.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from kszclient.testing.population.places import HomeMunicipality, LanguageArea, Places
from kszclient.testing.population.rates import Chance, Rates
from kszclient.testing.population.synthetic import SyntheticNumbers
from kszclient.testing.population.truth import DomicileSpell, NumberState
from kszclient.values import Month, MonthPeriod, Ssin, SsinKind

_ONE_DAY = dt.timedelta(days=1)
_OF_AGE = 18


class Minor(msgspec.Struct, frozen=True):
    """A child of a family, before any register knows it.

    Args:
        ssin: Its number.
        born: Day of birth.
        months: Months in which there is a right to benefits.
        older: An older number that it had, or None.
    """

    ssin: Ssin
    born: dt.date
    months: MonthPeriod
    older: NumberState | None = None


class Family(msgspec.Struct, frozen=True):
    """Parents and children at one address.

    Args:
        index: Place in the row of families.
        parents: One or two numbers; the first is the usual payee.
        parted_on: First month in which the other parent is the payee, or None.
        minors: The children, eldest first.
        domicile: Addresses since the eldest's birth; moves before 2015 are not kept.
    """

    index: int
    parents: tuple[Ssin, ...]
    parted_on: Month | None
    minors: tuple[Minor, ...]
    domicile: tuple[DomicileSpell, ...]


def since_birth(domicile: tuple[DomicileSpell, ...], born: dt.date) -> tuple[DomicileSpell, ...]:
    """Return the family's addresses that a child has had since its birth."""
    return tuple(
        spell
        if spell.begin >= born
        else msgspec.structs.replace(
            spell,
            begin=born,
            known_on=spell.known_on if spell.known_on and spell.known_on > born else None,
        )
        for spell in domicile
        if spell.end is None or spell.end >= born
    )


def make_family(
    index: int, chance: Chance, numbers: SyntheticNumbers, rates: Rates, world: Places
) -> Family:
    """Make one family.

    Args:
        index: Place in the row of families.
        chance: Draws that belong to this family alone.
        numbers: Where its numbers come from.
        rates: How the population lives.
        world: The areas.
    """
    births = _births(chance, rates)
    minors = tuple(_minor(born, chance, numbers, rates) for born in births)
    single = chance.happens(rates.family.single_parent)
    parents = tuple(
        numbers.take(births[0].year - chance.whole(22, 38)) for _ in range(1 if single else 2)
    )
    separated = not single and chance.happens(rates.family.separated)
    first = max(Month.of(births[0]), Month.of(rates.domicile.history_from)).plus(6)
    span = max(rates.last_month - first, 0)
    parted_on = first.plus(chance.whole(0, span)) if separated else None
    domicile = _domicile(births[0], chance, rates, world)
    return Family(index, parents, parted_on, minors, domicile)


def _births(chance: Chance, rates: Rates) -> list[dt.date]:
    rule = rates.births
    born = [chance.day(dt.date(rule.first_year, 1, 1), dt.date(rule.last_year, 12, 31))]
    for rate in rule.more_children:
        year = born[-1].year + chance.whole(*rule.years_between)
        if not chance.happens(rate) or year > rule.last_year:
            break
        born.append(chance.day(dt.date(year, 1, 1), dt.date(year, 12, 31)))
    return born


def _minor(born: dt.date, chance: Chance, numbers: SyntheticNumbers, rates: Rates) -> Minor:
    kind = SsinKind.BIS if chance.happens(rates.numbers.bis_number) else SsinKind.NATIONAL
    begin = max(Month.of(born).next(), Month.of(rates.domicile.history_from))
    at_18 = chance.happens(rates.rights.ends_at_18)
    age = _OF_AGE if at_18 else chance.whole(*rates.rights.last_age)
    end = Month(born.year + age, born.month)
    months = MonthPeriod(begin, end if end <= rates.last_month else None)
    ssin = numbers.take(born.year, kind)
    return Minor(ssin, born, months, _older_number(ssin, born, chance, numbers, rates))


def _older_number(
    ssin: Ssin, born: dt.date, chance: Chance, numbers: SyntheticNumbers, rates: Rates
) -> NumberState | None:
    if chance.happens(rates.numbers.replaced):
        return NumberState(numbers.take(born.year, SsinKind.BIS), replaced_by=ssin)
    if chance.happens(rates.numbers.cancelled):
        return NumberState(numbers.take(born.year, SsinKind.BIS), cancelled=True)
    return None


def _domicile(
    begin: dt.date, chance: Chance, rates: Rates, world: Places
) -> tuple[DomicileSpell, ...]:
    areas = tuple(world.areas.values())
    area = chance.one_of(areas, lambda each: each.share)
    spells = [DomicileSpell(begin, nis=_municipality(area, chance).nis)]
    first = max(begin, rates.domicile.history_from)
    for year in range(first.year, rates.known_until.year + 1):
        if not chance.happens(rates.domicile.move_per_year):
            continue
        day = chance.day(dt.date(year, 1, 1), dt.date(year, 12, 31))
        if chance.happens(rates.domicile.to_other_area):
            others = [each for each in areas if each is not area]
            area = chance.one_of(others, lambda each: each.share)
        nis = _municipality(area, chance).nis
        late = chance.happens(rates.domicile.late)
        days = dt.timedelta(days=chance.whole(*rates.domicile.late_days)) if late else None
        if not spells[-1].begin < day <= rates.known_until or nis == spells[-1].nis:
            continue
        spells[-1] = msgspec.structs.replace(spells[-1], end=day - _ONE_DAY)
        spells.append(DomicileSpell(day, nis=nis, known_on=day + days if days else None))
    return tuple(spells)


def _municipality(area: LanguageArea, chance: Chance) -> HomeMunicipality:
    return chance.one_of(area.municipality, lambda each: each.weight)
