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
