"""The asynchronous client: the same rules as the blocking one, many questions at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Self

from kszclient.cadaster.inquiry import FilesInquiry, outcome_of
from kszclient.cadaster.outcome import Outcome
from kszclient.exchange import Environment, client_config
from kszclient.exchange.asynchronous import AsyncExchanges
from kszclient.security import Profile
from kszclient.transport import Congestion
from kszclient.values import AuthenticSource, MonthPeriod, Ssin, Ticket
from kszclient.wire import HTTP_HEADERS

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
        environment: Where time and chance come from, for tests; a client that is given one
            shares neither breaker nor rate with other clients of its endpoint.
        circumstance: The name of `environment` in 0.1.0.

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
        environment: Environment | None = None,
        circumstance: Environment | None = None,
    ) -> None:
        self._exchanges = AsyncExchanges(
            client_config(
                profile,
                HTTP_HEADERS,
                user=user,
                purpose=purpose,
                trail=trail,
                environment=environment or circumstance,
            ),
            in_flight,
        )

    @property
    def profile(self) -> Profile:
        """The policy that it follows."""
        return self._exchanges.config.profile

    @property
    def congestion(self) -> Congestion:
        """How many questions the other side bears at once, as learnt so far.

        The client does not obey it by itself; who asks about a population does.
        """
        return self._exchanges.congestion

    def admit(self, ssin: Ssin) -> None:
        """Refuse a person about whom this environment must not, or the service cannot, be asked.

        Raises:
            InvalidValueError: Rule ``contract`` or ``synthetic``.
        """
        self.profile.admit_question(ssin)

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
            new_ticket: Makes the ticket of each attempt just before it is made, for callers who
                write tickets down before anything is sent. The first is asked for when all waiting
                for place and rate is over; what it raises then ends the inquiry, and nothing is
                sent.
            answered: Called with the bytes of each answer that was read, as they came, for callers
                who keep a digest of them. What it raises ends the inquiry.

        Returns:
            Complete, Incomplete or Refused, with the ticket of every attempt.

        Raises:
            InvalidValueError: This environment must not be asked about this person.
            InputError: The client is closed, or belongs to another event loop.
            ConsultationError: No usable answer came; each kind is a class of its own.
            AuditError: The consultation cannot be written down, so nothing is sent or shown.
        """
        inquiry = FilesInquiry(self._exchanges.config, ssin, period, sources)
        return outcome_of(
            await self._exchanges.run(inquiry, new_ticket=new_ticket, answered=answered)
        )

    async def close(self) -> None:
        """Let no inquiry begin, wait for those under way, then close up.

        Closed are every connection and the profile's trail, not one that the caller brought.
        However often it is called, it closes once. Who is cancelled meanwhile waits no longer, and
        the client is closed all the same when the last inquiry is through.

        Raises:
            InputError: Inquiries are under way in another event loop.
        """
        await self._exchanges.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
