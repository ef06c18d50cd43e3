"""Whose months a file tells: one answer for lookups, reconciliations and complaints."""

import datetime as dt
from types import SimpleNamespace

import pytest

from kszclient.cadaster.findings import find_elsewhere
from kszclient.cadaster.payments import files_of
from kszclient.cadaster.person_state import PersonState
from kszclient.competence import DomicileHistory, resolve
from kszclient.complaints.case.holdings import fund_months
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin
from kszclient.wire import (
    Beneficiary,
    Category,
    Child,
    File,
    Fund,
    PaymentPeriod,
    SourceResult,
    SourceStatusValue,
    Status,
)

CHILD, NEW, OLDER, BROTHER = map(
    Ssin.parse, ("19223000763", "19023000621", "11023001934", "14023002195")
)
OTHER = Ssin.parse("16023000160")
PERIOD = MonthPeriod.parse("2023-01", "2023-12")
GHENT = resolve(DomicileHistory.throughout_at(nis="44021"), PERIOD, as_of=dt.date(2024, 5, 1))
OWN, OTHERS = ("2023-01", "2023-06"), ("2023-03", "2023-12")


def child(number, months=OWN):
    begin, end = map(Month.parse, months)
    return Child(number, payment_periods=(PaymentPeriod(begin, Category("CHILD_ALLOWANCE"), end),))


def file(*children, beneficiaries=(), entitled=None):
    return File(
        Fund(code="051"),
        entitled_person_ssin=entitled,
        beneficiaries=tuple(map(Beneficiary, beneficiaries)),
        children=children,
    )


CASES = [
    (file(child(CHILD), child(BROTHER, OTHERS)), None, [OWN]),
    (file(child(NEW), child(BROTHER, OTHERS)), NEW, [OWN]),
    (file(child(CHILD), child(BROTHER, OTHERS)), NEW, [OWN]),
    (file(child(OLDER)), None, [OWN]),
    (file(child(OLDER)), NEW, [OWN]),
    (file(child(OLDER), child(BROTHER, OTHERS)), NEW, []),
    (file(child(BROTHER, OTHERS), child(OTHER)), None, []),
    (file(), None, []),
    (file(child(BROTHER, OTHERS), beneficiaries=[CHILD]), None, None),
    (file(child(BROTHER, OTHERS), beneficiaries=[NEW]), NEW, None),
    (file(child(BROTHER, OTHERS), entitled=CHILD), None, None),
    (file(child(CHILD), beneficiaries=[CHILD]), None, [OWN]),
]


@pytest.mark.parametrize(("told", "replaced_by", "months"), CASES)
def test_whose_months_a_file_tells(told, replaced_by, months):
    (read,) = files_of(AuthenticSource.WALLONIA, [told], CHILD, replaced_by)
    payments = [each.payment for each in read.periods]
    assert [(str(each.begin_month), str(each.end_month)) for each in payments] == (months or [])
    assert (read.entries is None) is (months is None)
    assert read.withheld is (months == [])


@pytest.mark.parametrize(("told", "replaced_by", "months"), CASES)
def test_a_lookup_and_a_complaint_read_the_same_months(told, replaced_by, months):
    state = PersonState(None, replaced_by)
    source = AuthenticSource.WALLONIA
    status = Status(SourceStatusValue.DATA_FOUND, "MSG00000")
    found = find_elsewhere(
        [SourceResult(source, status, (told,))], CHILD, GHENT, PERIOD, replaced_by
    )
    assert [(str(each.begin), str(each.end)) for each in found] == (
        [("None", "None")] if months == [] else months or []
    )
    lookup = SimpleNamespace(ssin=state, results=[SimpleNamespace(source=source, files=[told])])
    held = fund_months(lookup, CHILD, PERIOD)
    assert [(str(each.months.begin), str(each.months.end)) for each in held] == (months or [])
