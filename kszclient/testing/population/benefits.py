"""Which benefits a generated child has, month by month."""

from __future__ import annotations

import datetime as dt

import msgspec

from kszclient.testing.population.families import Family, Minor
from kszclient.testing.population.rates import AllowanceRate, Chance, Rates
from kszclient.testing.population.truth import Payment, Right, WorldBonus
from kszclient.values import Month, MonthPeriod, Ssin

_SCHOOL_YEAR_BEGINS = 9


class ChildCircumstances(msgspec.Struct, frozen=True):
    """What was drawn for one child, once, so that every register holds the same story.

    Args:
        social: Whether its household is entitled to the social supplement.
        categories: Flemish care allowances that it has.
        allowances: Participation allowances that it has where it goes to Dutch-language care
            or school.
        dutch_outside: Draw against the share that goes to it while living outside Flanders.
        birth: The bonus at its birth or adoption.
        paid_on: Day on which that was paid.
    """

    social: bool
    categories: tuple[str, ...]
    allowances: tuple[AllowanceRate, ...]
    dutch_outside: float
    birth: str
    paid_on: dt.date


def draw_circumstances(minor: Minor, chance: Chance, rates: Rates) -> ChildCircumstances:
    """Draw what a child's life is like."""
    rule = rates.benefits
    cares = (
        ("SPECIAL_CARE", rule.special_care),
        ("ORPHAN_CARE", rule.orphan),
        ("FOSTER_CARE", rule.foster),
    )
    adopted, early = chance.happens(rule.adoption), chance.happens(rule.pre_paid_birth)
    days_before, days_after = chance.whole(20, 60), chance.whole(7, 19)
    # Registers change with the year: an early payment stays in the year of the first month.
    paid_early = early and not adopted and minor.born.month in range(3, 12)
    return ChildCircumstances(
        social=chance.happens(rule.social),
        categories=tuple(code for code, rate in cares if chance.happens(rate)),
        allowances=tuple(
            each
            for each in (
                rates.participation.toddler,
                rates.participation.childcare,
                rates.participation.school,
            )
            if chance.happens(each.share) and minor.born.year >= each.born_from
        ),
        dutch_outside=chance.part(),
        birth="ADOPTION" if adopted else "PRE_PAYMENT_BIRTH" if paid_early else "BIRTH",
        paid_on=minor.born - dt.timedelta(days=days_before)
        if paid_early
        else Month.of(minor.born).next().first_day + dt.timedelta(days=days_after),
    )


def birth_bonus(minor: Minor, life: ChildCircumstances, right: Right) -> tuple[WorldBonus, ...]:
    """Return the bonus that is paid with a child's first run of months, and with no other."""
    if right.begin != minor.months.begin or right.begin != Month.of(minor.born).next():
        return ()
    return (WorldBonus(life.birth, life.paid_on),)


def flemish_payments(
    family: Family, minor: Minor, life: ChildCircumstances, months: MonthPeriod, rates: Rates
) -> tuple[Payment, ...]:
    """Return the payments of one child's FLANDERS file while it lives there."""
    parents = family.parents
    found = [Payment("BASIC", months.begin, months.end, parents)]
    found += [Payment(code, months.begin, months.end, parents) for code in life.categories]
    if life.social:
        found += _social(family, months, rates)
    found += participation_payments(minor, life, months, parents, rates)
    return tuple(found)


def _social(family: Family, months: MonthPeriod, rates: Rates) -> list[Payment]:
    """The social supplement is looked at anew every October, for each parent apart once parted."""
    found = []
    begin = months.begin
    last = months.end or rates.last_month
    while begin <= last:
        end = Month(begin.year + (begin.month >= _SCHOOL_YEAR_BEGINS + 1), _SCHOOL_YEAR_BEGINS)
        parted = family.parted_on is not None and begin >= family.parted_on
        linked = family.parents[:1] if parted else family.parents
        found.append(Payment("SOCIAL", begin, min(end, months.end or end), linked))
        begin = end.next()
    return found


def participation_payments(
    minor: Minor,
    life: ChildCircumstances,
    months: MonthPeriod,
    linked: tuple[Ssin, ...],
    rates: Rates,
) -> tuple[Payment, ...]:
    """Return the participation allowances of one child, school year by school year."""
    rule = rates.participation
    last = months.end or rates.last_month
    found = []
    for year in range(max(months.begin.year, rule.first_month.year) - 1, last.year + 1):
        school_year = MonthPeriod(Month(year, 9), Month(year + 1, 8))
        run = school_year.intersection(months)
        age = year - minor.born.year
        for allowance in life.allowances:
            first = rule.school_first_month if allowance is rule.school else rule.first_month
            paid = run.intersection(MonthPeriod(first)) if run is not None else None
            if paid is None or paid.begin > last:
                continue
            if allowance.from_age <= age <= allowance.to_age:
                found.append(Payment(allowance.code, paid.begin, paid.end, linked))
    return tuple(found)


class Member(msgspec.Struct, frozen=True):
    """One child of a family.

    Args:
        minor: The child.
        life: What was drawn for it.
        held: Its months by area, as the registers know its addresses.
        rights: The same, joined where the register stays the same.
    """

    minor: Minor
    life: ChildCircumstances
    held: tuple[tuple[str, Right], ...]
    rights: tuple[Right, ...]
