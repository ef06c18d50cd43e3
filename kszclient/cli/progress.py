"""How far a long run is, on standard error: a bar for a person, lines for a program."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kszclient.cli.output import say

if TYPE_CHECKING:
    from kszclient.reconciliation import Progress

Watch = Callable[["Progress"], None]
_SECONDS_BETWEEN = 1.0
_SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def watching(*, json: bool) -> Iterator[Watch]:
    """Show progress while the block runs.

    Args:
        json: JSON lines; otherwise a bar on a terminal, and a sentence now and then elsewhere.
    """
    if json:
        yield _at_times(lambda each: say(_line(each)), _SECONDS_BETWEEN)
    elif sys.stderr.isatty():
        with _bar() as watch:
            yield watch
    else:
        yield _at_times(lambda each: say(_sentence(each)), _SECONDS_BETWEEN_LINES)


def told(progress: Progress) -> dict[str, float | int | None]:
    """Give progress with its rate and the seconds left.

    Args:
        progress: How far the run is.
    """
    rate = progress.answered / progress.seconds if progress.seconds else 0.0
    left = progress.planned - progress.done
    return {
        "planned": progress.planned,
        "done": progress.done,
        "failed": progress.failed,
        "findings": progress.findings,
        "lookups_per_second": round(rate, 1),
        "seconds_left": round(left / rate) if rate else None,
    }


def _line(progress: Progress) -> str:
    import msgspec

    return msgspec.json.encode(told(progress)).decode()


def _sentence(progress: Progress) -> str:
    now = told(progress)
    return (
        f"{now['done']} of {now['planned']} lookups, {now['lookups_per_second']}/s, "
        f"{now['failed']} failed, {now['findings']} findings, {now['seconds_left']} s left"
    )


def _at_times(write: Watch, seconds: float) -> Watch:
    """Write now and then, and when everything is done."""
    last = 0.0

    def watch(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= seconds or progress.done == progress.planned:
            last = now
            write(progress)

    return watch


@contextmanager
def _bar() -> Iterator[Watch]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)

        def watch(progress: Progress) -> None:
            now = told(progress)
            bar.update(
                task,
                total=progress.planned,
                completed=progress.done,
                description=f"{now['lookups_per_second']}/s, {now['failed']} failed, "
                f"{now['findings']} findings",
            )

        yield watch
