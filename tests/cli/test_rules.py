"""`kszclient rules --check`, run as a user runs it."""

from tests.cli.typed import kszclient


def test_the_rules_about_complaints_can_all_decide():
    shown = kszclient("rules", "complaints", "--check")
    assert shown.code == 0
    assert "each can decide" in shown.err


def test_the_table_of_competence_has_no_such_check():
    shown = kszclient("rules", "competence", "--check")
    assert shown.code == 2
    assert "--check" in shown.err
