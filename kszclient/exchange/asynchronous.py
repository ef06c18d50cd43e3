"""A client on an event loop: many exchanges at once, each in a task of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TypeVar

from kszclient.errors import InputError, SettingsError
from kszclient.exchange.config import ClientConfig, transport_options
from kszclient.exchange.exchange import Exchange, Inquiry
from kszclient.exchange.in_flight import InFlight
from kszclient.transport import Congestion, Deadline, HttpAnswer, Retried
from kszclient.transport.asynchronous import AsyncTransport
from kszclient.values import Ticket

if TYPE_CHECKING:
    from kszclient.audit import Consultation

Result = TypeVar("Result")


class AsyncExchanges:
    """Makes exchanges on one event loop, no more than `most` at once.

    Args:
        config: How the client behaves.
        most: Most exchanges, and connections, at the same time.

    Raises:
        SettingsError: `most` is not more than 0.
    """

    def __init__(self, config: ClientConfig, most: int) -> None:
        if most < 1:
            config.close()
            raise SettingsError("in_flight: must be 1 or more")
        self.config = config
        self.congestion = Congestion(most, clock=config.retrier.clock)
        self.transport = AsyncTransport(connections=most, **transport_options(config.profile))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._drained = asyncio.Event()
        self._in_flight = InFlight(self._drained.set)
        self._closing: asyncio.Task[None] | None = None
        self._places = asyncio.Semaphore(most)

    async def run(
        self,
        inquiry: Inquiry[Result],
        *,
        new_ticket: Callable[[], Ticket] | None = None,
        answered: Callable[[bytes], object] | None = None,
    ) -> Retried[Result]:
        """Ask, as soon as there is a place, until it is answered or given up.

        Args:
            inquiry: What is asked.
            new_ticket: Makes the ticket of each attempt just before it is made.
            answered: Called with the bytes of each answer that was read.

        Raises:
            InputError: The client is closed, or belongs to another event loop.
            ConsultationError: No usable answer came.
            AuditError: The consultation cannot be written down.
        """
        self._belong_to(asyncio.get_running_loop())
        with self._in_flight:
            async with self._places:
                return await Exchange(inquiry, self.config, self, answered).run(new_ticket)

    def _belong_to(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise InputError(
                "the client belongs to another event loop",
                next_step="Make one client for each event loop, and close it there.",
            )

    async def close(self) -> None:
        """Let no exchange begin, wait for those under way, then close, once.

        Who is cancelled meanwhile waits no longer, and it closes all the same.

        Raises:
            InputError: Exchanges are under way in another event loop.
        """
        # From another loop only a client that nobody uses may be closed; else it stays open.
        if not self._in_flight.close_if_empty():
            self._belong_to(asyncio.get_running_loop())
            self._in_flight.close()
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        try:
            await self._drained.wait()
        finally:
            self.config.close()
            await self.transport.close()

    # How it waits and sends: the `Line` of every exchange.

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds, while other tasks go on."""
        await self.config.retrier.sleep_async(seconds)

    async def take_turn(self, deadline: Deadline) -> None:
        """Wait until the rate lets a message go."""
        if self.config.rate is not None:
            await self.config.rate.wait_async(deadline)

    def written(
        self, entry: Consultation | None
    ) -> AbstractAsyncContextManager[Consultation | None]:
        """Write an entry down in another thread."""
        return nullcontext() if entry is None else entry

    def measured(self) -> AbstractContextManager[None]:
        """Let the congestion learn from how one message fares."""
        return self.congestion.measured()

    async def post(self, message: bytes, deadline: Deadline) -> HttpAnswer:
        """Send a message and return what came back."""
        config = self.config
        return await self.transport.post(config.profile.endpoint, message, config.headers, deadline)
