"""Children made for one case each: where they lived, who pays, and their files.

All are born after the transfer to the entities, so that one register holds each home's months.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from kszclient.testing.planted.planted import MATCH, Dossier, ExpectedFinding, PlantedCase
from kszclient.testing.population.files import flemish_file
from kszclient.testing.population.payers import payers, payers_of
from kszclient.testing.population.places import LanguageArea, places
from kszclient.testing.population.rates import Chance
from kszclient.testing.population.synthetic import SyntheticNumbers
from kszclient.testing.population.truth import (
    DomicileSpell,
    FileKind,
    NumberState,
    Party,
    Payment,
    WorldChild,
    WorldFile,
)
from kszclient.testing.server.scenario import ScenarioRule
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin

T = TypeVar("T")
_BORN_FROM, _BORN_TO = Month(2020, 2), Month(2021, 6)
_LEAST_MONTHS, _MOST_MONTHS = 20, 28
_MOVED_ON = 15
_ONE_DAY = dt.timedelta(days=1)


class Home(msgspec.Struct, frozen=True):
    """One domicile, with what follows from it.

    Args:
        area: Code of the language area.
        nis: Code of the municipality.
        begin: First month for which it decides.
        end: Last such month.
        source: The register of these months.
        payer: Key of the payer.
    """

    area: str
    nis: str
    begin: Month
    end: Month
    source: AuthenticSource
    payer: str


class Life(msgspec.Struct, frozen=True):
    """A child and its homes, before any register or institution knows it.

    Args:
        place: Its place in the row of cases.
        ssin: Its number.
        parents: Two numbers; the first is the payee.
        homes: One or two.
        spare: A number that nobody has.
    """

    place: int
    ssin: Ssin
    parents: tuple[Ssin, Ssin]
    homes: tuple[Home, ...]
    spare: Ssin

    @property
    def home(self) -> Home:
        """The last home."""
        return self.homes[-1]

    @property
    def flemish(self) -> bool:
        """Whether the last home's register is the Flemish one, which links beneficiaries."""
        return self.home.source is AuthenticSource.FLANDERS

    def basic(self, begin: Month, end: Month, source: AuthenticSource | None = None) -> Payment:
        """Return the basic amount of a run of months, as its register calls it."""
        if (source or self.home.source) is AuthenticSource.FLANDERS:
            return Payment("BASIC", begin, end, self.parents[:1])
        return Payment("CHILD_ALLOWANCE", begin, end)

    def file(
        self,
        home: Home,
        *payments: Payment,
        source: AuthenticSource | None = None,
        payer: str | None = None,
        kind: FileKind = FileKind.BENEFIT,
    ) -> WorldFile:
        """Make a file: that of a home with its basic amount where nothing else is given.

        Args:
            home: The home of which it is the file.
            payments: What it pays; the months of the home where left out.
            source: The register; that of the home where left out.
            payer: The payer; that of the home where left out.
            kind: Whether it holds participation allowances only.
        """
        source = source or home.source
        paid = payments or (self.basic(home.begin, home.end, source),)
        party = Party(self.ssin, payments=paid)
        payer = payer or (home.payer if source is home.source else payers_of(source)[0].key)
        return self._made(party, source, payer, party.period or _months(home), kind)

    def untold(self, home: Home) -> WorldFile:
        """Make a file that knows the child and holds no months."""
        party = Party(self.ssin)
        return self._made(party, home.source, home.payer, _months(home), FileKind.BENEFIT)

    def _made(
        self,
        party: Party,
        source: AuthenticSource,
        payer: str,
        months: MonthPeriod,
        kind: FileKind,
    ) -> WorldFile:
        if source is AuthenticSource.FLANDERS:
            return flemish_file(party, payer, months, kind)
        number = f"{source.value[:3]}-02-{self.place:08d}-{payers_of(source)[0].key[:1]}"
        payee = Party(self.parents[0], payments=party.payments)
        return WorldFile(
            source,
            payer,
            months.begin,
            months.end,
            number=number,
            beneficiaries=(payee,),
            children=(party,),
        )

    def dossier(
        self,
        place: int = -1,
        *,
        begin: Month | None = None,
        end: Month | None = None,
        payer: str | None = None,
        child: Ssin | None = None,
    ) -> Dossier:
        """Make the dossier of a home, right in all that is not given otherwise."""
        home = self.homes[place]
        return Dossier(
            f"M{self.place:05d}-{place % len(self.homes) + 1}",
            child or self.ssin,
            begin or home.begin,
            end or home.end,
            payer or home.payer,
        )

    def allowance(self, payment: Payment, source: AuthenticSource) -> Dossier:
        """Make the dossier of an allowance that another register holds than that of the home."""
        payer = payers_of(source)[0].key
        reference = f"M{self.place:05d}-{len(self.homes) + 1}"
        return Dossier(
            reference, self.ssin, payment.begin, payment.end, payer, category=payment.category
        )

    def whole(self, kind: str, dossier: Dossier | None = None) -> ExpectedFinding:
        """Expect all of a dossier to be found so."""
        expected = dossier or self.dossier()
        return ExpectedFinding(expected.reference, kind, str(expected.begin), str(expected.end))

    def case(
        self,
        files: Iterable[WorldFile],
        *found: ExpectedFinding,
        dossiers: tuple[Dossier, ...] = (),
        numbers: tuple[NumberState, ...] = (),
        rules: tuple[ScenarioRule, ...] = (),
        abroad: str | None = None,
    ) -> PlantedCase:
        """Put a case together; a dossier about which nothing is to be found is a match.

        Args:
            files: What the registers hold.
            found: What is to be found.
            dossiers: What the institution holds; the dossiers of all homes where left out.
            numbers: Numbers in an unusual state.
            rules: What goes wrong.
            abroad: A country in which the child lived, instead of its homes.
        """
        held = tuple(files)
        stated = dossiers or tuple(self.dossier(place) for place in range(len(self.homes)))
        amiss = {each.dossier for each in found}
        right = (self.whole(MATCH, each) for each in stated if each.reference not in amiss)
        domicile = self._domicile()
        if abroad is not None:
            domicile = (DomicileSpell(domicile[0].begin, country=abroad),)
        months = MonthPeriod(self.homes[0].begin, self.home.end)
        born = domicile[0].begin
        return PlantedCase(
            child=WorldChild(self.ssin, born, domicile, places().rights(domicile, months)),
            number=stated[0].child,
            domicile=domicile,
            dossiers=stated,
            files=held,
            numbers=numbers,
            rules=rules,
            truth=(*found, *right),
        )

    def _domicile(self) -> tuple[DomicileSpell, ...]:
        spells = []
        for place, home in enumerate(self.homes):
            later = self.homes[place + 1] if place + 1 < len(self.homes) else None
            last = _moved(later) - _ONE_DAY if later else None
            spells.append(DomicileSpell(_moved(home), last, nis=home.nis))
        return tuple(spells)


