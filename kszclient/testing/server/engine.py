"""The mock KSZ without a network: the bytes of a request in, the bytes of an answer out."""

from __future__ import annotations

import datetime as dt
import re
import time
import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import msgspec
from lxml import etree

from kszclient.testing.server.answer_xml import (
    FaultDetail,
    Stamp,
    codes,
    write_answer,
    write_fault,
    write_soap_fault,
)
from kszclient.testing.server.breakage import BREAKAGES, Sent
from kszclient.testing.server.customers import CustomerAccess
from kszclient.testing.server.decision import FaultCode, decide
from kszclient.testing.server.question import ConsultRequest, SoapError, payload_of, read_question
from kszclient.testing.server.scenario import ALWAYS_ON, Effects, Play, Scenario, shipped_scenario
from kszclient.testing.server.world import World
from kszclient.wire.contract import NAMESPACE
from kszclient.wire.parse import MalformedXmlError, parse
from kszclient.wire.schema import Violation, check_payload

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_REQUEST_BYTES = 1_000_000
_REQUEST = f"{{{NAMESPACE}}}consultFilesBySsinRequest"
_NOT_VALID = "MSG00004"
_MAX_INFORMATION = 15
_LONGEST_NAME = 64
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)


class Seen(msgspec.Struct, frozen=True):
    """What is kept of a request: nothing that leads to a person.

    Args:
        ticket: The KSZ's ticket.
        customer_ticket: The customer's, or None; only where it is a UUID, other forms may identify.
        http_status: Status of the reply.
        value: Outcome over all sources, ``FAULT`` or nothing where SOAP itself failed.
        code: Status or reason code.
        sources: Sources asked.
        violations: Where the request broke the schema.
        duration_ms: Time spent on it, without any delay that a scenario asks.
        broken: How the answer was spoilt, or None.
    """

    ticket: str
    customer_ticket: str | None
    http_status: int
    value: str
    code: str
    sources: tuple[str, ...]
    violations: tuple[str, ...]
    duration_ms: float
    broken: str | None


class HandledRequest(msgspec.Struct, frozen=True):
    """A reply to send, what to remember of it, and how long to hold it back.

    Args:
        sent: What goes over the line.
        seen: What is kept of the request.
        replied_at: What the service takes for the time.
        delay_seconds: How long the reply is held back.
    """

    sent: Sent
    seen: Seen
    replied_at: dt.datetime
    delay_seconds: float = 0.0


def _now() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC)


def _new_ticket() -> str:
    return str(uuid.uuid4())


class MockEngine:
    """Answers requests from a world, as a scenario wants it.

    Args:
        world: What the registers hold.
        scenarios: Played after the one that is always on.
        clock: Gives the time, with a time zone; the real time where left out.
        tickets: Gives the KSZ's ticket of each request, a UUID; random ones where left out.
        customer: Code of a customer of the service, as which the invented one of the profile
            ``mock`` is answered; that one may ask for everything where left out.

    Raises:
        InputError: There is no such customer.
    """

    def __init__(
        self,
        world: World,
        scenarios: Iterable[Scenario] = (),
        *,
        clock: Callable[[], dt.datetime] | None = None,
        tickets: Callable[[], str] | None = None,
        customer: str | None = None,
    ) -> None:
        self.world = world
        self._access = CustomerAccess(customer)
        self._play = Play([shipped_scenario(ALWAYS_ON), *scenarios], world.personas)
        self._clock = clock or _now
        self._tickets = tickets or _new_ticket

    def now(self) -> dt.datetime:
        """Return the time, with a time zone."""
        return self._clock()

    def leaves_unread(self) -> bool:
        """Return whether the connection of the next question is reset before it is read."""
        return self._play.leaves_unread(self.now())

    def answer(self, body: bytes) -> HandledRequest:
        """Answer one request.

        Args:
            body: The bytes of a SOAP envelope, or of anything.
        """
        handling = _Handling(self._tickets(), self.now(), self._clock)
        try:
            payload = payload_of(parse(body, max_bytes=MAX_REQUEST_BYTES))
        except MalformedXmlError as error:
            return handling.fault(_NOT_VALID, [("message", str(error))])
        except SoapError as error:
            return handling.soap_fault(error)
        violations = _violations(payload)
        if violations:
            breaches = [(_where(each), each.rule) for each in violations]
            return handling.fault(_NOT_VALID, breaches, violations=violations)
        question = read_question(payload)
        now = self.now()
        effects = self._play.effects(question, now)
        self._access.restrict(effects, question, now)
        handling.skew = dt.timedelta(seconds=effects.skew_seconds)
        decided = decide(self.world, question, effects)
        if isinstance(decided, FaultCode):
            made = handling.fault(decided.code, question=question)
        else:
            sent = Sent(200, write_answer(question, handling.stamp(), decided))
            status = decided.status
            made = handling.done(sent, status.value, status.code, question=question)
        sent = _spoilt(made.sent, effects)
        seen = msgspec.structs.replace(
            made.seen, http_status=sent.http_status, broken=effects.broken
        )
        return msgspec.structs.replace(
            made, sent=sent, seen=seen, delay_seconds=effects.delay_ms / 1000
        )


