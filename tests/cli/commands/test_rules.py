"""`kszclient rules --check`, run as a user runs it."""

import json
import shutil

import pytest

from kszclient.resources import resource
from tests.cli.typed import kszclient


def test_the_rules_about_complaints_can_all_decide():
    shown = kszclient("rules", "complaints", "--check")
    assert shown.code == 0
    assert "each can decide" in shown.err


def test_the_check_tells_how_many_lines_as_json():
    assert json.loads(kszclient("rules", "complaints", "--check", "--json").out)["checked"] > 100


def test_the_table_of_competence_has_no_such_check():
    shown = kszclient("rules", "competence", "--check")
    assert shown.code == 2
    assert "--check" in shown.err


def test_the_table_of_complaints_tells_from_which_day_a_rule_applies():
    shown = kszclient("rules", "complaints")
    lines = {line.split()[0]: line for line in shown.out.splitlines() if line.strip()}
    assert "valid" in shown.out.splitlines()[0]
    assert "2022-09-01.." in lines["B5"]
    assert "any day" in lines["B1"]
    assert "2024-01-18.." in shown.out


def test_the_customers_are_shown_with_names_certainty_and_source():
    shown = kszclient("rules", "customers")
    assert shown.code == 0
    assert "deliberation of the Information Security Committee. (sure, KSZ)" in shown.out
    assert "legal context: PCSA:SOCIAL_INQUIRY (likely, PCSA)" in shown.out
    assert "last day of access: 2023-12-31 (sure, KSZ)" in shown.out
    assert "fr: Société wallonne du Crédit social (SWCS) (sure, KSZ)" in shown.out
    assert "not known: sector and institution, legal context" in shown.out


def test_the_customers_are_twelve_as_json_with_their_documents():
    shown = json.loads(kszclient("rules", "customers", "--json").out)
    assert len(shown["customers"]) == 12
    cited = {each["listed"]["source"] for each in shown["customers"]}
    assert cited <= shown["sources"].keys()
    (orint,) = (each for each in shown["customers"] if each["code"] == "ORINT")
    assert orint["until"]["value"] == "2023-12-31"


def test_the_table_of_customers_has_no_further_check():
    shown = kszclient("rules", "customers", "--check")
    assert shown.code == 2
    assert "--check: only for complaints; customers is checked" in shown.err


def older_tables(folder, *, months):
    old = shutil.copytree(resource("config"), folder / "config")
    terms = old / "complaints" / "terms.toml"
    text = terms.read_text(encoding="utf-8")
    terms.write_text(text.replace("months = 3", f"months = {months}", 1), encoding="utf-8")
    return old


APPEAL = {
    "subject": "REFUSAL_PAYMENT",
    "nis": "11002",
    "payer": "FONS",
    "benefit": "base",
    "decision_date": "2025-03-01",
    "notified_on": "2025-03-03",
    "notification_kind": "registered",
    "filing_date": "2025-04-20",
}


def test_sources_that_nobody_read_again_are_listed_the_oldest_first():
    shown = kszclient("rules", "--stale", "0")
    days = [line.split()[0] for line in shown.out.splitlines()]
    assert days == sorted(days)
    assert shown.code == 1
    assert f"{len(days)} of {len(days)} sources" in shown.err


def test_no_source_is_that_old():
    shown = kszclient("rules", "complaints", "--stale", "600")
    assert (shown.code, shown.out) == (0, "")


def test_stale_sources_as_json_have_their_title_and_day():
    shown = json.loads(kszclient("rules", "competence", "--stale", "0", "--json").out)
    assert shown["sources"]
    assert {"code", "title", "kind", "checked", "address"} == shown["sources"][0].keys()
    assert len(shown["sources"]) == shown["of"]


def test_what_changed_since_older_tables_and_which_answers_with_it(tmp_path):
    old = older_tables(tmp_path, months=2)
    cases = tmp_path / "cases.json"
    cases.write_text(
        json.dumps([{**APPEAL, "filing_date": "2025-05-20"}, APPEAL, {"subject": "?"}])
    )
    arguments = ("rules", "complaints", "--diff", str(old), "--cases", str(cases))
    shown = kszclient(*arguments)
    assert shown.code == 1
    assert "months: was 2, is 3" in shown.out
    assert "case 1, GESCHILLENCOMMISSIE: was " in shown.out
    assert "of 3 complaints change" in shown.err
    found = json.loads(kszclient(*arguments, "--json").out)
    assert found["versions"]["old"] != found["versions"]["new"]
    assert {each["case"] for each in found["answers"]} == {1, 2}


def test_nothing_changed_since_the_same_tables(tmp_path):
    old = older_tables(tmp_path, months=3)
    shown = kszclient("rules", "complaints", "--diff", str(old))
    assert (shown.code, shown.out) == (0, "")


def test_older_tables_that_cannot_decide_are_named_as_such(tmp_path):
    old = older_tables(tmp_path, months='"three"')
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps(APPEAL))
    shown = kszclient("rules", "complaints", "--diff", str(old), "--cases", str(cases))
    assert shown.code == 4
    assert "the older tables cannot decide" in shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "TABLE"),
        (("--diff", "."), "TABLE"),
        (("complaints", "--stale", "-1"), "--stale"),
        (("complaints", "--stale", "1", "--check"), "one at a time"),
        (("complaints", "--cases", "x.json"), "--cases"),
        (("competence", "--diff", ".", "--cases", "x.json"), "--cases"),
        (("customers", "--diff", "."), "--diff"),
        (("complaints", "--diff", "nowhere"), "nowhere"),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments, named):
    shown = kszclient("rules", *arguments)
    assert shown.code == 2
    assert named in shown.err


def test_the_cases_of_the_rules_show_what_a_changed_term_does(tmp_path):
    shutil.copytree("config", tmp_path / "old")
    terms = tmp_path / "old" / "complaints" / "terms.toml"
    terms.write_text(terms.read_text("utf-8").replace("months = 3", "months = 4", 1), "utf-8")
    cases = tmp_path / "cases.toml"
    cases.write_text(
        '[base]\nsubject = "AMOUNT"\nnis = "11002"\nfiling_date = 2025-03-03\n'
        'decision_date = "2025-02-01"\nnotified_on = "2025-02-03"\npayer = "FONS"\n'
        '[[case]]\n[[case]]\ngiven = { subject = "STAFF_CONDUCT", payer = "" }\n',
        "utf-8",
    )
    words = ("rules", "complaints", "--diff", tmp_path / "old", "--cases", cases, "--json")
    found = json.loads(kszclient(*words).out)
    assert found["cases"] == 2
    assert {answer["case"] for answer in found["answers"]} == {1}


@pytest.mark.parametrize("text", ["{", "nothing", "[base]\n", "[[case]]\ngiven = 3\n", "\xff"])
def test_a_file_of_cases_that_is_none_is_refused(tmp_path, text):
    cases = tmp_path / "cases"
    cases.write_bytes(text.encode("latin-1"))
    shown = kszclient("rules", "complaints", "--diff", "config", "--cases", cases)
    assert (shown.code, shown.out) == (2, "")
