"""`kszclient route` as a person types it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kszclient.testing import MockKsz, Scenario, World
from kszclient.testing.server.scenario import ScenarioRule
from tests.cli.typed import Shown, kszclient

MAIN = "from kszclient.cli.app import main; main()"
EXAMPLES = sorted(Path("mocks/complaints").glob("*.json"))
CASES = Path("mocks/complaints")
REFUSAL = "mocks/complaints/refusal-flanders.json"


def run(*words, stdin=""):
    return kszclient("route", *words, stdin=stdin)


def run_with(data, *words):
    """Run it in a process of its own, for the tables are read once."""
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "route", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"KSZCLIENT_DATA": str(data)},
    )
    return Shown(done.returncode, done.stdout, done.stderr)


def test_json_has_the_keys_of_the_contract():
    done = run(REFUSAL, "--json")
    assert (done.code, done.err) == (0, "")
    route = json.loads(done.out)
    assert set(route) == {"parts", "notices", "rules", "environment"}
    (part,) = route["parts"]
    assert set(part) == {
        "period", "entity", "entity_certainty", "open_points", "rules", "evaluations",
        "recommended", "needs", "subject",
    }  # fmt: skip
    assert part["period"] == {"from": "2025-01", "to": "2025-03"}
    assert part["recommended"] == {"informal": "PAYER", "formal": "GESCHILLENCOMMISSIE"}
    commission = next(
        each for each in part["evaluations"] if each["instance"] == "GESCHILLENCOMMISSIE"
    )
    assert set(commission) == {
        "instance", "outcome", "reason", "rules", "term", "channels", "basis", "certainty",
    }  # fmt: skip
    assert commission["term"] == {
        "name": "DL_GC_3M",
        "first_day": "2025-02-06",
        "term_end": "2025-05-05",
        "file_by": "2025-05-05",
        "latest_arguable": "2025-05-05",
        "interrupted_by": None,
        "file_by_uninterrupted": None,
    }
    assert "geschillencommissie@kindengezin.be" in {
        channel["value"] for channel in commission["channels"]
    }
    assert part["needs"] == []
    assert route["notices"][-2] == "This is information, not legal advice."
    assert route["notices"][-1].startswith("Rules used: E3, P1, ")


def test_a_person_reads_steps_dates_and_advice():
    done = run(REFUSAL)
    assert (done.code, done.err) == (0, "")
    assert "1. Payer: can go there (STEP1_PAYER)" in done.out
    assert "file by 2025-05-05" in done.out
    assert "Complain first to: Payer" in done.out
    assert "This is information, not legal advice." in done.out


def test_a_dash_reads_standard_input():
    done = run("-", "--json", stdin=Path(REFUSAL).read_text())
    assert done.out == run(REFUSAL, "--json").out


@pytest.mark.parametrize(
    ("stdin", "named"),
    [
        ("{", "standard input: the complaint is not JSON"),
        ('{"filing_date": "2025-03-03", "nis": "11002"}', "field subject: missing"),
        ('{"subject": "AMOUNT", "nis": "11002"}', "field filing_date: missing"),
        ('{"subject": "HATE", "filing_date": "2025-03-03"}', "field subject: expected one of"),
        ('{"subject": "AMOUNT", "filing_date": "2025-03-03", "nis": "99999"}', "field nis:"),
    ],
)
def test_bad_input_is_a_message_and_exit_code_2(stdin, named):
    done = run("-", stdin=stdin)
    assert (done.code, done.out) == (2, "")
    assert named in done.err
    assert "Traceback" not in done.err


def test_a_file_that_is_not_there(tmp_path):
    done = run(tmp_path / "none.json")
    assert done.code == 2
    assert "none.json: cannot be read" in done.err


def test_an_unknown_language_is_bad_input():
    done = run(REFUSAL, "--language", "xx")
    assert done.code == 2
    assert "--language: expected one of en, nl, fr, de" in done.err


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_can_be_routed(example):
    done = run(example, "--json")
    assert (done.code, done.err) == (0, "")


def test_the_payer_can_come_from_the_register():
    with MockKsz(World.build(size=0)) as mock:
        shown = kszclient(
            "route",
            CASES / "amount-across-a-move.json",
            "--lookup",
            "--endpoint",
            mock.endpoint,
        )
    assert shown.code == 0
    assert "Infino Vlaanderen" in shown.out


def test_a_refused_lookup_still_gives_the_route():
    refused = Scenario("a test", "", (ScenarioRule(code="MSG00013"),))
    with MockKsz(World.build(size=0), [refused]) as mock:
        words = ("--lookup", "--endpoint", mock.endpoint, "--json")
        shown = kszclient("route", CASES / "amount-across-a-move.json", *words)
    assert shown.code == 3
    assert "MSG00013" in json.loads(shown.out)["notices"][0]


def test_a_lookup_needs_the_childs_number():
    shown = kszclient("route", CASES / "refusal-flanders.json", "--lookup")
    assert shown.code == 2
    assert "child_ssin" in shown.err


def test_a_childs_number_alone_is_routed_by_what_the_registers_hold(tmp_path):
    world = World.build(size=0)
    child = world.persona("brussels-to-ghent-2021").child.ssin.digits
    case = tmp_path / "case.json"
    case.write_text(
        json.dumps({"subject": "AMOUNT", "filing_date": "2022-03-01", "child_ssin": child})
    )
    with MockKsz(world) as mock:
        shown = kszclient("route", case, "--lookup", "--endpoint", mock.endpoint, "--json")
    assert (shown.code, shown.err) == (0, "")
    route = json.loads(shown.out)
    assert set(route) == {"parts", "notices", "rules", "environment"}
    assert [part["entity"] for part in route["parts"]] == ["OPGROEIEN"]
    assert "come from the register" in route["notices"][0]
    assert child not in shown.out


@pytest.fixture
def own_rules(tmp_path):
    """A folder of one's own rules, and a way to change one."""
    shutil.copytree("config", tmp_path / "config")

    def change(name, old, new):
        path = tmp_path / "config" / "complaints" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return tmp_path

    return change


