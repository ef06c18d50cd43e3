"""Plant mistakes of every kind into the dossiers of a population, and keep the truth.

>>> from kszclient.testing import World
>>> institution = plant(World.build(seed=1, size=5), seed=1, as_of=dt.date(2026, 7, 1))
>>> {"match", "not_found"} <= {each.kind for each in institution.truth}
True
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kszclient.testing.planted.lives import Lives
from kszclient.testing.planted.mistakes import MARGIN, MISTAKES
from kszclient.testing.planted.planted import (
    MATCH,
    Dossier,
    ExpectedFinding,
    Institution,
    PlantedCase,
)
from kszclient.testing.population.places import as_registered
from kszclient.testing.population.rates import Chance, rates
from kszclient.testing.population.synthetic import SyntheticNumbers
from kszclient.testing.population.truth import FileKind, WorldChild, WorldFile
from kszclient.testing.server.scenario import Scenario
from kszclient.testing.server.world import World
from kszclient.values import Month, Ssin

_BASIC = ("BASIC", "CHILD_ALLOWANCE")


def plant(world: World, *, seed: int, as_of: dt.date, times: int = 2) -> Institution:
    """Return every generated child its dossiers, all right, and add children with mistakes.

    Args:
        world: The population; it is not changed, the institution has a larger one.
        seed: What chance starts from; the same arguments give the same institution.
        as_of: The day of asking, up to which a dossier that still runs is looked at.
        times: How many children have each kind of mistake.
    """
    numbers = SyntheticNumbers(_taken(world))
    cases: list[PlantedCase] = []
    for time in range(times):
        for kind, mistake in MISTAKES.items():
            chance = Chance(f"{seed}/{kind}/{time}")
            cases.append(mistake(Lives(numbers, chance, len(cases) + 1)))
    planted = World(
        (*world.children, *(each.child for each in cases)),
        (*world.files, *(file for each in cases for file in each.files)),
        (*world.numbers, *(state for each in cases for state in each.numbers)),
        world.personas,
    )
    rules = tuple(rule for each in cases for rule in each.rules)
    return Institution(
        world=planted,
        scenario=Scenario("Planted mistakes", "What goes wrong for those who have one.", rules),
        cases=(*_sound(world, Month.of(as_of)), *cases),
        margin=MARGIN,
    )


def _taken(world: World) -> Iterator[Ssin]:
    """Yield every number of a world, whoever has it."""
    for child in world.children:
        yield child.ssin
    for state in world.numbers:
        yield state.ssin
    for file in world.files:
        yield from (person for person, _ in file.known)
        yield from filter(None, [file.entitled])


def _sound(world: World, today: Month) -> Iterator[PlantedCase]:
    """Yield the generated children with a dossier for each run of months of a basic amount."""
    files: dict[Ssin, list[WorldFile]] = {}
    for file in world.files:
        for party in file.children:
            files.setdefault(party.ssin, []).append(file)
    for place, child in enumerate(world.children, start=1):
        if not child.name:
            dossiers = tuple(_dossiers(place, child, files.get(child.ssin, [])))
            yield PlantedCase(
                child=child,
                number=child.ssin,
                domicile=as_registered(child.domicile, rates().known_until),
                dossiers=dossiers,
                truth=tuple(_match(each, today) for each in dossiers),
            )


def _dossiers(place: int, child: WorldChild, files: list[WorldFile]) -> Iterator[Dossier]:
    paid = [
        (file, payment)
        for file in files
        if file.kind is FileKind.BENEFIT
        for party in file.children
        if party.ssin == child.ssin
        for payment in party.payments
        if payment.category in _BASIC
    ]
    for number, (file, payment) in enumerate(paid, start=1):
        reference = f"D{place:05d}-{number}"
        yield Dossier(reference, child.ssin, payment.begin, payment.end, file.payer)


def _match(dossier: Dossier, today: Month) -> ExpectedFinding:
    end = min(dossier.end or today, today)
    return ExpectedFinding(dossier.reference, MATCH, str(dossier.begin), str(end))
