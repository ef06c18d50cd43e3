"""`kszclient rules --check`, run as a user runs it."""

import json

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
