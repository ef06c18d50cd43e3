"""What changed between two versions of the tables."""

import shutil

import pytest

from kszclient.errors import InputError
from kszclient.resources import resource
from kszclient.rule_changes import TableChange, changes
from kszclient.rule_version import Decision


@pytest.fixture
def old(tmp_path):
    return shutil.copytree(resource("config"), tmp_path / "config")


def edit(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_same_tables_have_no_changes(old):
    for decision in Decision:
        assert changes(old, decision) == []


def test_a_folder_with_the_tables_in_it_is_taken_too(old):
    assert changes(old.parent, Decision.COMPLAINTS) == []


def test_layout_order_and_place_of_a_rule_are_no_change(old):
    moved = min((old / "complaints" / "rules").iterdir())
    text = moved.read_text(encoding="utf-8")
    moved.unlink()
    moved.with_name("99-elsewhere.toml").write_text(f"# moved\n{text}", encoding="utf-8")
    assert changes(old, Decision.COMPLAINTS) == []


def test_a_term_that_changes_is_reported_with_both_values(old):
    edit(old / "complaints" / "terms.toml", "months = 3", "months = 4")
    (change,) = changes(old, Decision.COMPLAINTS)
    assert (change.field, change.before, change.after) == ("months", "4", "3")
    assert change.row.startswith("term DL_")


def test_a_dated_change_is_a_row_of_its_own(old):
    terms = old / "complaints" / "terms.toml"
    edit(terms, "months = 3", "months = 3\nchanges = [{ from = 2027-01-01, months = 4 }]")
    (change,) = changes(old, Decision.COMPLAINTS)
    assert change.row.endswith("from 2027-01-01")
    assert change.sentence().endswith("gone (was from = 2027-01-01; months = 4)")


def test_a_rule_that_is_new_or_gone_is_named_with_what_it_decides(old):
    rules = old / "complaints" / "rules" / "13-privacy.toml"
    edit(rules, 'id = "X1"', 'id = "X1_OLD"')
    found = changes(old, Decision.COMPLAINTS)
    rows = {change.row: change for change in found if change.row.startswith("rule X1")}
    assert rows["rule X1"].before is None
    assert rows["rule X1_OLD"].after is None
    assert "outcome = ADMISSIBLE" in rows["rule X1_OLD"].sentence()


def test_a_sentence_in_one_language_is_a_change(old):
    rules = old / "complaints" / "rules" / "13-privacy.toml"
    edit(rules, 'text.de = "', 'text.de = "Anders: ')
    (change,) = changes(old, Decision.COMPLAINTS)
    assert change.field == "text.de"
    assert change.before.startswith("Anders: ")


def test_tables_of_another_decision_are_not_compared(old):
    edit(old / "complaints" / "terms.toml", "months = 3", "months = 4")
    assert changes(old, Decision.COMPETENCE) == []


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_what_holds_no_tables_is_refused_by_its_name(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=f"{name}: .*name a copy of config/"):
        changes(tmp_path / name, Decision.COMPLAINTS)


def test_a_change_is_a_sentence():
    assert TableChange("term A", "months", "3", "4").sentence() == "term A, months: was 3, is 4"
