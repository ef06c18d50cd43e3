"""Scenarios: what goes wrong, for whom and when."""

import datetime as dt

import pytest

from kszclient.errors import SettingsError
from kszclient.resources import resource
from kszclient.testing.server.engine import MockEngine
from kszclient.testing.server.scenario import chosen_scenario, read_scenario, shipped_scenario

MOVED = "brussels-to-ghent-2021"
NAMES = sorted(path.stem for path in resource("mocks", "scenarios").glob("*.toml"))


@pytest.fixture
def play(world, tmp_path):
    """Give an engine that plays the rules written in the test."""

    def playing(rules):
        path = tmp_path / "own.toml"
        path.write_text(f'title = "Own"\n{rules}')
        return MockEngine(world, [read_scenario(path)])

    return playing


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_scenario_can_be_played(ask, world, name):
    scenario = shipped_scenario(name)
    noon = dt.datetime(2024, 5, 6, 12, tzinfo=dt.UTC)  # some are closed at night
    told = MockEngine(world, [scenario], clock=lambda: noon)
    assert scenario.title
    assert ask("eupen-since-birth", using=told).http_status in (200, 500)


def test_one_silent_source_makes_the_answer_incomplete(ask, world):
    engine = MockEngine(world, [shipped_scenario("wallonia-silent")])
    told = ask(MOVED, using=engine)
    assert told.outcome == ("INCOMPLETE_DATA", "CHB00001")
    assert told.by_source["WALLONIA"] == ("TECHNICAL_ERROR", "MSG00002")
    assert told.by_source["FLANDERS"] == ("DATA_FOUND", "MSG00000")
    assert ask(MOVED, sources=["FLANDERS"], using=engine).outcome == ("DATA_FOUND", "MSG00000")


def test_a_silent_source_asked_alone_is_all_of_them_silent(ask, world):
    engine = MockEngine(world, [shipped_scenario("wallonia-silent")])
    told = ask(MOVED, sources=["WALLONIA"], using=engine)
    assert (told.http_status, told.reason) == (500, "MSG00002")


def test_all_silent_is_a_fault_that_echoes_the_customer(ask, world):
    told = ask(MOVED, using=MockEngine(world, [shipped_scenario("all-silent")]))
    assert (told.http_status, told.reason) == (500, "MSG00002")
    assert told.fault.findtext("faultcode") == "soapenv:Server"
    assert told.payload.findtext("informationCustomer/customerIdentification/cbeNumber")
    assert told.payload.findtext("detail/severity") == "FATAL"


def test_silent_once_per_person(ask, world):
    engine = MockEngine(world, [shipped_scenario("silent-once")])
    outcomes = [
        ask(who, using=engine).outcome[0]
        for who in (MOVED, "changed-payer", MOVED, "changed-payer", MOVED)
    ]
    assert outcomes == ["INCOMPLETE_DATA"] * 2 + ["DATA_FOUND"] * 3


def test_every_so_manieth(ask, world):
    engine = MockEngine(world, [shipped_scenario("internal-error")])
    statuses = [ask(MOVED, using=engine).http_status for _ in range(11)]
    assert [place for place, status in enumerate(statuses, start=1) if status == 500] == [5, 10]


def test_a_rule_for_one_person_leaves_the_others_alone(ask, world):
    engine = MockEngine(world, [shipped_scenario("invalid-data")])
    told = ask("eupen-since-birth", using=engine)
    assert told.outcome == ("NO_RESULT", "MSG00008")
    assert told.information == {"ssin": "not accepted"}
    assert ask(MOVED, using=engine).outcome[0] == "DATA_FOUND"


def test_a_rule_may_name_a_number_a_customer_or_a_turn(ask, play, world):
    number = world.children[-1].ssin.digits
    engine = play(
        f'[[rule]]\npersons = ["{number}"]\ncode = "MSG00005"\n'
        '[[rule]]\ncustomers = ["17/1"]\nnth = [2]\nfault = "MSG00003"\n'
    )
    assert ask(number, using=engine).outcome == ("NO_RESULT", "MSG00005")
    sector = "<sector>17</sector><institution>1</institution>"
    statuses = [ask(MOVED, using=engine, customer=sector).http_status for _ in range(3)]
    assert statuses == [200, 500, 200]
    assert ask(MOVED, using=engine).http_status == 200


def test_a_code_of_one_source(ask, play):
    engine = play('[[rule]]\nsources = ["FLANDERS"]\ncode = "MSG00021"\n')
    told = ask(MOVED, using=engine)
    assert told.by_source["FLANDERS"] == ("NO_DATA_FOUND", "MSG00021")
    assert told.files("FLANDERS") == []


def test_a_later_rule_goes_first(ask, play):
    engine = play('[[rule]]\ncode = "MSG00013"\n[[rule]]\ncode = "MSG00027"\n')
    assert ask(MOVED, using=engine).outcome[1] == "MSG00027"


def test_filtered_elements_are_taken_out_and_named(ask, world):
    told = ask(MOVED, using=MockEngine(world, [shipped_scenario("filtered")]))
    names = [each.text for each in told.payload.findall("dataFilters/filteredElement")]
    assert names == ["fileNumber", "entitledPersonSsin"]
    assert told.files("FEDERAL")
    assert told.payload.find(".//fileNumber") is None
    assert told.payload.find(".//entitledPersonSsin") is None


def test_everything_that_may_be_filtered_leaves_an_answer_that_obeys_the_contract(ask, play):
    names = '"beneficiaries", "bonuses", "paymentPeriods", "children"'
    told = ask(MOVED, using=play(f"[[rule]]\ndata_filters = [{names}]\n"))
    assert told.files("FLANDERS")
    assert told.payload.find(".//children") is None


def test_a_delay_is_passed_on(ask, play):
    assert ask(MOVED, using=play("[[rule]]\ndelay_ms = 250\n")).answer.delay_seconds == 0.25


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('code = "MSG99999"', "code 'MSG99999' is none of"),
        ('sources = ["FLANDERS"]\ncode = "MSG00005"', "code 'MSG00005' is none of"),
        ('fault = "MSG00005"', "fault"),
        ('data_filters = ["ssin"]', "data_filters"),
        ('broken = "glass"', "broken"),
        ("every = 0", "every must be 1 or more"),
        ('sources = ["ANTWERP"]', "sources"),
        ("silence = true", "silence"),
        ('persons = ["85.02.30-001.26"]', "wrong number: SSIN: the check digits"),
        ('persons = ["nobody-of-that-name"]', "nobody-of-that-name"),
    ],
)
def test_a_flaw_is_named(play, rule, message):
    with pytest.raises(SettingsError, match=message):
        play(f"[[rule]]\n{rule}\n")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SettingsError, match=r"none.toml: cannot be read"):
        read_scenario(tmp_path / "none.toml")


def test_a_choice_is_a_file_or_a_name(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('title = "Own"\n')
    assert chosen_scenario(str(path)).title == "Own"
    assert chosen_scenario("slow").rule[0].delay_ms == 2000
    with pytest.raises(SettingsError, match="neither a file nor a name") as caught:
        chosen_scenario("no-such")
    assert "wallonia-silent" in caught.value.next_step
