"""What one letter can hold: several subjects, a right without request, no number of the child."""

import json
import re

import pytest

from kszclient.complaints import read_complaint, route
from kszclient.complaints.case.missing_items import missing_items
from kszclient.complaints.letters import compose
from kszclient.complaints.vocabulary import Instance, Item, Role, Subject
from kszclient.errors import IntakeError
from kszclient.values import Language

CASE = {
    "subject": "AMOUNT", "filing_date": "2025-03-03", "nis": "11002", "payer": "FONS",
    "decision_date": "2025-01-10", "remedies_stated": True, "identified": True, "motivated": True,
    "has_interest": True, "facts_last_date": "2025-01-10", "role": "beneficiary",
    "steps_done": [], "court_pending": False, "admin_appeal_open": False, "benefit": "base",
    "period": {"from": "2024-10", "to": "2024-12"},
}  # fmt: skip


def complaint(**fields):
    return read_complaint(json.dumps({**CASE, **fields}))


@pytest.mark.parametrize("first", ["AMOUNT", "STAFF_CONDUCT", "PRIVACY"])
@pytest.mark.parametrize("second", ["RECOVERY", "WRONG_INFO", "POLICY_OR_REGULATION"])
def test_each_subject_goes_as_it_would_alone(first, second):
    both = route(complaint(subject=first, also=[second]))
    alone = [route(complaint(subject=each)) for each in (first, second)]
    assert list(both.parts) == [part for each in alone for part in each.parts]
    assert [part.subject for part in both.parts] == [first, second]


def test_a_move_and_two_subjects_are_four_parts():
    moved = [
        {"from": "2015-01-01", "to": "2024-10-31", "nis": "11002"},
        {"from": "2024-11-01", "nis": "62063"},
    ]
    parts = route(complaint(nis=None, payer=None, domicile=moved, also=["STAFF_CONDUCT"])).parts
    assert [(part.entity, part.subject) for part in parts] == [
        ("OPGROEIEN", "AMOUNT"), ("AVIQ", "AMOUNT"),
        ("OPGROEIEN", "STAFF_CONDUCT"), ("AVIQ", "STAFF_CONDUCT"),
    ]  # fmt: skip


def test_a_right_without_a_request_has_its_term_from_its_event():
    silence = {"subject": "NO_DECISION_IN_TERM", "decision_date": None}
    asked, event = (
        route(complaint(**silence, **{field: "2024-09-01"}))
        for field in ("requested_on", "triggering_fact_on")
    )
    assert asked == event
    assert "requested_on" in route(complaint(**silence)).parts[0].needs


def test_an_educator_is_asked_whether_it_is_a_beneficiary():
    (part,) = route(complaint(role=Role.EDUCATOR)).parts
    assert "is_beneficiary" in part.needs
    (known,) = route(complaint(role=Role.EDUCATOR, is_beneficiary=True)).parts
    assert known.recommended.formal == "GESCHILLENCOMMISSIE"


@pytest.mark.parametrize(
    ("language", "born"),
    [("nl", "geboren op 5 mei 2020 (meisje)"), ("fr", "5 mai 2020 (fille)")],
)
def test_a_letter_names_the_child_by_birth_date_and_sex_and_the_decision_by_its_reference(
    language, born
):
    child = {"child_birth_date": "2020-05-05", "child_sex": "female"}
    case = complaint(**child, decision_reference="AB/12")
    text = compose(case, Instance.GESCHILLENCOMMISSIE, Language(language)).text
    assert born in text
    assert "AB/12" in text
    assert list(missing_items(case, [Item.CHILD, Item.NATIONAL_NUMBER])) == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"also": ["AMOUNT"]}, "field also: names a subject twice"),
        ({"also": ["X"]}, f"field also: expected a list of {', '.join(Subject)}"),
        ({"also": "RECOVERY"}, "field also: expected a list of"),
        ({"also": ["PODMI_SERVICE"], "body": "payer"}, "field body: does not go with the subject"),
        ({"child_sex": "f"}, "field child_sex: expected one of female, male"),
        ({"child_birth_date": "2025-03-04"}, "field child_birth_date: lies after filing_date"),
        ({"triggering_fact_on": "2026-01-01"}, "field triggering_fact_on: lies after filing_date"),
        ({"decision_reference": "x" * 101}, "expected text of at most 100 characters"),
        ({"decision_reference": 7}, "field decision_reference: expected text"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(fields, message):
    with pytest.raises(IntakeError, match=message):
        complaint(**fields)


@pytest.mark.parametrize(
    ("language", "both"),
    [
        ("nl", "het bedrag, een terugvordering en het optreden van een medewerker"),
        ("fr", "le montant, une récupération et la conduite d'un collaborateur"),
    ],
)
def test_a_letter_of_several_subjects_names_them_all(language, both):
    several = complaint(also=["RECOVERY", "STAFF_CONDUCT"])
    letter = compose(several, Instance.KBD, Language(language))
    assert both in letter.text
    assert both in letter.title


def test_a_letter_to_the_ministry_names_them_in_german():
    several = complaint(also=["STAFF_CONDUCT"], nis="63023", payer=None)
    text = compose(several, Instance.MINISTERIUM_DG, Language.DE).text
    assert re.search(r"Gegenstand: .+ und .+\.", text)


def test_a_letter_leaves_out_what_another_instance_takes_and_tells_the_sender():
    several = complaint(also=["STAFF_CONDUCT"])
    letter = compose(several, Instance.LABOUR_COURT, Language.NL)
    assert "medewerker" not in letter.text
    assert any("het optreden van een medewerker" in note for note in letter.notes)


def test_mediation_is_asked_for_a_decision_that_stands_second():
    several = complaint(subject="STAFF_CONDUCT", also=["AMOUNT"])
    assert "artikel 104" in compose(several, Instance.KBD, Language.NL).text


def test_a_letter_of_one_subject_is_as_it_was():
    letter = compose(complaint(), Instance.KBD, Language.NL)
    assert "Klacht over het bedrag" in letter.title
    assert not any("aparte brief" in note for note in letter.notes)
