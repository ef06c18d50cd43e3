"""Every error this library raises, in one tree.

The tree, and what each error means:

    KszError
    ├── InputError                 what you gave is wrong; nothing was sent
    │   ├── InvalidValueError      a value breaks a rule of its kind (SSIN, month, ...)
    │   ├── UnknownPlaceError      a municipality code or postcode that never existed
    │   ├── DomicileError          a domicile history that contradicts itself
    │   ├── IntakeError            a complaint file that cannot be read
    │   └── SettingsError          a profile or file of settings that cannot be used
    ├── DataError                  a rule table or schema shipped with the library is broken
    ├── AuditError                 the audit trail cannot be written or read, so nothing goes on
    ├── CaseRegisterError          the register of cases cannot be used, so nothing is handed in
    ├── ClusterError               a cluster cannot be reached or gave up
    ├── JournalError               the journal of a reconciliation cannot be written or read
    └── ConsultationError          a question was put, no usable answer came
        ├── ConnectionFailedError  no connection, or it broke
        ├── DeadlineExceededError  no complete answer within the time allowed
        ├── CircuitOpenError       not sent: the endpoint failed too often just now
        ├── ServiceFaultError      the KSZ answered with a fault of its own
        ├── GatewayError           something between here and the KSZ answered
        │   └── UnverifiedFaultError   a fault in the KSZ's words that nobody signed
        ├── ContractDriftError     the answer does not obey the published contract
        ├── AnswerMismatchError    the answer belongs to another question
        └── SecurityError          one side does not trust the other
            ├── TlsRefusedError        no secure connection: a certificate was refused
            └── SignatureRefusedError  the answer is not proven to be the KSZ's

A refusal by the KSZ is no error: it is an outcome (`kszclient.cadaster.Refused`).

No message of any of these carries a national number, a name or a body.
"""

from __future__ import annotations

from kszclient.remedies import by_status


class KszError(Exception):
    """Something this library cannot do, with what to do about it.

    Args:
        message: What failed and where, without personal data.
        next_step: What the caller can do about it, in one sentence.

    Attributes:
        retry_can_help: Whether the same may succeed later.
    """

    next_step: str = "Report it, with the command or call that led to it and no number of a person."
    retry_can_help: bool = False

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        if next_step:
            self.next_step = next_step

    def __reduce__(self) -> tuple[object, ...]:
        """Let errors with keyword arguments cross from one process to another.

        The usual way calls the class with the message alone, which many of them refuse.
        """
        return _revive, (type(self), self.args), self.__dict__


def _revive(kind: type[KszError], args: tuple[object, ...]) -> KszError:
    return kind.__new__(kind, *args)


class InputError(KszError, ValueError):
    """What the caller gave cannot be used; nothing was sent."""

    next_step = "Correct what the message names, then ask again."


class InvalidValueError(InputError):
    """A value breaks a rule of its kind. The value itself is never repeated.

    Args:
        kind: The kind of value, such as ``"SSIN"``.
        rule: The name of the broken rule, such as ``"check-digits"``.
        message: What the rule asks.
    """

    def __init__(self, kind: str, rule: str, message: str) -> None:
        super().__init__(f"{kind}: {message} (rule {rule})")
        self.kind = kind
        self.rule = rule
        self.message = message

    def renamed(self, kind: str) -> InvalidValueError:
        """Return the same error about a value that goes by another name where it was given.

        Args:
            kind: That name, such as ``"--ticket"``.
        """
        return InvalidValueError(kind, self.rule, self.message)


class UnknownPlaceError(InputError):
    """A municipality code or postcode that is in no table, old or new."""


class DomicileError(InputError):
    """A domicile history that contradicts itself; the message names the spells."""


class IntakeError(InputError):
    """A complaint that cannot be read; the message names the field and what was expected."""


class SettingsError(InputError):
    """Settings that cannot be used; the message names the key."""


class DataError(KszError):
    """A rule table or schema that the library ships with is broken; the message names the row."""

    next_step = "Install kszclient anew, or correct the tables that KSZCLIENT_DATA names."


class AuditError(KszError):
    """The audit trail cannot be written or read; a consultation without a trail is not made."""

    next_step = "Free the disk or correct the trail's path and keys; lookups wait for it."


class CaseRegisterError(KszError):
    """The register of cases cannot be written or read; what it cannot keep is not handed in."""

    next_step = (
        "Free the disk or correct the register's path and rights, then give the same command again."
    )


class JournalError(KszError):
    """The journal or a result of a reconciliation cannot be written or read; the run stops."""

    next_step = "Free the disk or correct the folder, then go on with --resume."


class ClusterError(KszError):
    """A cluster cannot be reached or gave up; what its workers wrote down is kept."""

    next_step = "Look at the scheduler and its workers, then go on with --resume."


class ConsultationError(KszError):
    """A question was put to the KSZ and no usable answer came back.

    Args:
        message: What failed, without personal data.
        ticket: Our ticket of the question, to quote to a help desk.
        next_step: What the caller can do.
        sent: Whether the question may have left this machine.

    Attributes:
        retry_after_seconds: How long the other side asks us to wait, if it does so (the header
            Retry-After, which whoever read the answer puts here).
        earlier_tickets: The tickets of the attempts before this one, oldest first.
        stated_codes: What a fault in the words of the KSZ states, whether or not it was signed:
            enough to decide how fast to go on, and never to be believed.
    """

    next_step = "Quote the ticket to the help desk of the KSZ."
    sent: bool = True
    retry_after_seconds: float | None = None
    earlier_tickets: tuple[str, ...] = ()
    stated_codes: tuple[str, ...] = ()

    def __init__(
        self, message: str, *, ticket: str | None = None, next_step: str = "", sent: bool = True
    ) -> None:
        super().__init__(message, next_step=next_step)
        self.ticket = ticket
        if not sent:
            self.sent = False


