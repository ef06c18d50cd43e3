"""suds as its manual shows it: no schema check; objects with dates, the rest texts.

Run: ``python with_suds.py URL WSDL SECONDS``.
"""

from __future__ import annotations

import datetime as dt
import sys
from importlib.metadata import version
from pathlib import Path

from measured import measure_lookups
from question import CUSTOMER, LEGAL_CONTEXT, SOURCES, SSIN, TICKET
from suds.client import Client

url, wsdl, seconds = sys.argv[1:]
client = Client(Path(wsdl).as_uri(), location=url, cache=None)


def lookup() -> object:
    """Ask once."""
    return client.service.consultFilesBySsin(
        informationCustomer={
            "ticket": TICKET,
            "timestampSent": dt.datetime.now(tz=dt.UTC),
            "customerIdentification": {"cbeNumber": CUSTOMER},
        },
        legalContext=LEGAL_CONTEXT,
        criteria={
            "ssin": SSIN,
            "period": {"beginMonth": "2010-01", "endMonth": "2023-12"},
            "authenticSources": {"authenticSource": list(SOURCES)},
        },
    )


def periods(answer: object) -> int:
    """Count."""
    return sum(
        len(child.paymentPeriods.paymentPeriod)
        for result in answer.results.resultByAuthenticSource
        for file in (result.files.file if "files" in result else ())
        for child in file.children.child
    )


measure_lookups(lookup, periods, float(seconds), f"suds-community {version('suds-community')}")
