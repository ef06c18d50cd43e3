"""How far a run is whose partitions are asked in several places."""

from __future__ import annotations

import threading
import time

import msgspec

from kszclient.reconciliation.progress import Progress


class Together:
    """Adds up what the partitions tell.

    Args:
        planned: Lookups in all.
    """

    def __init__(self, planned: int) -> None:
        self._planned = planned
        self._begun = time.monotonic()
        self._lock = threading.Lock()
        self._told: dict[int, Progress] = {}

    def tell(self, partition: int, progress: object) -> None:
        """Take what a partition tells of itself; the last word counts.

        Args:
            partition: Which.
            progress: Its `Progress` in plain values.
        """
        with self._lock:
            self._told[partition] = msgspec.convert(progress, Progress)

    def progress(self) -> Progress:
        """Give how far the whole is, as far as it was told."""
        with self._lock:
            told = list(self._told.values())
        return Progress(
            planned=self._planned,
            done=sum(each.done for each in told),
            answered=sum(each.answered for each in told),
            failed=sum(each.failed for each in told),
            retried=sum(each.retried for each in told),
            findings=sum(each.findings for each in told),
            seconds=time.monotonic() - self._begun,
        )
