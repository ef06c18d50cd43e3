"""The files of a generated family: in the right register for the right months, with payers."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kszclient.testing.benefits import (
    Circumstances,
    birth_bonus,
    draw_circumstances,
    flemish_payments,
    participation_payments,
)
from kszclient.testing.chance import Chance
from kszclient.testing.families import Family, Minor, since_birth
from kszclient.testing.payers import payers, payers_of
from kszclient.testing.places import Places, as_registered, joined
from kszclient.testing.rates import Rates
from kszclient.testing.truth import Bonus, File, FileKind, Party, Payment, Right
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin

_ALLOWANCE = "CHILD_ALLOWANCE"
_FREE_CHOICE_FROM = 2020


class _Member(msgspec.Struct, frozen=True):
    minor: Minor
    life: Circumstances
    held: tuple[tuple[str, Right], ...]
    rights: tuple[Right, ...]


class _Choice(msgspec.Struct, frozen=True):
    """Which payer a family has in each register, and from when another one."""

    first: dict[AuthenticSource, str]
    then: dict[AuthenticSource, str]
    changes: Month | None

    def runs(self, right: Right) -> Iterable[tuple[str, MonthPeriod]]:
        """Cut a run of months where the payer changes."""
        source, change = right.source, self.changes
        if (
            change is None
            or self.first[source] == self.then[source]
            or not (right.begin < change and change in right.period)
        ):
            later = change is not None and right.begin >= change
            yield (self.then if later else self.first)[source], right.period
            return
        yield self.first[source], MonthPeriod(right.begin, change.previous())
        yield self.then[source], MonthPeriod(change, right.end)


def make_files(family: Family, chance: Chance, rates: Rates, world: Places) -> tuple[File, ...]:
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
        members.append(_Member(minor, life, held, joined(right for _, right in held)))
    choice = _choose(chance, rates)
    files = _family_files(family, members, choice)
    for member in members:
        files += _flemish_files(family, member, choice, rates)
        files += _participation_files(family, member, choice, rates)
    return tuple(sorted(files, key=lambda file: (file.begin, file.source)))


def _choose(chance: Chance, rates: Rates) -> _Choice:
    def pick() -> dict[AuthenticSource, str]:
        return {
            source: chance.one_of(payers_of(source), lambda payer: payer.weight).key
            for source in AuthenticSource
        }

    first, then, changes = pick(), pick(), None
    for year in range(_FREE_CHOICE_FROM, rates.last_month.year):
        if changes is None and chance.happens(rates.payers.change_per_year):
            changes = Month(year, 1 + 3 * chance.whole(0, 3))
    return _Choice(first, then, changes)


def _family_files(family: Family, members: list[_Member], choice: _Choice) -> list[File]:
    """Outside Flanders one file holds all the children for whom the register tells."""
    files = []
    for right in _windows(members):
        for payer, months in choice.runs(right):
            children = []
            bonuses: list[Bonus] = []
            for member in members:
                runs = _runs(member, right.source, months)
                paid = [
                    bonus
                    for own in member.rights
                    if own.source is right.source and own.begin in months
                    for bonus in birth_bonus(member.minor, member.life, own)
                ]
                if runs:
                    # As in the older service: an adoption is told of the child, a birth of the payee.
                    adopted = tuple(bonus for bonus in paid if bonus.category == "ADOPTION")
                    bonuses += [bonus for bonus in paid if bonus not in adopted]
                    children.append(Party(member.minor.ssin, adopted, runs))
            told = _with_bonuses(months, [*bonuses, *(b for c in children for b in c.bonuses)])
            files.append(
                File(
                    right.source,
                    payer,
                    told.begin,
                    told.end,
                    number=_number(family, right, payer, len(files)),
                    entitled=family.parents[-1] if right.source is AuthenticSource.FEDERAL else None,
                    beneficiaries=_payees(family, months, tuple(bonuses)),
                    children=tuple(children),
                )
            )
    return files


def _windows(members: list[_Member]) -> list[Right]:
    """Runs of months in which a register other than the Flemish one tells of any of the children."""
    rights = sorted(
        (own for member in members for own in member.rights if not _flemish(own)),
        key=lambda own: (own.source, own.begin),
    )
    windows: list[Right] = []
    for own in rights:
        before = windows[-1] if windows else None
        if before and before.source is own.source and _touches(before, own):
            open_end = before.end is None or own.end is None
            end = None if open_end else max(before.end or own.begin, own.end or own.begin)
            windows[-1] = Right(own.source, before.begin, end)
        else:
            windows.append(own)
    return windows


def _touches(before: Right, own: Right) -> bool:
    return before.end is None or own.begin <= before.end.next()


def _flemish(right: Right) -> bool:
    return right.source is AuthenticSource.FLANDERS


def _runs(member: _Member, source: AuthenticSource, months: MonthPeriod) -> tuple[Payment, ...]:
    cut = (own.period.intersection(months) for own in member.rights if own.source is source)
    return tuple(Payment(_ALLOWANCE, run.begin, run.end) for run in cut if run is not None)


def _payees(family: Family, months: MonthPeriod, bonuses: tuple[Bonus, ...]) -> tuple[Party, ...]:
    parted, usual = family.parted_on, family.parents[0]
    if parted is None or parted not in months:
        later = parted is not None and months.begin > parted
        payee = family.parents[-1] if later else usual
        return (Party(payee, bonuses, (Payment(_ALLOWANCE, months.begin, months.end),)),)
    after = Party(family.parents[-1], (), (Payment(_ALLOWANCE, parted, months.end),))
    if parted == months.begin:
        return (Party(after.ssin, bonuses, after.payments),)
    return (Party(usual, bonuses, (Payment(_ALLOWANCE, months.begin, parted.previous()),)), after)


def _flemish_files(
    family: Family, member: _Member, choice: _Choice, rates: Rates
) -> list[File]:
    files = []
    for right in filter(_flemish, member.rights):
        for payer, months in choice.runs(right):
            payments = flemish_payments(family, member.minor, member.life, months, rates)
            first = right.begin == months.begin
            paid = birth_bonus(member.minor, member.life, right) if first else ()
            linked = tuple(
                msgspec.structs.replace(bonus, linked=family.parents) for bonus in paid
            )
            files.append(flemish_file(member.minor.ssin, payer, months, linked, payments))
    return files


def _participation_files(
    family: Family, member: _Member, choice: _Choice, rates: Rates
) -> list[File]:
    """A child that lives elsewhere has a FLANDERS file too where it goes to a Dutch-language school."""
    files: list[File] = []
    shares = rates.participation.outside_flanders
    elsewhere = [
        right
        for area, right in member.held
        if not _flemish(right) and member.life.dutch_outside < shares.get(area, 0)
    ]
    payer = choice.first[AuthenticSource.FLANDERS]
    for right in elsewhere:
        payments = participation_payments(
            member.minor, member.life, right.period, family.parents, rates
        )
        if payments:
            ends = [payment.end for payment in payments]
            end = None if None in ends else max(end for end in ends if end)
            months = MonthPeriod(min(payment.begin for payment in payments), end)
            files.append(
                flemish_file(
                    member.minor.ssin, payer, months, (), tuple(payments), FileKind.PARTICIPATION
                )
            )
    return files


def flemish_file(  # noqa: PLR0913 - the parts of a file
    child: Ssin,
    payer: str,
    months: MonthPeriod,
    bonuses: tuple[Bonus, ...],
    payments: tuple[Payment, ...],
    kind: FileKind = FileKind.BENEFIT,
) -> File:
    """Make a FLANDERS file: one child, no number, and beneficiaries who repeat the child's payments."""
    told = _with_bonuses(months, bonuses)
    people = dict.fromkeys(who for each in (*bonuses, *payments) for who in each.linked)
    repeated = (
        tuple(msgspec.structs.replace(bonus, linked=()) for bonus in bonuses),
        tuple(msgspec.structs.replace(payment, linked=()) for payment in payments),
    )
    return File(
        AuthenticSource.FLANDERS,
        payer,
        told.begin,
        told.end,
        kind=kind,
        beneficiaries=tuple(Party(who, *repeated) for who in people),
        children=(Party(child, bonuses, payments),),
    )


def _with_bonuses(months: MonthPeriod, bonuses: Iterable[Bonus]) -> MonthPeriod:
    paid = [Month.of(bonus.paid_on) for bonus in bonuses]
    return MonthPeriod(min([months.begin, *paid]), months.end)


def _number(family: Family, right: Right, payer: str, place: int) -> str:
    code = payers()[payer].fund_code or "990"
    prefix = code if right.source is AuthenticSource.FEDERAL else right.source.value[:3]
    return f"{prefix}01{family.index:08d}{place}"
