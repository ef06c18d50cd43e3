"""Answers that are held back until a test lets them go, however long anything takes till then."""

import asyncio
import threading


class Gate:
    """Hold back every answer that a rule delays: ``MockKsz(..., sleep=gate)``."""

    def __init__(self):
        self.held = 0
        self._open = threading.Event()

    async def __call__(self, _seconds):
        self.held += 1
        while not self._open.is_set():  # noqa: ASYNC110 - another thread opens it
            await asyncio.sleep(0.005)

    def open(self):
        """Let go what is held back, and all that comes."""
        self._open.set()

    async def until(self, held):
        """Wait until so many answers are held back."""
        while self.held < held:  # noqa: ASYNC110 - what is waited for is another thread
            await asyncio.sleep(0.005)
