"""Deadlines: one moment by which everything about a question must be over."""

from __future__ import annotations

import time
from collections.abc import Callable

from kszclient.errors import DeadlineExceededError


class Deadline:
    """A moment on the monotonic clock after which nothing is waited for.

    Args:
        seconds: From now.
        clock: Gives monotonic seconds; tests bring their own.

    >>> Deadline(30).remaining_seconds() > 29
    True
    """

    __slots__ = ("_clock", "_end", "seconds")

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def remaining_seconds(self) -> float:
        """Give the time that is left.

        Raises:
            DeadlineExceededError: None is left.
        """
        remaining = self._end - self._clock()
        if remaining <= 0:
            raise DeadlineExceededError(
                f"no complete answer within {round(self.seconds, 1):g} seconds"
            )
        return remaining

    def exceeded(self) -> DeadlineExceededError:
        """Give the error that says how long was waited."""
        return DeadlineExceededError(
            f"no complete answer within {round(self.seconds, 1):g} seconds"
        )
