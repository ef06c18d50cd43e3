import json

from kszclient.complaints import explain, read_complaint
from kszclient.complaints.route import study
from kszclient.complaints.table import table

CASE = {
    "subject": "STAFF_CONDUCT",
    "filing_date": "2025-03-03",
    "nis": "11002",
    "facts_last_date": "2024-03-02",
    "steps_done": ["PAYER"],
    "child_ssin": "85023000125",
}


def tried(**given):
    return explain(study(read_complaint(json.dumps({**CASE, **given}))))


def test_every_rule_of_the_ladder_is_told_with_what_became_of_it():
    found = tried()
    ids = {each.rule for each in found}
    flemish = {line.rule.id for line in table().lines if {"VL", "*"} & set(line.rule.entities)}
    assert ids == flemish


def test_why_a_rule_held_and_decided():
    (rule,) = [each for each in tried() if each.rule == "K8"]
    assert (rule.holds, rule.decides) == (True, True)
    assert rule.because == ("facts_within_one_year: no",)


def test_why_a_rule_did_not_hold():
    (rule,) = [each for each in tried() if each.rule == "K9"]
    assert rule.holds is False
    assert rule.because == ("steps_done: PAYER", "subject: STAFF_CONDUCT")


def test_what_would_settle_a_rule():
    (rule,) = [each for each in tried() if each.rule == "K6"]
    assert (rule.holds, rule.needs) == (None, ("has_interest",))
    assert rule.because == ("has_interest: not known",)


def test_nothing_in_it_names_a_person():
    assert "85023000125" not in repr(tried())
