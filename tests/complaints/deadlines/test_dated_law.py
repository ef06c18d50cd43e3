"""Law that changes from a day on: one line for a value, and what follows it follows by name."""

import datetime as dt
import json

import pytest

from kszclient.complaints import read_complaint, route
from kszclient.complaints.deadlines.clock import Clock
from kszclient.complaints.deadlines.counting import (
    count_term,
    last_filing_day,
    service_terms,
    within,
)
from kszclient.complaints.rules.terms import age_limits, named_terms, service_promises
from kszclient.complaints.vocabulary import Instance
from kszclient.errors import DataError

TURN = dt.date(2027, 1, 1)
EVE = dt.date(2026, 12, 31)
NOTIFIED = "2027-01-05"
# Both decided about January 2027 and notified on one day: only the day of the decision differs.
CASE = {
    "subject": "AMOUNT",
    "nis": "11002",
    "payer": "FONS",
    "benefit": "base",
    "period": {"from": "2026-11", "to": "2026-12"},
    "notified_on": NOTIFIED,
    "notification_kind": "by_hand",
    "remedies_stated": True,
    "filing_date": "2027-02-01",
    "role": "beneficiary",
    "identified": True,
    "motivated": True,
    "steps_done": [],
}
TERMS = sorted(name for name, term in named_terms().items() if not term.waits)


def complaint(**fields):
    given = {**CASE, **fields}
    return read_complaint(json.dumps({key: value for key, value in given.items() if value != ""}))


def row_of(name):
    """The line under which a change of a row can be written: its name."""
    return f'name = "{name}"\n'


def changed(own_tables, name, change):
    own_tables(
        "terms.toml", row_of(name), f"{row_of(name)}changes = [{{ from = 2027-01-01, {change} }}]\n"
    )


def end_of(name, **fields):
    return Clock(name, complaint(**fields)).term.term_end


def dated(name, day):
    """Fields with the day that decides about a term, and the event from which it is counted."""
    term = named_terms()[name]
    events = ("notified_on", "gc_notified_on", "facts_last_date", "requested_on")
    event = dict.fromkeys(events, NOTIFIED)
    fields = {term.event: event[term.event], term.dated_by: str(day)}
    return {"notified_on": "", **fields}


@pytest.mark.parametrize("name", TERMS)
def test_a_term_is_a_month_longer_for_what_has_its_day_from_then_on(own_tables, name):
    before = {day: end_of(name, **dated(name, day)) for day in (EVE, TURN)}
    months = named_terms()[name].months + 1
    changed(own_tables, name, f"months = {months}")
    after = {day: end_of(name, **dated(name, day)) for day in (EVE, TURN)}
    assert after[EVE] == before[EVE]
    event = before[TURN] if named_terms()[name].event != named_terms()[name].dated_by else None
    assert after[TURN] > before[TURN]
    assert event is None or event == before[EVE]


@pytest.mark.parametrize(
    ("fields", "short", "long"),
    [
        ({}, "2027-04-07", "2027-05-07"),
        ({"remedies_stated": False}, "2027-08-04", "2027-09-04"),
        (
            {"kbd_filed": "2027-01-20", "kbd_closed": "2027-02-10", "filing_date": "2027-03-01"},
            "2027-05-09",
            "2027-06-09",
        ),
    ],
    ids=["the term itself", "without remedies", "after a complaint that interrupted it"],
)
def test_three_months_become_four_in_one_line_and_companions_follow(
    own_tables, fields, short, long
):
    changed(own_tables, "DL_GC_3M", "months = 4")
    assert str(end_of("DL_GC_3M", decision_date=str(EVE), **fields)) == short
    assert str(end_of("DL_GC_3M", decision_date=str(TURN), **fields)) == long


def test_a_route_keeps_the_day_of_its_decision(own_tables):
    changed(own_tables, "DL_GC_3M", "months = 4")
    for day, end in ((EVE, "2027-04-07"), (TURN, "2027-05-07")):
        (part,) = route(complaint(decision_date=str(day))).parts
        (found,) = [each for each in part.evaluations if each.instance == "GESCHILLENCOMMISSIE"]
        assert str(found.term.term_end) == end


def test_where_the_day_that_decides_is_not_known_the_shorter_term_is_told_and_neither_is_late(
    own_tables,
):
    changed(own_tables, "DL_GC_3M", "months = 4")
    between = {"decision_date": "", "filing_date": "2027-04-20"}
    assert str(end_of("DL_GC_3M", **between)) == "2027-04-07"
    late = Clock("DL_GC_3M", complaint(**between)).late
    assert (late.value, late.needs) == (None, {"decision_date"})
    over = complaint(**{**between, "filing_date": "2027-06-01"})
    assert Clock("DL_GC_3M", over).late.value is True


