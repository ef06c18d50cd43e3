"""What every peer written in Python has in common: do lookups for a while, then report the cost."""

from __future__ import annotations

import asyncio
import json
import re
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")
_WARM_UP = 20  # nothing is compiled while it runs, so this is enough


def measure_lookups(
    lookup: Callable[[], Found], periods: Callable[[Found], int], seconds: float, version: str
) -> None:
    """Measure and print as JSON.

    Args:
        lookup: Asks once and returns what came back.
        periods: Counts the payment periods in that, to show that it was read.
        seconds: CPU seconds to spend.
        version: What was measured.
    """
    for _ in range(_WARM_UP):
        lookup()
    done, cpu, wall = 0, time.process_time(), time.perf_counter()
    while time.process_time() - cpu < seconds:
        for _ in range(10):
            found = lookup()
        done += 10
    _report(done, time.process_time() - cpu, time.perf_counter() - wall, periods(found), version)


async def measure_async(
    lookup: Callable[[], Awaitable[Found]],
    periods: Callable[[Found], int],
    seconds: float,
    version: str,
    in_flight: int,
) -> None:
    """Do as `measure_lookups` does, with so many lookups under way at any time."""

    async def some(number: int) -> Found:
        for _ in range(number):
            found = await lookup()
        return found

    await asyncio.gather(*(some(_WARM_UP) for _ in range(in_flight)))
    done, cpu, wall = 0, time.process_time(), time.perf_counter()
    while time.process_time() - cpu < seconds:
        found, *_ = await asyncio.gather(*(some(10) for _ in range(in_flight)))
        done += 10 * in_flight
    _report(done, time.process_time() - cpu, time.perf_counter() - wall, periods(found), version)


def _report(done: int, cpu: float, wall: float, periods: int, version: str) -> None:
    """Print what was measured."""
    figures = {
        "cpu_ms": cpu / done * 1000,
        "per_second": done / wall,
        "peak_mb": _peak_mb(),
        "periods": periods,
        "version": version,
    }
    json.dump(figures, sys.stdout)


def _peak_mb() -> float:
    """Return the peak memory of this program alone.

    What `getrusage` reports outlives `exec`: no peer would ever show less than the benchmark.
    """
    status = Path("/proc/self/status")
    peak = re.search(r"VmHWM:\s+([0-9]+) kB", status.read_text()) if status.exists() else None
    kilobytes = int(peak[1]) if peak else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / 1024
