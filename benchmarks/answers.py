"""Answers of three sizes about people whom nobody is; every one obeys the contract.

The middle one is the answer that peers were measured with: two files, 48 payment periods, about
15.5 kB and 450 elements.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from kszclient.testing import synthetic_number

TICKET = "00000000-0000-4000-8000-000000000000"
SSIN = "85023000125"
CUSTOMER = "0000000097"
LEGAL_CONTEXT = "MOCK:DEMONSTRATION"
BEGIN, END = "2010-01", "2023-12"
SOURCES = ("FLANDERS", "WALLONIA")

SIZES = {"1 kB": (0, 0), "15.5 kB": (1, 24), "250 kB": (16, 24)}
"""Files of each source and payment periods of each file."""

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_SERVICE = "http://kszbcss.fgov.be/intf/ChildBenefitsService/v1"
_CATEGORIES = {"CHILD_ALLOWANCE": "Basisbedrag", "SOCIAL_SUPPLEMENT": "Sociale toeslag"}


def answer(size: str) -> bytes:
    """Write the answer of a size, to the question with `TICKET` about `SSIN`."""
    files, periods = SIZES[size]
    value, code = ("DATA_FOUND", "MSG00000") if files else ("NO_DATA_FOUND", "MSG00100")
    people = (synthetic_number(1990 + each // 900, each % 900 + 1).digits for each in count())
    results = "".join(
        f'<resultByAuthenticSource authenticSource="{source}">{_status(value, code)}'
        + (
            f"<files>{''.join(_file(people, periods) for _ in range(files))}</files>"
            if files
            else ""
        )
        + "</resultByAuthenticSource>"
        for source in SOURCES
    )
    asked = "".join(f"<authenticSource>{source}</authenticSource>" for source in SOURCES)
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        f'<soapenv:Envelope xmlns:soapenv="{_ENVELOPE}"><soapenv:Body>'
        f'<q:consultFilesBySsinResponse xmlns:q="{_SERVICE}"><informationCustomer>'
        f"<ticket>{TICKET}</ticket><timestampSent>2024-05-06T07:08:09Z</timestampSent>"
        f"<customerIdentification><cbeNumber>{CUSTOMER}</cbeNumber></customerIdentification>"
        f"</informationCustomer><informationCBSS><ticketCBSS>{TICKET}</ticketCBSS>"
        "<timestampReceive>2024-05-06T07:08:09.123Z</timestampReceive>"
        "<timestampReply>2024-05-06T07:08:09.456Z</timestampReply></informationCBSS>"
        f"<legalContext>{LEGAL_CONTEXT}</legalContext><criteria><ssin>{SSIN}</ssin>"
        f"<period><beginMonth>{BEGIN}</beginMonth><endMonth>{END}</endMonth></period>"
        f"<authenticSources>{asked}</authenticSources></criteria>{_status(value, code)}"
        f"<ssin>{SSIN}</ssin><results>{results}</results>"
        "</q:consultFilesBySsinResponse></soapenv:Body></soapenv:Envelope>"
    ).encode()


def _status(value: str, code: str) -> str:
    return (
        f"<status><value>{value}</value><code>{code}</code>"
        "<description>Treatment successful</description></status>"
    )


def _file(people: Iterator[str], periods: int) -> str:
    parent = next(people)
    months = "".join(_period(each, parent) for each in range(periods))
    return (
        "<file><childBenefitsFund><enterpriseNumber>0692793497</enterpriseNumber>"
        '<description language="NL">FONS</description></childBenefitsFund>'
        f"<fileNumber>{parent[:7]}</fileNumber>"
        f"<beneficiaries><beneficiary><ssin>{parent}</ssin></beneficiary></beneficiaries>"
        f"<children><child><ssin>{next(people)}</ssin><bonuses><bonus>"
        "<paymentDate>2019-08-08</paymentDate><category><code>SCHOOL_BONUS</code>"
        '<description language="NL">Schoolbonus</description></category></bonus></bonuses>'
        f"<paymentPeriods>{months}</paymentPeriods></child></children></file>"
    )


def _period(number: int, parent: str) -> str:
    year, second = divmod(number, 2)
    code, name = list(_CATEGORIES.items())[second]
    return (
        f"<paymentPeriod><beginMonth>{2010 + year}-0{1 + 6 * second}</beginMonth>"
        f"<endMonth>{2010 + year}-{6 + 6 * second:02d}</endMonth>"
        f'<category><code>{code}</code><description language="NL">{name}</description></category>'
        f"<beneficiaries><beneficiary>{parent}</beneficiary></beneficiaries></paymentPeriod>"
    )
