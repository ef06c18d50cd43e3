"""What holds of every case, whatever the rules say: a route costs no family a right."""

import datetime as dt
import json

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kszclient.complaints import Language, read_complaint, route
from kszclient.complaints.decide.evaluate import study
from kszclient.complaints.rules.conditions import facts_of
from kszclient.complaints.vocabulary import Instance, Outcome
from tests.complaints.anycase import FILING, HOMES, PAYERS, complaints

COURTS = (Instance.GESCHILLENCOMMISSIE, Instance.LABOUR_COURT, Instance.FAMILY_COURT)
# Nobody thinks of saying these unless they are so: saying them may change an answer.
PRESUMED_NO = (
    "child_in_danger", "handled_before", "asks_about_other_household", "admin_appeal_exists",
)  # fmt: skip
DAYS = (
    "decision_date", "notified_on", "facts_last_date", "requested_on", "triggering_fact_on",
    "kbd_filed", "kbd_closed", "gc_notified_on",
)  # fmt: skip


def routed(complaint, language=Language.EN):
    return route(read_complaint(json.dumps(complaint)), language=language)


def answers(complaint):
    """The answer of each instance in each part, with its term."""
    return [
        {each.instance: (each.outcome, each.reason, each.term) for each in part.evaluations}
        for part in routed(complaint).parts
    ]


def too_late(complaint):
    """Each court of each part that says that it is too late."""
    return {
        (number, court)
        for number, part in enumerate(answers(complaint))
        for court in COURTS
        if part.get(court, ("", ""))[:2] == (Outcome.INADMISSIBLE, "LATE")
    }


@settings(max_examples=100)
@given(complaints(), st.integers(1, 400))
def test_an_earlier_filing_is_never_worse(complaint, days):
    earlier = dt.date.fromisoformat(FILING) - dt.timedelta(days=days)
    assume(all(complaint.get(name, "") <= str(earlier) for name in DAYS))
    assume("domicile" not in complaint or complaint["domicile"][-1]["from"] <= str(earlier))
    assert too_late(complaint | {"filing_date": str(earlier)}) <= too_late(complaint)


@settings(max_examples=100)
@given(complaints(), st.integers(0, 200), st.integers(0, 60))
def test_a_complaint_with_the_kbd_never_shortens_a_term(complaint, filed, closed):
    plain = {name: value for name, value in complaint.items() if not name.startswith("kbd_")}
    plain["steps_done"] = [step for step in complaint["steps_done"] if step != "KBD"]
    got = dt.date.fromisoformat(complaint["notified_on"]) + dt.timedelta(days=filed)
    end = min(got + dt.timedelta(days=closed), dt.date.fromisoformat(FILING))
    assume(str(got) <= FILING)
    with_kbd = plain | {
        "steps_done": [*plain["steps_done"], "KBD"], "kbd_filed": str(got), "kbd_closed": str(end),
    }  # fmt: skip
    assert too_late(with_kbd) <= too_late(plain)
    for before, after in zip(answers(plain), answers(with_kbd), strict=True):
        for court in COURTS:
            own, new = before.get(court, (0, 0, None))[2], after.get(court, (0, 0, None))[2]
            if own and new and own.term_end and new.term_end:
                assert new.term_end >= own.term_end, court


@settings(max_examples=100)
@given(complaints(), st.sampled_from(sorted(HOMES)), st.sampled_from(sorted(HOMES)))
def test_where_the_payer_is_known_a_later_move_changes_no_forum(complaint, home, later):
    payer = complaint["payer"]
    complaint |= {"period": {"from": "2024-07", "to": "2025-03"}, **HOMES[home]}
    complaint.pop("domicile", None)
    moved = {name: value for name, value in complaint.items() if name != "nis"}
    moved["domicile"] = [
        {"from": "2015-01-01", "to": "2025-10-31", **HOMES[home]},
        {"from": "2025-11-01", **HOMES[later]},
    ]
    assert payer in {name for names in PAYERS.values() for name in names}
    assert answers(moved) == answers(complaint)


@settings(max_examples=60)
@given(complaints())
def test_languages_change_words_only(complaint):
    def bare(language):
        found = routed(complaint, language)
        parts = [
            msgspec.structs.replace(
                part,
                evaluations=tuple(
                    msgspec.structs.replace(each, basis="") for each in part.evaluations
                ),
            )
            for part in found.parts
        ]
        return parts, len(found.notices)

    english = bare(Language.EN)
    assert all(bare(language) == english for language in Language)


def decided(complaint):
    """Each answer that is no question, with the facts that its rule asks about."""
    found = {}
    for number, part in enumerate(study(read_complaint(json.dumps(complaint)))):
        for instance, answer in part.answers.items() if not part.others else ():
            if answer.outcome is Outcome.NEED_INPUT:
                continue
            lines = [line for line, _ in part.tried[instance] if line.rule is answer.decisive]
            facts = set().union(*(facts_of(line.condition) for line in lines))
            found[number, instance] = answer.outcome, facts
    return found


@settings(max_examples=120)
@given(complaints(), st.data())
def test_one_fact_more_changes_an_answer_only_by_a_rule_that_names_it(complaint, data):
    names = sorted({*PRESUMED_NO, "court_pending", "ombuds_pending", "is_beneficiary", "motivated"})
    name = data.draw(st.sampled_from(names))
    assume(not (name == "is_beneficiary" and complaint["role"] == "beneficiary"))
    less = {key: value for key, value in complaint.items() if key != name}
    more = less | {name: data.draw(st.booleans())}
    after = decided(more)
    for place, (outcome, _) in decided(less).items():
        if place in after and after[place][0] != outcome:
            assert name in after[place][1], place


@settings(max_examples=60)
@given(complaints(), st.randoms(use_true_random=False))
def test_the_order_of_the_steps_done_changes_nothing(complaint, random):
    steps = [*complaint["steps_done"], "IRISCARE", "DPO"]
    shuffled = random.sample(steps, len(steps))
    assert routed(complaint | {"steps_done": shuffled}) == routed(complaint | {"steps_done": steps})


# The least that a case is; all else can be left out.
KEPT = {"subject", "filing_date", "nis", "domicile", "period", "payer", "benefit", *PRESUMED_NO}
KEPT |= {"missing", "nl_school_or_childcare"}


@settings(max_examples=150)
@given(complaints(), st.data())
def test_leaving_a_fact_out_never_gives_a_refusal(complaint, data):
    names = sorted(complaint.keys() - KEPT - {"kbd_filed", "kbd_closed", "gc_notified_on"})
    left_out = data.draw(st.sets(st.sampled_from(names), min_size=1))
    if "steps_done" in left_out:
        left_out |= {"kbd_filed", "kbd_closed", "gc_notified_on"}
    less = {name: value for name, value in complaint.items() if name not in left_out}
    for whole, partial in zip(answers(complaint), answers(less), strict=True):
        for instance, answer in partial.items():
            if answer[0] is Outcome.INADMISSIBLE:
                assert whole[instance][0] in (Outcome.INADMISSIBLE, Outcome.REDIRECT), instance
