"""Writing down together what came at about the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kszclient.errors import JournalError
from kszclient.reconciliation.execute.journal import Journal

_SECONDS = 0.005


class Commits:
    """Waits until the journal holds what it was told.

    Who asks waits here before asking anything else: a lookup stays under way until its answer is
    on record. So there are never more answers that a kill can lose than lookups under way, and of
    those nobody would know anyway whether they were answered.

    Args:
        journal: Writes down what it was told.
        under_way: Gives how many lookups are under way; when all of them wait here, nobody else
            can come, and there is nothing to wait for.
    """

    def __init__(self, journal: Journal, under_way: Callable[[], int]) -> None:
        self._journal = journal
        self._under_way = under_way
        self._waiting = 0
        self._next: asyncio.Future[None] | None = None

    async def wait(self) -> None:
        """Return when everything that was noted until now is written down.

        Who is cancelled while it waits takes the others that wait along.

        Raises:
            JournalError: It cannot be.
        """
        if self._next is None:
            loop = asyncio.get_running_loop()
            self._next = loop.create_future()
            loop.call_later(_SECONDS, self._write, self._next)
        commit = self._next
        self._waiting += 1
        if self._waiting >= self._under_way():
            self._write(commit)
        await commit

    def _write(self, commit: asyncio.Future[None]) -> None:
        if commit is not self._next:
            return  # it is written down already
        self._next, self._waiting = None, 0
        try:
            self._journal.write()
        except JournalError as error:
            if not commit.done():
                commit.set_exception(error)
        else:
            if not commit.done():
                commit.set_result(None)
