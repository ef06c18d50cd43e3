"""What is not known never turns anybody down, is never assumed, and is asked only if it matters."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from kszclient.complaints import Language, read_complaint, read_route, route
from kszclient.complaints.intake import Complaint
from kszclient.complaints.subjects import subjects
from kszclient.complaints.vocabulary import (
    Benefit,
    Instance,
    Item,
    NotificationKind,
    Outcome,
    Role,
    Subject,
)

GROUPS = subjects().groups
FILING = "2025-12-10"
HOMES = {
    "VL": {"nis": "11002"},
    "BR": {"nis": "21004"},
    "WA": {"nis": "62063"},
    "DG": {"nis": "63023"},
}
# A move between 2018 and 2025, the periods of below: from where, to where, on which days.
MOVES = {
    ("BR", "VL"): ("2021-06-30", "2021-07-01"),
    ("WA", "DG"): ("2019-03-31", "2019-04-01"),
    ("VL", "BR"): ("2024-06-30", "2024-07-01"),
}
PAYERS = {
    "VL": ["FONS", "Infino Vlaanderen"],
    "BR": ["Famiris", "Brussels Family"],
    "WA": ["FAMIWAL", "Camille"],
    "DG": ["Ministerium der DG"],
}
CHOICES = {
    "benefit": [each.value for each in Benefit],
    "period": [{"from": "2018-06", "to": "2018-12"}, {"from": "2025-01", "to": "2025-03"}],
    "notification_kind": [each.value for each in NotificationKind],
    "remedies_stated": [True, False],
    "identified": [True, False],
    "has_interest": [True, False],
    "motivated": [True, False],
    "role": [each.value for each in Role],
    "is_beneficiary": [True, False],
    "court_pending": [True, False],
    "ombuds_pending": [True, False],
    "admin_appeal_open": [True, False],
    "nl_school_or_childcare": [True, False],
    "own_initiative_since": [True, False],
    "requested_on": ["2025-02-03", "2025-10-30"],
}
# The decision, the day on which one was informed of it, and the last of the facts.
DECISIONS = [
    ("2018-11-05", "2018-11-08", "2018-11-08"),
    ("2025-02-01", "2025-02-03", "2025-02-03"),
    ("2025-02-20", "2025-03-01", "2025-03-10"),
    ("2025-05-30", "2025-06-02", "2025-12-05"),
    ("2025-09-01", "2025-09-07", "2025-09-07"),
    ("2025-09-08", "2025-09-09", "2025-09-09"),
    ("2025-11-20", "2025-12-01", "2025-12-05"),
]
COMMISSION = ["2025-06-30", "2025-12-06"]
DATES = ("decision_date", "notified_on", "facts_last_date")
FACTS = ["2020-01-02", "2023-06-01", "2025-02-03", "2025-12-05"]
STEPS = [
    [],
    ["PAYER"],
    ["PAYER", "KBD"],
    ["GESCHILLENCOMMISSIE"],
    ["PODMI"],
    ["KG_COMPLAINTS", "DPO", "MINISTERIUM_DG"],
]
# The case itself; what the subject tells where it is left out; what the case is not about at all.
NEVER_LEFT_OUT = {
    "subject", "filing_date", "nis", "domicile", "register_months", "register_payers", "body",
    "theme",
}  # fmt: skip
# Left out, these say that something did not happen or lacks, or is presumed not to be so.
ABSENT_SAYS_NO = {
    "missing", "child_in_danger", "handled_before", "asks_about_other_household", "child_ssin",
    "admin_appeal_exists",
}  # fmt: skip

# Who names neither means the family benefit of the domicile, and is told so.
TOLD_BY_NOBODY = {"benefit", "nl_school_or_childcare"}


def moved(before, now):
    until, since = MOVES[before, now]
    return {
        "domicile": [
            {"from": "2015-01-01", "to": until, **HOMES[before]},
            {"from": since, **HOMES[now]},
        ]
    }


@st.composite
def complaints(draw):
    """A complete complaint whose fields do not contradict each other."""
    subject = draw(st.sampled_from(list(Subject)))
    told = {name: draw(st.sampled_from(values)) for name, values in CHOICES.items()}
    before, now = draw(st.sampled_from([*zip(HOMES, HOMES, strict=True), *MOVES]))
    home = before if told["period"]["to"] < "2019" else now
    told |= HOMES[home] if before == now else moved(before, now)
    told |= dict(zip(DATES, draw(st.sampled_from(DECISIONS)), strict=True))
    told |= {"subject": subject.value, "filing_date": FILING}
    if told["role"] == Role.BENEFICIARY:
        told["is_beneficiary"] = True
    told["steps_done"] = draw(st.sampled_from(STEPS))
    if subject not in GROUPS["appealable"]:
        told["facts_last_date"] = draw(st.sampled_from(FACTS))
    follows_school = told["benefit"] in GROUPS["participation"] and told["nl_school_or_childcare"]
    may_follow = subject not in GROUPS["no_participation"] and told["period"]["from"] >= "2019"
    if follows_school and may_follow:
        home = "VL"
    told["payer"] = draw(st.sampled_from(PAYERS[home]))
    if Instance.KBD in told["steps_done"]:
        told["kbd_filed"] = draw(st.sampled_from(["2025-02-20", "2025-12-02"]))
        if draw(st.booleans()):
            told["kbd_closed"] = draw(st.sampled_from(["2025-12-03", "2025-12-09"]))
    if Instance.GESCHILLENCOMMISSIE in told["steps_done"] or subject is Subject.GC_DECISION:
        told["gc_notified_on"] = draw(
            st.sampled_from([day for day in COMMISSION if day >= told["notified_on"]])
        )
    if draw(st.booleans()):
        told["missing"] = [draw(st.sampled_from(list(Item))).value]
    for name in ("child_in_danger", "handled_before", "asks_about_other_household"):
        told[name] = draw(st.sampled_from([True, False, False]))
    return told


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
    assert drawn | NEVER_LEFT_OUT | ABSENT_SAYS_NO == set(Complaint.__struct_fields__)


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
