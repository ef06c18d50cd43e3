"""A client that blocks: its callers are threads."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TypeVar

from kszclient.exchange.config import ClientConfig, transport_options
from kszclient.exchange.exchange import Exchange, Inquiry
from kszclient.exchange.in_flight import InFlight
from kszclient.transport import BlockingTransport, Deadline, HttpAnswer, Retried
from kszclient.transport.waiting import run_blocking

if TYPE_CHECKING:
    from kszclient.audit import Consultation

Result = TypeVar("Result")


class BlockingExchanges:
    """Makes exchanges, any number of threads at once; whoever leaves last closes.

    Args:
        config: How the client behaves.
    """

    def __init__(self, config: ClientConfig) -> None:
        self.config = config
        self.transport = BlockingTransport(**transport_options(config.profile))
        self._in_flight = InFlight(self._close)

    def run(self, inquiry: Inquiry[Result]) -> Retried[Result]:
        """Ask, and block until it is answered or given up.

        Raises:
            InputError: The client is closed.
            ConsultationError: No usable answer came.
            AuditError: The consultation cannot be written down.
        """
        with self._in_flight:
            return run_blocking(Exchange(inquiry, self.config, self).run())

    def close(self) -> None:
        """Let no exchange begin, and close when those under way are through."""
        self._in_flight.close()

    def _close(self) -> None:
        self.config.close()
        self.transport.close()

    # How it waits and sends: the `Line` of every exchange.

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""
        self.config.retrier.sleep(seconds)

    async def take_turn(self, deadline: Deadline) -> None:
        """Wait until the rate lets a message go."""
        if self.config.rate is not None:
            self.config.rate.wait(deadline)

    def written(self, entry: Consultation | None) -> _Written:
        """Write an entry down in this thread."""
        return _Written(entry)

    def measured(self) -> AbstractContextManager[None]:
        """Learn nothing: each thread has one message under way."""
        return nullcontext()

    async def post(self, message: bytes, deadline: Deadline) -> HttpAnswer:
        """Send a message and return what came back."""
        config = self.config
        return self.transport.post(config.profile.endpoint, message, config.headers, deadline)


class _Written:
    """An entry that is written in the thread of the caller."""

    def __init__(self, entry: Consultation | None) -> None:
        self._entry = entry

    async def __aenter__(self) -> Consultation | None:
        return None if self._entry is None else self._entry.__enter__()

    async def __aexit__(self, *error: object) -> None:
        if self._entry is not None:
            self._entry.__exit__(*error)  # type: ignore[arg-type]
