"""The floor: post fixed bytes with aiohttp, parse the answer with lxml, look at nothing.

Run: ``python with_aiohttp.py URL WSDL SECONDS [IN_FLIGHT]``.
"""

from __future__ import annotations

import asyncio
import sys

import aiohttp
from lxml import etree
from measured import measure_async
from question import CUSTOMER, LEGAL_CONTEXT, SOURCES, SSIN, TICKET

_ASKED = "".join(f"<authenticSource>{source}</authenticSource>" for source in SOURCES)
_BODY = f"""<?xml version='1.0' encoding='UTF-8'?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>\
<q:consultFilesBySsinRequest xmlns:q="http://kszbcss.fgov.be/intf/ChildBenefitsService/v1">\
<informationCustomer><ticket>{TICKET}</ticket><timestampSent>2024-05-06T07:08:09Z</timestampSent>\
<customerIdentification><cbeNumber>{CUSTOMER}</cbeNumber></customerIdentification>\
</informationCustomer><legalContext>{LEGAL_CONTEXT}</legalContext><criteria><ssin>{SSIN}</ssin>\
<period><beginMonth>2010-01</beginMonth><endMonth>2023-12</endMonth></period><authenticSources>\
{_ASKED}</authenticSources></criteria></q:consultFilesBySsinRequest></s:Body></s:Envelope>"""
_HEADERS = {
    "Content-Type": "text/xml; charset=utf-8",
    "SOAPAction": '"http://kszbcss.fgov.be/child-benefits/consultFilesBySsin"',
}


async def main(url: str, seconds: float, in_flight: int) -> None:
    """Ask for a while."""
    body = _BODY.encode()
    async with aiohttp.ClientSession() as session:

        async def lookup() -> etree._Element:
            async with session.post(url, data=body, headers=_HEADERS) as answer:
                return etree.fromstring(await answer.read())

        version = f"aiohttp {aiohttp.__version__}, lxml {etree.__version__}"
        await measure_async(lookup, periods, seconds, version, in_flight)


def periods(root: etree._Element) -> int:
    """Count."""
    return sum(1 for _ in root.iter("paymentPeriod"))


asyncio.run(main(sys.argv[1], float(sys.argv[3]), int(sys.argv[4]) if sys.argv[4:] else 1))