class ConnectionFailedError(ConsultationError):
    """No connection could be made, or it broke before the answer was complete."""

    retry_can_help = True
    next_step = "Check that the endpoint is right and reachable; trying again may help."


class DeadlineExceededError(ConsultationError):
    """The answer was not complete within the time allowed."""

    retry_can_help = True
    next_step = "Try again, or allow more time."


class CircuitOpenError(ConsultationError):
    """Nothing was sent: the endpoint failed so often that it is left alone for a while.

    Args:
        message: Which endpoint, without personal data.
        retry_after_seconds: When it will be tried again.
        ticket: Our ticket of the question.
    """

    sent = False
    retry_can_help = True
    next_step = "Wait: the endpoint is tried again by itself."

    def __init__(
        self, message: str, *, retry_after_seconds: float, ticket: str | None = None
    ) -> None:
        super().__init__(message, ticket=ticket)
        self.retry_after_seconds = retry_after_seconds


class GatewayError(ConsultationError):
    """Something other than the service answered: a proxy, a gateway, an error page.

    Whether asking again can help, and what else does, stands in `kszclient.remedies`.

    Args:
        message: What came instead of an answer, without its content.
        http_status: The HTTP status that came with it.
        ticket: Our ticket of the question.
        next_step: What the caller can do.

    Attributes:
        fault_code: Where a SOAP fault came: its code without prefix, such as ``FailedCheck``.
    """

    fault_code: str | None = None

    def __init__(
        self, message: str, *, http_status: int, ticket: str | None = None, next_step: str = ""
    ) -> None:
        remedy = by_status(http_status)
        super().__init__(message, ticket=ticket, next_step=next_step or remedy.next_step)
        self.http_status = http_status
        self.retry_can_help = remedy.again


class UnverifiedFaultError(GatewayError):
    """A fault in the words of the KSZ came unsigned, though the profile asks for signatures.

    Whoever stands between can write it, so it is no word of the KSZ's: neither a refusal nor a
    ticket to quote. But many services sign no faults, for these arise before anything is signed;
    so the question is put again where it would be after the same fault signed, and only there: to
    repeat what was refused may lock an account, and who can forge a fault can stop any answer.

    Args:
        message: What came, without its content.
        http_status: The HTTP status that came with it.
        claimed_codes: The reason codes that the fault states.
        again: Whether asking again could help if the fault were the KSZ's.
        ticket: Our ticket of the question.
        next_step: What the caller can do.
    """

    next_step = (
        "Try again later; if it stays, ask the KSZ help desk whether it signs faults. Do not take "
        "the fault for its answer."
    )
    _NOT_AGAIN = (
        "Do not try again, and do not take the fault for the KSZ's answer: show its help desk this "
        "line, and ask whether it signs faults."
    )

    def __init__(  # noqa: PLR0913 - those of every error, and what this one alone knows
        self,
        message: str,
        *,
        http_status: int,
        claimed_codes: tuple[str, ...],
        again: bool = True,
        ticket: str | None = None,
        next_step: str = "",
    ) -> None:
        super().__init__(message, http_status=http_status, ticket=ticket, next_step=next_step)
        self.next_step = next_step or (type(self).next_step if again else self._NOT_AGAIN)
        self.retry_can_help = again
        self.claimed_codes = self.stated_codes = claimed_codes


class ContractDriftError(ConsultationError):
    """The answer does not obey the published contract; nothing of it was used."""

    next_step = "Do not use the answer; compare the schema manifest with the KSZ's publication."


class AnswerMismatchError(ConsultationError):
    """The answer carries another ticket, person, months or sources than the question."""

    next_step = "Do not use the answer; report both tickets to the KSZ help desk."


class SecurityError(ConsultationError):
    """One side does not trust the other; trying again changes nothing.

    Args:
        message: What was refused, without personal data.
        reason: One word for it, such as ``"expired"``; each kind lists its own.
        ticket: Our ticket of the question.
        next_step: What the caller can do.
    """

    def __init__(
        self, message: str, *, reason: str, ticket: str | None = None, next_step: str = ""
    ) -> None:
        super().__init__(message, ticket=ticket, next_step=next_step)
        self.reason = reason


class TlsRefusedError(SecurityError):
    """No secure connection came about; the reasons are those of `kszclient.transport.TlsFlaw`."""


class SignatureRefusedError(SecurityError):
    """The answer is not proven to be the KSZ's own, so nothing of it was read.

    The reasons are those of `kszclient.security.SignatureFlaw`.
    """


class ServiceFaultError(ConsultationError):
    """The KSZ answered with a SOAP fault that carries its own detail.

    Args:
        message: What failed, from reason codes and diagnostics.
        reason_codes: The KSZ's reason codes, at least one; ``other`` for what is none by its form.
        ticket: Our ticket of the question.
        ticket_cbss: The KSZ's ticket, to quote to its help desk.
        next_step: What the caller can do.
    """

    retry_can_help = True
    next_step = "Try again later; if it stays, quote the KSZ ticket to its help desk."

    def __init__(
        self,
        message: str,
        *,
        reason_codes: tuple[str, ...],
        ticket_cbss: str,
        ticket: str | None = None,
        next_step: str = "",
    ) -> None:
        super().__init__(message, ticket=ticket, next_step=next_step)
        self.reason_codes = self.stated_codes = reason_codes
        self.ticket_cbss = ticket_cbss
