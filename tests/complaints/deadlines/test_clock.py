import datetime as dt
import json

import pytest

from kszclient.complaints.case.complaint import read_complaint
from kszclient.complaints.deadlines.clock import Clock
from kszclient.complaints.route import route


def case(**given):
    told = {
        "subject": "REFUSAL_PAYMENT",
        "nis": "11002",
        "filing_date": "2025-04-01",
        "notified_on": "2025-02-03",
        "remedies_stated": True,
        "steps_done": [],
        **given,
    }
    return read_complaint(json.dumps({key: value for key, value in told.items() if value != ""}))


def late(name="DL_GC_3M", **given):
    return Clock(name, case(**given)).late


def test_the_last_day_is_in_time_and_the_next_is_late():
    assert late(filing_date="2025-05-05").value is False
    assert late(filing_date="2025-05-06").value is True


def test_between_the_end_and_the_most_lenient_end_the_commission_is_open():
    # The term ends on Christmas; whether it moves to the next working day nobody says.
    found = late(notified_on="2025-09-23", filing_date="2025-12-26")
    assert (found.value, found.needs) == (None, frozenset())


def test_a_court_takes_the_next_working_day():
    court = {"notified_on": "2025-08-29", "notification_kind": "by_hand"}
    assert late("DL_FC_6M", filing_date="2026-03-02", **court).value is False
    assert late("DL_FC_6M", filing_date="2026-03-03", **court).value is True


def test_without_a_notification_nothing_can_be_said():
    found = late(notified_on="", decision_date="")
    assert (found.value, found.needs) == (None, {"notified_on"})


def test_the_date_of_the_decision_is_enough_as_long_as_it_is_in_time():
    assert late(notified_on="", decision_date="2025-02-03", filing_date="2025-05-05").value is False
    found = late(notified_on="", decision_date="2025-02-03", filing_date="2025-05-20")
    assert (found.value, found.needs) == (None, {"notified_on"})


def test_whether_remedies_were_named_is_asked_only_when_it_matters():
    assert late(remedies_stated="", filing_date="2025-05-05").value is False
    found = late(remedies_stated="", filing_date="2025-06-02")
    assert (found.value, found.needs) == (None, {"remedies_stated"})
    assert late(remedies_stated="", filing_date="2025-10-01").value is True


def test_missing_remedies_move_the_term_by_four_months():
    missing = {"notified_on": "2025-03-14", "remedies_stated": False}
    term = Clock("DL_GC_3M", case(**missing)).term
    assert term.name == "DL_GC_MENTIONS"
    assert term.first_day == dt.date(2025, 7, 14)
    assert term.term_end == dt.date(2025, 10, 13)
    assert late(filing_date="2025-10-13", **missing).value is False
    assert late(filing_date="2025-10-17", **missing).value is True


def test_before_a_walloon_court_the_term_does_not_start_without_remedies():
    assert late("DL_TT_3M", remedies_stated=False, filing_date="2029-01-02").value is False
    assert Clock("DL_TT_3M", case(remedies_stated=False)).term is None


def test_nobody_says_what_missing_remedies_do_to_the_family_court():
    found = late("DL_FC_6M", remedies_stated=False, filing_date="2026-02-02")
    assert (found.value, found.needs) == (None, frozenset())


def test_a_complaint_with_the_kbd_starts_the_term_again():
    filed = {"kbd_filed": "2025-05-05", "kbd_closed": "2025-06-16", "steps_done": ["KBD"]}
    term = Clock("DL_GC_3M", case(filing_date="2025-07-01", **filed)).term
    assert (term.name, term.interrupted_by) == ("DL_RESTART", "KBD")
    assert term.first_day == dt.date(2025, 6, 16)
    assert term.term_end == dt.date(2025, 9, 15)
    assert late(filing_date="2025-09-15", **filed).value is False
    assert late(filing_date="2025-09-30", **filed).value is True


def test_while_the_kbd_has_the_complaint_the_term_stands_still():
    filed = {"kbd_filed": "2025-05-05", "steps_done": ["KBD"], "filing_date": "2025-09-30"}
    assert late(**filed).value is False
    term = Clock("DL_GC_3M", case(**filed)).term
    assert (term.first_day, term.term_end, term.interrupted_by) == (None, None, "KBD")


def test_a_complaint_after_the_term_revives_nothing():
    filed = {"kbd_filed": "2025-05-06", "kbd_closed": "2025-06-16", "steps_done": ["KBD"]}
    assert late(filing_date="2025-07-01", **filed).value is True
    assert Clock("DL_GC_3M", case(filing_date="2025-07-01", **filed)).kbd_in_time.value is False


