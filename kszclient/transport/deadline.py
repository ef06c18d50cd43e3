"""Deadlines: one moment by which everything about a question must be over."""

from __future__ import annotations

import time
from collections.abc import Callable

from kszclient.errors import DeadlineExceededError


class Deadline:
    """A moment on the monotonic clock after which nothing is waited for.

    Args:
        seconds: From now.
        whole: What all attempts have together, where this is but one of them.
        clock: Returns monotonic seconds; tests bring their own.

    >>> Deadline(30).remaining_seconds() > 29
    True
    """

    __slots__ = ("_clock", "_end", "_whole", "seconds")

    def __init__(
        self,
        seconds: float,
        *,
        whole: Deadline | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seconds = seconds
        self._whole = whole
        self._clock = clock
        self._end = clock() + seconds

    @property
    def whole(self) -> Deadline:
        """That of all attempts together."""
        return self._whole or self

    def attempt(self, seconds: float) -> Deadline:
        """Return the deadline of one attempt, from now and not after this one."""
        return Deadline(min(seconds, self.left_seconds()), whole=self.whole, clock=self._clock)

    def begin_anew(self) -> None:
        """Count the time of this attempt from now, as far as all attempts together have that.

        Raises:
            DeadlineExceededError: They have none left.
        """
        now, last = self._clock(), self.whole._end  # noqa: SLF001 - of its own kind
        if last <= now:
            raise self.exceeded()
        self._end = min(now + self.seconds, last)

    def left_seconds(self) -> float:
        """Return the time that is left; below 0 where it is over."""
        return self._end - self._clock()

    def remaining_seconds(self) -> float:
        """Return the time that is left.

        Raises:
            DeadlineExceededError: None is left.
        """
        remaining = self.left_seconds()
        if remaining <= 0:
            raise self.exceeded()
        return remaining

    def exceeded(self) -> DeadlineExceededError:
        """Return the error that says how long was waited, and of how much in all."""
        waited = f"no complete answer within {_formatted(self.seconds)} seconds"
        if self.whole.seconds <= self.seconds:
            return DeadlineExceededError(waited)
        return DeadlineExceededError(
            f"{waited} of this attempt; all attempts together have {_formatted(self.whole.seconds)}"
        )


def _formatted(seconds: float) -> str:
    return f"{round(seconds, 1):g}"
