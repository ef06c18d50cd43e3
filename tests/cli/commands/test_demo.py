"""`kszclient demo`: the whole product, as a newcomer first sees it."""

import json
import re
import stat
import subprocess
import sys
import tempfile

import pytest

from kszclient.cli.options import service
from kszclient.reconciliation import Kind
from kszclient.testing import World
from tests.cli.typed import kszclient


@pytest.fixture(scope="module")
def told():
    return kszclient("demo", "--population", "30", "--seed", "5")


@pytest.fixture(scope="module")
def result():
    shown = kszclient("demo", "--population", "30", "--seed", "5", "--json")
    assert (shown.code, shown.err) == (0, "")
    return json.loads(shown.out)


def test_every_persona_is_looked_up_and_told(told):
    assert (told.code, told.err) == (0, "")
    for persona in World.build(size=0).personas.values():
        assert persona.child.name in told.out


def test_no_number_of_anybody_is_shown(told):
    assert not re.search(r"(?<![0-9])[0-9]{11}(?![0-9])", told.out)


def test_the_page_tells_the_figures_of_the_run(told):
    assert re.search(r"\d+ lookups in [0-9.]+ s", told.out)
    assert "registers asked" in told.out


def test_the_page_ends_with_the_planted_mistakes_found_one_for_one(told):
    *_, tally, kept = told.out.splitlines()
    assert tally.endswith("missed: 0, extra: 0.")
    assert kept.endswith("keep it with: kszclient demo --out DIR")


def test_every_kind_is_planted_and_found(result):
    done = result["reconciliation"]
    assert (done["missed"], done["extra"], done["report"]) == ([], [], None)
    assert {each["kind"] for each in done["tallies"]} == set(Kind)
    for each in done["tallies"]:
        assert each["planted"] >= 2
        assert each == {**each, "found": each["planted"], "missed": 0, "extra": 0}


def test_what_is_to_be_kept_is_kept_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert kszclient("demo", "--population", "1").code == 0
    out = tmp_path / "kept"
    shown = kszclient("demo", "--population", "1", "--out", str(out))
    assert shown.out.splitlines()[-1] == f"The report: {out}/report.html"
    assert {"dossiers.csv", "report.html", "findings.csv"} <= {each.name for each in out.iterdir()}
    assert {stat.S_IMODE(each.stat().st_mode) for each in out.iterdir()} == {0o600}
    assert not any((tmp_path / "temporary").iterdir())
    assert kszclient("demo", "--population", "1", "--out", str(out)).code == 2


def test_without_the_extra_the_demo_does_what_it_can(monkeypatch):
    monkeypatch.setattr("kszclient.cli.commands.demo.find_spec", lambda _name: None)
    shown = kszclient("demo", "--population", "1", "--json")
    assert json.loads(shown.out)["reconciliation"] is None
    assert "kszclient[batch]" in shown.err


def test_all_three_outcomes_and_a_finding_are_seen(result):
    outcomes = {person["lookup"]["outcome"] for person in result["personas"]}
    assert outcomes == {"COMPLETE", "INCOMPLETE", "REFUSED"}
    findings = [each for person in result["personas"] for each in person["lookup"]["findings"]]
    assert [(each["kind"], each["source"]) for each in findings] == [
        ("found_elsewhere", "FLANDERS")
    ]


def test_figures_are_those_of_the_lookups(result):
    people = result["personas"] + result["population"]
    figures = result["figures"]
    assert len(result["population"]) == 30
    assert figures["lookups"] == len(people)
    assert figures["complete"] + figures["incomplete"] + figures["refused"] == len(people)
    assert figures["files"] == sum(
        len(report["files"]) for person in people for report in person["lookup"]["results"]
    )


def test_the_population_is_asked_only_where_competence_says(result):
    for person in result["population"]:
        assert person["lookup"]["sources_asked"] == person["lookup"]["competence"]["sources"]
        assert all(
            report["status"] == "DATA_FOUND" or not report["files"]
            for report in person["lookup"]["results"]
        )


def test_routes_are_shown_in_full_and_take_the_payer_from_the_register(result):
    assert len(result["routes"]) == 3
    notices = [notice for each in result["routes"] for notice in each["route"]["notices"]]
    # One of the two moved, and each of its parts has the payer of its own months.
    assert sum("come from the register's own answer" in notice for notice in notices) == 3
    assert {part["entity"] for part in result["routes"][2]["route"]["parts"]} == {
        "IRISCARE",
        "OPGROEIEN",
    }


def test_the_same_seed_finds_the_same(result):
    again = json.loads(kszclient("demo", "--population", "30", "--seed", "5", "--json").out)
    strip = [
        [
            (person["lookup"]["outcome"], person["lookup"]["results"])
            for person in each["population"]
        ]
        for each in (result, again)
    ]
    assert strip[0] == strip[1]


def test_a_population_below_nothing_is_bad_input():
    assert kszclient("demo", "--population", "-1").code == 2


def test_what_cannot_be_kept_is_bad_input(tmp_path, monkeypatch):
    monkeypatch.setattr(service, "find_spec", lambda _: None)
    shown = kszclient("demo", "--population", "0", "--out", tmp_path / "out")
    assert (shown.code, shown.out) == (2, "")
    assert "pip install 'kszclient[batch]'" in shown.err


def test_in_python_too_it_is_said_what_to_install():
    program = (
        "import importlib.util as u; u.find_spec = lambda name, package=None: None;"
        "import kszclient.reconciliation"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert b"pip install 'kszclient[batch]'" in done.stderr
