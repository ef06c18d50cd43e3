"""How far a run is whose partitions are asked in several places."""

from __future__ import annotations

import threading
import time

import msgspec

from kszclient.reconciliation.execute.progress import Progress


class Together:
    """Adds up what the partitions tell.

    Args:
        planned: Lookups in all.
    """

    def __init__(self, planned: int) -> None:
        self._planned = planned
        self._begun = time.monotonic()
        self._lock = threading.Lock()
        self._told: dict[int, dict[str, Progress]] = {}

    def tell(self, partition: int, go: str, progress: object) -> None:
        """Take what a partition tells of itself; the last word of each go at it counts.

        Args:
            partition: Which.
            go: Names the go; another begins where a worker was lost, or a budget was lent again.
            progress: Its `Progress`, in plain values or not.
        """
        now = msgspec.convert(progress, Progress)
        with self._lock:
            goes = self._told.setdefault(partition, {})
            if go not in goes or goes[go].seconds <= now.seconds:
                goes[go] = now

    def stopping(self) -> bool:
        """Tell whether a partition has stopped, as far as it was told."""
        return any(each.state == "stopping" for each in self._last())

    def _last(self) -> list[Progress]:
        with self._lock:
            return [list(goes.values())[-1] for goes in self._told.values()]

    def progress(self) -> Progress:
        """Give how far the whole is, as far as it was told."""
        last = self._last()
        with self._lock:
            every = [each for goes in self._told.values() for each in goes.values()]
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