def _moved(home: Home) -> dt.date:
    """Return the day of a move after which the new home decides from its first month on."""
    return home.begin.previous().first_day.replace(day=_MOVED_ON)


def _months(home: Home) -> MonthPeriod:
    return MonthPeriod(home.begin, home.end)


class Lives:
    """Makes children, one case after the other.

    Args:
        numbers: Where their numbers come from.
        chance: Draws.
        place: The place of the next one in the row of cases.
    """

    def __init__(self, numbers: SyntheticNumbers, chance: Chance, place: int) -> None:
        self._numbers = numbers
        self.chance = chance
        self._place = place

    def life(self, *areas: str) -> Life:
        """Make a child that lived in these areas in order; in any one where none is named.

        Args:
            areas: Codes of language areas.
        """
        known = places().areas
        chosen = [known[code] for code in areas] or [
            self.chance.one_of(tuple(known.values()), lambda area: area.share)
        ]
        begin = _BORN_FROM.plus(self.chance.whole(1, _BORN_TO - _BORN_FROM))
        born = begin.previous().year
        homes = []
        for area in chosen:
            end = begin.plus(self.chance.whole(_LEAST_MONTHS, _MOST_MONTHS) // len(chosen))
            homes.append(self._home(area, begin, end))
            begin = end.next()
        take = self._numbers.take
        parents = (take(born - 30), take(born - 32))
        return Life(self._place, take(born), parents, tuple(homes), take(born))

    def _home(self, area: LanguageArea, begin: Month, end: Month) -> Home:
        (source,) = (
            each.source
            for each in area.register
            if each.begin <= begin and (each.until is None or end <= each.until)
        )
        nis = self.chance.one_of(area.municipality, lambda each: each.weight).nis
        payer = self.chance.one_of(payers_of(source), lambda each: each.weight).key
        return Home(area.code, nis, begin, end, source, payer)

    def either(self, *choices: T) -> T:
        """Draw one of these."""
        return self.chance.one_of(choices, lambda _: 1.0)

    def other_payer(self, home: Home, *, same_scheme: bool = True) -> str:
        """Draw a payer that is not the one of a home.

        Args:
            home: The home.
            same_scheme: Whether both are known by numbers, or both by codes.
        """
        code = payers()[home.payer].fund_code is not None
        others = [
            each
            for source in AuthenticSource
            for each in payers_of(source)
            if each.key != home.payer
            and each.source in {home.source, AuthenticSource.WALLONIA}
            and ((each.fund_code is not None) is code) is same_scheme
        ]
        return self.chance.one_of(others, lambda each: each.weight).key

    def part(self, home: Home, least: int, most: int) -> tuple[Month, Month]:
        """Draw a run of months inside a home's, without its first and its last.

        Args:
            home: The home.
            least: How long at least.
            most: How long at most.
        """
        length = self.chance.whole(least, most)
        free = home.end - home.begin - length
        begin = home.begin.plus(self.chance.whole(1, free))
        return begin, begin.plus(length - 1)