class _Handling:
    """One request being handled: its ticket and when it came in."""

    def __init__(
        self, ticket: str, received: dt.datetime, clock: Callable[[], dt.datetime]
    ) -> None:
        self._ticket = ticket
        self._received = received
        self._clock = clock
        self._started = time.perf_counter()
        self.skew = dt.timedelta()

    def stamp(self) -> Stamp:
        return Stamp(self._ticket, _utc(self._received + self.skew), _utc(self._now()))

    def _now(self) -> dt.datetime:
        return self._clock() + self.skew

    def done(
        self,
        sent: Sent,
        value: str,
        code: str,
        *,
        question: ConsultRequest | None = None,
        violations: tuple[Violation, ...] = (),
    ) -> HandledRequest:
        duration = round((time.perf_counter() - self._started) * 1000, 3)
        seen = Seen(
            ticket=self._ticket,
            customer_ticket=_uuid_or_none(question.customer.ticket) if question else None,
            http_status=sent.http_status,
            value=value,
            code=code,
            sources=tuple(map(str, question.sources_asked)) if question else (),
            violations=tuple(str(each) for each in violations),
            duration_ms=duration,
            broken=None,
        )
        return HandledRequest(sent, seen, self._now())

    def fault(
        self,
        code: str,
        information: Iterable[tuple[str, str]] = (),
        *,
        question: ConsultRequest | None = None,
        violations: tuple[Violation, ...] = (),
    ) -> HandledRequest:
        fields = tuple(information)[:_MAX_INFORMATION]
        blame = "Client" if code == _NOT_VALID else "Server"
        detail = FaultDetail(code, codes().fault[code].diagnostic, fields, blame)
        body = write_fault(self.stamp(), detail, question.customer if question else None)
        return self.done(Sent(500, body), "FAULT", code, question=question, violations=violations)

    def soap_fault(self, error: SoapError) -> HandledRequest:
        body = write_soap_fault(error.faultcode, error.text)
        return self.done(Sent(500, body), "", error.faultcode)


def _spoilt(sent: Sent, effects: Effects) -> Sent:
    """Apply what a gateway does first, and then what the line does."""
    if effects.http_status is not None:
        body = sent.body if effects.fault else b"The gateway says no."
        kind = sent.content_type if effects.fault else "text/plain; charset=utf-8"
        sent = Sent(effects.http_status, body, kind)
    if effects.retry_after is not None:
        sent = msgspec.structs.replace(sent, headers={"Retry-After": effects.retry_after})
    return BREAKAGES[effects.broken](sent) if effects.broken else sent


def _violations(payload: _Element) -> tuple[Violation, ...]:
    if payload.tag != _REQUEST:
        return (Violation("/", "undeclared-root"),)
    return check_payload(payload)


def _where(violation: Violation) -> str:
    root = etree.QName(_REQUEST).localname
    return violation.path.rpartition(f"{root}/")[2][-_LONGEST_NAME:]


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def _uuid_or_none(ticket: str | None) -> str | None:
    return ticket if ticket and _UUID.fullmatch(ticket) else None
