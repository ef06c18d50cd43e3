"""What an answer means: silence never reads as "no benefit"."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kszclient.cadaster import Complete, Incomplete, Refused, judge
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


def answer(value, results=None, *, ticket=QUESTION.ticket.text, person=PERSON):
    return Answer(
        information_customer=InformationCustomer(QUESTION.customer, ticket),
        information_cbss=InformationCbss("0" * 8, NOW, NOW),
        legal_context="TEST",
        criteria=Criteria(person, Period(Month(2023, 1), Month(2023, 12))),
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
    assert isinstance(judge(everyone, answer("DATA_FOUND", [("FLANDERS", FOUND)])), Complete)
    outcome = judge(everyone, answer("DATA_FOUND", None))
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
