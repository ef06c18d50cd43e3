"""The two steps of the repertories lead to the registers that the mock answers from."""

import datetime as dt

import pytest

from kszclient.cadaster.repertories import FileRole
from kszclient.competence import Cadaster, Keeper
from kszclient.testing.population.truth import FileKind
from kszclient.testing.server.routing import routing_of
from kszclient.testing.server.world import World
from kszclient.values import AuthenticSource, MonthPeriod, Ssin

IN_2022, IN_2024 = dt.date(2022, 6, 1), dt.date(2024, 6, 1)


def of(world, persona, as_of=IN_2024, who="child"):
    story = world.persona(persona)
    return routing_of(world, story.child.ssin if who == "child" else story.people[who], as_of)


def test_a_child_that_moved_is_known_in_each_region_for_its_months(world):
    routing = of(world, "brussels-to-ghent-2021")
    assert [(line.source, line.months) for line in routing.persons] == [
        (AuthenticSource.FEDERAL, MonthPeriod.parse("2016-04", "2019-12")),
        (AuthenticSource.BRUSSELS, MonthPeriod.parse("2020-01", "2021-06")),
        (AuthenticSource.FLANDERS, MonthPeriod.parse("2021-07")),
    ]
    assert {line.quality.role for line in routing.persons} == {FileRole.CHILD}
    assert [line.fund for line in routing.regional] == [
        "FAMIFED",
        "Brussels Family",
        "Infino Vlaanderen",
    ]
    assert routing.regional[2].enterprise_number == "0685540471"
    assert routing.regional[0].fund_code == "951"


def test_who_runs_the_register_depends_on_the_day_of_asking(world):
    for as_of, register, keeper in (
        (IN_2022, Cadaster.ORINT, Keeper.ORINT),
        (IN_2024, Cadaster.IRISCARE, Keeper.IRISCARE),
    ):
        brussels = of(world, "brussels-to-ghent-2021", as_of).persons[1]
        assert (brussels.registers, brussels.keepers) == ((register,), (keeper,))


def test_a_mother_is_known_as_a_beneficiary(world):
    routing = of(world, "brussels-to-ghent-2021", who="mother")
    assert {line.quality.role for line in routing.persons} == {FileRole.BENEFICIARY}


def test_participation_allowances_are_a_kind_of_file_of_their_own(world):
    routing = of(world, "flanders-to-brussels-same-school")
    kinds = {(line.source, line.kind) for line in routing.persons}
    assert (AuthenticSource.FLANDERS, FileKind.PARTICIPATION) in kinds
    assert (AuthenticSource.BRUSSELS, FileKind.BENEFIT) in kinds


def test_a_file_that_the_persons_repertory_does_not_lead_to_is_shown_as_not_asked(world):
    routing = of(world, "not-integrated-at-supplier")
    assert AuthenticSource.WALLONIA not in {line.source for line in routing.persons}
    asked = {line.source: line.listed for line in routing.regional}
    assert asked == {AuthenticSource.FEDERAL: True, AuthenticSource.WALLONIA: False}


@pytest.mark.parametrize(
    ("persona", "who", "code"),
    [
        ("replaced-bis-number", "older", "MSG00006"),
        ("cancelled-number", "older", "MSG00007"),
        ("not-integrated-with-us", "child", "MSG00012"),
        ("brussels-to-ghent-2021", "child", None),
    ],
)
def test_a_refusal_is_the_one_of_the_mock(world, ask, persona, who, code):
    story = world.persona(persona)
    number = story.numbers[0].ssin if who == "older" else story.child.ssin
    assert routing_of(world, number, IN_2024).refusal == code
    answered = ask(number.digits).outcome[1]
    assert answered == code if code else answered == "MSG00000"


def test_a_number_of_nobody_is_not_known():
    routing = routing_of(World.build(size=0), Ssin.parse("85023000125"), IN_2024)
    assert (routing.known, routing.refusal, routing.persons) == (False, "MSG00005", ())


def test_the_steps_of_everybody_lead_to_the_sources_that_answer(world, ask):
    numbers = [child.ssin for child in world.children[:60]]
    numbers += [party.ssin for file in world.files[:60] for party in file.beneficiaries]
    for number in dict.fromkeys(numbers):
        routing = routing_of(world, number, IN_2024)
        if routing.refusal:
            continue
        answered = ask(number.digits).by_source
        found = {source for source, (value, _) in answered.items() if value == "DATA_FOUND"}
        ahead = {
            line.source.value for line in routing.persons if str(line.months.begin) > "2026-06"
        }
        assert found <= {line.source.value for line in routing.persons} <= found | ahead
        assert found == {line.source.value for line in routing.regional if line.listed} - ahead
