"""Deadlines: one moment by which everything about a question must be over."""

from __future__ import annotations

import time
from collections.abc import Callable

from kszclient.errors import DeadlineExceededError


class Deadline:
    """A moment on the monotonic clock after which nothing is waited for.

    Args:
        seconds: From now.
        total_seconds: What all attempts have together, where this is but one of them.
        clock: Gives monotonic seconds; tests bring their own.

    >>> Deadline(30).remaining_seconds() > 29
    True
    """

    __slots__ = ("_clock", "_end", "seconds", "total_seconds")

    def __init__(
        self,
        seconds: float,
        *,
        total_seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seconds = seconds
        self.total_seconds = total_seconds
        self._clock = clock
        self._end = clock() + seconds

    def remaining_seconds(self) -> float:
        """Give the time that is left.

        Raises:
            DeadlineExceededError: None is left.
        """
        remaining = self._end - self._clock()
        if remaining <= 0:
            raise self.exceeded()
        return remaining

    def exceeded(self) -> DeadlineExceededError:
        """Give the error that says how long was waited, and of how much in all."""
        waited = f"no complete answer within {_told(self.seconds)} seconds"
        if self.total_seconds is None or self.total_seconds <= self.seconds:
            return DeadlineExceededError(waited)
        return DeadlineExceededError(
            f"{waited} of this attempt; all attempts together have {_told(self.total_seconds)}"
        )


def _told(seconds: float) -> str:
    return f"{round(seconds, 1):g}"
