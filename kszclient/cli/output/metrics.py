"""A run in numbers for Prometheus: a file that its node exporter reads (textfile collector).

The file is replaced as a whole, so that nobody reads half of one, and holds nothing of anybody.
Source: Prometheus, text exposition format 0.0.4.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from kszclient.cli.output.printing import say
from kszclient.errors import InputError
from kszclient.whole_files import whole_file

if TYPE_CHECKING:
    from kszclient.reconciliation import Progress, Reconciliation

_SECONDS_BETWEEN = 5.0
_PREFIX = "kszclient_reconcile"


class Metrics:
    """Writes the file now and then.

    Args:
        path: The file; its name should end in ``.prom``.

    Raises:
        InputError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last, self._state = float("-inf"), ""
        self._progress: list[str] = []
        try:
            self._write([*_gauge("running", "Whether a run is under way", 1)])
        except OSError as error:
            raise InputError(f"{path.name}: cannot be written: {error.strerror}") from None

    def watch(self, progress: Progress) -> None:
        """Take note of how far the run is."""
        now = time.monotonic()
        self._progress = [
            *_gauge("lookups_planned", "Lookups of the plan", progress.planned),
            *_gauge("lookups_done", "Lookups answered, earlier runs included", progress.done),
            *_counter("answered", "Lookups answered in this run", progress.answered),
            *_counter("failed", "Lookups that failed in this run", progress.failed),
            *_counter("retried", "Attempts after the first one in this run", progress.retried),
            *_counter("findings", "Findings of this run, without matches", progress.findings),
            *_gauge(
                "closed", "Whether it waits for opening hours", int(progress.state == "closed")
            ),
        ]
        if now - self._last >= _SECONDS_BETWEEN or progress.state != self._state:
            self._last, self._state = now, progress.state
            self._try([*_gauge("running", "Whether a run is under way", 1), *self._progress])

    def end(self, done: Reconciliation | None) -> None:
        """Write the last word.

        Args:
            done: What came of the run; None where it failed.
        """
        lines = [*_gauge("running", "Whether a run is under way", 0), *self._progress]
        if done is not None:
            lines += _gauge("lookups_open", "Lookups without an answer", done.unanswered)
            lines += _gauge(
                "last_end_timestamp_seconds", "When the last run ended", int(time.time())
            )
        if done is not None and done.results is not None:
            lines += _head("findings_of_kind", "Findings of the whole population", "gauge")
            lines += [
                f'{_PREFIX}_findings_of_kind{{kind="{kind}"}} {number}'
                for kind, number in done.results.summary.findings.items()
            ]
        self._try(lines)

    def _try(self, lines: list[str]) -> None:
        try:
            self._write(lines)
        except OSError as error:
            # A run of hours does not end for want of a number on a screen.
            say(f"kszclient: {self._path.name} cannot be written: {error.strerror}")

    def _write(self, lines: list[str]) -> None:
        # The exporter is another account.
        with whole_file(self._path, mode=0o644) as file:
            file.write(("\n".join(lines) + "\n").encode())


def _gauge(name: str, means: str, value: int) -> list[str]:
    return [*_head(name, means, "gauge"), f"{_PREFIX}_{name} {value}"]


def _counter(name: str, means: str, value: int) -> list[str]:
    return [*_head(f"{name}_total", means, "counter"), f"{_PREFIX}_{name}_total {value}"]


def _head(name: str, means: str, kind: str) -> list[str]:
    return [f"# HELP {_PREFIX}_{name} {means}.", f"# TYPE {_PREFIX}_{name} {kind}"]
