import datetime as dt

import pytest

from kszclient.complaints.deadlines.counting import ServiceTerms, service_terms
from kszclient.complaints.submission.cases import CaseState, HandedCase
from kszclient.complaints.vocabulary import Instance, Subject

DAY = dt.date(2025, 3, 3)


def case(state, instance=Instance.KBD):
    terms = service_terms(instance, DAY)
    return HandedCase(
        key="k",
        instance=instance,
        subject=Subject.AMOUNT,
        desks="",
        opened_on=DAY,
        state=state,
        acknowledge_by=terms.acknowledge_by,
        handle_by=terms.handle_by,
        handle_at_latest=terms.handle_at_latest,
    )


@pytest.mark.parametrize(
    ("state", "days", "overdue"),
    [
        (CaseState.UNCONFIRMED, 0, ("receipt",)),
        (CaseState.RECEIVED, 10, ()),
        (CaseState.RECEIVED, 11, ("acknowledgement",)),
        (CaseState.RECEIVED, 46, ("acknowledgement", "answer")),
        (CaseState.ACKNOWLEDGED, 45, ()),
        (CaseState.ACKNOWLEDGED, 46, ("answer",)),
        (CaseState.HANDLED, 400, ()),
        (CaseState.CLOSED, 400, ()),
        (CaseState.REFUSED, 400, ()),
    ],
)
def test_a_promise_can_be_kept_on_its_last_day(state, days, overdue):
    assert case(state).overdue(DAY + dt.timedelta(days=days)) == overdue


@pytest.mark.parametrize(
    ("instance", "acknowledge", "handle", "latest"),
    [
        (Instance.KBD, 10, 45, None),
        (Instance.KG_COMPLAINTS, 10, 45, None),
        (Instance.PODMI, 2, 14, None),
        (Instance.MINISTERIUM_DG, 14, 45, 90),
        (Instance.GESCHILLENCOMMISSIE, 14, None, None),
        (Instance.OMBUDSPERSON_DG, 21, None, None),
        (Instance.FEDERAL_OMBUDSMAN, 7, None, None),
        (Instance.DPO, None, 31, None),
    ],
)
def test_the_promises_of_the_instances(instance, acknowledge, handle, latest):
    terms = service_terms(instance, DAY)
    days = [terms.acknowledge_by, terms.handle_by, terms.handle_at_latest]
    assert [day and (day - DAY).days for day in days] == [acknowledge, handle, latest]


def test_who_promises_nothing_is_never_late():
    assert service_terms(Instance.IRISCARE, DAY) == ServiceTerms()
    received = case(CaseState.RECEIVED, Instance.IRISCARE)
    assert received.overdue(dt.date(2030, 1, 1)) == ()
    assert received.next_date is None


def test_the_longer_term_is_the_one_that_ends_the_waiting():
    waiting = case(CaseState.ACKNOWLEDGED, Instance.MINISTERIUM_DG)
    assert waiting.next_date == DAY + dt.timedelta(days=90)
    assert waiting.overdue(DAY + dt.timedelta(days=60)) == ()
    assert case(CaseState.RECEIVED).next_date == DAY + dt.timedelta(days=10)
    assert not case(CaseState.CLOSED).open
    assert case(CaseState.UNCONFIRMED).open
