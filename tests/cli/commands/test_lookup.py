"""`kszclient lookup` as a person types it, against a mock KSZ on a real socket."""

import base64
import json
import os
import pwd

import msgspec
import pytest

from kszclient.audit import AuditKeys, AuditTrail
from kszclient.cli.options.service import account
from kszclient.resources import resource
from kszclient.rule_version import Decision, rule_version
from kszclient.security import Profile
from kszclient.testing import MockKsz, Scenario, World, shipped_scenario
from kszclient.testing.server.scenario import ScenarioRule
from tests.cli.typed import kszclient

WORLD = World.build(seed=3, size=0)
GHENT = WORLD.persona("brussels-to-ghent-2021").child.ssin.digits
MONTHS = ("--from", "2018-01", "--to", "2024-12")


@pytest.fixture
def lookup():
    with MockKsz(WORLD) as mock:
        yield lambda *words, **more: kszclient(
            "lookup", *words, "--endpoint", mock.endpoint, **more
        )


@pytest.fixture
def domicile(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text("from,to,nis\n2016-03-12,2021-06-14,21004\n2021-06-15,,44021\n")
    return path


def test_the_competent_registers_are_asked_and_shown(lookup, domicile):
    shown = lookup(GHENT, *MONTHS, "--domicile", domicile)
    assert shown.code == 0
    assert "FEDERAL, BRUSSELS, FLANDERS" in shown.out
    assert "Infino" in shown.out
    assert GHENT not in shown.out + shown.err


def test_json_is_the_whole_result_and_nothing_else(lookup, domicile):
    shown = lookup(GHENT, *MONTHS, "--domicile", domicile, "--json")
    result = json.loads(shown.out)
    assert result["outcome"] == "COMPLETE"
    assert result["sources_asked"] == ["FEDERAL", "BRUSSELS", "FLANDERS"]
    flemish = next(each for each in result["results"] if each["source"] == "FLANDERS")
    assert flemish["files"][0]["children"][0]["ssin"] == GHENT
    assert result["competence"]["segments"][-1]["entity"] == "OPGROEIEN"
    assert shown.err == ""


def test_all_registers_when_no_domicile_is_given(lookup):
    result = json.loads(lookup(GHENT, *MONTHS, "--json").out)
    assert len(result["sources_asked"]) == 5
    assert result["competence"] is None


def test_sources_can_be_named(lookup):
    result = json.loads(lookup(GHENT, *MONTHS, "--sources", "wallonia,FEDERAL", "--json").out)
    assert result["sources_asked"] == ["WALLONIA", "FEDERAL"]


def test_the_number_can_come_from_standard_input(lookup):
    shown = lookup("-", *MONTHS, "--json", stdin=f"{GHENT}\n")
    assert json.loads(shown.out)["outcome"] == "COMPLETE"
    told = json.loads(shown.out)
    assert told["rules"] == {"version": rule_version(Decision.LOOKUP)}
    assert told["environment"] == "mock"


def test_a_second_number_is_not_dropped_in_silence(lookup):
    shown = lookup("-", *MONTHS, "--json", stdin=f"{GHENT}\n{GHENT}\n")
    assert (shown.code, shown.out) == (2, "")
    assert "expected one line" in shown.err
    assert lookup("-", *MONTHS, stdin=f"\ufeff{GHENT}\n\n").code == 0
    both = lookup("-", *MONTHS, "--domicile", "-", stdin=f"{GHENT}\n")
    assert (both.code, "SSIN, --domicile" in both.err) == (2, True)


def test_a_file_found_elsewhere_is_exit_code_1(lookup):
    child = WORLD.persona("old-file-still-open").child
    nis = child.domicile[-1].nis
    words = (child.ssin.digits, "--from", "2024-01", "--to", "2024-12", "--nis", nis)
    found = lookup(*words, "--sources", "all")
    assert found.code == 1
    assert "FLANDERS holds a file for 2024-01 to 2024-12, where WALLONIA should" in found.out
    assert lookup(*words).code == 0


def test_a_participation_allowance_asks_flanders_besides(lookup):
    child = WORLD.persona("walloon-child-dutch-school").child
    place = ("--nis", child.domicile[-1].nis, "--as-of", "2026-01-01")
    words = (child.ssin.digits, "--from", "2023-01", "--to", "2023-12", *place)
    assert json.loads(lookup(*words, "--json").out)["sources_asked"] == ["WALLONIA"]
    shown = lookup(*words, "--benefit", "school")
    assert shown.code == 0
    assert "(competent for the months asked, and asked besides: FLANDERS)" in shown.out
    result = json.loads(lookup(*words, "--benefit", "school", "--json").out)
    assert result["sources_asked"] == ["FLANDERS", "WALLONIA"]
    flemish = next(each for each in result["results"] if each["source"] == "FLANDERS")
    assert flemish["files"]
    assert (result["outcome"], result["findings"]) == ("COMPLETE", [])
    assert {each["entity"] for each in result["competence"]["segments"]} == {"AVIQ"}
    assert "participation" in {each["code"] for each in result["competence"]["notices"]}


def test_a_silent_register_is_exit_code_1():
    with MockKsz(WORLD, [shipped_scenario("wallonia-silent")]) as mock:
        shown = kszclient("lookup", GHENT, *MONTHS, "--endpoint", mock.endpoint)
    assert shown.code == 1
    assert "INCOMPLETE" in shown.out
    assert "TECHNICAL_ERROR" in shown.out


def test_a_refusal_is_exit_code_3(lookup):
    (old,) = WORLD.persona("replaced-bis-number").numbers
    shown = lookup(old.ssin.digits, *MONTHS)
    assert shown.code == 3
    assert "MSG00006" in shown.out
    assert "replaced" in shown.out
    new = WORLD.persona("replaced-bis-number").child.ssin.digits
    assert new not in shown.out
    full = json.loads(lookup(old.ssin.digits, *MONTHS, "--json").out)
    assert full["ssin"]["replaced_by"] == new
    assert full["refusal"]["code"] == "MSG00006"


@pytest.mark.parametrize("rule", [ScenarioRule(silent=True), ScenarioRule(fault="MSG00003")])
def test_a_fault_is_exit_code_4(rule):
    with MockKsz(WORLD, [Scenario("a test", "", (rule,))]) as mock:
        shown = kszclient("lookup", GHENT, *MONTHS, "--json", "--endpoint", mock.endpoint)
    assert shown.code == 4
    assert shown.out == ""
    assert "ticket" in shown.err


def test_a_server_that_is_down_is_exit_code_4():
    with MockKsz(WORLD) as mock:
        endpoint = mock.endpoint
    shown = kszclient("lookup", GHENT, *MONTHS, "--endpoint", endpoint)
    assert shown.code == 4
    assert "refused" in shown.err
    assert shown.out == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("8502300012", *MONTHS), "eleven digits"),
        (("85023000126", *MONTHS), "check-digits"),
        ((GHENT, "--from", "2021-13", "--to", "2022-01"), "YYYY-MM"),
        ((GHENT, "--from", "2022-02", "--to", "2022-01"), "before the begin"),
        ((GHENT, *MONTHS, "--nis", "99999"), "99999"),
        ((GHENT, *MONTHS, "--postcode", "0000"), "postcode"),
        ((GHENT, *MONTHS, "--nis", "44021", "--postcode", "9000"), "exactly one"),
        ((GHENT, *MONTHS, "--domicile", "/nowhere/history.csv"), "history.csv"),
        ((GHENT, *MONTHS, "--sources", "MARS"), "FLANDERS"),
        ((GHENT, *MONTHS, "--benefit", "base"), "--benefit: expected one of school, toddler, chil"),
        ((GHENT, *MONTHS, "--as-of", "yesterday", "--nis", "44021"), "YYYY-MM-DD"),
        ((GHENT, *MONTHS, "--as-of", "", "--nis", "44021"), "--as-of: expected a day"),
        ((GHENT, *MONTHS, "--known-on", "", "--nis", "44021"), "--known-on: expected a day"),
        ((GHENT, *MONTHS, "--profile", "nowhere"), "nowhere"),
        ((GHENT, *MONTHS, "--profile", "prod"), "synthetic"),
    ],
)
def test_bad_input_is_exit_code_2_with_a_message(lookup, words, says):
    shown = lookup(*words)
    assert shown.code == 2
    assert says in shown.err
    assert shown.out == ""
    for number in (GHENT, "85023000126", "8502300012"):
        assert number not in shown.err


@pytest.mark.parametrize("words", [(), (GHENT,), (GHENT, "--from", "2021-01")])
def test_missing_words_are_exit_code_2(words):
    assert kszclient("lookup", *words).code == 2


def test_an_endpoint_elsewhere_is_refused():
    shown = kszclient("lookup", GHENT, *MONTHS, "--endpoint", "https://example.org/consult")
    assert shown.code == 2
    assert "this machine only" in shown.err


def test_the_trail_says_who_ran_the_command_and_why(tmp_path, monkeypatch):
    key = base64.b64encode(bytes(32)).decode()
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", f"2026:{key}")
    trail = tmp_path / "audit.sqlite"
    AuditTrail.create(trail, AuditKeys.load(None))
    profile = tmp_path / "mine.toml"
    mock_profile = (resource("config", "profiles") / "mock.toml").read_text()
    profile.write_text(f'{mock_profile}[audit]\ntrail = "audit.sqlite"\n')
    with MockKsz(WORLD) as mock:
        words = (GHENT, *MONTHS, "--profile", profile, "--endpoint", mock.endpoint)
        assert kszclient("lookup", *words, "--purpose", "file 2026/17").code == 0
        assert kszclient("lookup", *words, "--purpose", "about 85.02.30-001.25").code == 2
        assert len(mock.requests) == 1
    login = pwd.getpwuid(os.getuid()).pw_name
    entries = [json.loads(line) for line in kszclient("audit", "export", trail).out.splitlines()]
    asked = [each["entry"]["event"] for each in entries]
    assert [(each["user"], each["purpose"]) for each in asked if each["kind"] == "asked"] == [
        (f"demonstration (login {login})", "file 2026/17")
    ]


def test_somebody_without_a_login_goes_by_number(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 987_654)
    nobody = msgspec.structs.replace(Profile.load("mock"), user=None)
    assert account(nobody) == "uid 987654"


def test_registers_that_are_not_for_the_customer_are_shown_as_unknown():
    with MockKsz(WORLD, customer="FLW") as mock:
        shown = kszclient("lookup", GHENT, *MONTHS, "--endpoint", mock.endpoint)
    assert "FLANDERS  did not report" in shown.out
    assert "Warning: Nothing is known of FEDERAL, BRUSSELS, FLANDERS, EASTBELGIUM" in shown.out


def test_a_named_register_that_is_not_for_the_customer_is_refused():
    with MockKsz(WORLD, customer="FLW") as mock:
        shown = kszclient(
            "lookup", GHENT, *MONTHS, "--endpoint", mock.endpoint, "--sources", "FLANDERS"
        )
    assert shown.code == 3
    assert "MSG00027" in shown.out + shown.err
