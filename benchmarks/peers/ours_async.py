"""Our asynchronous client: checked against the schema, typed, matched with its question.

Run: ``python ours_async.py URL WSDL SECONDS [IN_FLIGHT]``.
"""

from __future__ import annotations

import asyncio
import sys
import time
from importlib.metadata import PackageNotFoundError, version

from measured import WARM_UP, told
from question import SOURCES, SSIN

from kszclient.cadaster import AsyncChildBenefitsClient, Complete, Outcome
from kszclient.security import Profile
from kszclient.values import AuthenticSource, MonthPeriod, Ssin

person, months = Ssin.parse(SSIN), MonthPeriod.parse("2010-01", "2023-12")
sources = [AuthenticSource(source) for source in SOURCES]


def periods(outcome: Outcome) -> int:
    """Count."""
    assert isinstance(outcome, Complete)
    return sum(
        len(child.payment_periods)
        for result in outcome.answer.results or ()
        for file in result.files
        for child in file.children
    )


def _version() -> str:
    try:
        return f"kszclient {version('kszclient')}"
    except PackageNotFoundError:
        return "kszclient, this checkout"


async def main(url: str, seconds: float, in_flight: int) -> None:
    """Ask for a while."""
    profile = Profile.load("mock", endpoint=url)
    async with AsyncChildBenefitsClient(profile, in_flight=in_flight) as client:

        async def some(number: int) -> Outcome:
            for _ in range(number):
                outcome = await client.consult(person, months, sources)
            return outcome

        await asyncio.gather(*(some(WARM_UP) for _ in range(in_flight)))
        done, cpu, wall = 0, time.process_time(), time.perf_counter()
        while time.process_time() - cpu < seconds:
            outcomes = await asyncio.gather(*(some(10) for _ in range(in_flight)))
            done += 10 * in_flight
        spent = time.process_time() - cpu, time.perf_counter() - wall
    told(done, *spent, periods(outcomes[-1]), _version())


asyncio.run(main(sys.argv[1], float(sys.argv[3]), int(sys.argv[4]) if sys.argv[4:] else 1))
