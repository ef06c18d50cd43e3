"""The client that users call: one question to the registers, one outcome back."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Self

from kszclient.cadaster.conduct import Circumstance, conduct_of
from kszclient.cadaster.door import Door
from kszclient.cadaster.inquiry import Inquiry
from kszclient.cadaster.outcome import Outcome
from kszclient.security import Profile, client_context
from kszclient.transport import BlockingTransport, Deadline
from kszclient.values import AuthenticSource, MonthPeriod, Ssin, Ticket

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
        circumstance: Where time and chance come from, for tests; a client that is given one
            shares neither breaker nor rate with other clients of its endpoint.

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

    def __init__(
        self,
        profile: Profile,
        *,
        user: str | None = None,
        purpose: str | None = None,
        trail: Trail | None = None,
        circumstance: Circumstance | None = None,
    ) -> None:
        self._conduct = conduct_of(
            profile, user=user, purpose=purpose, trail=trail, circumstance=circumstance
        )
        self._transport = BlockingTransport(
            connect_timeout_seconds=profile.connect_timeout_seconds,
            max_answer_bytes=profile.max_answer_bytes,
            tls=client_context(profile),
            proxy=profile.proxy,
        )
        self._door = Door(self._close)

    def consult(
        self, ssin: Ssin, period: MonthPeriod, sources: Iterable[AuthenticSource] = ()
    ) -> Outcome:
        """Ask what the registers hold about one person, as child or as beneficiary.

        Technical failures are tried again within the profile's limits, and after an incomplete
        answer the silent sources alone; a refusal never is. Where the profile limits the rate, the
        time allowed begins with the first turn, which is waited for no longer than that time.

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
        inquiry = Inquiry(self._conduct, ssin, period, tuple(dict.fromkeys(sources)))
        rate, retrier = self._conduct.rate, self._conduct.retrier

        def attempt(ticket: Ticket, deadline: Deadline) -> Outcome:
            if rate is not None and inquiry.again:
                rate.wait(deadline.whole)
            question = inquiry.question(ticket)
            message = inquiry.message(question)
            entry = inquiry.consultation(question)
            with inquiry.guarded(), entry or nullcontext() as written:
                inquiry.sending(deadline)
                received = self._transport.post(
                    self._conduct.profile.endpoint, message, self._conduct.headers, deadline
                )
                return inquiry.conclude(question, received, written)

        self._door.enter()
        try:
            if rate is not None:
                rate.wait(retrier.allowed())
            return inquiry.finished(retrier.run(attempt, partial=inquiry.worth_another))
        finally:
            self._door.leave()

    def close(self) -> None:
        """Let no inquiry begin, and close up when those under way are through.

        Closed are every connection and the profile's trail, not one that the caller brought.
        It does not wait for other threads: whoever of them is the last closes.
        """
        self._door.shut()

    def _close(self) -> None:
        self._conduct.close()
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
