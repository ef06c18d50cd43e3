"""The version of the rules: that of their values, whatever the files look like."""

import json
import shutil

import pytest

from kszclient.resources import resource
from kszclient.rule_version import Decision, rule_version
from tests.cli.typed import kszclient

TOP = resource("config")
FILES = [
    path.relative_to(TOP).as_posix()
    for folder in ("geography", "competence", "complaints", "cadaster", "reconciliation")
    for path in sorted(TOP.joinpath(folder).rglob("*"))
    if path.suffix in {".toml", ".csv"}
]
LAYOUT = ("complaints/letters/", "reconciliation/report/")
COMPLAINT = '{"subject": "STAFF_CONDUCT", "filing_date": "2025-03-03", "nis": "11002"}'


def _version(decision=Decision.RECONCILIATION):
    return rule_version.__wrapped__(decision)


@pytest.fixture
def own(tmp_path, monkeypatch):
    shutil.copytree(TOP, tmp_path / "config")
    monkeypatch.setenv("KSZCLIENT_DATA", str(tmp_path))
    return tmp_path / "config"


def test_comments_line_endings_and_the_order_of_keys_do_not_change_it(own):
    before = _version()
    for file in (path for path in own.rglob("*") if path.suffix in {".toml", ".csv"}):
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".toml":
            text = f"# a comment\n{text}\n\n# another"
        file.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    card = own / "complaints" / "routing.toml"
    text = card.read_text(encoding="utf-8-sig")
    first, second = "table_date = 2026-11-22", "warning_days = 21"
    swapped = text.replace(first, "#1").replace(second, first).replace("#1", second, 1)
    assert swapped != text
    card.write_text(swapped, encoding="utf-8")
    assert _version() == before


def test_a_value_in_any_file_changes_it_but_in_what_only_lays_out(own):
    for file in ["sources.toml", *FILES]:  # little to read, for all are read for each of them
        own.joinpath(file).write_text("one = 1\n", encoding="utf-8")
    before, unchanged = _version(), []
    for file in ["sources.toml", *FILES]:
        with own.joinpath(file).open("a", encoding="utf-8") as table:
            table.write("one_more = 1\n")
        if _version() == before:
            unchanged.append(file)
        before = _version()
    assert unchanged == [file for file in FILES if file.startswith(LAYOUT)]


@pytest.mark.parametrize(
    ("old", "new"),
    [("months = 3", "months = 4"), ('= "sure"', '= "likely"'), ("= true", "= false")],
)
def test_a_term_a_certainty_and_a_yes_change_it(own, old, new):
    before = _version(Decision.COMPLAINTS)
    terms = own / "complaints" / "terms.toml"
    terms.write_text(terms.read_text(encoding="utf-8").replace(old, new, 1), "utf-8")
    assert _version(Decision.COMPLAINTS) != before
    assert _version(Decision.COMPETENCE) == rule_version(Decision.COMPETENCE)


@pytest.fixture
def case(tmp_path):
    file = tmp_path / "case.json"
    file.write_text(COMPLAINT, encoding="utf-8")
    return file


def _result(*typed):
    return json.loads(kszclient(*typed, "--json").out)


def test_an_answer_has_the_version_of_the_rules_that_are_printed(case):
    competence = _result("competence", "--nis", "11002", "--from", "2024-01", "--to", "2024-02")
    assert competence["rules"] == {"version": _result("rules", "competence")["version"]}
    assert competence["environment"] is None
    route = _result("route", case)
    assert route["rules"] == {"version": _result("rules", "complaints")["version"]}
    assert route["environment"] is None


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("en", "Version of the rules: "),
        ("nl", "Versie van de regels: "),
        ("fr", "Version des règles : "),
        ("de", "Version der Regeln: "),
    ],
)
def test_a_route_for_a_person_ends_with_the_version(case, language, label):
    shown = kszclient("route", case, "--language", language).out
    assert shown.splitlines()[-1] == label + rule_version(Decision.COMPLAINTS)


def test_competence_for_a_person_ends_with_the_version():
    typed = ("competence", "--nis", "11002", "--from", "2024-01", "--to", "2024-02")
    shown = kszclient(*typed).out
    assert shown.splitlines()[-1].endswith(rule_version(Decision.COMPETENCE))
