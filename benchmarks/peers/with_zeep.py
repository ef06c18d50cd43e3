"""zeep as its manual shows it: no schema check, no typed result.

Run: ``python with_zeep.py URL WSDL SECONDS``.
"""

from __future__ import annotations

import datetime as dt
import sys

import zeep
from measured import tell
from question import CUSTOMER, LEGAL_CONTEXT, SOURCES, SSIN, TICKET

_BINDING = "{http://kszbcss.fgov.be/intf/ChildBenefitsService/v1}ChildBenefitsV1ServiceHTTPBinding"
url, wsdl, seconds = sys.argv[1:]
service = zeep.Client(wsdl).create_service(_BINDING, url)


def lookup() -> object:
    """Ask once."""
    return service.consultFilesBySsin(
        informationCustomer={
            "ticket": TICKET,
            "timestampSent": dt.datetime.now(tz=dt.UTC),
            "customerIdentification": {"cbeNumber": CUSTOMER},
        },
        legalContext=LEGAL_CONTEXT,
        criteria={
            "ssin": SSIN,
            "period": {"beginMonth": (2010, 1, None), "endMonth": (2023, 12, None)},
            "authenticSources": {"authenticSource": list(SOURCES)},
        },
    )


def periods(answer: object) -> int:
    """Count."""
    return sum(
        len(child.paymentPeriods.paymentPeriod)
        for result in answer.results.resultByAuthenticSource
        for file in (result.files.file if result.files else ())
        for child in file.children.child
    )


tell(lookup, periods, float(seconds), f"zeep {zeep.__version__}")
