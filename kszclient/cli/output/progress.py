"""How far a long run is: a bar for a person, lines for a program, a file for Prometheus.

The file is one that its node exporter reads (textfile collector; source: Prometheus, text
exposition format 0.0.4). It is replaced as a whole, so that nobody reads half of one, and holds
nothing of anybody.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kszclient.cli.output.printing import write_json_message, write_message
from kszclient.errors import InputError
from kszclient.whole_files import whole_file

if TYPE_CHECKING:
    from kszclient.reconciliation import Progress, Reconciliation

Watch = Callable[["Progress"], None]
_SECONDS_BETWEEN = 1.0
_SECONDS_BETWEEN_LINES = 10.0
_SPEED_SECONDS = 30.0
_ENDS = ("ended", "stopped", "failed")


@contextmanager
def watching(*, json: bool) -> Iterator[Watch]:
    """Show progress while the block runs.

    Args:
        json: JSON lines; otherwise a bar on a terminal, and a sentence now and then elsewhere.
    """
    if json:
        yield _at_times(lambda *now: write_json_message(progress_fields(*now)), _SECONDS_BETWEEN)
    elif sys.stderr.isatty():
        with _bar() as watch:
            yield watch
    else:
        yield _at_times(lambda *now: write_message(_sentence(*now)), _SECONDS_BETWEEN_LINES)


class Speed:
    """How fast a run is at the moment: over the last half a minute, or since it began.

    What was slow, closed or quick before does not show the time that is left.
    """

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque([(0.0, 0)])

    def per_second(self, progress: Progress) -> float:
        """Return the lookups answered in a second."""
        while len(self._marks) > 1 and progress.seconds - self._marks[1][0] > _SPEED_SECONDS:
            self._marks.popleft()
        since, before = self._marks[0]
        if progress.seconds - self._marks[-1][0] >= _SECONDS_BETWEEN:
            self._marks.append((progress.seconds, progress.answered))
        passed = progress.seconds - since
        return (progress.answered - before) / passed if passed else 0.0


def progress_fields(progress: Progress, speed: Speed) -> dict[str, str | float | int | None]:
    """Return progress with its rate and the seconds left.

    Args:
        progress: How far the run is.
        speed: How fast it is.
    """
    rate = speed.per_second(progress)
    left = progress.planned - progress.done
    return {
        "planned": progress.planned,
        "done": progress.done,
        "failed": progress.failed,
        "retried": progress.retried,
        "findings": progress.findings,
        "lookups_per_second": round(rate, 1),
        "seconds_left": round(left / rate) if rate else None,
        "state": progress.state,
        "closed_until": progress.closed_until.isoformat() if progress.closed_until else None,
    }


def _sentence(progress: Progress, speed: Speed) -> str:
    now = progress_fields(progress, speed)
    left = progress.state not in _ENDS and now["seconds_left"] is not None
    return f"{now['done']} of {now['planned']} lookups, {_figures(progress, speed)}" + (
        f", {now['seconds_left']} s left" if left else ""
    )


def _figures(progress: Progress, speed: Speed) -> str:
    now = progress_fields(progress, speed)
    findings = "new findings" if progress.done > progress.answered else "findings"
    figures = (
        f"{now['lookups_per_second']}/s, {now['retried']} retries, "
        f"{now['failed']} failed, {now['findings']} {findings}"
    )
    if progress.closed_until is not None:
        return f"closed until {progress.closed_until:%Y-%m-%d %H:%M}; {figures}"
    if progress.state == "stopping":
        return f"stopping{', once more stops at once' if progress.signalled else ''}; {figures}"
    return figures


def _at_times(write: Callable[[Progress, Speed], None], seconds: float) -> Watch:
    """Write now and then, and when the state changes, as it does in the end."""
    last, state, speed = 0.0, "asking", Speed()

    def watch(progress: Progress) -> None:
        nonlocal last, state
        now = time.monotonic()
        if progress.state != state or now - last >= seconds:
            last, state = now, progress.state
            write(progress, speed)

    return watch


@contextmanager
def _bar() -> Iterator[Watch]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    speed = Speed()
    with Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)

        def watch(progress: Progress) -> None:
            bar.update(
                task,
                total=progress.planned,
                completed=progress.done,
                description=_figures(progress, speed),
            )

        yield watch


_SECONDS_BETWEEN_METRICS = 5.0
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
        if now - self._last >= _SECONDS_BETWEEN_METRICS or progress.state != self._state:
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
            write_message(f"kszclient: {self._path.name} cannot be written: {error.strerror}")

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
