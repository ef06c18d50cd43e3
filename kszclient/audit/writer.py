"""Writes what tasks append to a trail, in threads of its own, whatever becomes of the tasks.

The threads belong to no event loop: a loop that ends cancels tasks and forgets what they wait for,
but not what was handed in here. An interpreter that ends waits for it (`concurrent.futures`), and
takes nothing more into its threads; what comes then, the end of tasks that nobody saw through, is
written at once by who brings it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

_THREADS = 8

Entry = TypeVar("Entry")


class Writer:
    """Hands writes to threads and knows which are under way.

    >>> writer = Writer()
    >>> written = []
    >>> asked = writer.write(written, written.append, "asked")
    >>> ended = writer.write(written, written.append, "ended", after=asked)
    >>> writer.drain(written)
    >>> written
    ['asked', 'ended']
    """

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget everything, as a process must that was forked off: it has none of the threads."""
        self._pool = ThreadPoolExecutor(_THREADS, "kszclient-audit")
        self._under_way: dict[Future[None], object] = {}

    def write(
        self,
        owner: object,
        append: Callable[[Entry], None],
        entry: Entry,
        *,
        after: Future[None] | None = None,
    ) -> Future[None]:
        """Write an entry; nobody can call it off.

        Args:
            owner: Whose write this is, for `drain`.
            append: Writes.
            entry: What is written.
            after: The write that comes before it; where that fails, so does this one.
        """

        def run() -> None:
            if after is not None:
                after.result()  # begun before this one, so some thread is at it
            append(entry)

        try:
            writing = self._pool.submit(run)
        except RuntimeError:  # the interpreter ends
            return _done(run)
        self._under_way[writing] = owner
        writing.add_done_callback(self._forget)
        return writing

    def _forget(self, writing: Future[None]) -> None:
        self._under_way.pop(writing, None)

    def drain(self, owner: object) -> None:
        """Wait for every write of one owner that is under way."""
        wait([each for each, whose in list(self._under_way.items()) if whose is owner])


def _done(run: Callable[[], None]) -> Future[None]:
    done: Future[None] = Future()
    try:
        run()
    except BaseException as error:  # noqa: BLE001 - as a thread would
        done.set_exception(error)
    else:
        done.set_result(None)
    return done


WRITER = Writer()
"""That of this process."""

os.register_at_fork(after_in_child=WRITER.begin_anew)
