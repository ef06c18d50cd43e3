"""Registers that contradict themselves: found with both dates, and never read as an absence."""

import datetime as dt
import tomllib

import pytest

from kszclient.cadaster.anomalies import (
    ContradictionKind,
    contradictions,
)
from kszclient.cadaster.findings import find_contradictions
from kszclient.cadaster.payments import registered_files
from kszclient.resources import resource
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin
from kszclient.wire import (
    Beneficiary,
    Bonus,
    Category,
    Child,
    File,
    Fund,
    PaymentPeriod,
    SourceResult,
    SourceStatusValue,
    Status,
)

CHILD = Ssin.parse("16023000160")
BROTHER, MOTHER, FATHER = map(Ssin.parse, ("14023002195", "88023000287", "86023000146"))
PERIOD = MonthPeriod.parse("2021-01", "2022-12")


def paid(begin, end=None, category="BASIC", linked=()):
    return PaymentPeriod(
        Month.parse(begin), Category(category), Month.parse(end) if end else None, linked
    )


def file(*payments, code="007", number=None, of=CHILD, mother=(), premiums=()):
    return File(
        Fund(code=code),
        file_number=number,
        children=(Child(of, bonuses=premiums, payment_periods=payments),),
        beneficiaries=(Beneficiary(MOTHER, payment_periods=mother),),
    )


def premium(day, category="BIRTH", linked=()):
    return Bonus(dt.date.fromisoformat(day), Category(category), linked)


def result(*files, source="FLANDERS", value=SourceStatusValue.DATA_FOUND):
    status = Status(value, "MSG00000")
    return SourceResult(AuthenticSource(source), status, files)


def found(*files, others=()):
    every = contradictions([result(*files), *others], CHILD, PERIOD)
    return [(each.kind.value, *each.dates) for each in every]


INVERTED = paid("2022-05", "2021-04")

FOUND = {
    "an end before its begin": ([file(INVERTED)], [("ends_before_begin", "2022-05", "2021-04")]),
    "by one month": (
        [file(paid("2022-05", "2022-04"))],
        [("ends_before_begin", "2022-05", "2022-04")],
    ),
    "of any kind of payment": (
        [file(paid("2022-05", "2021-04", "SOCIAL"))],
        [("ends_before_begin", "2022-05", "2021-04")],
    ),
    "of who is paid": (
        [file(paid("2021-01"), mother=(INVERTED,))],
        [("ends_before_begin", "2022-05", "2021-04")],
    ),
    "told of child and payee, once": (
        [file(INVERTED, mother=(INVERTED,))],
        [("ends_before_begin", "2022-05", "2021-04")],
    ),
    "an end before the birth": (
        [file(paid("2014-01", "2015-12"))],
        [("ends_before_birth", "2016", "2015-12")],
    ),
    "a begin before the birth": (
        [file(paid("2015-12", "2021-12"))],
        [("begins_before_birth", "2016", "2015-12")],
    ),
    "a begin before the birth, of any kind, still open": (
        [file(paid("2014-01", category="SOCIAL"))],
        [("begins_before_birth", "2016", "2014-01")],
    ),
    "a premium before there was a child": (
        [file(premiums=(premium("2015-03-31"),))],
        [("premium_before_birth", "2016", "2015-03")],
    ),
    "a premium twice in a file": (
        [file(premiums=(premium("2016-03-01"), premium("2016-03-01")))],
        [("same_premium_twice", "2016-03", "2016-03")],
    ),
    "a premium twice in two files": (
        [
            file(premiums=(premium("2016-03-01", "ADOPTION"),), number="1"),
            file(premiums=(premium("2016-03-01", "ADOPTION", (MOTHER,)),), number="2"),
        ],
        [("same_premium_twice", "2016-03", "2016-03")],
    ),
    "an amount twice in a file": (
        [file(paid("2021-01", "2021-12"), paid("2021-10", "2022-03"))],
        [("same_amount_twice", "2021-10", "2021-12")],
    ),
    "an amount twice, both open": (
        [file(paid("2021-01")), file(paid("2021-03"))],
        [("same_amount_twice", "2021-03", "2022-12")],
    ),
    "one file twice": (
        [file(paid("2021-01", "2021-03")), file(paid("2021-01", "2021-03"))],
        [("same_file_twice", "2021-01", "2021-03")],
    ),
    "one number twice": (
        [
            file(paid("2021-01", "2021-03"), number="7"),
            file(paid("2021-01", "2021-03"), number="7", mother=(paid("2021-01"),)),
        ],
        [("same_file_twice", "2021-01", "2021-03")],
    ),
}


