"""What the steps of a run cost, for `run.json`: where a night went."""

from __future__ import annotations

import time


class Steps:
    """Clocks of one run in this process, started when it is made."""

    def __init__(self) -> None:
        self.cpu_seconds: dict[str, float] = {}
        self._begun = time.monotonic()
        self._cpu = time.process_time()

    @property
    def seconds(self) -> float:
        """Give how long the run has been going."""
        return time.monotonic() - self._begun

    def end(self, step: str) -> None:
        """End a step; what follows belongs to the next one."""
        now = time.process_time()
        self.cpu_seconds[step] = round(now - self._cpu, 3)
        self._cpu = now
