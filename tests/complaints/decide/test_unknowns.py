"""What is not known never turns anybody down, is never assumed, and is asked only if it matters."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from kszclient.complaints import Language, read_complaint, read_route, route
from kszclient.complaints.case.complaint import Complaint
from kszclient.complaints.vocabulary import (
    Instance,
    Outcome,
)
from tests.complaints.anycase import (
    CHOICES,
    COMMISSION,
    DATES,
    DECISIONS,
    FACTS,
    FILING,
    GROUPS,
    PAYERS,
    STEPS,
    complaints,
)

# The case itself; what the subject tells where it is left out; what the case is not about at all.
NEVER_LEFT_OUT = {
    "subject", "filing_date", "nis", "domicile", "register_months", "register_payers", "body",
    "theme",
}  # fmt: skip
# Left out, these say that something did not happen or lacks, or is presumed not to be so.
ABSENT_SAYS_NO = {
    "missing", "child_in_danger", "handled_before", "asks_about_other_household", "child_ssin",
    "admin_appeal_exists", "also",
}  # fmt: skip
# Only letters read these.
NOT_OF_ROUTES = {"decision_reference", "child_birth_date", "child_sex"}

# Who names neither means the family benefit of the domicile, and is told so.
TOLD_BY_NOBODY = {"benefit", "nl_school_or_childcare"}


@st.composite
def cases(draw, most=5):
    """A complete complaint, and the names of some fields to leave out of it."""
    complaint = draw(complaints())
    names = sorted(complaint.keys() - NEVER_LEFT_OUT - ABSENT_SAYS_NO)
    left_out = draw(st.sets(st.sampled_from(names), min_size=1, max_size=most))
    if "kbd_closed" in complaint and "kbd_filed" not in left_out:
        left_out.discard("kbd_closed")  # left out, it says that the KBD still has the complaint
    if complaint["admin_appeal_open"] and "admin_appeal_open" not in left_out:
        left_out.discard("gc_notified_on")  # left out, it says that the commission still has it
    if left_out >= TOLD_BY_NOBODY and complaint["benefit"] in GROUPS["participation"]:
        left_out.discard("benefit")  # left out together, they say which benefit is meant
    return complaint, left_out


def parts(complaint):
    return route(read_complaint(json.dumps(complaint))).parts


def without(complaint, names):
    return {name: value for name, value in complaint.items() if name not in names}


def same_months(part, others):
    """The parts that have months in common with one; all where one of them names none."""
    return [
        other
        for other in others
        if part.period is None
        or other.period is None
        or (part.period.begin <= other.period.end and other.period.begin <= part.period.end)
    ]


def answers(part):
    return {each.instance: each.outcome for each in part.evaluations}


def test_every_field_is_left_out_somewhere_or_says_why_not():
    drawn = {*CHOICES, *DATES, "steps_done", "payer", "kbd_filed", "kbd_closed", "gc_notified_on"}
    known = drawn | NEVER_LEFT_OUT | ABSENT_SAYS_NO | NOT_OF_ROUTES
    assert known == set(Complaint.__struct_fields__)


@settings(max_examples=150)
@given(cases())
def test_an_answer_given_without_a_field_stands_whatever_the_field_says(case):
    complaint, left_out = case
    after = parts(complaint)
    for partial in parts(without(complaint, left_out)):
        for full in same_months(partial, after):
            known = answers(full)
            for instance, outcome in answers(partial).items():
                if outcome is not Outcome.NEED_INPUT:
                    assert known.get(instance) == outcome, instance


@settings(max_examples=150)
@given(cases())
def test_only_what_is_left_out_is_asked(case):
    complaint, left_out = case
    known = without(complaint, left_out)
    for part in parts(known):
        assert not set(part.needs) & known.keys()
        if any(outcome is Outcome.NEED_INPUT for outcome in answers(part).values()):
            assert part.needs


@settings(max_examples=150)
@given(cases())
def test_no_instance_that_would_take_the_complaint_is_kept_silent(case):
    complaint, left_out = case
    after = parts(complaint)
    for partial in parts(without(complaint, left_out)):
        for full in same_months(partial, after):
            for instance, outcome in answers(full).items():
                assert outcome is Outcome.INADMISSIBLE or instance in answers(partial), instance


@settings(max_examples=150)
@given(cases())
def test_fields_that_are_not_asked_change_no_answer(case):
    complaint, left_out = case
    # One date tells about the others, so only one of them is left out here; a payer fits one way.
    left_out -= {"period", "payer", *sorted(left_out.intersection(DATES))[1:]}
    known = without(complaint, left_out)
    found = parts(known)
    asked = {name for part in found for name in part.needs}
    more = {name: complaint[name] for name in left_out - asked}
    assert list(map(answers, parts({**known, **more}))) == list(map(answers, found))


# Values on every side of each change, so that a field that matters shows that it does.
VALUES = {
    **CHOICES,
    "steps_done": STEPS,
    "payer": [name for names in PAYERS.values() for name in names],
    "decision_date": ["2018-11-05", "2025-02-01", FILING],
    "notified_on": [*(notified for _, notified, _ in DECISIONS), FILING],
    "facts_last_date": [*FACTS, FILING],
    "kbd_filed": ["2018-11-20", "2025-02-20", "2025-12-02"],
    "gc_notified_on": COMMISSION,
}


@settings(max_examples=150)
@given(cases(most=1))
def test_a_field_that_is_asked_can_change_an_answer(case):
    complaint, names = case
    known = without(complaint, names)
    for partial in parts(known):
        for each in partial.evaluations:
            if each.outcome is Outcome.NEED_INPUT:
                (name,) = names
                assert name in partial.needs
                given_answers = {
                    full and (full.outcome, full.reason, full.basis)
                    for value in possible_values(name, known)
                    for part in same_months(partial, parts({**known, name: value}))
                    for full in [
                        next((e for e in part.evaluations if e.instance is each.instance), None)
                    ]
                }
                assert len(given_answers) > 1, each.instance


def possible_values(name, known):
    """The values of a field that can go with what is known."""
    not_before = {
        "notified_on": known.get("decision_date", ""),
        "gc_notified_on": known.get("notified_on", ""),
    }
    not_after = {
        "decision_date": known.get("notified_on", FILING),
        "notified_on": known.get("gc_notified_on", FILING),
        "kbd_filed": known.get("kbd_closed", FILING),
    }
    for value in VALUES[name]:
        low, high = not_before.get(name), not_after.get(name)
        if (low is None or value >= low) and (high is None or value <= high):
            yield value


def test_who_names_neither_a_benefit_nor_a_school_means_the_benefit_of_the_domicile():
    walloon = {
        "nis": "62063",
        "subject": "REFUSAL_PAYMENT",
        "period": {"from": "2024-01", "to": "2024-03"},
        "notified_on": "2024-04-03",
        "filing_date": "2024-05-10",
    }
    found = route(read_complaint(json.dumps(walloon)))
    (part,) = found.parts
    assert answers(part)[Instance.LABOUR_COURT] is Outcome.ADMISSIBLE
    assert set(part.needs) >= TOLD_BY_NOBODY
    assert any("family benefit of the domicile" in notice for notice in found.notices)
    (part,) = parts(walloon | {"nl_school_or_childcare": True})
    assert answers(part)[Instance.LABOUR_COURT] is Outcome.NEED_INPUT
    (part,) = parts(walloon | {"benefit": "base"})
    assert not TOLD_BY_NOBODY & set(part.needs)


def test_whose_payer_it_is_tells_nothing_of_privacy_at_another_body():
    for body in ("podmi", "ocmw", "kind_en_gezin"):
        told = {"nis": "11002", "subject": "PRIVACY", "body": body, "filing_date": "2025-03-01"}
        (part,) = route(read_complaint(json.dumps(told))).parts
        assert "payer" not in part.needs


def test_whether_a_benefit_follows_the_school_is_not_asked_where_the_way_is_flemish_anyway():
    told = {"payer": "FONS", "subject": "PRIVACY", "steps_done": [], "identified": True,
            "has_interest": True, "facts_last_date": "2025-02-01", "court_pending": False,
            "filing_date": "2025-03-01"}  # fmt: skip
    (part,) = route(read_complaint(json.dumps(told))).parts
    assert part.needs == ()
    elsewhere = told | {"payer": "Famiris"}
    (part,) = route(read_complaint(json.dumps(elsewhere))).parts
    assert part.needs == ("benefit", "nl_school_or_childcare")


def test_nothing_is_asked_that_changes_no_answer():
    policy = {"nis": "21004", "subject": "POLICY_OR_REGULATION", "filing_date": "2025-04-01"}
    (part,) = parts(policy)
    assert part.needs == ()
    # The Flemish and the Brussels line say the same of the ombudsman.
    school = {"benefit": "school", "nl_school_or_childcare": True, "steps_done": []}
    for subject in ("KG_SERVICE", "CARE_PERSON_OR_INSTITUTION"):
        told = {**school, "nis": "21004", "subject": subject, "filing_date": "2025-04-01"}
        told |= {"facts_last_date": "2025-03-14", "identified": True, "court_pending": False}
        (part,) = parts(told | {"role": "beneficiary"})
        assert answers(part)[Instance.VLAAMSE_OMBUDSDIENST] is Outcome.NOT_YET
        assert part.needs == ()


def test_who_names_a_brand_of_several_regions_is_asked_its_regional_name():
    told = {"subject": "AMOUNT", "filing_date": "2025-04-01", "payer": "Infino"}
    told["domicile"] = [{"from": "2020-01-01", "country": "NL"}]
    (part,) = read_route(read_complaint(json.dumps(told)), Language.EN).parts
    assert any("by its regional name (such as Infino Vlaanderen) (payer)" in s for s in part.advice)


def test_no_benefit_and_no_school_is_asked_where_kind_en_gezin_or_its_sector_is_meant():
    for subject in ("KG_SERVICE", "CARE_PERSON_OR_INSTITUTION"):
        told = {"nis": "21004", "subject": subject, "filing_date": "2025-04-01"}
        found = route(read_complaint(json.dumps(told)))
        (part,) = found.parts
        assert part.entity == "IRISCARE"
        assert not TOLD_BY_NOBODY & set(part.needs)
        assert not any("family benefit of the domicile" in notice for notice in found.notices)
