"""How far a long run is, on standard error: a bar for a person, lines for a program."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kszclient.cli.output.printing import say, say_json

if TYPE_CHECKING:
    from kszclient.reconciliation import Progress

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
        yield _at_times(lambda *now: say_json(told(*now)), _SECONDS_BETWEEN)
    elif sys.stderr.isatty():
        with _bar() as watch:
            yield watch
    else:
        yield _at_times(lambda *now: say(_sentence(*now)), _SECONDS_BETWEEN_LINES)


class Speed:
    """How fast a run is at the moment: over the last half a minute, or since it began.

    What was slow, closed or quick before tells nothing of the time that is left.
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


def told(progress: Progress, speed: Speed) -> dict[str, str | float | int | None]:
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
    now = told(progress, speed)
    left = progress.state not in _ENDS and now["seconds_left"] is not None
    return f"{now['done']} of {now['planned']} lookups, {_figures(progress, speed)}" + (
        f", {now['seconds_left']} s left" if left else ""
    )


def _figures(progress: Progress, speed: Speed) -> str:
    now = told(progress, speed)
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
