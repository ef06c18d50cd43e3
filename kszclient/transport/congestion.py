"""How many questions may be under way at once, learnt from how the other side bears them.

Additive increase, multiplicative decrease, as TCP does it (RFC 5681, section 3.1): while answers
come as fast as ever there may be one more, and when one fails in a way that may pass, or when
answers become slow, there may be fewer. What began before the last such step shows the burden
before it, and counts no more. A Retry-After is a time in which nothing new begins.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kszclient.errors import ConsultationError

_ANSWERS_LOOKED_AT = 16
_AFTER_A_FAILURE = 0.5
_AFTER_SLOWNESS = 0.75
_SLOW_FACTOR = 2.0
# Below this a change of the time that an answer takes is nobody's burden.
_SLOW_SECONDS = 0.1
# What is the quickest that the other side can be is forgotten slowly: it may have moved away.
_FORGETTING = 1.02


class Congestion:
    """Learns how many questions the other side bears; for one event loop.

    Args:
        most: Never more than this.
        clock: Returns monotonic seconds.

    >>> from kszclient.errors import DeadlineExceededError
    >>> congestion = Congestion(8)
    >>> try:
    ...     with congestion.measured():
    ...         raise DeadlineExceededError("too late")
    ... except DeadlineExceededError:
    ...     print(congestion.limit)
    4
    """

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._limit = float(most)
        self._eased_at = self._closed_until = float("-inf")
        self._seconds: list[float] = []
        self._quickest = float("inf")

    @property
    def limit(self) -> int:
        """How many questions may be under way now, 1 at least."""
        return int(self._limit)

    @property
    def pause_seconds(self) -> float:
        """How long nothing new should begin, because the other side asked so."""
        return max(0.0, self._closed_until - self._clock())

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Learn from how one question fares; for `await` inside it too."""
        begun = self._clock()
        try:
            yield
        except ConsultationError as error:
            # A fault in the KSZ's words is about what stands behind it; less would not help that.
            if error.retry_can_help and not error.stated_codes:
                self._failed(begun, error.retry_after_seconds)
            raise
        self._answered(begun)

    def _failed(self, begun: float, retry_after_seconds: float | None) -> None:
        if retry_after_seconds:
            self._closed_until = max(self._closed_until, self._clock() + retry_after_seconds)
        if begun >= self._eased_at:
            self._ease(_AFTER_A_FAILURE)

    def _answered(self, begun: float) -> None:
        if begun < self._eased_at:
            return
        self._seconds.append(self._clock() - begun)
        if len(self._seconds) < _ANSWERS_LOOKED_AT:
            return
        usual = statistics.median(self._seconds)
        self._seconds.clear()
        self._quickest = min(self._quickest * _FORGETTING, usual)
        if usual > max(self._quickest * _SLOW_FACTOR, self._quickest + _SLOW_SECONDS):
            self._ease(_AFTER_SLOWNESS)
        else:
            self._limit = min(self._limit + 1, self._most)

    def _ease(self, factor: float) -> None:
        self._limit = max(1.0, self._limit * factor)
        self._eased_at = self._clock()
        self._seconds.clear()
