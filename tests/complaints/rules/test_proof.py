"""What `kszclient rules complaints --check` shows, and that it finds what is not so."""

import json
import random

import msgspec
import pytest

from kszclient.complaints import read_complaint, route
from kszclient.complaints.rules.parser import read_condition
from kszclient.complaints.rules.proof import nobody, prove
from kszclient.complaints.rules.rule import deciding_order
from kszclient.complaints.rules.satisfiability import satisfying
from kszclient.complaints.rules.table import make_table, table
from kszclient.complaints.vocabulary import Benefit, Body, Instance, Role, Subject
from kszclient.errors import DataError, InputError
from kszclient.values import plain
from tests.cli.typed import kszclient

RULES = [line.rule for line in table().lines]
ANSWERED, ORDERED, DECIDING, APPEALABLE = range(4)


def _without(*keys):
    left = [rule for rule in RULES if rule.key not in keys and rule.id not in keys]
    known = {name for rule in left for name in (rule.id, rule.key)}
    return make_table(
        [
            msgspec.structs.replace(
                rule, before=tuple(each for each in rule.before if each in known)
            )
            for rule in left
        ]
    )


def test_the_table_that_ships_is_shown_to_be_whole():
    for statement in prove(table()):
        assert statement.broken == (), statement.text
        assert statement.combinations > 100


def test_a_complaint_that_everybody_refuses_is_found():
    gone = [rule.id for rule in RULES if "IRISCARE" in rule.instances]
    payer = [rule.id for rule in RULES if "PAYER" in rule.instances and "BR" in rule.at]
    found = prove(_without(*gone, *payer))[ANSWERED].broken
    assert any(case.startswith("BR, STAFF_CONDUCT, payer") for case in found)


def test_two_rules_of_one_rank_without_an_order_are_found():
    bare = [msgspec.structs.replace(rule, before=()) if rule.id == "P2" else rule for rule in RULES]
    found = next(case for case in prove(make_table(bare))[ORDERED].broken if " P1" in case)
    assert found.startswith("PAYER: P1 STEP1_PAYER (ADMISSIBLE), P2 STEP1_DONE (ADMISSIBLE): ")
    assert "steps_done PAYER" in found


def test_a_wait_beside_a_petition_to_complete_needs_an_order_too():
    bare = [msgspec.structs.replace(rule, before=()) if rule.id == "C2" else rule for rule in RULES]
    (found,) = prove(make_table(bare))[ORDERED].broken
    assert "C13 PETITION_INCOMPLETE (INCOMPLETE)" in found
    assert "C2 PAYER_TERM_RUNNING (NOT_YET)" in found


def test_a_rule_behind_one_that_always_holds_with_it_is_found():
    turned = [
        msgspec.structs.replace(rule, before={"P2": (), "P1": ("P2",)}.get(rule.id, rule.before))
        for rule in RULES
    ]
    (found,) = prove(make_table(turned))[DECIDING].broken
    assert found.startswith("VL: PAYER: P2 STEP1_DONE")


def test_a_decision_without_a_formal_way_is_found():
    found = prove(_without("B7"))[APPEALABLE].broken
    assert any(case.startswith("BR, AMOUNT, payer, since its scheme") for case in found)
    assert not any(case.startswith("WA") for case in found)


@pytest.mark.parametrize("row", [*nobody().complaint, *nobody().appeal], ids=lambda row: row.when)
def test_cases_that_nobody_answers_can_be(row):
    assert satisfying(read_condition(row.when)) is not None
    assert row.why


def test_the_command_shows_it_and_over_how_many_cases():
    shown = kszclient("rules", "complaints", "--check")
    assert shown.code == 0
    assert shown.out.count("Shown: ") == 4
    assert "searched " in shown.out


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (("Q9",), "rule P2: before 'Q9', which there is not"),
        (("P1 OTHER",), "rule P2: before 'P1 OTHER', which there is not"),
        (("P2",), "rule P2 STEP1_DONE: goes before itself"),
    ],
)
def test_an_order_that_cannot_be_is_refused(before, message):
    changed = [
        msgspec.structs.replace(rule, before=before) if rule.id == "P2" else rule for rule in RULES
    ]
    with pytest.raises(DataError, match=message):
        deciding_order(changed)


def test_an_order_in_a_circle_is_refused():
    changed = [
        msgspec.structs.replace(rule, before=("P2",)) if rule.id == "P1" else rule for rule in RULES
    ]
    with pytest.raises(DataError, match="goes before itself, by way of others"):
        deciding_order(changed)


def _case(chance):
    """A case at random, of which much is left out."""
    day = f"20{chance.randint(18, 26)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    yes = lambda: chance.choice([True, False])  # noqa: E731 - said of many fields
    fields = {
        "benefit": chance.choice(list(Benefit)).value,
        "body": chance.choice(list(Body)).value,
        "role": chance.choice(list(Role)).value,
        "decision_date": day,
        "notified_on": day,
        "identified": yes(),
        "has_interest": yes(),
        "motivated": yes(),
        "remedies_stated": yes(),
        "court_pending": yes(),
        "ombuds_pending": yes(),
        "admin_appeal_open": yes(),
        "child_in_danger": yes(),
        "asks_about_other_household": yes(),
        "handled_before": yes(),
        "nl_school_or_childcare": yes(),
        "steps_done": sorted({chance.choice(list(Instance)).value for _ in range(3)}),
        "payer": chance.choice(["Infino", "FONS", "FAMIWAL", "Parentia", "KidsLife Brussels"]),
    }
    named = {name: value for name, value in fields.items() if chance.random() < 0.6}
    place = chance.choice(["11002", "21004", "62063", "63023", "44021"])
    subject = chance.choice(list(Subject)).value
    return {"subject": subject, "filing_date": "2026-11-30", "nis": place, **named}


def _answers(cases, rules):
    for case in cases:
        yield plain(route(case, rules=rules))


def test_the_order_of_rows_in_the_files_changes_no_answer():
    chance, cases = random.Random(20261130), []
    while len(cases) < 300:
        try:
            cases.append(read_complaint(json.dumps(_case(chance))))
        except InputError:
            continue  # A body that the subject is never about, or a payer that is in no table.
    shuffled = list(RULES)
    chance.shuffle(shuffled)
    assert list(_answers(cases, table())) == list(_answers(cases, make_table(shuffled)))
