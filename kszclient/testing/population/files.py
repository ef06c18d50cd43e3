"""The files of a generated family: in the right register for the right months, with payers."""

from __future__ import annotations

import msgspec

from kszclient.testing.population.benefits import (
    Member,
    birth_bonus,
    draw_circumstances,
    flemish_payments,
    participation_payments,
)
from kszclient.testing.population.families import Family, since_birth
from kszclient.testing.population.payers import PayerChoice, choose_payers, payers
from kszclient.testing.population.places import Places, as_registered, joined
from kszclient.testing.population.rates import Chance, Rates
from kszclient.testing.population.truth import (
    FileKind,
    Party,
    Payment,
    Right,
    WorldBonus,
    WorldFile,
)
from kszclient.values import AuthenticSource, Month, MonthPeriod


def make_files(
    family: Family, chance: Chance, rates: Rates, world: Places
) -> tuple[WorldFile, ...]:
    """Make the files in which a family is known, as far as the registers have heard of its moves.

    Args:
        family: The family.
        chance: Draws that belong to this family alone.
        rates: How the population lives.
        world: The areas and their registers.
    """
    domicile = as_registered(family.domicile, rates.known_until)
    members = []
    for minor in family.minors:
        held = world.held(since_birth(domicile, minor.born), minor.months)
        life = draw_circumstances(minor, chance, rates)
        members.append(Member(minor, life, held, joined(right for _, right in held)))
    choice = choose_payers(chance, rates)
    files = family_files(family, members, choice)
    for member in members:
        files += groeipakket_files(family, member, choice, rates)
        files += participation_files(family, member, choice, rates)
    return tuple(sorted(files, key=lambda file: (file.begin, file.source)))


_ALLOWANCE = "CHILD_ALLOWANCE"


def family_files(family: Family, members: list[Member], choice: PayerChoice) -> list[WorldFile]:
    """Make a family's files in the registers outside Flanders."""
    files: list[WorldFile] = []
    for right in _windows(members):
        for payer, months in choice.runs(right):
            number = _number(family, right, payer, len(files))
            files.append(
                _file(family, members, Right(right.source, months.begin, months.end), payer, number)
            )
    return files


def _file(
    family: Family, members: list[Member], right: Right, payer: str, number: str
) -> WorldFile:
    # As in the service before this one: an adoption stands with the child, a birth with the payee.
    children, births, begins = [], [], [right.begin]
    for member in members:
        payments = _payments(member, right)
        paid = _bonuses(member, right)
        if payments:
            adoptions = tuple(bonus for bonus in paid if bonus.category == "ADOPTION")
            births += [bonus for bonus in paid if bonus.category != "ADOPTION"]
            children.append(Party(member.minor.ssin, adoptions, payments))
            begins += [Month.of(bonus.paid_on) for bonus in paid]
    return WorldFile(
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


def _bonuses(member: Member, right: Right) -> tuple[WorldBonus, ...]:
    return tuple(
        bonus
        for own in member.rights
        if own.source is right.source and own.begin in right.period
        for bonus in birth_bonus(member.minor, member.life, own)
    )


def _payees(
    family: Family, months: MonthPeriod, births: tuple[WorldBonus, ...]
) -> tuple[Party, ...]:
    """Return who received the money: one parent, and once parted the other."""
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


def flemish_file(
    child: Party, payer: str, months: MonthPeriod, kind: FileKind = FileKind.BENEFIT
) -> WorldFile:
    """Make a file about one child; its beneficiaries are those linked and repeat its payments.

    Args:
        child: The child with its bonuses and payments, linked to beneficiaries.
        payer: Key of the payer.
        months: Months in which the file runs; bonuses paid before make it begin earlier.
        kind: Whether it holds participation allowances only.
    """
    linked = [who for bonus in child.bonuses for who in bonus.linked]
    linked += [who for payment in child.payments for who in payment.linked]
    bonuses = tuple(msgspec.structs.replace(bonus, linked=()) for bonus in child.bonuses)
    payments = tuple(msgspec.structs.replace(payment, linked=()) for payment in child.payments)
    return WorldFile(
        AuthenticSource.FLANDERS,
        payer,
        min([months.begin, *(Month.of(bonus.paid_on) for bonus in bonuses)]),
        months.end,
        kind=kind,
        beneficiaries=tuple(Party(who, bonuses, payments) for who in dict.fromkeys(linked)),
        children=(child,),
    )


def groeipakket_files(
    family: Family, member: Member, choice: PayerChoice, rates: Rates
) -> list[WorldFile]:
    """Make a child's files for the months in which Flanders is competent."""
    files = []
    for right in member.rights:
        if right.source is not AuthenticSource.FLANDERS:
            continue
        for payer, months in choice.runs(right):
            payments = flemish_payments(family, member.minor, member.life, months, rates)
            paid = birth_bonus(member.minor, member.life, right)
            bonuses = tuple(
                msgspec.structs.replace(bonus, linked=family.parents)
                for bonus in paid
                if right.begin == months.begin
            )
            files.append(flemish_file(Party(member.minor.ssin, bonuses, payments), payer, months))
    return files


def participation_files(
    family: Family, member: Member, choice: PayerChoice, rates: Rates
) -> list[WorldFile]:
    """Make the files of a child that lives elsewhere and goes to a Dutch-language school."""
    shares = rates.participation.outside_flanders
    payer = choice.first[AuthenticSource.FLANDERS]
    files = []
    for area, right in member.held:
        goes = member.life.dutch_outside < shares.get(area, 0)
        if not goes or right.source is AuthenticSource.FLANDERS:
            continue
        payments = participation_payments(
            member.minor, member.life, right.period, family.parents, rates
        )
        party = Party(member.minor.ssin, payments=payments)
        if party.period:
            files.append(flemish_file(party, payer, party.period, FileKind.PARTICIPATION))
    return files