@pytest.mark.parametrize(("files", "expected"), FOUND.values(), ids=FOUND)
def test_a_contradiction_is_found_with_both_dates(files, expected):
    assert found(*files) == expected


NONE = {
    "months one after the other": [file(paid("2021-01", "2021-06"), paid("2021-07"))],
    "one month": [file(paid("2021-01", "2021-01"))],
    "another payer": [file(paid("2021-01")), file(paid("2021-01"), code="008")],
    "two parents who share": [
        file(paid("2021-01", linked=(MOTHER,))),
        file(paid("2021-01", linked=(FATHER,))),
    ],
    "a supplement twice": [file(paid("2021-01", category="SOCIAL"), paid("2021-01", "2021-09"))],
    "a double beyond the months asked": [
        file(paid("2019-01", "2019-12"), paid("2019-06", "2020-12"))
    ],
    "the month of birth": [file(paid("2016-01", "2016-02"))],
    "two names of a basic amount": [
        file(paid("2021-01", "2021-03"), paid("2021-01", "2021-03", "CHILD_ALLOWANCE"))
    ],
    "a premium ahead of the birth": [file(premiums=(premium("2015-04-01", "PRE_PAYMENT_BIRTH"),))],
    "premiums of two kinds, days, payers or parents": [
        file(
            premiums=(
                premium("2016-03-01"),
                premium("2016-03-01", "ADOPTION"),
                premium("2016-03-02"),
                premium("2017-03-01", linked=(MOTHER,)),
                premium("2017-03-01", linked=(FATHER,)),
            )
        ),
        file(premiums=(premium("2016-03-01"),), code="008"),
    ],
    "a brother's": [
        File(
            Fund(code="007"),
            children=(
                Child(CHILD, payment_periods=(paid("2021-01"),)),
                Child(BROTHER, payment_periods=(INVERTED,)),
            ),
        )
    ],
    "files without months": [file(), file()],
}


@pytest.mark.parametrize("files", NONE.values(), ids=NONE)
def test_what_may_be_right_is_no_contradiction(files):
    assert found(file(paid("2018-01", "2018-02"), code="900"), *files) == []


def test_two_registers_may_both_be_right():
    assert (
        found(file(paid("2021-01")), others=[result(file(paid("2021-01")), source="BRUSSELS")])
        == []
    )


def test_a_finding_names_both_dates_and_how_sure_it_is():
    (each,) = find_contradictions([result(file(INVERTED))], CHILD, PERIOD)
    assert (str(each.begin), str(each.end)) == ("2022-05", "2021-04")
    assert "2022-05" in each.explanation
    assert "2021-04" in each.explanation
    assert each.certainty == "sure"
    (read,) = registered_files([result(file(INVERTED))], CHILD, None)
    assert not read.sound


def test_a_register_that_reports_nothing_and_sends_a_file_contradicts_itself():
    nothing = SourceStatusValue.NO_DATA_FOUND
    (each,) = find_contradictions([result(file(paid("2021-01")), value=nothing)], CHILD, PERIOD)
    assert each.contradiction == "nothing_and_a_file"
    assert each.contradiction.months_unknown
    assert (str(each.begin), str(each.end)) == ("2021-01", "2022-12")
    assert find_contradictions([result(value=nothing)], CHILD, PERIOD) == ()


def test_every_kind_of_contradiction_has_its_sentences_everywhere():
    of_complaints = tomllib.loads(resource("config", "complaints", "register.toml").read_text())
    of_runs = tomllib.loads(resource("config", "reconciliation", "findings.toml").read_text())
    for kind in ContradictionKind:
        assert {*of_complaints[kind]} == {"en", "nl", "fr", "de"}
        assert {*of_runs["word"][kind]} == {"en", "nl", "fr"}
