"""How far a run is, in one process or in several places together."""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import NamedTuple

import msgspec


class Progress(NamedTuple):
    """How far a run is.

    Args:
        planned: Lookups in all.
        done: Lookups answered, earlier ones included.
        answered: Lookups answered since the run went on.
        failed: Lookups that failed since then, each time counted.
        retried: Attempts after the first one since then.
        findings: Findings since then, matches not counted.
        seconds: Since then.
        state: ``asking``, ``closed`` or ``stopping``; the command tells at last that it ``ended``,
            was ``stopped`` or ``failed``.
        closed_until: When it goes on, where it is closed.
        trouble: Why a lookup failed last, in a sentence without personal data; empty where none
            did.
        signalled: Whether a signal stops it; another one does so at once.
    """

    planned: int
    done: int
    answered: int
    failed: int
    retried: int
    findings: int
    seconds: float
    state: str = "asking"
    closed_until: dt.datetime | None = None
    trouble: str = ""
    signalled: bool = False


class ProgressAggregator:
    """Adds up the progress of partitions.

    Args:
        planned: Lookups in all.
    """

    def __init__(self, planned: int) -> None:
        self._planned = planned
        self._begun = time.monotonic()
        self._lock = threading.Lock()
        self._latest: dict[int, dict[str, Progress]] = {}

    def add(self, partition: int, go: str, progress: object) -> None:
        """Take the progress of a partition; the last of each go at it counts.

        Args:
            partition: Which.
            go: Names the go; another begins where a worker was lost, or a budget was lent again.
            progress: Its `Progress`, in plain values or not.
        """
        now = msgspec.convert(progress, Progress)
        with self._lock:
            goes = self._latest.setdefault(partition, {})
            if go not in goes or goes[go].seconds <= now.seconds:
                goes[go] = now

    def stopping(self) -> bool:
        """Return whether a partition has stopped, as far as is known."""
        return any(each.state == "stopping" for each in self._last())

    def _last(self) -> list[Progress]:
        with self._lock:
            return [list(goes.values())[-1] for goes in self._latest.values()]

    def progress(self) -> Progress:
        """Return how far the whole is, as far as is known."""
        last = self._last()
        with self._lock:
            every = [each for goes in self._latest.values() for each in goes.values()]
        closed = [each.closed_until for each in last if each.state == "closed"]
        return Progress(
            planned=self._planned,
            done=sum(each.done for each in last),
            answered=sum(each.answered for each in every),
            failed=sum(each.failed for each in every),
            retried=sum(each.retried for each in every),
            findings=sum(each.findings for each in every),
            seconds=time.monotonic() - self._begun,
            state="closed" if closed else "asking",
            closed_until=closed[0] if closed else None,
            trouble=next((each.trouble for each in reversed(every) if each.trouble), ""),
        )
