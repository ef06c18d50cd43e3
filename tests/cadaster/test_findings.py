"""Which months count as found elsewhere."""

import datetime as dt

import pytest

from kszclient.cadaster.findings import find_elsewhere
from kszclient.competence import DomicileHistory, history_from, resolve
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

CHILD, OTHER = Ssin.parse("85023000125"), Ssin.from_wire("85023000224")
PERIOD = MonthPeriod.parse("2021-01", "2022-12")
GHENT = resolve(DomicileHistory.throughout_at(nis="44021"), PERIOD, as_of=dt.date(2024, 1, 1))


def months(begin, end=None, category="CHILD_ALLOWANCE"):
    last = Month.parse(end) if end else None
    return PaymentPeriod(Month.parse(begin), Category(category), last)


def found(*periods, source="WALLONIA", child=CHILD, beneficiaries=(), competence=GHENT):
    file = File(
        Fund(code="007"),
        children=(Child(child, payment_periods=periods),),
        beneficiaries=beneficiaries,
    )
    status = Status(SourceStatusValue.DATA_FOUND, "MSG00000")
    result = SourceResult(AuthenticSource(source), status, (file,))
    return [
        (str(each.begin), str(each.end), each.competent_source)
        for each in find_elsewhere([result], CHILD, competence, PERIOD)
    ]


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([months("2021-03", "2021-05")], [("2021-03", "2021-05")]),
        ([months("2019-01", "2021-02")], [("2021-01", "2021-02")]),
        ([months("2022-11")], [("2022-11", "2022-12")]),
        ([months("2019-01", "2020-12"), months("2023-01")], []),
        ([months("2021-06", "2021-05")], []),
        # Runs that touch or overlap are one finding, others are not.
        ([months("2021-03", "2021-04"), months("2021-05", "2021-06")], [("2021-03", "2021-06")]),
        ([months("2021-03", "2021-09"), months("2021-05", "2021-06")], [("2021-03", "2021-09")]),
        (
            [months("2021-08", "2021-09"), months("2021-03", "2021-04")],
            [("2021-03", "2021-04"), ("2021-08", "2021-09")],
        ),
    ],
)
def test_the_months_are_those_asked_and_joined(periods, expected):
    assert found(*periods) == [(*each, "FLANDERS") for each in expected]


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("WALLONIA", SourceStatusValue.DATA_FOUND, [(None, None)]),
        ("FLANDERS", SourceStatusValue.DATA_FOUND, []),
        ("WALLONIA", SourceStatusValue.NO_DATA_FOUND, []),
    ],
)
def test_files_that_were_taken_out_name_no_months(source, value, expected):
    result = SourceResult(AuthenticSource(source), Status(value, "MSG00000"), ())
    told = find_elsewhere([result], CHILD, GHENT, PERIOD)
    assert [(each.begin, each.end) for each in told] == expected


def test_the_competent_register_gives_no_finding():
    assert found(months("2021-03"), source="FLANDERS") == []


@pytest.mark.parametrize("category", ["TODDLER", "UNIVERSAL_PARTICIPATION", "OTHER_PARTICIPATION"])
def test_participation_counts_in_flanders_only(category):
    namur = resolve(DomicileHistory.throughout_at(nis="92094"), PERIOD, as_of=dt.date(2024, 1, 1))
    paid = months("2021-03", "2021-05", category)
    assert found(paid, source="FLANDERS", competence=namur) == []
    assert found(paid, source="BRUSSELS", competence=namur) == [("2021-03", "2021-05", "WALLONIA")]
    basic = months("2021-04", "2021-04", "BASIC")
    assert found(paid, basic, source="FLANDERS", competence=namur) == [
        ("2021-04", "2021-04", "WALLONIA")
    ]


def test_a_parent_in_a_file_of_others_is_no_finding():
    assert found(months("2021-03"), child=OTHER, beneficiaries=(Beneficiary(CHILD),)) == []


def test_a_file_under_an_older_number_of_the_child_counts():
    assert found(months("2021-03", "2021-04"), child=OTHER) == [("2021-03", "2021-04", "FLANDERS")]


def test_a_file_without_months_is_found_where_nothing_belongs():
    assert found() == [("None", "None", None)]
    assert found(source="FLANDERS") == []


def test_undetermined_months_give_no_finding():
    nowhere = history_from([{"from": "2015-01-01", "country": "FR"}])
    unknown = resolve(nowhere, PERIOD, as_of=dt.date(2024, 1, 1))
    assert found(months("2021-03"), competence=unknown) == []


def test_a_finding_is_as_sure_as_the_least_sure_of_its_months_and_says_why():
    period = MonthPeriod.parse("2023-01", "2023-12")
    home = DomicileHistory.throughout_at(nis="63023")
    eupen = resolve(home, period, as_of=dt.date(2024, 5, 1))
    assert {str(each.certainty) for each in eupen.segments} == {"unsure"}
    paid = File(Fund(code="007"), children=(Child(CHILD, payment_periods=(months("2023-03"),)),))
    status = Status(SourceStatusValue.DATA_FOUND, "MSG00000")
    result = SourceResult(AuthenticSource.WALLONIA, status, (paid,))
    (finding,) = find_elsewhere([result], CHILD, eupen, period)
    assert finding.certainty == "unsure"
    assert finding.basis == eupen.segments[0].basis


def test_a_run_of_months_is_one_finding_however_sure_its_months_are():
    rows = [{"from": "2015-01-01", "to": "2021-04-14", "nis": "44021"},
            {"from": "2021-04-15", "nis": "21004"}]  # fmt: skip
    moved = resolve(history_from(rows), PERIOD, as_of=dt.date(2024, 1, 1))
    assert [str(each.certainty) for each in moved.segments] == ["sure", "likely", "sure"]
    assert found(months("2021-02", "2021-06"), competence=moved) == [
        ("2021-02", "2021-04", AuthenticSource.FLANDERS),
        ("2021-05", "2021-06", AuthenticSource.BRUSSELS),
    ]
