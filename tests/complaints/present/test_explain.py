import json

import pytest

from kszclient.complaints import Language, explain, read_complaint
from kszclient.complaints.decide.evaluate import study
from kszclient.complaints.rules.table import table

CASE = {
    "subject": "STAFF_CONDUCT",
    "filing_date": "2025-03-03",
    "nis": "11002",
    "facts_last_date": "2024-03-02",
    "steps_done": ["PAYER"],
    "child_ssin": "85023000125",
}

(G1,) = (line.rule for line in table().lines if line.rule.id == "G1")


def tried(language=Language.EN, **given):
    return explain(study(read_complaint(json.dumps({**CASE, **given}))), language)


def test_every_rule_of_the_ladder_is_told_with_what_became_of_it():
    found = tried()
    ids = {each.rule for each in found}
    rules = [line.rule for line in table().lines]
    flemish = {rule.id for rule in rules if not rule.at or {"VL", "*"} & set(rule.at)}
    assert ids == flemish


def test_why_a_rule_held_and_decided():
    (rule,) = [each for each in tried() if each.rule == "K8"]
    assert (rule.holds, rule.decides) == (True, True)
    assert rule.because == ("facts_within_one_year: no",)


def test_why_a_rule_did_not_hold():
    (rule,) = [each for each in tried() if each.rule == "K9"]
    assert rule.holds is False
    assert rule.because == ("body: payer", "steps_done: PAYER", "subject: STAFF_CONDUCT")


def test_what_would_settle_a_rule():
    (rule,) = [each for each in tried() if each.rule == "K6"]
    assert (rule.holds, rule.needs) == (None, ("has_interest",))
    assert rule.because == ("has_interest: not known",)


@pytest.mark.parametrize(("language", "name"), [("nl", "Noodnummer"), ("de", "Notruf")])
def test_an_instance_is_told_by_its_name_and_the_row_of_the_table_last(language, name):
    found = tried(Language(language), child_in_danger=True)
    (rule,) = [each for each in found if each.rule == "G1" and each.instance == "EMERGENCY"]
    assert name in rule.about
    assert rule.said[1] == G1.text.in_language(Language(language))
    assert rule.said[-1].endswith(rule.when)


def test_nothing_in_it_names_a_person():
    assert "85023000125" not in repr(tried())


@pytest.mark.parametrize(
    ("language", "held", "because"),
    [
        ("en", "K8 not accepted (FACTS_OLDER_THAN_1Y): holds and decides",
         "because: the facts are at most one year old: no"),
        ("nl", "K8, wordt niet aanvaard (FACTS_OLDER_THAN_1Y): klopt en beslist",
         "want: de feiten zijn hoogstens een jaar oud = nee"),
        ("fr", "(FACTS_OLDER_THAN_1Y) : est remplie et décide",
         "car : les faits ont un an au plus : non"),
        ("de", "(FACTS_OLDER_THAN_1Y): trifft zu und entscheidet",
         "denn: die Tatsachen sind höchstens ein Jahr alt - nein"),
    ],
)  # fmt: skip
def test_what_was_tried_is_said_in_the_language_of_the_reader(language, held, because):
    (rule,) = [each for each in tried(Language(language)) if each.rule == "K8"]
    assert held in rule.said[0]
    assert because in rule.said


def test_a_rule_that_did_not_hold_or_cannot_be_told_says_so():
    (not_held,) = [each for each in tried() if each.rule == "K9"]
    assert not_held.said[0].endswith("does not hold")
    (not_known,) = [each for each in tried() if each.rule == "K6"]
    assert not_known.said[0].endswith("not known yet")
    assert not_known.said[-2] == (
        "what would settle it: whether it concerns you personally (has_interest)"
    )


def test_every_way_that_a_case_may_go_is_told_once():
    found = tried(nis="21004", benefit="school", steps_done=[])
    ids = [(each.instance, each.rule, each.when) for each in found]
    assert {"B1", "P1"} <= {each.rule for each in found}
    assert ("PAYER", "X5", "asks_about_other_household") in ids
    assert ids.count(("PAYER", "X5", "asks_about_other_household")) == 1
