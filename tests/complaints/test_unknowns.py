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
    "steps_done": [
        [],
        ["PAYER"],
        ["PAYER", "KBD"],
        ["GESCHILLENCOMMISSIE"],
        ["PODMI"],
        ["KG_COMPLAINTS", "DPO", "MINISTERIUM_DG"],
    ],
    "kbd_filed": ["2025-02-20", "2025-12-02"],
    "gc_notified_on": ["2025-06-30", "2025-11-24"],
    "court_pending": [True, False],
    "ombuds_pending": [True, False],
    "admin_appeal_open": [True, False],
    "nl_school_or_childcare": [True, False],
    "own_initiative_since": [True, False],
    "payer": ["FONS", "Famiris", "Camille"],
}
# What has not happened is left out too, so that its absence says something.
SAYS_NOTHING_WHEN_ABSENT = sorted(
    FIELDS.keys() - {"kbd_filed", "gc_notified_on", "facts_last_date", "payer", "decision_date"}
)


@st.composite
def cases(draw, most=4):
    """A complete complaint, and the names of some fields to leave out of it."""
    complaint = {
        "subject": draw(st.sampled_from(list(Subject))).value,
        "nis": draw(st.sampled_from(["11002", "21004", "62063", "63023"])),
        "filing_date": "2025-12-10",
        **{name: draw(st.sampled_from(values)) for name, values in FIELDS.items()},
    }
    names = st.sampled_from(SAYS_NOTHING_WHEN_ABSENT)
    return complaint, draw(st.sets(names, min_size=1, max_size=most))


def parts(complaint):
    return route(read_complaint(json.dumps(complaint))).parts


def outcomes(complaint):
    return [{each.instance: each.outcome for each in part.evaluations} for part in parts(complaint)]


def without(complaint, names):
    return {name: value for name, value in complaint.items() if name not in names}


@given(cases())
def test_an_answer_given_without_a_field_stands_whatever_the_field_says(case):
    complaint, left_out = case
    before, after = outcomes(without(complaint, left_out)), outcomes(complaint)
    # These may cut the case or move it to another entity, as the route then says by asking.
    if left_out & {"period", "nl_school_or_childcare", "benefit"}:
        return
    for partial, full in zip(before, after, strict=True):
        for instance, outcome in partial.items():
            if outcome is not Outcome.NEED_INPUT:
                assert full.get(instance) == outcome, instance


@given(cases())
def test_fields_that_are_not_asked_change_no_answer(case):
    complaint, left_out = case
    known = without(complaint, left_out - {"period"})
    found = parts(known)
    asked = {name for part in found for name in part.needs}
    more = {name: complaint[name] for name in left_out - asked}
    assert outcomes({**known, **more}) == [
        {each.instance: each.outcome for each in part.evaluations} for part in found
    ]


@given(cases(most=1))
def test_a_field_that_is_asked_can_change_an_answer(case):
    complaint, (name,) = case
    if name in ("period", "notified_on"):  # two values of a date need not differ
        return
    known = without(complaint, {name})
    if name == "nl_school_or_childcare":
        return
    for number, part in enumerate(parts(known)):
        for each in part.evaluations:
            if each.outcome is Outcome.NEED_INPUT:
                assert part.needs == (name,)
                answers = {
                    outcomes({**known, name: value})[number].get(each.instance)
                    for value in FIELDS[name]
                }
                assert len(answers) > 1, each.instance
