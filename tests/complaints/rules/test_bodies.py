"""Bodies with steps of their own, and a new one that is one file."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from kszclient.complaints import read_complaint, route
from kszclient.complaints.rules.subjects import bodies, subjects
from kszclient.complaints.vocabulary import Instance, Outcome, Subject
from kszclient.errors import DataError, IntakeError
from kszclient.resources import resource
from kszclient.values import Language

OWN = [card for card in bodies().values() if card.own_steps]
OF_ONE_BODY = {Subject(each) for each in subjects().groups["of_one_body"]}
ABOUT = sorted(set(Subject) - OF_ONE_BODY - {"POLICY_OR_REGULATION"})
CASE = {"filing_date": "2025-03-03", "identified": True, "motivated": True, "has_interest": True,
        "facts_last_date": "2025-02-20", "court_pending": False, "admin_appeal_open": False,
        "role": "beneficiary", "handled_before": False}  # fmt: skip

NEW = """
code = "ZORGKAS"
rank = 119

[[card]]
kind = "informal"
checked = 2026-11-22
handles = ["service of the care fund"]
requires = ["identity"]
sources = ["INFERENCE"]
[card.names]
nl = "Klachtendienst van de zorgkas"
fr = "Service des plaintes de la caisse d'assurance soins"
de = "Beschwerdestelle der Pflegekasse"
en = "Complaint desk of the care fund"

[[body]]
code = "zorgkas"
own_steps = true
area = "VL"
ombudsman = "VLAAMSE_OMBUDSDIENST"
[body.names]
nl = "Zorgkas"
fr = "Caisse d'assurance soins"
de = "Pflegekasse"
en = "Care fund"
"""


def own(card, **fields):
    return read_complaint(json.dumps({**CASE, "body": card.code, **fields}))


@pytest.mark.parametrize("card", OWN, ids=lambda card: card.code.value)
@pytest.mark.parametrize("subject", ABOUT)
def test_its_own_desk_comes_first_its_ombudsman_after_and_nothing_is_asked_of_child_or_payer(
    card, subject
):
    (part,) = route(own(card, subject=subject, steps_done=[])).parts
    answers = {each.instance: each.outcome for each in part.evaluations}
    own_answer = answers.pop(card.desk)
    # Of an ombudsman its own guards count, such as that an appeal may have to come first (T2).
    assert own_answer == Outcome.ADMISSIBLE or (own_answer == Outcome.OPEN and not card.ombudsman)
    if card.ombudsman:
        assert answers.pop(card.ombudsman) in (Outcome.NOT_YET, Outcome.OPEN)
    privacy = {Instance.DPO, card.supervisor}
    assert set(answers) <= (privacy if subject in subjects().groups["legal_duties"] else set())
    assert not {"benefit", "nl_school_or_childcare", "domicile", "payer", "period"} & {*part.needs}
    assert part.recommended.formal is None


@pytest.mark.parametrize("card", [c for c in OWN if c.ombudsman], ids=lambda card: card.code.value)
def test_its_ombudsman_takes_it_once_its_desk_was_turned_to(card):
    (part,) = route(own(card, subject="STAFF_CONDUCT", steps_done=[card.desk])).parts
    assert part.recommended.informal is card.ombudsman


@pytest.mark.parametrize("subject", sorted(OF_ONE_BODY))
def test_a_subject_of_one_body_is_refused_for_every_body_with_steps_of_its_own(subject):
    for card in OWN:
        with pytest.raises(IntakeError, match="field body: does not go with the subject"):
            own(card, subject=subject)


@pytest.mark.parametrize("language", Language)
def test_every_body_has_a_name(language):
    assert all(card.names.in_language(language).strip() for card in bodies().values())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("own_steps = true\n", "", "body fedris: area, ombudsman and supervisor go with own_steps"),
        ("own_steps = true", "own_steps = 1", "instance FEDRIS: Expected `bool`"),
        ('"GBA"', '"GBQ"', "instance FEDRIS: Invalid enum value 'GBQ'"),
        ("own_steps = true", "runs_files = true", "bodies run files|go with own_steps"),
    ],
)
def test_a_body_that_is_none_is_refused_by_its_name(own_tables, old, new, problem):
    own_tables("instances/fedris.toml", old, new)
    with pytest.raises(DataError, match=problem):
        bodies()


@pytest.fixture
def with_new_body(tmp_path):
    """Run a command in a new process whose tables have one file more."""
    data = tmp_path / "data"
    for kind in ("config", "mocks"):
        shutil.copytree(resource(kind), data / kind)
    folder = data / "config" / "complaints" / "instances"
    (folder / "zorgkas.toml").write_text(NEW, encoding="utf-8")

    def run(*command, given=None):
        done = subprocess.run(
            [sys.executable, *command], input=given, capture_output=True, text=True, check=False,
            env={**os.environ, "KSZCLIENT_DATA": str(data)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    return run


def test_a_new_body_is_one_file(with_new_body):
    cli = ("-m", "kszclient")

    def routed(*steps):
        given = {**CASE, "subject": "STAFF_CONDUCT", "body": "zorgkas", "steps_done": steps}
        told = with_new_body(*cli, "route", "-", "--json", given=json.dumps(given))
        return json.loads(told)["parts"][0]["recommended"]["informal"]

    assert routed() == "ZORGKAS"
    assert routed("ZORGKAS") == "VLAAMSE_OMBUDSDIENST"
    said = with_new_body(*cli, "route", "-", "--language", "fr",
        given=json.dumps({**CASE, "subject": "AMOUNT", "body": "zorgkas"}))  # fmt: skip
    assert "Caisse d'assurance soins" in said
    assert "Service des plaintes de la caisse d'assurance soins" in said
    assert "ZORGKAS" in with_new_body(*cli, "rules", "complaints")
    assert "each can decide" in with_new_body(*cli, "rules", "complaints", "--check")


def test_its_page_its_letters_and_the_desks_of_the_mock_know_the_new_body(with_new_body):
    page = with_new_body(
        "-c", "from kszclient.complaints.present.document import document; print(document())"
    )
    assert "### ZORGKAS" in page
    assert "`zorgkas`" in page
    desks = with_new_body(
        "-c",
        "from kszclient.complaints.letters import forms\n"
        "from kszclient.testing.desks.cases import desk_cards\n"
        "from kszclient.complaints.vocabulary import Instance\n"
        "print(Instance.ZORGKAS in desk_cards(), len(forms()) > 0)",
    )
    assert desks.split() == ["True", "True"]
