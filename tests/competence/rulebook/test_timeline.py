"""The dated table: what it says, and that a broken one is refused."""

import datetime as dt
import shutil

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kszclient.competence import Area, Certainty, Keeper, Rulebook, Timeline, rulebook
from kszclient.competence.rulebook.rulebook import check_factors
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
        ("timeline.toml", '"VL", "BR"', '"XX", "BR"', "rule xx-federal-famifed: .*'XX'"),
        ("timeline.toml", 'certainty = "sure"\n', "", "vl-federal-famifed: .*certainty"),
        ("timeline.toml", 'source = "FEDERAL"\n', "", "vl-federal-famifed: .*go together"),
        ("timeline.toml", '["KSZ", "LEGALWORLD"]', "[]", "vl-federal-famifed"),
        (
            "timeline.toml",
            '["KSZ", "LEGALWORLD"]',
            '["NO"]',
            "vl-federal-famifed: unknown source 'NO'",
        ),
        (
            "timeline.toml",
            '"federal-orint"',
            '"federal-famifed"',
            "vl-federal-famifed: .*given twice",
        ),
        ("timeline.toml", '"1996-01"', '"1996-13"', "rule vl-federal-famifed: .*1996-13|month"),
        ("timeline.toml", '"1996-01"', '"1995-12"', "vl-federal-famifed: months must lie between"),
        ("timeline.toml", '"2099-12"', '"2100-01"', "vl-groeipakket: months must lie between"),
        (
            "timeline.toml",
            'keeper = "FAMIFED"',
            'keeper = "FAMIFEED"',
            "vl-federal-famifed: .*FEED",
        ),
        ("timeline.toml", '"sure"', '"shure"', "vl-federal-famifed: .*shure"),
        ("timeline.toml", '"sure"', '"likely"', "vl-federal-famifed: certainty likely.* sure"),
        ("timeline.toml", '["D1"]', "[]", "rule dg-aviq-ahead: certainty unsure.* sure"),
        ("timeline.toml", '["D1"]', '["D77"]', "rule dg-aviq-ahead: no open point D77"),
        ("timeline.toml", 'why = "federal"\n', "", "vl-federal-famifed: .*go together"),
        ("timeline.toml", 'why = "federal"', 'why = "fate"', "fate stands in one of them only"),
        ("timeline.toml", 'basis = "Federal', 'basis = " "\n# "', "vl-federal-famifed: basis"),
        ("timeline.toml", "[[rule]]", "other = 1\n[[rule]]", "only, found other"),
        ("timeline.toml", "# Dutch", '[[rule]]\nid = "bare"\n# Dutch', "rule bare: "),
        ("timeline.toml", 'id = "groeipakket"', 'id = "a"\nother = 1', "rule vl-a: .*other"),
        ("timeline.toml", "[[rule]]", "[[rule", "timeline.toml: cannot be read"),
        ("factors.toml", "number = 2", 'number = "two"', "factor residence"),
        ("factors.toml", "number = 6", "number = 5", "factor payer_office: rank 5, expected 6"),
        ("factors.toml", "number = 6", "number = 7", "factor payer_office: rank 7, expected 6"),
        ("factors.toml", "number = 1", "number = 0", "factor domicile: rank 0, expected 1"),
        ("factors.toml", "number = 2", "number = 9", "factor establishment: rank 3, expected 2"),
        ("factors.toml", '"payer_office"', '"fund_seat"', "fund_seat: the id is given twice"),
        ("factors.toml", '"payer_office"', '"godfather"', "factors.toml.*godfather.*payer_office"),
        (
            "factors.toml",
            'number = 2\narea = "BR"',
            'number = 3\narea = "BR"',
            "factor residence of area BR: expected a general row of the same rank",
        ),
        ("factors.toml", 'area = "BR"', 'area = "XX"', "factor residence: .*XX"),
        ("factors.toml", 'area = "BR"\n', "", "residence: the id is given twice"),
        ("factors.toml", '"sure"', '"likely"', "factor domicile: certainty likely"),
        ("factors.toml", "sentence = ", "# ", "residence-in-brussels stands in one of them only"),
        ("timeline.toml", "[[rule]]", "[[other]]", "found other"),
        ("texts/en.toml", "held =", "kept =", "sentences lacks held"),
        ("situations.toml", "[[situation]]", "[[other]]", "situation"),
        ("situations.toml", '"no-domicile"', '"abroad"', "abroad: the id is given twice"),
        ("situations.toml", '"placed"', '"moved"', "moved, placed stands in one of them only"),
        (
            "situations.toml",
            '["domicile"]',
            '["home"]',
            "no-domicile: excludes unknown factor home",
        ),
        ("situations.toml", '["domicile"]', '["fund_seat"]', "no notice situation-against-fund_s"),
        ("situations.toml", '["S1"]', '["S2", "S9"]', "situation bis-number: no open point S9"),
        ("situations.toml", '"AC17"', '"AC18"', "no-domicile: unknown source 'AC18'"),
        ("situations.toml", '"likely"', '"sure"', "situation placed: certainty sure.* likely"),
        ("notices.toml", '"M2"', '"M9"', "notices.toml, move-within-month: no open point M9"),
        ("notices.toml", '["AC17"]', '"AC17"', "notices.toml, history-begins: "),
        ("readings.toml", '["KL"]', '["NO"]', "readings.toml, first_day_of_the_month: .*'NO'"),
        ("open_points.toml", '"unsure"', '"perhaps"', "point D1: .*perhaps"),
        ("open_points.toml", 'id = "D2"', 'id = "D1"', "D1: the id is given twice"),
        (
            "open_points.toml",
            'id = "D3"',
            'id = "D33"',
            "rule vl-federal-archive: no open point D3",
        ),
        ("allowances.toml", 'id = "toddler"', 'id = "school"', "school: the id is given twice"),
        ("allowances.toml", '"sure"', '"certain"', "allowance school: .*certain"),
        ("allowances.toml", 'source = "FLANDERS"', 'source = "BRUSSELS"', "one source for all"),
        ("allowances.toml", '"GD228"', '"GD229"', "allowance school: .*GD229"),
        ("texts/en.toml", "federal-brussels =", "other =", "reasons.(federal-brussels|other)"),
        ("texts/nl.toml", "M1 = ", "M0 = ", "texts/nl.toml: open_points.M[01]"),
        ("texts/fr.toml", "toddler = ", "t = ", "texts/fr.toml: allowances"),
        ("texts/de.toml", "AVIQ = ", 'AVIQ = "" #', "texts/de.toml: entities.AVIQ is empty"),
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


