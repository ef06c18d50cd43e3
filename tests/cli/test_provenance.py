"""What every JSON result carries: the environment, and the version of the rules that decided."""

import json

import pytest

from kszclient.audit import AuditKeys, AuditTrail
from kszclient.complaints import read_complaint
from kszclient.complaints.submission.case_register import CaseRegister
from kszclient.complaints.vocabulary import Instance
from kszclient.rule_version import Decision, rule_version
from kszclient.testing import MockKsz, World
from kszclient.values import today
from tests.cli.typed import kszclient

CASE = '{"subject": "AMOUNT", "filing_date": "2025-03-03", "nis": "11002", "payer": "FONS"}'
KEYS = "test:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="
MONTHS = ("--from", "2021-01", "--to", "2021-03")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a complaint, a register of cases and a trail."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", KEYS)
    (tmp_path / "case.json").write_text(CASE, "utf-8")
    with CaseRegister(tmp_path / "cases.db") as register:
        register.open_case(
            read_complaint(CASE), Instance("KBD"), desks="http://localhost:1/desks", today=today()
        )
    AuditTrail.create(tmp_path / "trail.db", AuditKeys.load())
    return tmp_path


def result(*typed):
    shown = kszclient(*typed, "--json")
    assert shown.code in {0, 1}, shown.err
    return json.loads(shown.out)


@pytest.mark.parametrize(
    ("typed", "decision", "environment"),
    [
        (("competence", "--nis", "11002", *MONTHS), Decision.COMPETENCE, None),
        (("route", "case.json"), Decision.COMPLAINTS, None),
        (
            ("letter", "case.json", "--instance", "KBD", "--language", "nl", "--out", "l.html"),
            Decision.COMPLAINTS,
            None,
        ),
        (("demo", "--population", "0"), Decision.RECONCILIATION, "mock"),
        (("rules", "competence"), None, None),
        (("rules", "complaints"), None, None),
        (("rules", "customers"), None, None),
        (("rules", "--stale", "12"), None, None),
        (("cases", "--register", "cases.db"), None, "mock"),
        (("audit", "verify", "trail.db"), None, None),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_a_result_says_by_which_rules_and_in_which_environment(place, typed, decision, environment):
    found = result(*typed)
    assert found["environment"] == environment
    if decision:
        assert found["rules"] == {"version": rule_version(decision)}


def test_a_lookup_and_the_doctor_name_the_profile_that_was_asked(place):
    with MockKsz(World.build(size=1)) as mock:
        assert result("doctor", "--endpoint", mock.endpoint)["environment"] == "mock"


def test_a_case_that_was_handed_in_keeps_the_version_of_its_rules(place):
    (case,) = result("cases", "--register", "cases.db")["cases"]
    assert case["rules"] == rule_version(Decision.COMPLAINTS)