def test_a_change_may_be_followed_by_another_and_touch_any_value(own_tables):
    first, second = "months = 4, start_days = 1", 'shift = "safe"'
    changed(own_tables, "DL_GC_3M", f"{first} }}, {{ from = 2028-01-01, {second}")
    term = named_terms()["DL_GC_3M"]
    assert [term.on(day).months for day in (EVE, TURN)] == [3, 4]
    assert [term.on(day).start_days for day in (EVE, TURN)] == [3, 1]
    assert [term.on(dt.date(year, 1, 1)).shift for year in (2027, 2028)] == ["open", "safe"]
    # What a companion states itself it keeps; of what it does not it has the change.
    companion = named_terms()["DL_GC_MENTIONS"].on(TURN)
    assert (companion.months, companion.start_days, companion.start_months) == (4, 0, 4)


def test_the_payer_has_longer_for_requests_from_then_on(own_tables):
    changed(own_tables, "PAYER_DECISION_4M", "months = 8")
    silence = {"subject": "NO_DECISION_IN_TERM", "notified_on": "", "filing_date": "2027-06-01"}
    for day, opens in ((EVE, "2027-05-01"), (TURN, "2027-09-02")):
        (part,) = route(complaint(requested_on=str(day), **silence)).parts
        (found,) = [each for each in part.evaluations if each.instance == "GESCHILLENCOMMISSIE"]
        assert str(found.term.first_day) == opens
        assert (found.outcome == "ADMISSIBLE") is (day == EVE)


@pytest.mark.parametrize("name", sorted(age_limits()))
def test_facts_may_be_a_year_older_for_complaints_filed_from_then_on(own_tables, name):
    years = age_limits()[name].years
    changed(own_tables, name, f"years = {years + 1}")
    limit = age_limits()[name]
    fact = EVE.replace(year=EVE.year - years) - dt.timedelta(days=30)
    assert [within(limit, fact, day) for day in (EVE, TURN)] == [False, True]
    assert last_filing_day(limit, fact).year == 2027


@pytest.mark.parametrize("name", sorted(service_promises()))
def test_a_service_promises_otherwise_for_complaints_it_got_from_then_on(own_tables, name):
    instance = {"SLA_KBD_10_45": Instance.KBD, "SLA_PODMI_2_14": Instance.PODMI}.get(name)
    changed(own_tables, name, "acknowledge_days = 99")
    promise = service_promises()[name]
    assert promise.on(EVE).acknowledge_days != 99
    assert promise.on(TURN).acknowledge_days == 99
    if instance:
        assert service_terms(instance, TURN).acknowledge_by == TURN + dt.timedelta(days=99)
        assert service_terms(instance, EVE).acknowledge_by < EVE + dt.timedelta(days=99)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("changes = [{ months = 4 }]", "each needs `from`"),
        ("changes = [{ from = 2027-01-01 }]", "no value that can change"),
        ('changes = [{ from = 2027-01-01, months = "four" }]', "DL_GC_3M: Expected `int`"),
        ("changes = [{ from = 2027-01-01, year = 4 }]", "unknown field `year`"),
        ('changes = [{ from = 2027-01-01, name = "X" }]', "no value that can change"),
        (
            "changes = [{ from = 2028-01-01, months = 5 }, { from = 2027-01-01, months = 4 }]",
            "the earliest first",
        ),
        ('like = "DL_NEVER"', "like 'DL_NEVER', which does not stand above"),
    ],
)
def test_a_change_that_is_none_is_refused_with_its_row(own_tables, change, problem):
    own_tables("terms.toml", row_of("DL_GC_3M"), f"{row_of('DL_GC_3M')}{change}\n")
    with pytest.raises(DataError, match="DL_GC_3M") as caught:
        named_terms()
    assert problem in str(caught.value)


def test_an_interruption_never_shortens_a_term():
    # Without remedies the term runs to 13 October; the complaint was closed on 30 June.
    case = {
        "decision_date": "2025-03-10", "notified_on": "2025-03-14", "remedies_stated": False,
        "kbd_filed": "2025-05-01", "kbd_closed": "2025-06-30", "steps_done": ["KBD"],
        "period": {"from": "2025-01", "to": "2025-02"},
    }  # fmt: skip
    own_end = count_term(named_terms()["DL_GC_MENTIONS"], dt.date(2025, 3, 14)).term_end
    assert str(own_end) == "2025-10-13"
    found = Clock("DL_GC_3M", complaint(**case, filing_date="2025-10-13"))
    assert (found.late.value, found.term.term_end) == (False, own_end)
    assert found.term.name == "DL_GC_MENTIONS"
    late = Clock("DL_GC_3M", complaint(**case, filing_date="2025-11-03"))
    assert late.late.value is True
