"""Writing down together what came at about the same time."""

from __future__ import annotations

import asyncio

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
        self._next: asyncio.Task[None] | None = None

    async def wait(self) -> None:
        """Return when everything that was noted until now is written down.

        Raises:
            JournalError: It cannot be.
        """
        if self._next is None:
            self._next = asyncio.create_task(self._write_soon())
        await asyncio.shield(self._next)

    async def _write_soon(self) -> None:
        await asyncio.sleep(_SECONDS)
        self._next = None
        self._journal.write()
