"""Dossiers of children whom nobody is, and what the registers answer about each of them.

Every child has one dossier of eighteen months in one region. Nine answers in ten hold them as the
dossier claims; one in twenty lacks the last months, and one in twenty names another payer.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from answers import CUSTOMER, LEGAL_CONTEXT, TICKET

from kszclient.testing import synthetic_number
from kszclient.values import SsinKind
from kszclient.values.ssin import IMPOSSIBLE_DATES

CHILD = "85023000125"
PARENT = "90023000110"
AS_OF = "2026-07-01"
BEGIN, END = "2024-01", "2025-06"
SIZES = {"4 kB": (1, 10), "15.5 kB": (2, 24)}
"""Files of an answer, and payment periods of each."""
_PAYER, _OTHER_PAYER = "0692793497", "0693771021"
_FORMS: list[dict[str, Any]] = [
    {"kind": kind, "sex_known": sex_known, "date": date}
    for kind, sex_known in (
        (SsinKind.NATIONAL, True),
        (SsinKind.BIS, False),
        (SsinKind.BIS, True),
    )
    for date in IMPOSSIBLE_DATES
]
_HOMES = {"44021": "FLANDERS", "62063": "WALLONIA", "21004": "BRUSSELS"}
_HOME_OF_TEN = ("44021",) * 6 + ("62063",) * 3 + ("21004",)
_LACKING, _OTHER = 0, 1
KINDS, _OF = 3, 20


class Dossier(NamedTuple):
    """One dossier."""

    number: str
    child: str
    nis: str


def dossiers(number: int) -> Iterator[Dossier]:
    """Yield so many dossiers, at most 3.5 million."""
    people = product(range(1903, 2099), _FORMS, range(1, 998))
    for place, (year, form, counter) in zip(range(number), people, strict=False):
        child = synthetic_number(year, counter, **form)
        yield Dossier(f"D-{place:07d}", child.digits, _HOME_OF_TEN[place % 10])


def write_dossiers(path: Path, number: int) -> None:
    """Write them as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("dossier", "child", "from", "to", "nis", "payer"))
        for each in dossiers(number):
            writer.writerow((each.number, each.child, BEGIN, END, each.nis, _PAYER))


def source_of(nis: str) -> str:
    """Return the register of a place."""
    return _HOMES[nis]


def kind_of(child: str) -> int:
    """Return which of the answers a child gets: 0, 1, or 2 for nine in ten."""
    return min(int(child[6:9]) % _OF, KINDS - 1)


@cache
def answer(size: str, source: str, kind: int) -> bytes:
    """Write an answer to the question with `TICKET` about `CHILD`, who is in it several times."""
    files, periods = SIZES[size]
    payers = [_OTHER_PAYER] * (files - 1) + [_OTHER_PAYER if kind == _OTHER else _PAYER]
    # The last file runs to the present, the one before it ended where that begins.
    ends = [2023 - periods // 2 + each * periods // 2 for each in range(files)]
    ends[-1] = 2024 if kind == _LACKING else 2026
    content = "".join(_file(payer, end, periods) for payer, end in zip(payers, ends, strict=True))
    status = (
        "<status><value>DATA_FOUND</value><code>MSG00000</code>"
        "<description>Treatment successful</description></status>"
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
        "<soapenv:Body><q:consultFilesBySsinResponse "
        'xmlns:q="http://kszbcss.fgov.be/intf/ChildBenefitsService/v1"><informationCustomer>'
        f"<ticket>{TICKET}</ticket><timestampSent>2026-07-01T07:08:09Z</timestampSent>"
        f"<customerIdentification><cbeNumber>{CUSTOMER}</cbeNumber></customerIdentification>"
        f"</informationCustomer><informationCBSS><ticketCBSS>{TICKET}</ticketCBSS>"
        "<timestampReceive>2026-07-01T07:08:09.123Z</timestampReceive>"
        "<timestampReply>2026-07-01T07:08:09.456Z</timestampReply></informationCBSS>"
        f"<legalContext>{LEGAL_CONTEXT}</legalContext><criteria><ssin>{CHILD}</ssin>"
        f"<period><beginMonth>{BEGIN}</beginMonth><endMonth>{END}</endMonth></period>"
        f"<authenticSources><authenticSource>{source}</authenticSource></authenticSources>"
        f"</criteria>{status}<ssin>{CHILD}</ssin>"
        f'<results><resultByAuthenticSource authenticSource="{source}">{status}'
        f"<files>{content}</files></resultByAuthenticSource></results>"
        "</q:consultFilesBySsinResponse></soapenv:Body></soapenv:Envelope>"
    ).encode()


def _file(payer: str, last_year: int, periods: int) -> str:
    years = range(last_year - periods // 2 + 1, last_year + 1)
    months = "".join(
        f"<paymentPeriod><beginMonth>{year}-01</beginMonth><endMonth>{year}-12</endMonth>"
        f'<category><code>{code}</code><description language="NL">{name}</description></category>'
        f"<beneficiaries><beneficiary>{PARENT}</beneficiary></beneficiaries></paymentPeriod>"
        for year in years
        for code, name in (("BASIC", "Basisbedrag"), ("SOCIAL", "Sociale toeslag"))
    )
    return (
        f"<file><childBenefitsFund><enterpriseNumber>{payer}</enterpriseNumber>"
        '<description language="NL">FONS</description></childBenefitsFund>'
        f"<fileNumber>{PARENT[:7]}</fileNumber>"
        f"<beneficiaries><beneficiary><ssin>{PARENT}</ssin></beneficiary></beneficiaries>"
        f"<children><child><ssin>{CHILD}</ssin><bonuses><bonus>"
        "<paymentDate>2019-08-08</paymentDate><category><code>SCHOOL_BONUS</code>"
        '<description language="NL">Schoolbonus</description></category></bonus></bonuses>'
        f"<paymentPeriods>{months}</paymentPeriods></child></children></file>"
    )
