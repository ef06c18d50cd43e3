"""The dated table: what it says, and that a broken one is refused."""

import datetime as dt
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kszclient.competence import Area, Rulebook, rulebook
from kszclient.errors import DataError, InvalidValueError, SettingsError
from kszclient.resources import resource
from kszclient.values import Month

FIRST, LAST = Month(1996, 1), Month(2099, 12)
months = st.integers(0, LAST - FIRST).map(FIRST.plus)
days = st.dates(dt.date(1990, 1, 1), dt.date(2110, 1, 1))


@given(area=st.sampled_from([*Area, None]), month=months, as_of=days)
def test_every_area_month_and_day_of_asking_is_answered_once(area, month, as_of):
    rules = rulebook().timeline.rules_asked_on(as_of)
    found = [rule for rule in rules if rule.area is area and month in rule.months]
    assert len(found) == 1
    assert rulebook().timeline.rule(area, month, as_of) is found[0]


@pytest.mark.parametrize("area", [*Area, None])
@pytest.mark.parametrize("month", [FIRST.previous(), LAST.next()])
def test_months_outside_the_table_are_refused(area, month):
    with pytest.raises(InvalidValueError, match="between 1996-01 and 2099-12"):
        rulebook().timeline.rule(area, month, dt.date(2024, 1, 1))


@given(month=months, as_of=days)
def test_without_a_place_the_answer_is_that_on_which_all_areas_agree(month, as_of):
    timeline = rulebook().timeline
    answers = {timeline.rule(area, month, as_of).answer[:2] for area in Area}
    nowhere = timeline.rule(None, month, as_of)
    assert nowhere.answer[:2] == (answers.pop() if len(answers) == 1 else (None, None))


def test_orint_holds_nothing_after_2023():
    for rule in rulebook().timeline.rules_asked_on(dt.date(2024, 1, 1)):
        assert "ORINT" not in {rule.cadaster, rule.keeper}


def test_every_row_says_why_and_how_sure():
    for rule in rulebook().timeline.rules:
        assert rule.basis
        assert rule.references
        assert rule.certainty in {"sure", "likely", "unsure"}


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("timeline.toml", 'months_to = "2018-12"', 'months_to = "2018-11"', "2018-12.*no rule"),
        ("timeline.toml", 'months_to = "2018-12"', 'months_to = "2019-01"', "vl-federal-famifed, "),
        ("timeline.toml", "as_of_to = 2018-12-31", "as_of_to = 2018-12-30", "asked on 2018-12-31"),
        ("timeline.toml", 'months_to = "2018-12"', 'months_to = "1995-12"', "lies before"),
        ("timeline.toml", "as_of_from = 2019-01-01", "as_of_from = 2029-01-01", "lies before"),
        ("timeline.toml", 'area = "VL"', 'area = "XX"', "rule vl-federal-famifed: .*'XX'"),
        ("timeline.toml", 'certainty = "sure"\n', "", "vl-federal-famifed: .*certainty"),
        ("timeline.toml", 'source = "FEDERAL"\n', "", "vl-federal-famifed: .*go together"),
        ("timeline.toml", '["KSZ", "LEGALWORLD"]', "[]", "vl-federal-famifed"),
        ("timeline.toml", '["KSZ", "LEGALWORLD"]', '["NO"]', "references.toml, not NO"),
        ("timeline.toml", '"vl-federal-orint"', '"vl-federal-famifed"', "given twice"),
        ("timeline.toml", '"1996-01"', '"1996-13"', "first_month"),
        ("timeline.toml", 'id = "vl-groeipakket"', 'id = "a"\nother = 1', "rule a: .*other"),
        ("timeline.toml", "[[rule]]", "[[rule", "timeline.toml: cannot be read"),
        ("factors.toml", "number = 2", 'number = "two"', "factor residence"),
        ("timeline.toml", "[[rule]]", "[[other]]", "rule none|no rule"),
        ("texts/en.toml", "held =", "kept =", "sentences lacks held"),
        ("situations.toml", "[[situation]]", "[[other]]", "situation"),
        ("notices.toml", "references =", "words =", "notices.toml"),
        ("notices.toml", "[gap]", "[hole]", "notices.toml.*: gap, hole"),
        ("allowances.toml", 'id = "school"', "id = 1", "allowance 1"),
        ("open_points.toml", '["LEGALWORLD"]', "[]", "point D6"),
        ("texts/en.toml", 'GROEIPAKKET = "', 'OTHER = "', "texts/en.toml"),
        ("texts/nl.toml", "{area}", "{place}", "texts/nl.toml: factors"),
        ("texts/fr.toml", "[notices]", "[notes]", "texts/fr.toml"),
        ("texts/de.toml", "gap =", "hole =", "texts/de.toml: notices.(gap|hole)"),
        ("readings.toml", "[first_day_of_the_month]", "[second_day]", "readings.toml"),
    ],
)
def test_a_broken_table_is_refused_with_its_row(tmp_path, file, old, new, message):
    folder = changed(tmp_path, file, old, new)
    with pytest.raises(DataError, match=message):
        Rulebook.load(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"last_day_of_the_month_before"\n', '"ides"\n'),
        ("dg-aviq =", "dg-nowhere ="),
        ('"EASTBELGIUM"', '"EAST"'),
    ],
)
def test_wrong_settings_are_refused(tmp_path, old, new):
    with pytest.raises(SettingsError):
        Rulebook.load(changed(tmp_path, "settings.toml", old, new))


def changed(tmp_path, file, old, new):
    folder = shutil.copytree(resource("config", "competence"), tmp_path / "competence")
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder
