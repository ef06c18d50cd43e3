"""Our asynchronous client: checked against the schema, typed, matched with its question.

Run: ``python ours_async.py URL WSDL SECONDS [IN_FLIGHT]``.
"""

from __future__ import annotations

import asyncio
import sys

from measured import measure_async
from ours import ASKED, MONTHS, PERSON, periods, profile, version

from kszclient.cadaster import AsyncChildBenefitsClient, Outcome


async def main(url: str, seconds: float, in_flight: int) -> None:
    """Ask for a while."""
    async with AsyncChildBenefitsClient(profile(url), in_flight=in_flight) as client:

        async def lookup() -> Outcome:
            return await client.consult(PERSON, MONTHS, ASKED)

        await measure_async(lookup, periods, seconds, version(), in_flight)


asyncio.run(main(sys.argv[1], float(sys.argv[3]), int(sys.argv[4]) if sys.argv[4:] else 1))
