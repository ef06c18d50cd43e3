"""zeep as its manual shows it: no schema check; objects with dates and months, the rest texts.

Run: ``python with_zeep.py URL WSDL SECONDS``.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

import zeep
from measured import measure_lookups
from question import CUSTOMER, LEGAL_CONTEXT, SOURCES, SSIN, TICKET

_BINDING = "{http://kszbcss.fgov.be/intf/ChildBenefitsService/v1}ChildBenefitsV1ServiceHTTPBinding"
url, wsdl, seconds = sys.argv[1:]


def signature() -> object | None:
    """Sign and verify with the keys in a folder, where one is named."""
    folder = os.environ.get("SIGNED_WITH")
    if not folder:
        return None
    import xmlsec  # noqa: PLC0415 - only for signatures
    from zeep.wsse.signature import BinarySignature  # noqa: PLC0415 - as above

    return BinarySignature(
        str(Path(folder, "key.pem")),
        str(Path(folder, "service.pem")),
        signature_method=xmlsec.constants.TransformRsaSha256,
        digest_method=xmlsec.constants.TransformSha256,
    )


service = zeep.Client(wsdl, wsse=signature()).create_service(_BINDING, url)


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


measure_lookups(lookup, periods, float(seconds), f"zeep {zeep.__version__}")
