"""The order of an exchange: sign, write down, send, read, and ask again where that may help.

It is written once, as coroutines. What differs between a client that blocks and one on an event
loop is how it waits and sends, and that is a `Line`: the coroutines of a blocking one never wait,
so that `run_blocking` drives the same code without an event loop.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from kszclient.errors import ConsultationError, DeadlineExceededError
from kszclient.exchange.config import ClientConfig
from kszclient.transport import Breaker, Deadline, HttpAnswer, Retried, retry_after_seconds
from kszclient.values import Ticket, day_in_belgium

if TYPE_CHECKING:
    from kszclient.audit import Asker, Consultation, Trail
    from kszclient.security.message_security import Envelope

Result = TypeVar("Result")


class Inquiry(Protocol[Result]):
    """One question to a service through all its attempts; made for one caller.

    Attributes:
        answered_codes: The codes of faults with which the service itself has answered, though
            what stands behind it is silent: they count as no failure of the endpoint.
    """

    answered_codes: frozenset[str]

    def envelope(self, ticket: Ticket, now: dt.datetime) -> Envelope:
        """Build the message of the next attempt, about what is still open."""
        ...

    def consultation(self, trail: Trail, asker: Asker) -> Consultation:
        """Make the entry of this attempt in the audit trail."""
        ...

    def conclude(
        self, received: HttpAnswer, now: dt.datetime, entry: Consultation | None
    ) -> Result:
        """Read what came back, note it in the entry, and return what is known by now.

        Raises:
            ConsultationError: What came is no usable answer.
        """
        ...

    def worth_another(self, result: Result) -> bool:
        """Return whether another attempt may learn more."""
        ...


class Line(Protocol):
    """How a client waits and sends."""

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""
        ...

    async def take_turn(self, deadline: Deadline) -> None:
        """Wait until the rate lets a message go.

        Raises:
            DeadlineExceededError: Its turn would come too late.
        """
        ...

    def written(
        self, entry: Consultation | None
    ) -> AbstractAsyncContextManager[Consultation | None]:
        """Write an entry down, and its end when the block ends; None is no audit trail."""
        ...

    def measured(self) -> AbstractContextManager[None]:
        """Learn from how one message fares."""
        ...

    async def post(self, message: bytes, deadline: Deadline) -> HttpAnswer:
        """Send a message and return what came back.

        Raises:
            ConsultationError: Nothing came that could be read.
        """
        ...


class CallersError(Exception):
    """What the caller's own function raised, on its way past all that learns from failures.

    Args:
        error: The error.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class Exchange(Generic[Result]):
    """One inquiry on its way; used by one caller.

    Args:
        inquiry: What is asked, and how its answers are read.
        config: How the client behaves.
        line: How it waits and sends.
        answered: Called with the bytes of each answer that was read, once it is written down.
    """

    def __init__(
        self,
        inquiry: Inquiry[Result],
        config: ClientConfig,
        line: Line,
        answered: Callable[[bytes], object] | None = None,
    ) -> None:
        self._inquiry = inquiry
        self._config = config
        self._line = line
        self._answered = answered
        self._begun = False

    async def run(self, new_ticket: Callable[[], Ticket] | None = None) -> Retried[Result]:
        """Ask until it is answered in full, nothing more helps, or the time is over.

        Args:
            new_ticket: Makes the ticket of each attempt, instead of the client's own.

        Raises:
            ConsultationError: No usable answer came.
            AuditError: The consultation cannot be written down, so nothing is sent or shown.
            Exception: What `answered` raised.
        """
        retrier = self._config.retrier
        await self._line.take_turn(retrier.allowed())
        try:
            return await retrier.run_async(
                self._attempt,
                partial=self._inquiry.worth_another,
                new_ticket=new_ticket,
                sleep=self._line.sleep,
            )
        except CallersError as callers:
            raise callers.error from None

    async def _attempt(self, ticket: Ticket, deadline: Deadline) -> Result:
        if self._begun:
            await self._line.take_turn(deadline.whole)
        self._begun = True
        message = self._message(ticket)
        entry = self._entry()
        with _guarded(self._config.breaker, self._inquiry.answered_codes):
            async with self._line.written(entry):
                _begin_sending(deadline)
                with self._line.measured():
                    received = await self._line.post(message, deadline)
                    result = self._conclude(ticket, message, received, entry)
        self._pass_on(received)
        return result

    def _message(self, ticket: Ticket) -> bytes:
        """Build and sign a message, unless bodies shall be kept and cannot be."""
        config = self._config
        envelope = self._inquiry.envelope(ticket, config.now())
        if config.bodies is not None:
            config.bodies.check()
        return config.security.sign(envelope, config.now())

    def _entry(self) -> Consultation | None:
        if self._config.trail is None:
            return None
        return self._inquiry.consultation(self._config.trail, self._config.asker)

    def _conclude(
        self, ticket: Ticket, message: bytes, received: HttpAnswer, entry: Consultation | None
    ) -> Result:
        """Read an answer; what came is kept first, also where it cannot be read."""
        config, now = self._config, self._config.now()
        if config.bodies is not None:
            config.bodies.keep(ticket, (message, received.body), day_in_belgium(now))
        try:
            return self._inquiry.conclude(received, now, entry)
        except ConsultationError as error:
            error.retry_after_seconds = retry_after_seconds(received.retry_after, config.now())
            raise

    def _pass_on(self, received: HttpAnswer) -> None:
        """Call the caller's function; its failure is none of the endpoint, nor worth a retry."""
        if self._answered is not None:
            try:
                self._answered(received.body)
            except Exception as error:  # noqa: BLE001 - whatever it is, it goes to the caller
                raise CallersError(error) from None


@contextmanager
def _guarded(breaker: Breaker, answered_codes: frozenset[str]) -> Iterator[None]:
    """Let the breaker learn from how an attempt ends.

    Where only what stands behind the service is silent, the endpoint itself has answered: a closed
    register must not keep the others from being asked. A fault that nobody signed is enough for
    that: leaving an endpoint alone spares it, and protects nothing else.
    """
    silent_behind: ConsultationError | None = None
    with breaker.guard():
        try:
            yield
        except ConsultationError as error:
            if not error.stated_codes or not answered_codes.issuperset(error.stated_codes):
                raise
            silent_behind = error
    if silent_behind is not None:
        raise silent_behind


def _begin_sending(deadline: Deadline) -> None:
    """Begin the time of an attempt, once all that comes before it is done.

    Raises:
        DeadlineExceededError: All the time was taken here, which shows nothing of the endpoint.
    """
    try:
        deadline.begin_anew()
    except DeadlineExceededError:
        raise DeadlineExceededError(
            "nothing sent: writing the question down took all the time allowed",
            next_step="Find out what slows the audit trail down, or allow more time.",
            sent=False,
        ) from None
