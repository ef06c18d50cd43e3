"""Files of the Flemish register: one child each, no number, links to at most two beneficiaries."""

from __future__ import annotations

import msgspec

from kszclient.testing.population.benefits import (
    birth_bonus,
    flemish_payments,
    participation_payments,
)
from kszclient.testing.population.families import Family
from kszclient.testing.population.members import Member
from kszclient.testing.population.payer_choice import PayerChoice
from kszclient.testing.population.rates import Rates
from kszclient.testing.population.truth import File, FileKind, Party
from kszclient.values import AuthenticSource, Month, MonthPeriod


def flemish_file(
    child: Party, payer: str, months: MonthPeriod, kind: FileKind = FileKind.BENEFIT
) -> File:
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
    return File(
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
) -> list[File]:
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
) -> list[File]:
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
