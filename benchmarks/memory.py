"""Is memory flat? Many lookups through one asynchronous client, against the mock KSZ.

Client and mock each run in a process of their own for all lookups; we ask about each child of an
invented population in turn, all sources, ten years, 16 in flight, and write down the peak memory
(resident set) of both after 1,000 lookups and at each tenth of all that comes later. No trail is
kept; rate and circuit breaker are in force.

Run: ``python benchmarks/memory.py [LOOKUPS]``; a million take some twenty minutes on two cores.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import msgspec
from processes import HERE, environment, pin
from report import table, write_part

from kszclient.cadaster import AsyncChildBenefitsClient, Refused
from kszclient.security import Profile
from kszclient.values import MonthPeriod, Ssin

CHILDREN = 1000
IN_FLIGHT = 16
FIRST = 1000
MOST_MB = 200
MOST_GROWTH = 0.10
_MONTHS = MonthPeriod.parse("2014-01", "2023-12")
_RATE = 1_000_000.0


def client_mb() -> float:
    """Return the peak memory of this process, which is the client's."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def marks(lookups: int) -> list[int]:
    """Return after how many lookups memory is looked at; growth counts from the first of them."""
    tenths = (lookups * tenth // 10 for tenth in range(1, 11))
    return [FIRST, *(tenth for tenth in tenths if tenth > FIRST)]


async def ask(
    endpoint: str, numbers: list[Ssin], until: list[int], seen: Callable[[int], None]
) -> int:
    """Ask until the last mark and report at each; return the number of refusals."""
    profile = msgspec.structs.replace(
        Profile.load("mock", endpoint=endpoint), requests_per_second=_RATE
    )
    people = itertools.cycle(numbers)
    refused = 0
    async with AsyncChildBenefitsClient(profile, in_flight=IN_FLIGHT) as client:

        async def some(todo: itertools.islice[Ssin]) -> None:
            nonlocal refused
            for ssin in todo:
                refused += isinstance(await client.consult(ssin, _MONTHS), Refused)

        for before, mark in itertools.pairwise([0, *until]):
            todo = itertools.islice(people, mark - before)
            await asyncio.gather(*(some(todo) for _ in range(IN_FLIGHT)))
            seen(mark)
    return refused


def main(lookups: int = 1_000_000) -> None:
    """Measure, write the part of `results.md`, and fail where memory is not flat."""
    if lookups < 2 * FIRST:
        raise SystemExit(f"expected at least {2 * FIRST} lookups")
    mock = subprocess.Popen(
        [sys.executable, str(HERE / "mock_server.py"), str(CHILDREN)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert mock.stdin is not None
    assert mock.stdout is not None
    pin(mock.pid, last=True)
    started = json.loads(mock.stdout.readline())
    began, rows = time.perf_counter(), []

    def seen(done: int) -> None:
        mock.stdin.write("\n")
        mock.stdin.flush()
        rows.append((done, client_mb(), float(json.loads(mock.stdout.readline())[1])))
        print(f"{done:,} lookups: {rows[-1][1]:.1f} and {rows[-1][2]:.1f} MB", file=sys.stderr)

    numbers = [Ssin.from_wire(digits) for digits in started["numbers"]]
    refused = asyncio.run(ask(started["endpoint"], numbers, marks(lookups), seen))
    seconds = time.perf_counter() - began
    mock.communicate(timeout=30)  # the end of its input ends it
    first, last = rows[0], rows[-1]
    grown = [after / before - 1 for before, after in zip(first[1:], last[1:], strict=True)]
    text = (
        f"{lookups:,} lookups in {seconds:.0f} s, {refused:,} refused; {CHILDREN} children and "
        f"the personas, {IN_FLIGHT} in flight. Peak memory in MB; from {FIRST:,} lookups to the "
        f"last it grew by {grown[0]:.1%} (client) and {grown[1]:.1%} (mock); allowed are "
        f"{MOST_GROWTH:.0%} and {MOST_MB} MB.\n\n"
    )
    figures = [[f"{done:,}", f"{client:.1f}", f"{server:.1f}"] for done, client, server in rows]
    text += table(["lookups", "client", "mock"], figures)
    write_part("Memory", f"python benchmarks/memory.py {lookups}", text)
    if max(grown) > MOST_GROWTH or max(last[1:]) > MOST_MB:
        raise SystemExit("memory is not flat")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
