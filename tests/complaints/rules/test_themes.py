import json

import pytest

from kszclient.complaints import read_complaint, route
from kszclient.complaints.rules.themes import themes
from kszclient.errors import IntakeError

LEAST = {"filing_date": "2025-03-03", "nis": "11002"}


def read(**given):
    return read_complaint(json.dumps({**LEAST, **given}))


def test_all_themes_of_the_research_are_there():
    assert [theme.number for theme in themes().values()] == [f"T{n}" for n in range(1, 22)]


@pytest.mark.parametrize("theme", themes())
def test_a_theme_leads_to_its_usual_subject_and_can_be_routed(theme):
    complaint = read(theme=theme)
    assert complaint.subject is themes()[theme].subjects[0]
    found = route(complaint)
    assert found.parts[0].evaluations
    assert f"Ask first: {themes()[theme].ask.en}" in found.notices


def test_a_subject_of_its_own_goes_before_the_usual_one():
    assert read(theme="BASE_NOT_SPLIT", subject="AMOUNT").subject == "AMOUNT"


def test_what_the_theme_tells_is_filled_in_but_never_overrules():
    assert read(theme="EX_PARTNER_PRIVACY").asks_about_other_household is True
    assert read(theme="SOCIAL_SUPPLEMENT_SPLIT").benefit == "social_supplement"
    assert read(theme="SOCIAL_SUPPLEMENT_SPLIT", benefit="base").benefit == "base"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"theme": "WEATHER"}, "field theme: expected one of YOUNGEST_BENEFICIARY, "),
        ({"theme": 3}, "field theme: expected one of"),
        ({"theme": "RECOVERY_LATE_FLOW", "subject": "PRIVACY"}, "field subject: does not go with"),
    ],
)
def test_bad_themes_are_named(given, named):
    with pytest.raises(IntakeError) as caught:
        read(**given)
    assert named in str(caught.value)


def test_a_signal_is_no_complaint():
    (part,) = route(read(theme="INCOME_LIMIT_INDEX", identified=True)).parts
    assert (part.recommended.informal, part.recommended.formal) == (None, None)
    assert {each.reason for each in part.evaluations if each.instance == "KBD"} == {
        "POLICY_OR_REGULATION"
    }


def test_a_refusal_behind_a_signal_is_a_complaint():
    (part,) = route(read(theme="ALARM_BELL", subject="REFUSAL_PAYMENT")).parts
    assert part.recommended.informal == "PAYER"


def test_a_question_that_the_complaint_answers_is_not_asked():
    told = {"nis": "44021", "theme": "STAFF", "filing_date": "2025-03-03"}
    assert any("Whose staff" in each for each in route(read_complaint(json.dumps(told))).notices)
    told["body"] = "podmi"
    found = route(read_complaint(json.dumps(told)))
    assert not any("Whose staff" in each for each in found.notices)