def test_a_complaint_from_before_the_decision_is_about_something_else():
    filed = {"kbd_filed": "2025-01-06", "kbd_closed": "2025-02-28", "steps_done": ["KBD"]}
    assert late(filing_date="2025-05-20", **filed).value is True


def test_the_date_of_a_known_complaint_is_asked_when_it_matters():
    found = late(steps_done=["KBD"], filing_date="2025-06-02")
    assert (found.value, found.needs) == (None, {"kbd_filed"})
    assert late(steps_done=["KBD"], filing_date="2025-04-01").value is False


def test_steps_that_are_not_known_are_asked_before_it_is_called_late():
    found = late(steps_done="", filing_date="2025-06-02")
    assert (found.value, found.needs) == (None, {"steps_done"})


def test_brussels_and_wallonia_know_no_interruption():
    filed = {"kbd_filed": "2025-04-01", "steps_done": ["KBD"]}
    assert late("DL_TT_3M", filing_date="2025-06-02", **filed).value is True


def test_the_end_is_near_until_it_is_over():
    def near(filing_date):
        return Clock("DL_GC_3M", case(filing_date=filing_date)).end_near(21).value

    assert [near(each) for each in ("2025-04-14", "2025-04-15", "2025-05-05", "2025-05-06")] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_notification_that_may_lie_on_either_side_of_the_kbd_complaint_is_asked():
    filed = {"decision_date": "2025-02-01", "kbd_filed": "2025-02-20", "steps_done": ["KBD"]}
    found = late(notified_on="", filing_date="2025-12-10", **filed)
    assert (found.value, found.needs) == (None, {"notified_on"})


WALLOON = {
    "nis": "62063",
    "payer": "FAMIWAL",
    "subject": "AMOUNT",
    "benefit": "base",
    "period": {"from": "2025-01", "to": "2025-12"},
    "decision_date": "2025-04-16",
    "notified_on": "2025-04-17",
    "remedies_stated": True,
    "facts_last_date": "2025-04-17",
    "filing_date": "2025-07-22",
    "identified": True,
    "role": "beneficiary",
    "steps_done": ["PAYER"],
    "court_pending": False,
}


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (None, "NEED_INPUT"),
        ("unknown", "OPEN"),
        ("ordinary", "OPEN"),
        ("by_hand", "INADMISSIBLE"),
    ],
)
def test_only_a_known_kind_of_notification_makes_a_filing_late_that_the_post_could_save(
    kind, outcome
):
    told = WALLOON | ({"notification_kind": kind} if kind else {})
    (part,) = route(read_complaint(json.dumps(told))).parts
    court = next(each for each in part.evaluations if each.instance == "LABOUR_COURT")
    assert court.outcome == outcome
    assert ("notification_kind" in part.needs) is (kind is None)
    if kind != "by_hand":
        assert str(court.term.latest_arguable) == "2025-07-22"


@pytest.mark.parametrize("term", ["DL_FC_6M", "DL_LC_ZT"])
def test_a_complaint_with_the_kbd_is_no_act_in_court_whose_last_day_moves(term):
    # Both terms end on a Saturday; the Monday after is the last day before a court.
    notified, saturday, monday = {
        "DL_FC_6M": ("2025-08-29", "2026-02-28", "2026-03-02"),
        "DL_LC_ZT": ("2025-11-28", "2026-02-28", "2026-03-02"),
    }[term]
    told = {"notified_on": notified, "notification_kind": "by_hand", "steps_done": ["KBD"]}
    told |= {"kbd_closed": "2026-04-01", "filing_date": "2026-05-01"}
    in_time = Clock(term, case(kbd_filed=saturday, **told))
    assert (in_time.late.value, in_time.kbd_in_time.value) == (False, True)
    moved = Clock(term, case(kbd_filed=monday, **told))
    assert (moved.late.value, moved.kbd_in_time.value) == (None, None)
    assert moved.late.needs == frozenset()
    tuesday = Clock(term, case(kbd_filed="2026-03-05", **told))
    assert (tuesday.late.value, tuesday.kbd_in_time.value) == (True, False)
    # The appeal itself is an act in court, whatever the complaint of that day does.
    same_day = told | {"kbd_closed": "", "filing_date": monday}
    assert Clock(term, case(kbd_filed=monday, **same_day)).late.value is False
