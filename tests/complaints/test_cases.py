"""The cases of cases.toml: every rule decides somewhere and stays out somewhere."""

import json
import tomllib
from pathlib import Path

import msgspec
import pytest

from kszclient.complaints import read_complaint, route
from kszclient.complaints.decide.evaluate import route_of, study
from kszclient.complaints.rules.rule import NOTE
from kszclient.complaints.rules.table import make_table, table

FILE = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))
CASES = FILE["case"]
BY_TITLE = pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])


def studies_of(case):
    merged = {**FILE["base"], **case.get("given", {})}
    complaint = read_complaint(json.dumps({k: v for k, v in merged.items() if v != ""}))
    return complaint, study(complaint)


def tried(studies):
    """Each line of the table that was tried: its number, whether it holds, whether it decides."""
    numbers = {id(line): number for number, line in enumerate(table().lines, start=1)}
    for way in (way for found in studies for way in found.ways):
        for line, truth in way.tried_of_entity:
            yield numbers[id(line)], truth.value, bool(truth.value)
        for instance, lines in way.tried.items():
            answer = way.answers.get(instance)
            for line, truth in lines:
                outcomes = (NOTE, answer.outcome if answer else None)
                decides = bool(truth.value) and line.rule.outcome in outcomes
                yield numbers[id(line)], truth.value, decides


def ids(lines):
    return {table().lines[number - 1].rule.id for number in lines}


@BY_TITLE
def test_rules_decide_and_stay_out_as_the_case_says(case):
    found = list(tried(studies_of(case)[1]))
    assert set(case.get("decides", [])) <= ids(line for line, _, decides in found if decides)
    assert not set(case["without"]) & ids(line for line, holds, _ in found if holds)


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


def test_every_rule_is_named_by_a_case_in_which_it_decides_and_by_one_in_which_it_does_not():
    known = {line.rule.id for line in table().lines}
    assert len(known) == 115
    assert known - {rule for case in CASES for rule in case.get("decides", [])} == set()
    assert known - {rule for case in CASES for rule in case["without"]} == set()


def test_every_line_decides_in_one_case_and_is_tried_in_vain_in_another():
    found = [each for case in CASES for each in tried(studies_of(case)[1])]
    deciding = {line for line, _, decides in found if decides}
    in_vain = {line for line, holds, _ in found if holds is False}
    lines = {
        number: f"{line.rule.id} {line.rule.reason} {line.rule.instances}: {line.rule.when}"
        for number, line in enumerate(table().lines, start=1)
    }
    assert [said for number, said in lines.items() if number not in deciding] == []
    assert [said for number, said in lines.items() if number not in in_vain] == []


_RENAMED = make_table(
    [
        msgspec.structs.replace(
            line.rule, id=f"X{line.rule.id}", before=tuple(f"X{each}" for each in line.rule.before)
        )
        for line in table().lines
    ]
)


def _notices(complaint, rules):
    # The last one names the rules that were used.
    return route(complaint, rules=rules).notices[:-1]


@BY_TITLE
def test_no_answer_hangs_on_the_name_of_a_rule(case):
    complaint, _ = studies_of(case)
    assert _notices(complaint, _RENAMED) == _notices(complaint, table())
