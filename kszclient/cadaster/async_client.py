"""The asynchronous client: the same rules as the blocking one, many questions at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Self

from kszclient.cadaster.conduct import Circumstance, conduct_of
from kszclient.cadaster.door import Door
from kszclient.cadaster.inquiry import CallersError, Inquiry
from kszclient.cadaster.outcome import Outcome
from kszclient.errors import InputError, SettingsError
from kszclient.security import Profile, client_context
from kszclient.transport import Congestion, Deadline
from kszclient.transport.asynchronous import AsyncTransport
from kszclient.values import AuthenticSource, MonthPeriod, Ssin, Ticket

if TYPE_CHECKING:
    from kszclient.audit import Trail


class AsyncChildBenefitsClient:
    """Asks the registers of child benefits behind the KSZ, from one event loop.

    Models, outcomes, errors, retries, security and audit are those of `ChildBenefitsClient`. No
    more than `in_flight` inquiries run at once; the others wait for their place, and their time
    only begins when they have one. Where the profile limits the rate, it begins with the first
    turn, which is waited for no longer than that time.

    Args:
        profile: Where the service is, who asks, and within which limits.
        user: Who asks, for the audit trail; the profile's where left out.
        purpose: Why, in the organisation's own words, for the audit trail.
        trail: Where consultations are written down; the profile's where left out.
        in_flight: Most inquiries, and connections, at the same time.
        circumstance: Where time and chance come from, for tests; a client that is given one
            shares neither breaker nor rate with other clients of its endpoint.

    Attributes:
        congestion: How many questions the other side bears at once, as learnt so far. The client
            does not obey it by itself; who asks about a population does.

    Raises:
        SettingsError: The profile does not say who asks, for which purpose, or where that is
            written down; a file or secret that it names cannot be used; or `in_flight` is not
            more than 0.
        AuditError: The trail cannot be opened.

    For example:

        async with AsyncChildBenefitsClient(Profile.load("mock")) as client:
            outcome = await client.consult(ssin, MonthPeriod.parse("2023-01", "2023-12"))
    """

    def __init__(  # noqa: PLR0913 - what a client depends on, by name
        self,
        profile: Profile,
        *,
        user: str | None = None,
        purpose: str | None = None,
        trail: Trail | None = None,
        in_flight: int = 16,
        circumstance: Circumstance | None = None,
    ) -> None:
        if in_flight < 1:
            raise SettingsError("in_flight: must be 1 or more")
        self._conduct = conduct_of(
            profile, user=user, purpose=purpose, trail=trail, circumstance=circumstance
        )
        clock = (circumstance or Circumstance()).clock
        self.congestion = Congestion(in_flight, clock=clock)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left = asyncio.Event()
        self._door = Door(self._left.set)
        self._closing: asyncio.Task[None] | None = None
        self._places = asyncio.Semaphore(in_flight)
        self._transport = AsyncTransport(
            connect_timeout_seconds=profile.connect_timeout_seconds,
            max_answer_bytes=profile.max_answer_bytes,
            connections=in_flight,
            tls=client_context(profile),
            proxy=profile.proxy,
        )

    @property
    def profile(self) -> Profile:
        """The policy that it follows."""
        return self._conduct.profile

    def admit(self, ssin: Ssin) -> None:
        """Refuse a person about whom this environment must not, or the service cannot, be asked.

        Raises:
            InvalidValueError: Rule ``contract`` or ``synthetic``.
        """
        self._conduct.profile.admit_question(ssin)

    async def consult(
        self,
        ssin: Ssin,
        period: MonthPeriod,
        sources: Iterable[AuthenticSource] = (),
        *,
        new_ticket: Callable[[], Ticket] | None = None,
        answered: Callable[[bytes], object] | None = None,
    ) -> Outcome:
        """Ask what the registers hold about one person, as child or as beneficiary.

        An inquiry that is cancelled is written down as unanswered and counts neither for nor
        against the endpoint.

        Args:
            ssin: The person.
            period: The months; an open end is left to the KSZ.
            sources: The registers to ask; none named asks every one you are authorised for.
            new_ticket: Gives the ticket of each attempt just before it is made, for callers who
                write tickets down before anything is sent. The first is asked for when all waiting
                for place and rate is over; what it raises then ends the inquiry, and nothing is
                sent.
            answered: Given the octets of each answer that was read, as they came, for callers who
                keep a digest of what they were told. What it raises ends the inquiry.

        Returns:
            Complete, Incomplete or Refused, with the ticket of every attempt.

        Raises:
            InvalidValueError: This environment must not be asked about this person.
            InputError: The client is closed, or belongs to another event loop.
            ConsultationError: No usable answer came; each kind is a class of its own.
            AuditError: The consultation cannot be written down, so nothing is sent or shown.
        """
        inquiry = Inquiry(self._conduct, ssin, period, tuple(dict.fromkeys(sources)), answered)
        rate, retrier = self._conduct.rate, self._conduct.retrier

        async def attempt(ticket: Ticket, deadline: Deadline) -> Outcome:
            if rate is not None and inquiry.again:
                await rate.wait_async(deadline.whole)
            question = inquiry.question(ticket)
            message = inquiry.message(question)
            entry = inquiry.consultation(question)
            with inquiry.guarded():
                async with entry or nullcontext() as written:
                    inquiry.sending(deadline)
                    with self.congestion.measured():
                        received = await self._transport.post(
                            self._conduct.profile.endpoint, message, self._conduct.headers, deadline
                        )
                        outcome = inquiry.conclude(question, received, written)
            inquiry.tell(received)
            return outcome

        self._belong_to(asyncio.get_running_loop())
        self._door.enter()
        try:
            async with self._places:
                if rate is not None:
                    await rate.wait_async(retrier.allowed())
                return inquiry.finished(
                    await retrier.run_async(
                        attempt, partial=inquiry.worth_another, new_ticket=new_ticket
                    )
                )
        except CallersError as callers:
            raise callers.error from None
        finally:
            self._door.leave()

    def _belong_to(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise InputError(
                "the client belongs to another event loop",
                next_step="Make one client for each event loop, and close it there.",
            )

    async def close(self) -> None:
        """Let no inquiry begin, wait for those under way, then close up.

        Closed are every connection and the profile's trail, not one that the caller brought.
        However often it is called, it closes once. Who is cancelled meanwhile waits no longer, and
        the client is closed all the same when the last inquiry is through.

        Raises:
            InputError: Inquiries are under way in another event loop.
        """
        # From another loop only a client that nobody uses may be closed; else it stays open.
        if not self._door.shut_if_empty():
            self._belong_to(asyncio.get_running_loop())
            self._door.shut()
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        try:
            await self._left.wait()
        finally:
            self._conduct.close()
            await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