def test_a_rule_can_be_changed_without_touching_code(own_rules):
    data = own_rules("routing.toml", "warning_days = 21", "warning_days = 70")
    first = json.loads(run_with(data, REFUSAL, "--json").out)["parts"][0]["evaluations"][0]
    assert first["instance"] == "GESCHILLENCOMMISSIE"


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        ("texts/de.toml", "{number}: {heading}", "{number}", "[phrases] part: expected the places"),
        ("texts/de.toml", "{number}: {heading}", "{number}: {", "[phrases] part: expected the"),
        ("rules/4-kbd.toml", 'text.de = "Der Klachten- en Bem', 'text.d = "Der Bem', "rule K1: "),
        ("texts/de.toml", 'SIGNAL = "', 'SIGN = "', "[notices] lacks SIGNAL"),
        ("texts/channels.toml", 'de = "rund um die Uhr"\n', "", "missing required field `de`"),
        ("themes.toml", 'de = "Welche Pflicht, und wessen?"\n', "", "missing required field `de`"),
    ],
)
def test_a_text_that_a_language_lacks_is_named(own_rules, name, old, new, named):
    data = own_rules(name, old, new)
    done = run_with(data, CASES / "youngest-parent-flanders.json", "--language", "de")
    assert (done.code, done.out) == (4, "")
    assert named in done.err
    assert name in done.err


def test_a_broken_rule_is_named_and_nothing_is_routed(own_rules):
    data = own_rules("rules/4-kbd.toml", 'when = "not has_interest"', 'when = "not at_home"')
    done = run_with(data, REFUSAL)
    assert (done.code, done.out) == (4, "")
    assert "rule K6" in done.err
    assert "unknown fact 'at_home'" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("--instance", "KBD"),
        ("--desk", "http://127.0.0.1:1"),
        ("--register", "cases.sqlite"),
        ("--endpoint", "http://127.0.0.1:1"),
        ("--profile", "nope"),
    ],
)
def test_an_option_without_effect_is_refused(words):
    shown = kszclient("route", "mocks/complaints/refusal-flanders.json", *words)
    assert (shown.code, shown.out) == (2, "")
    assert f"{words[0]}: has a meaning with --" in shown.err
