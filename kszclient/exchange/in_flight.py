"""Counts what is under way: once it is closed nothing begins, and the last one out closes up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Self

from kszclient.errors import InputError


class InFlight:
    """Counts the exchanges under way; one object for all threads and tasks of a client.

    Args:
        drained: Called once, when it is closed and nothing is under way any more, by whoever
            closed it or left last.

    >>> in_flight = InFlight(lambda: print("drained"))
    >>> with in_flight:
    ...     in_flight.close()
    drained
    """

    def __init__(self, drained: Callable[[], object]) -> None:
        self._drained = drained
        self._lock = threading.Lock()
        self._count = 0
        self._closed = False

    def __enter__(self) -> Self:
        """Count one more.

        Raises:
            InputError: The client is closed.
        """
        with self._lock:
            if self._closed:
                raise InputError(
                    "the client is closed",
                    next_step="Ask before it is closed, or make another client.",
                )
            self._count += 1
        return self

    def __exit__(self, *_: object) -> None:
        """Count one less."""
        with self._lock:
            self._count -= 1
            last = self._closed and not self._count
        if last:
            self._drained()

    def close(self) -> None:
        """Let nothing begin any more; to close it twice changes nothing."""
        self._close(only_if_empty=False)

    def close_if_empty(self) -> bool:
        """Close it unless something is under way, and return whether it is closed."""
        return self._close(only_if_empty=True)

    def _close(self, *, only_if_empty: bool) -> bool:
        with self._lock:
            if only_if_empty and self._count:
                return False
            drained = not self._closed and not self._count
            self._closed = True
        if drained:
            self._drained()
        return True
