"""What is not known never turns anybody down, and only what matters is asked."""

import json

from hypothesis import given
from hypothesis import strategies as st

from kszclient.complaints import read_complaint, route
from kszclient.complaints.vocabulary import Benefit, Outcome, Role, Subject

FIELDS = {
    "benefit": [each.value for each in Benefit],
    "period": [{"from": "2018-06", "to": "2018-12"}, {"from": "2025-01", "to": "2025-03"}],
    "decision_date": ["2018-11-05", "2025-02-01"],
    "notified_on": ["2025-02-03", "2025-06-02", "2025-12-01"],
    "remedies_stated": [True, False],
    "facts_last_date": ["2020-01-02", "2025-02-03", "2025-12-05"],
    "identified": [True, False],
    "has_interest": [True, False],
    "motivated": [True, False],
    "role": [each.value for each in Role],
    "steps_done": [[], ["PAYER"], ["PAYER", "KBD"], ["GESCHILLENCOMMISSIE"], ["PODMI"]],
    "kbd_filed": ["2025-02-20", "2025-12-02"],
    "gc_notified_on": ["2025-06-30", "2025-11-24"],
    "court_pending": [True, False],
    "ombuds_pending": [True, False],
    "admin_appeal_open": [True, False],
    "nl_school_or_childcare": [True, False],
    "own_initiative_since": [True, False],
    "payer": ["FONS", "Famiris", "Camille"],
}
UNSAID = object()


@st.composite
def cases(draw):
    """A complete complaint, and the names of some fields to leave out of it."""
    complaint = {
        "subject": draw(st.sampled_from(list(Subject))).value,
        "nis": draw(st.sampled_from(["11002", "21004", "62063", "63023"])),
        "filing_date": "2025-12-10",
        **{name: draw(st.sampled_from(values)) for name, values in FIELDS.items()},
    }
    left_out = draw(st.sets(st.sampled_from(sorted(FIELDS)), max_size=4))
    return complaint, left_out


def outcomes(complaint):
    return [
        {each.instance: each.outcome for each in part.evaluations}
        for part in route(read_complaint(json.dumps(complaint))).parts
    ]


def consistent(complaint):
    return complaint["decision_date"] <= complaint["notified_on"]


@given(cases())
def test_an_answer_given_without_a_field_stands_whatever_the_field_says(case):
    complaint, left_out = case
    known = {name: value for name, value in complaint.items() if name not in left_out}
    if not consistent(complaint):
        return
    # What has not happened yet is left out too, so a date that is missing may never come.
    if left_out & {"kbd_filed", "gc_notified_on", "facts_last_date", "payer", "decision_date"}:
        return
    before, after = outcomes(known), outcomes(complaint)
    if len(before) != len(after):
        return
    for partial, full in zip(before, after, strict=True):
        for instance, outcome in partial.items():
            if outcome is not Outcome.NEED_INPUT:
                assert full.get(instance) == outcome, instance


@given(cases())
def test_fields_that_are_not_asked_change_no_answer(case):
    complaint, left_out = case
    left_out -= {"kbd_filed", "gc_notified_on", "facts_last_date", "payer", "decision_date"}
    known = {name: value for name, value in complaint.items() if name not in left_out}
    if not consistent(complaint) or "period" in left_out:
        return
    parts = route(read_complaint(json.dumps(known))).parts
    asked = {name for part in parts for name in part.needs}
    more = {name: complaint[name] for name in left_out - asked}
    assert outcomes({**known, **more}) == [
        {each.instance: each.outcome for each in part.evaluations} for part in parts
    ]
