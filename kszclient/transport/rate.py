"""A rate that threads and tasks share: so many questions a second, evenly spaced.

Each caller books the next free moment and waits for it outside the lock, so that callers go in
the order in which they came, and none goes early. A burst lets unused moments be made up for. Who
gives up while waiting gives the moment back, and the next caller takes it.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from kszclient.errors import DeadlineExceededError, SettingsError
from kszclient.transport.deadline import Deadline
from kszclient.transport.waiting import sleep_async


class RateLimit:
    """Lets callers through at a rate; one object for all threads and tasks of a client.

    Args:
        per_second: How many on average.
        burst: How many may go at once after a quiet time.
        clock: Returns monotonic seconds.
        sleep: Waits, in `wait`.
        sleep_async: Waits, in `wait_async`.

    Raises:
        SettingsError: A number makes no sense.

    >>> RateLimit(per_second=100, burst=10).wait(Deadline(30))
    0.0
    """

    def __init__(
        self,
        *,
        per_second: float,
        burst: int = 1,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        sleep_async: Callable[[float], Awaitable[None]] = sleep_async,
    ) -> None:
        if per_second <= 0:
            raise SettingsError("per_second: must be more than 0")
        if burst < 1:
            raise SettingsError("burst: must be 1 or more")
        self._interval = 1.0 / per_second
        self._credit = (burst - 1) * self._interval
        self._clock = clock
        self._sleep = sleep
        self._sleep_async = sleep_async
        self._lock = threading.Lock()
        self._next_free = clock()
        self._given_back: list[float] = []  # moments to come, the earliest first

    def wait(self, deadline: Deadline) -> float:
        """Wait for this caller's turn.

        Args:
            deadline: Of the question; a turn that lies after it is not taken.

        Returns:
            The seconds that were waited.

        Raises:
            DeadlineExceededError: The turn would come too late; nothing was waited for.
        """
        turn, seconds = self._book(deadline)
        if seconds:
            with self._given_back_unless_taken(turn):
                self._sleep(seconds)
        return seconds

    async def wait_async(self, deadline: Deadline) -> float:
        """Do as `wait` does, without holding up the event loop."""
        turn, seconds = self._book(deadline)
        if seconds:
            with self._given_back_unless_taken(turn):
                await self._sleep_async(seconds)
        return seconds

    def _book(self, deadline: Deadline) -> tuple[float, float]:
        """Return the moment of this caller's turn and the seconds until then."""
        left = deadline.remaining_seconds()
        with self._lock:
            now = self._clock()
            while self._given_back and self._given_back[0] < now:
                heapq.heappop(self._given_back)  # gone by unused
            again = bool(self._given_back)
            turn = self._given_back[0] if again else max(self._next_free, now - self._credit)
            seconds = max(0.0, turn - now)
            if seconds >= left:
                raise DeadlineExceededError(
                    "the rate limit gives no turn within the time allowed",
                    next_step="Ask less at once, allow more time, or raise the rate.",
                    sent=False,
                )
            if again:
                heapq.heappop(self._given_back)
            else:
                self._next_free = turn + self._interval
        return turn, seconds

    @contextmanager
    def _given_back_unless_taken(self, turn: float) -> Iterator[None]:
        try:
            yield
        except BaseException:  # cancelled, or interrupted from the keyboard
            with self._lock:
                heapq.heappush(self._given_back, turn)
            raise
