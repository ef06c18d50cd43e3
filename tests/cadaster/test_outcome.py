"""What an answer means: silence never reads as "no benefit"."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kszclient.cadaster import Complete, Incomplete, Refused, judge
from kszclient.cadaster.inquiry import judge_merged
from kszclient.errors import AnswerMismatchError
from kszclient.values import AuthenticSource, CbeNumber, Month, MonthPeriod, Ssin, Ticket
from kszclient.wire import (
    Answer,
    Criteria,
    GlobalStatus,
    GlobalStatusValue,
    InformationCbss,
    InformationCustomer,
    Period,
    Question,
    SourceResult,
    SourceStatusValue,
    Status,
)

NOW = dt.datetime(2024, 5, 6, tzinfo=dt.UTC)
PERSON, OTHER = Ssin.parse("85023000125"), Ssin.from_wire("85023000224")
FLANDERS, BRUSSELS = AuthenticSource.FLANDERS, AuthenticSource.BRUSSELS
QUESTION = Question(
    customer=CbeNumber.parse("0000000097"),
    legal_context="TEST",
    ssin=PERSON,
    period=MonthPeriod.parse("2023-01", "2023-12"),
    sources=(FLANDERS, BRUSSELS),
    ticket=Ticket.parse("3f0c2d1e-0000-4000-8000-000000000001"),
    sent_at=NOW,
)


def said(source, value):
    return SourceResult(AuthenticSource(source), Status(SourceStatusValue(value), "C"))


def answer(
    value,
    results=None,
    *,
    ticket=QUESTION.ticket.text,
    person=PERSON,
    sources=QUESTION.sources,
):
    return Answer(
        information_customer=InformationCustomer(QUESTION.customer, ticket),
        information_cbss=InformationCbss("0" * 8, NOW, NOW),
        legal_context="TEST",
        criteria=Criteria(person, Period(Month(2023, 1), Month(2023, 12)), sources),
        status=GlobalStatus(GlobalStatusValue(value), "MSG00000"),
        results=results
        and tuple(
            SourceResult(AuthenticSource(s), Status(SourceStatusValue(v), "C")) for s, v in results
        ),
    )


FOUND, NONE, FAILED = "DATA_FOUND", "NO_DATA_FOUND", "TECHNICAL_ERROR"


@pytest.mark.parametrize(
    ("value", "results"),
    [
        ("DATA_FOUND", [("FLANDERS", FOUND), ("BRUSSELS", NONE)]),
        ("NO_DATA_FOUND", [("FLANDERS", NONE), ("BRUSSELS", NONE)]),
        ("NO_DATA_FOUND", None),
    ],
)
def test_all_sources_heard_is_complete(value, results):
    assert isinstance(judge(QUESTION, answer(value, results)), Complete)


@pytest.mark.parametrize(
    ("value", "results", "silent"),
    [
        ("INCOMPLETE_DATA", [("FLANDERS", FOUND), ("BRUSSELS", FAILED)], (BRUSSELS,)),
        ("INCOMPLETE_DATA", [("FLANDERS", NONE), ("BRUSSELS", FAILED)], (BRUSSELS,)),
        ("INCOMPLETE_DATA", [("FLANDERS", FOUND)], (BRUSSELS,)),
        ("INCOMPLETE_DATA", None, (FLANDERS, BRUSSELS)),
        # A whole that looks well does not hide a part that failed or is missing.
        ("DATA_FOUND", [("FLANDERS", FOUND), ("BRUSSELS", FAILED)], (BRUSSELS,)),
        ("NO_DATA_FOUND", [("FLANDERS", NONE), ("BRUSSELS", FAILED)], (BRUSSELS,)),
        ("DATA_FOUND", [("FLANDERS", FOUND)], (BRUSSELS,)),
        ("NO_DATA_FOUND", [("FLANDERS", NONE)], (BRUSSELS,)),
        ("DATA_FOUND", None, (FLANDERS, BRUSSELS)),
    ],
)
def test_a_source_that_failed_or_is_missing_is_silent(value, results, silent):
    outcome = judge(QUESTION, answer(value, results))
    assert isinstance(outcome, Incomplete)
    assert outcome.silent == silent


def test_when_no_source_was_named_fewer_may_answer():
    everyone = msgspec.structs.replace(QUESTION, sources=())
    some = answer("DATA_FOUND", [("FLANDERS", FOUND)], sources=())
    assert isinstance(judge(everyone, some), Complete)
    outcome = judge(everyone, answer("DATA_FOUND", None, sources=()))
    assert isinstance(outcome, Incomplete)
    assert outcome.silent == tuple(AuthenticSource)


def test_a_refusal_is_an_outcome_with_its_code():
    outcome = judge(QUESTION, answer("NO_RESULT"))
    assert isinstance(outcome, Refused)
    assert outcome.code == "MSG00000"


@given(
    st.sampled_from(["DATA_FOUND", "NO_DATA_FOUND", "INCOMPLETE_DATA"]),
    st.dictionaries(
        st.sampled_from(["FLANDERS", "BRUSSELS"]),
        st.sampled_from([FOUND, NONE, FAILED]),
        min_size=1,
    ),
)
def test_complete_means_that_every_named_source_was_heard(value, results):
    outcome = judge(QUESTION, answer(value, list(results.items())))
    heard = {name for name, status in results.items() if status != FAILED}
    if isinstance(outcome, Complete):
        assert heard == {"FLANDERS", "BRUSSELS"}
    else:
        assert set(outcome.silent) == {FLANDERS, BRUSSELS} - {
            AuthenticSource(each) for each in heard
        }


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (answer("NO_DATA_FOUND", ticket="3f0c2d1e-0000-4000-8000-000000000002"), "ticket"),
        (answer("NO_DATA_FOUND", person=OTHER), "person"),
        (answer("DATA_FOUND", [("WALLONIA", FOUND)]), "not asked"),
        (answer("DATA_FOUND", [("FLANDERS", FOUND), ("FLANDERS", NONE)]), "twice"),
        (answer("NO_RESULT", person=OTHER), "person"),
    ],
)
def test_an_answer_to_another_question_is_never_used(wrong, says):
    with pytest.raises(AnswerMismatchError, match=says) as caught:
        judge(QUESTION, wrong)
    assert caught.value.ticket == QUESTION.ticket.text
    assert PERSON.digits not in str(caught.value)


@pytest.mark.parametrize("ticket", [None, QUESTION.ticket.text.upper()])
def test_a_ticket_may_be_missing_or_in_capitals(ticket):
    assert isinstance(judge(QUESTION, answer("NO_DATA_FOUND", ticket=ticket)), Complete)


def to(wrong, **criteria):
    changed = msgspec.structs.replace(wrong.criteria, **criteria)
    return msgspec.structs.replace(wrong, criteria=changed)


NOTHING = answer("NO_DATA_FOUND")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (to(NOTHING, period=Period(Month(2010, 1), Month(2010, 1))), "other months"),
        (to(NOTHING, period=Period(Month(2023, 1), Month(2023, 2))), "other months"),
        (to(NOTHING, period=Period(Month(2023, 1), None)), "other months"),
        (to(NOTHING, authentic_sources=(FLANDERS,)), "other sources"),
        (to(NOTHING, authentic_sources=()), "other sources"),
    ],
)
def test_an_answer_about_other_months_or_sources_is_never_used(wrong, says):
    with pytest.raises(AnswerMismatchError, match=says):
        judge(QUESTION, wrong)


def test_an_answer_of_one_source_is_none_to_a_question_to_all():
    everyone = msgspec.structs.replace(QUESTION, sources=())
    with pytest.raises(AnswerMismatchError, match="other sources"):
        judge(everyone, to(NOTHING, authentic_sources=(AuthenticSource.FEDERAL,)))
    by_name = to(NOTHING, authentic_sources=tuple(AuthenticSource))
    assert isinstance(judge(everyone, by_name), Complete)


def test_the_end_of_an_open_period_is_the_other_sides():
    endless = msgspec.structs.replace(QUESTION, period=MonthPeriod.parse("2023-01"))
    assert isinstance(judge(endless, NOTHING), Complete)
    assert isinstance(judge(endless, to(NOTHING, period=Period(Month(2023, 1)))), Complete)


def test_a_signed_answer_without_a_ticket_may_be_one_of_before():
    with pytest.raises(AnswerMismatchError, match="no ticket"):
        judge(QUESTION, answer("NO_DATA_FOUND", ticket=None), signed=True)
    assert isinstance(judge(QUESTION, NOTHING, signed=True), Complete)


def test_data_found_that_no_source_holds_is_with_a_missing_one():
    everyone = msgspec.structs.replace(QUESTION, sources=())
    hidden = answer("DATA_FOUND", [("FLANDERS", NONE), ("BRUSSELS", NONE)], sources=())
    outcome = judge(everyone, hidden)
    assert isinstance(outcome, Incomplete)
    assert outcome.silent == tuple(
        each for each in AuthenticSource if each not in {FLANDERS, BRUSSELS}
    )
    nameless = judge(QUESTION, answer("DATA_FOUND", [("FLANDERS", NONE), ("BRUSSELS", NONE)]))
    assert nameless.silent == ()


@pytest.mark.parametrize(("later", "kind"), [(NONE, Incomplete), (FOUND, Complete)])
def test_data_found_that_stays_hidden_when_asked_again_is_never_nothing(later, kind):
    before = judge(QUESTION, answer("DATA_FOUND", [("BRUSSELS", NONE)]))
    alone = msgspec.structs.replace(QUESTION, sources=(FLANDERS,))
    again = judge(alone, answer(later, [("FLANDERS", later)], sources=(FLANDERS,)))
    assert isinstance(judge_merged(before, again), kind)
