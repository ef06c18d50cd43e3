"""Files of the registers outside Flanders: one file holds all the children of a family."""

from __future__ import annotations

from kszclient.testing.population.benefits import birth_bonus
from kszclient.testing.population.families import Family
from kszclient.testing.population.members import Member
from kszclient.testing.population.payer_choice import PayerChoice
from kszclient.testing.population.payers import payers
from kszclient.testing.population.truth import Bonus, File, Party, Payment, Right
from kszclient.values import AuthenticSource, Month, MonthPeriod

_ALLOWANCE = "CHILD_ALLOWANCE"


def family_files(family: Family, members: list[Member], choice: PayerChoice) -> list[File]:
    """Make a family's files in the registers outside Flanders."""
    files: list[File] = []
    for right in _windows(members):
        for payer, months in choice.runs(right):
            number = _number(family, right, payer, len(files))
            files.append(
                _file(family, members, Right(right.source, months.begin, months.end), payer, number)
            )
    return files


def _file(family: Family, members: list[Member], right: Right, payer: str, number: str) -> File:
    # As in the service before this one: an adoption is told of the child, a birth of the payee.
    children, births, begins = [], [], [right.begin]
    for member in members:
        payments = _payments(member, right)
        paid = _bonuses(member, right)
        if payments:
            adoptions = tuple(bonus for bonus in paid if bonus.category == "ADOPTION")
            births += [bonus for bonus in paid if bonus.category != "ADOPTION"]
            children.append(Party(member.minor.ssin, adoptions, payments))
            begins += [Month.of(bonus.paid_on) for bonus in paid]
    return File(
        right.source,
        payer,
        min(begins),
        right.end,
        number=number,
        entitled=family.parents[-1] if right.source is AuthenticSource.FEDERAL else None,
        beneficiaries=_payees(family, right.period, tuple(births)),
        children=tuple(children),
    )


def _windows(members: list[Member]) -> list[Right]:
    """Join the months of all children, register by register."""
    rights = sorted(
        (
            own
            for member in members
            for own in member.rights
            if own.source is not AuthenticSource.FLANDERS
        ),
        key=lambda own: (own.source, own.begin),
    )
    windows: list[Right] = []
    for own in rights:
        before = windows[-1] if windows else None
        if before and before.source is own.source and _touches(before, own):
            windows[-1] = Right(own.source, before.begin, _later(before.end, own.end))
        else:
            windows.append(own)
    return windows


def _touches(before: Right, own: Right) -> bool:
    return before.end is None or own.begin <= before.end.next()


def _later(one: Month | None, other: Month | None) -> Month | None:
    return None if one is None or other is None else max(one, other)


def _payments(member: Member, right: Right) -> tuple[Payment, ...]:
    cut = (
        own.period.intersection(right.period) for own in member.rights if own.source is right.source
    )
    return tuple(Payment(_ALLOWANCE, run.begin, run.end) for run in cut if run)


def _bonuses(member: Member, right: Right) -> tuple[Bonus, ...]:
    return tuple(
        bonus
        for own in member.rights
        if own.source is right.source and own.begin in right.period
        for bonus in birth_bonus(member.minor, member.life, own)
    )


def _payees(family: Family, months: MonthPeriod, births: tuple[Bonus, ...]) -> tuple[Party, ...]:
    """Give who received the money: one parent, and once parted the other."""
    first, other, parted = family.parents[0], family.parents[-1], family.parted_on
    if parted is not None and months.begin < parted and parted in months:
        before = Payment(_ALLOWANCE, months.begin, parted.previous())
        after = Payment(_ALLOWANCE, parted, months.end)
        return (Party(first, births, (before,)), Party(other, (), (after,)))
    payee = first if parted is None or months.begin < parted else other
    return (Party(payee, births, (Payment(_ALLOWANCE, months.begin, months.end),)),)


def _number(family: Family, right: Right, payer: str, place: int) -> str:
    federal = right.source is AuthenticSource.FEDERAL
    prefix = payers()[payer].fund_code if federal else right.source.value[:3]
    return f"{prefix}-01-{family.index:08d}-{place}"
