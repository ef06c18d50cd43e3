"""The client that users call: one question to the registers, one outcome back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from kszclient.cadaster.inquiry import FilesInquiry, outcome_of
from kszclient.cadaster.outcome import Outcome
from kszclient.exchange import Environment, client_config
from kszclient.exchange.blocking import BlockingExchanges
from kszclient.security import Profile
from kszclient.values import AuthenticSource, MonthPeriod, Ssin
from kszclient.wire import HTTP_HEADERS

if TYPE_CHECKING:
    from kszclient.audit import Trail


class ChildBenefitsClient:
    """Asks the registers of child benefits behind the KSZ, blocking.

    One client may be shared by any number of threads: it keeps nothing of one question that
    another could see, and rate, breaker and trail hold over all of them together.

    Args:
        profile: Where the service is, who asks, and within which limits.
        user: Who asks, for the audit trail; the profile's where left out.
        purpose: Why, in the organisation's own words, for the audit trail.
        trail: Where consultations are written down; the profile's where left out.
        environment: Where time and chance come from, for tests; a client that is given one
            shares neither breaker nor rate with other clients of its endpoint.
        circumstance: The name of `environment` in 0.1.0.

    Raises:
        SettingsError: The profile does not say who asks, for which purpose, or where that is
            written down; or a file or secret that it names cannot be used.
        AuditError: The trail cannot be opened.

    For example:

        with ChildBenefitsClient(Profile.load("mock")) as client:
            outcome = client.consult(ssin, MonthPeriod.parse("2023-01", "2023-12"))
            match outcome:
                case Complete(answer): ...
                case Incomplete(answer, silent): ...
                case Refused(answer): ...
    """

    def __init__(  # noqa: PLR0913 - what a client depends on, by name
        self,
        profile: Profile,
        *,
        user: str | None = None,
        purpose: str | None = None,
        trail: Trail | None = None,
        environment: Environment | None = None,
        circumstance: Environment | None = None,
    ) -> None:
        self._exchanges = BlockingExchanges(
            client_config(
                profile,
                HTTP_HEADERS,
                user=user,
                purpose=purpose,
                trail=trail,
                environment=environment or circumstance,
            )
        )

    def consult(
        self, ssin: Ssin, period: MonthPeriod, sources: Iterable[AuthenticSource] = ()
    ) -> Outcome:
        """Ask what the registers hold about one person, as child or as beneficiary.

        Technical failures are tried again within the profile's limits, and after an incomplete
        answer the unanswered sources alone; a refusal never is. Where the profile limits the rate,
        the time allowed begins with the first turn, which is waited for no longer than that time.

        Args:
            ssin: The person.
            period: The months; an open end is left to the KSZ.
            sources: The registers to ask; none named asks every one you are authorised for.

        Returns:
            Complete, Incomplete or Refused, with the ticket of every attempt.

        Raises:
            InvalidValueError: This environment must not be asked about this person.
            InputError: The client is closed.
            ConsultationError: No usable answer came; each kind is a class of its own.
            AuditError: The consultation cannot be written down, so nothing is sent or shown.
        """
        inquiry = FilesInquiry(self._exchanges.config, ssin, period, sources)
        return outcome_of(self._exchanges.run(inquiry))

    def close(self) -> None:
        """Let no inquiry begin, and close up when those under way are through.

        Closed are every connection and the profile's trail, not one that the caller brought.
        It does not wait for other threads: whoever of them is the last closes.
        """
        self._exchanges.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
