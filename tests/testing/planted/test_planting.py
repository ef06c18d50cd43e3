"""What is planted is what is found: every kind, each one, and nothing else."""

import datetime as dt
from collections import Counter

import msgspec
import pytest

from kszclient.cadaster import AsyncChildBenefitsClient, Environment
from kszclient.reconciliation import Kind, Question, reconcile
from kszclient.security import Profile
from kszclient.testing import MockKsz, World, plant
from kszclient.testing.planted.mistakes import MISTAKES
from kszclient.testing.planted.planted import ExpectedFinding

AS_OF = dt.date(2026, 7, 1)


async def no_wait(_seconds):
    return None


def institution(seed, size, times=2):
    return plant(World.build(seed=seed, size=size), seed=seed, as_of=AS_OF, times=times)


def found(planted, folder):
    (folder / "dossiers.csv").write_bytes(planted.dossiers())
    (folder / "domiciles.csv").write_bytes(planted.domiciles())
    question = Question(
        folder / "dossiers.csv",
        domiciles=folder / "domiciles.csv",
        as_of=AS_OF,
        margin=planted.margin,
        every_source=True,
    )
    with MockKsz(planted.world, [planted.scenario]) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint), attempts=1, breaker_failures=10_000
        )
        client = AsyncChildBenefitsClient(profile, environment=Environment(sleep_async=no_wait))
        done = reconcile(question, client, out=folder / "out")
    columns = done.results.findings.select("dossier", "kind", "from", "to")
    return [ExpectedFinding(*row) for row in columns.iter_rows()]


@pytest.mark.parametrize("seed", [5, 2019, 77])
def test_everything_planted_is_found_and_nothing_else(seed, tmp_path):
    planted = institution(seed, 60)
    told = found(planted, tmp_path)
    assert Counter(told) - Counter(planted.truth) == Counter(), "found and not planted"
    assert Counter(planted.truth) - Counter(told) == Counter(), "planted and not found"


def test_every_kind_of_finding_is_planted():
    assert set(MISTAKES) == set(Kind)
    truth = institution(5, 0).truth
    assert {each.kind for each in truth} == set(Kind)


def test_the_same_seed_plants_the_same():
    first, again, other = (institution(seed, 10) for seed in (5, 5, 6))
    assert first.dossiers() == again.dossiers()
    assert first.domiciles() == again.domiciles()
    assert first.world.digest() == again.world.digest()
    assert first.truth == again.truth
    assert first.dossiers() != other.dossiers()


def test_nobody_planted_has_the_number_of_somebody_else():
    world = World.build(seed=5, size=40)
    before = {child.ssin for child in world.children}
    planted = plant(world, seed=5, as_of=AS_OF)
    new = [child.ssin for child in planted.world.children if child.ssin not in before]
    assert len(new) == len(set(new)) == 2 * len(MISTAKES)
    assert all(number.synthetic for number in new)
