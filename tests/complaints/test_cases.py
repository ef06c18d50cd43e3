"""The cases of cases.toml: every rule decides somewhere and stays out somewhere."""

import json
import tomllib
from pathlib import Path

import pytest

from kszclient.complaints import read_complaint
from kszclient.complaints.route import study
from kszclient.complaints.routing import route_of
from kszclient.complaints.rule import NOTE
from kszclient.complaints.table import table

FILE = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))
CASES = FILE["case"]
BY_TITLE = pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])


def studies_of(case):
    merged = {**FILE["base"], **case.get("given", {})}
    complaint = read_complaint(json.dumps({k: v for k, v in merged.items() if v != ""}))
    return complaint, study(complaint)


def holding(studies):
    for found in studies:
        yield from (each.rule.id for each in found.entity_rules if each.truth.value)
        for step in found.steps:
            yield from (each.rule.id for each in step.judged if each.truth.value)


def deciding(studies):
    for found in studies:
        yield from (each.rule.id for each in found.entity_rules if each.truth.value)
        for step in found.steps:
            for rule in step.verdict.rules if step.verdict else ():
                if rule.outcome in (NOTE, step.verdict.outcome):
                    yield rule.id


@BY_TITLE
def test_rules_decide_and_stay_out_as_the_case_says(case):
    _, studies = studies_of(case)
    assert set(case.get("decides", [])) <= set(deciding(studies))
    assert not set(case["without"]) & set(holding(studies))


@BY_TITLE
def test_instances_answer_as_the_case_says(case):
    complaint, studies = studies_of(case)
    parts = [route_of(each, complaint) for each in studies]
    if "entities" in case:
        assert [part.entity or "" for part in parts] == case["entities"]
    answers = {each.instance: f"{each.outcome} {each.reason}" for each in parts[-1].evaluations}
    wanted = case.get("outcomes", {})
    assert {name: answers.get(name) for name in wanted} == wanted
    assert not set(case.get("absent", [])) & set(answers)
    for kind in ("informal", "formal"):
        if kind in case:
            assert (getattr(parts[-1].recommended, kind) or "") == case[kind]
    if "first" in case:
        assert parts[-1].evaluations[0].instance == case["first"]


def test_every_rule_decides_in_one_case_and_stays_out_in_another():
    ids = {line.rule.id for line in table().lines}
    assert len(ids) == 107
    assert ids - {rule for case in CASES for rule in case.get("decides", [])} == set()
    assert ids - {rule for case in CASES for rule in case["without"]} == set()
