"""Writing down together what came at about the same time."""

from __future__ import annotations

import asyncio

from kszclient.errors import JournalError
from kszclient.reconciliation.journal import Journal

_SECONDS = 0.005


class Commits:
    """Waits until the journal holds what it was told.

    Who asks waits here before asking anything else: a lookup stays under way until its answer is
    on record. So there are never more answers that a kill can lose than lookups under way, and of
    those nobody would know anyway whether they were answered.

    Args:
        journal: Writes down what it was told.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._next: _Commit | None = None

    async def wait(self) -> None:
        """Return when everything that was noted until now is written down.

        Raises:
            JournalError: It cannot be.
        """
        commit = self._next
        if commit is None:
            commit = self._next = _Commit()
            asyncio.get_running_loop().call_later(_SECONDS, self._write)
        await commit.done.wait()
        if commit.error is not None:
            raise commit.error

    def _write(self) -> None:
        commit, self._next = self._next, None
        try:
            self._journal.write()
        except JournalError as error:
            if commit is not None:
                commit.error = error
        if commit is not None:
            commit.done.set()


class _Commit:
    def __init__(self) -> None:
        self.done = asyncio.Event()
        self.error: JournalError | None = None