@pytest.mark.parametrize("rule", rulebook().timeline.rules, ids=lambda rule: rule.id)
def test_a_row_left_out_or_given_twice_is_refused_with_its_area(tmp_path, rule):
    others = [each for each in rulebook().timeline.rules if each.id != rule.id]
    area = rule.area or "no area"
    with pytest.raises(DataError, match=rf"timeline: {area}, month .*found no rule"):
        Timeline(others)
    with pytest.raises(DataError, match=f"timeline, {rule.id}: the id is given twice"):
        Timeline([*others, rule, rule])
    twin = msgspec.structs.replace(rule, id="twin")
    with pytest.raises(DataError, match=rf"timeline: {area}, month .*found {rule.id}, twin"):
        Timeline([*others, rule, twin])


def test_a_keeper_of_no_register_is_refused():
    rules = rulebook().timeline.rules
    with pytest.raises(DataError, match="rule none-undetermined: a keeper needs a cadaster"):
        Timeline(
            msgspec.structs.replace(rule, keeper=Keeper.AVIQ) if rule.entity is None else rule
            for rule in rules
        )


def test_a_row_that_says_nothing_is_not_called_sure():
    rules = rulebook().timeline.rules
    with pytest.raises(DataError, match="rule none-undetermined: without an entity it must be"):
        Timeline(
            msgspec.structs.replace(rule, certainty=Certainty.SURE) if rule.entity is None else rule
            for rule in rules
        )


def test_factors_without_the_domicile_first_are_refused():
    ranks = {"domicile": 3, "establishment": 1}
    factors = [
        msgspec.structs.replace(each, number=ranks.get(each.id, each.number))
        for each in rulebook().factors
    ]
    with pytest.raises(DataError, match="expected the domicile as the first factor"):
        check_factors(factors)


def test_two_rows_of_a_factor_for_one_area_are_refused():
    special = [each for each in rulebook().factors if each.area]
    with pytest.raises(DataError, match="factor residence of area BR: given twice"):
        check_factors([*rulebook().factors, *special])


@pytest.mark.parametrize("area", [*Area, None])
def test_a_table_that_covers_fewer_months_is_refused_with_the_area(area):
    rules = rulebook().timeline.rules
    for first, last, hole in ((FIRST.next(), LAST, FIRST), (FIRST, LAST.previous(), LAST)):
        shorter = [
            msgspec.structs.replace(
                rule, months_from=max(rule.months_from, first), months_to=min(rule.months_to, last)
            )
            if rule.area is area
            else rule
            for rule in rules
        ]
        with pytest.raises(DataError, match=rf"timeline: {area or 'no area'}, month {hole}"):
            Timeline(shorter)


def test_a_last_day_of_asking_at_the_end_of_the_calendar_is_a_day():
    rules = [
        msgspec.structs.replace(rule, as_of_to=rule.as_of_to or dt.date.max)
        for rule in rulebook().timeline.rules
    ]
    assert Timeline(rules).rule(Area.VL, FIRST, dt.date.max).id == "vl-federal-archive"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"last_day_of_the_month_before"\n', '"ides"\n'),
        ("[sources]\n", '[sources]\ndg-nowhere = "WALLONIA"\n'),
        ("[sources]\n", '[sources]\nnone-undetermined = "WALLONIA"\n'),
        ("[sources]\n", '[sources]\ndg-aviq = "EAST"\n'),
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
