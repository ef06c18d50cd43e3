"""The client that users call: one question to the registers, one outcome back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from kszclient.cadaster.outcome import Outcome, judge
from kszclient.errors import ConsultationError
from kszclient.security import Profile
from kszclient.transport import BlockingTransport, Deadline
from kszclient.values import AuthenticSource, MonthPeriod, Ssin, Ticket
from kszclient.wire import HTTP_HEADERS, Question, encode, read_answer


def _utc_now() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC)


class ChildBenefitsClient:
    """Asks the registers of child benefits behind the KSZ, blocking.

    Args:
        profile: Where the service is, who asks, and within which limits.
        now: Gives the time that is written into questions, with a time zone.
        new_ticket: Gives the ticket of each question.

    Raises:
        SettingsError: The profile does not say who asks, or for which purpose.

    ::

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
        now: Callable[[], dt.datetime] = _utc_now,
        new_ticket: Callable[[], Ticket] = Ticket.new,
    ) -> None:
        self._profile = profile
        self._customer = profile.customer
        self._purpose = profile.purpose
        self._now = now
        self._new_ticket = new_ticket
        self._transport = BlockingTransport(
            connect_timeout_seconds=profile.connect_timeout_seconds,
            max_answer_bytes=profile.max_answer_bytes,
        )

    def consult(
        self, ssin: Ssin, period: MonthPeriod, sources: Iterable[AuthenticSource] = ()
    ) -> Outcome:
        """Ask what the registers hold about one person, as child or as beneficiary.

        Args:
            ssin: The person.
            period: The months; an open end is left to the KSZ.
            sources: The registers to ask; none named asks every one you are authorised for.

        Returns:
            Complete, Incomplete or Refused.

        Raises:
            InvalidValueError: This environment must not be asked about this person.
            ConsultationError: No usable answer came; each kind is a class of its own.
        """
        self._profile.admit(ssin)
        question = Question(
            customer=self._customer,
            legal_context=self._purpose,
            ssin=ssin,
            period=period,
            sources=tuple(dict.fromkeys(sources)),
            ticket=self._new_ticket(),
            sent_at=self._now(),
        )
        ticket = question.ticket.text
        try:
            received = self._transport.post(
                self._profile.endpoint,
                encode(question),
                HTTP_HEADERS,
                Deadline(self._profile.deadline_seconds),
            )
            answer = read_answer(
                received.body, http_status=received.status, content_type=received.content_type
            )
        except ConsultationError as error:
            error.ticket = ticket
            raise
        return judge(question, answer)

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
