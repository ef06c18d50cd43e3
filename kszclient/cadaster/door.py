"""The door of a client: once it is shut nobody comes in, and the last one out closes up."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kszclient.errors import InputError


class Door:
    """Counts the inquiries under way; one object for all threads and tasks of a client.

    Args:
        emptied: Called once, when the door is shut and nobody is inside any more, by whoever shut
            it or left last.

    >>> door = Door(lambda: print("dark"))
    >>> door.enter()
    >>> door.shut()
    >>> door.leave()
    dark
    """

    def __init__(self, emptied: Callable[[], object]) -> None:
        self._emptied = emptied
        self._lock = threading.Lock()
        self._inside = 0
        self._shut = False

    def enter(self) -> None:
        """Let an inquiry in; whoever enters leaves.

        Raises:
            InputError: The client is closed.
        """
        with self._lock:
            if self._shut:
                raise InputError(
                    "the client is closed",
                    next_step="Ask before it is closed, or make another client.",
                )
            self._inside += 1

    def leave(self) -> None:
        """Let an inquiry out."""
        with self._lock:
            self._inside -= 1
            last = self._shut and not self._inside
        if last:
            self._emptied()

    def shut(self) -> None:
        """Let nobody in any more; to shut it twice changes nothing."""
        self._shut_now(only_if_empty=False)

    def shut_if_empty(self) -> bool:
        """Let nobody in any more, if nobody is inside; tell whether it is shut and empty."""
        return self._shut_now(only_if_empty=True)

    def _shut_now(self, *, only_if_empty: bool) -> bool:
        with self._lock:
            if only_if_empty and self._inside:
                return False
            empty = not self._shut and not self._inside
            self._shut = True
        if empty:
            self._emptied()
        return True
