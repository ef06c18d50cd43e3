"""One inquiry: a question through all its attempts, until it is answered in full or given up.

Every rule about attempts stands here once; a client only sends. After an incomplete answer only the
silent sources are asked again, under a new ticket, and the answers are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from kszclient.cadaster.conduct import Conduct
from kszclient.cadaster.merging import merge
from kszclient.cadaster.outcome import Complete, Incomplete, Outcome, Refused, judge
from kszclient.cadaster.reading import read_received
from kszclient.cadaster.subjects import subjects
from kszclient.errors import ConsultationError, DeadlineExceededError
from kszclient.transport import Deadline, HttpAnswer, Retried, retry_after_seconds
from kszclient.values import AuthenticSource, MonthPeriod, Ssin, Ticket, day_in_belgium
from kszclient.wire import Answer, GlobalStatusValue, Question, envelope_of

if TYPE_CHECKING:
    from kszclient.audit import Consultation

# The KSZ is there, and none of the registers that were asked answers it (contract: fault codes).
_REGISTERS_SILENT = "MSG00002"


class CallersError(Exception):
    """What the caller's own function raised, on its way past all that learns from failures.

    Args:
        error: The error.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class Inquiry:
    """The state of one inquiry; made for one caller, used by one thread.

    Args:
        conduct: How the client behaves.
        ssin: The person.
        period: The months.
        sources: The registers to ask, each once; none named asks every one.
        answered: Given the octets of each answer that was read.

    Raises:
        InvalidValueError: This environment must not, or the service cannot, be asked about this
            person.
    """

    def __init__(
        self,
        conduct: Conduct,
        ssin: Ssin,
        period: MonthPeriod,
        sources: tuple[AuthenticSource, ...],
        answered: Callable[[bytes], object] | None = None,
    ) -> None:
        conduct.profile.admit_question(ssin)
        self._conduct = conduct
        self._ssin = ssin
        self._period = period
        self._sources = sources
        self._answered = answered
        self._first: Question | None = None
        self._incomplete: Incomplete | None = None
        self._over = False
        self._message = b""

    @property
    def again(self) -> bool:
        """Whether there was an attempt before."""
        return self._first is not None

    def question(self, ticket: Ticket) -> Question:
        """Give the question of the next attempt: about what is still open."""
        open_sources = self._incomplete.silent if self._incomplete else self._sources
        asked = Question(
            customer=self._conduct.asker.organisation,
            legal_context=self._conduct.asker.legal_context,
            ssin=self._ssin,
            period=self._period,
            sources=open_sources,
            ticket=ticket,
            sent_at=self._conduct.now(),
        )
        self._first = self._first or asked
        return asked

    def message(self, question: Question) -> bytes:
        """Give the octets to send.

        Raises:
            AuditError: Bodies shall be kept and cannot be, so nothing is sent.
        """
        if self._conduct.bodies is not None:
            self._conduct.bodies.check()
        self._message = self._conduct.security.sign(envelope_of(question), self._conduct.now())
        return self._message

    def consultation(self, question: Question) -> Consultation | None:
        """Give the entry of an attempt in the audit trail, or None where there is no trail."""
        if self._conduct.trail is None:
            return None
        # A trail takes its time to load; only who keeps one pays.
        from kszclient.audit.consultation import Consultation  # noqa: PLC0415 - see above

        return Consultation(
            self._conduct.trail,
            self._conduct.asker,
            ticket=question.ticket,
            ssin=self._ssin,
            months=self._period,
            sources=question.sources,
        )

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let the breaker learn from how an attempt ends.

        Where only the registers behind the KSZ are silent, the endpoint itself has answered: a
        closed register must not keep the others from being asked. A fault that nobody signed is
        enough for that: leaving an endpoint alone spares it, and protects nothing else.
        """
        registers_silent: ConsultationError | None = None
        with self._conduct.breaker.guard():
            try:
                yield
            except ConsultationError as error:
                if set(error.stated_codes) != {_REGISTERS_SILENT}:
                    raise
                registers_silent = error
        if registers_silent is not None:
            raise registers_silent

    @staticmethod
    def sending(deadline: Deadline) -> None:
        """Begin the time of an attempt, once all that comes before it is done.

        Raises:
            DeadlineExceededError: All the time was taken here, which tells nothing of the endpoint.
        """
        try:
            deadline.begin_anew()
        except DeadlineExceededError:
            raise DeadlineExceededError(
                "nothing sent: writing the question down took all the time allowed",
                next_step="Find out what slows the audit trail down, or allow more time.",
                sent=False,
            ) from None

    def conclude(
        self, question: Question, received: HttpAnswer, written: Consultation | None
    ) -> Outcome:
        """Read what came back and tell what is known now, all attempts together.

        Raises:
            ConsultationError: What came is no usable answer.
        """
        self._keep_bodies(question.ticket, received)
        try:
            answer = read_received(
                received,
                self._conduct.security,
                self._conduct.now(),
                max_bytes=self._conduct.profile.max_answer_bytes,
            )
            signed = self._conduct.profile.signature is not None
            outcome = judge(question, answer, signed=signed)
        except ConsultationError as error:
            error.retry_after_seconds = retry_after_seconds(
                received.retry_after, self._conduct.now()
            )
            raise
        if answer.numbers_outside_contract:
            _warn_of(answer, question.ticket)
        if written is not None:
            _write(written, outcome)
        return self._together(outcome)

    def tell(self, received: HttpAnswer) -> None:
        """Give the caller the octets of an answer that was read, once it is written down.

        Raises:
            CallersError: What the caller does with them fails; that is no failure of the endpoint,
                and nothing that asking again would help.
        """
        if self._answered is not None:
            try:
                self._answered(received.body)
            except Exception as error:  # noqa: BLE001 - whatever it is, it goes to the caller
                raise CallersError(error) from None

    def _keep_bodies(self, ticket: Ticket, received: HttpAnswer) -> None:
        """Keep what was sent and what came, also where it cannot be read, if the profile asks."""
        if self._conduct.bodies is not None:
            bodies = (self._message, received.body)
            self._conduct.bodies.keep(ticket, bodies, day_in_belgium(self._conduct.now()))

    def worth_another(self, outcome: Outcome) -> bool:
        """Tell whether another attempt may learn more."""
        return isinstance(outcome, Incomplete) and not self._over

    @staticmethod
    def finished(retried: Retried[Outcome]) -> Outcome:
        """Give the outcome with the tickets of all attempts."""
        return msgspec.structs.replace(retried.result, attempts=retried.attempts)

    def _together(self, outcome: Outcome) -> Outcome:
        before = self._incomplete
        if before is None or self._first is None:
            together = outcome
        elif isinstance(outcome, Refused):
            # What was known stays known; who refuses once will not answer when asked again.
            self._over = True
            return before
        else:
            together = judge_merged(before, outcome)
        self._incomplete = together if isinstance(together, Incomplete) else None
        # Silent sources that nobody can name cannot be asked alone.
        self._over = self._incomplete is not None and not self._incomplete.silent
        return together


def _warn_of(answer: Answer, ticket: Ticket) -> None:
    # Hardly ever, and the logs take their time to load.
    from kszclient.logs import get_logger  # noqa: PLC0415 - see above

    get_logger("cadaster").warning(
        "an answer holds numbers that the contract does not admit; they were read",
        ticket=ticket,
        places=answer.numbers_outside_contract,
    )


def judge_merged(before: Incomplete, outcome: Complete | Incomplete) -> Complete | Incomplete:
    """Merge an incomplete outcome with the outcome for its silent sources.

    Data that was found at first and that no source tells of in the end does not become "nothing".
    """
    answer = merge(before.answer, outcome.answer)
    said, says = before.answer.status.value, answer.status.value
    vanished = said is GlobalStatusValue.DATA_FOUND and says is GlobalStatusValue.NO_DATA_FOUND
    if isinstance(outcome, Complete) and not vanished:
        return Complete(answer)
    status = msgspec.structs.replace(answer.status, value=GlobalStatusValue.INCOMPLETE_DATA)
    silent = outcome.silent if isinstance(outcome, Incomplete) else ()
    return Incomplete(msgspec.structs.replace(answer, status=status), silent)


def _write(written: Consultation, outcome: Outcome) -> None:
    answer = outcome.answer
    ticket_cbss = answer.information_cbss.ticket_cbss
    if isinstance(outcome, Refused):
        written.refused(ticket_cbss=ticket_cbss, code=outcome.code)
        return
    incomplete = isinstance(outcome, Incomplete)
    written.answered(
        ticket_cbss=ticket_cbss,
        outcome="INCOMPLETE" if incomplete else "COMPLETE",
        silent=outcome.silent if isinstance(outcome, Incomplete) else (),
        subjects=subjects(answer),
    )
