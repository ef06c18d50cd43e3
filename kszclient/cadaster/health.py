"""Is everything in order between us and the registers: ours, or theirs?

Ours is what this machine can answer for: settings, certificates, schemas, trail. Theirs is what is
only seen by going there: the name, the connection, the clock of the other side. The KSZ has a
service for testing connections, whose messages are not published; so an empty message is sent to
the endpoint itself, which names nobody and which the service must refuse.
"""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import msgspec

from kszclient.audit import AuditKeys, AuditTrail
from kszclient.errors import (
    AuditError,
    ConsultationError,
    DataError,
    GatewayError,
    KszError,
    ServiceFaultError,
    SettingsError,
)
from kszclient.security import Profile, client_context
from kszclient.security.examination import Check, State, examine
from kszclient.transport import BlockingTransport, Deadline, HttpAnswer
from kszclient.wire import HTTP_HEADERS, read_answer, schema_files

_CLOCK_WARN_SECONDS = 60
_CLOCK_FAIL_SECONDS = 300
_UNAUTHORISED = (401, 403)


class Health(msgspec.Struct, frozen=True):
    """What was looked at, line by line.

    Args:
        ours: What this machine answers for.
        theirs: What was seen by going there; empty where ours forbids going.
    """

    ours: tuple[Check, ...]
    theirs: tuple[Check, ...]

    @property
    def worst(self) -> State:
        """The worst state of all lines."""
        states = {check.state for check in (*self.ours, *self.theirs)}
        return next(each for each in (State.FAIL, State.WARN, State.OK) if each in states)


def check_health(profile: Profile, now: dt.datetime) -> Health:
    """Look at everything a lookup needs; nobody is asked about.

    Args:
        profile: The profile.
        now: The time, with a time zone.
    """
    ours = (*examine(profile, now), _schemas(), _trail(profile))
    return Health(ours, tuple(_going_there(profile, now)))


def _schemas() -> Check:
    try:
        files = schema_files()
    except DataError as error:
        return Check("schemas", State.FAIL, str(error), "Install kszclient anew.")
    return Check(
        "schemas", State.OK, f"the WSDL and {len(files)} schemas are those of the manifest"
    )


def _trail(profile: Profile) -> Check:
    if profile.audit is None:
        if profile.loopback_only:
            return Check("audit", State.OK, "none is needed on this machine")
        return Check("audit", State.FAIL, "not set", "Make one with: kszclient audit create.")
    try:
        AuditTrail(profile.audit.trail, AuditKeys.load(profile.audit.keys)).close()
    except (AuditError, SettingsError) as error:
        return Check("audit", State.FAIL, str(error), error.next_step)
    return Check("audit", State.OK, "the trail opens and its end fits its keys")


def _going_there(profile: Profile, now: dt.datetime) -> Iterator[Check]:
    name = _resolution(profile)
    yield name
    if name.state is not State.OK:
        return
    try:
        with BlockingTransport(
            connect_timeout_seconds=profile.connect_timeout_seconds,
            max_answer_bytes=profile.max_answer_bytes,
            tls=client_context(profile),
        ) as transport:
            login = {"Authorization": profile.basic.header()} if profile.basic else {}
            deadline = Deadline(profile.longest_attempt_seconds)
            answer = transport.post(profile.endpoint, b"", {**HTTP_HEADERS, **login}, deadline)
    except KszError as error:
        yield Check("connection", State.FAIL, str(error), error.next_step)
        return
    yield _connection(answer)
    yield _clock(answer, now)


def _resolution(profile: Profile) -> Check:
    url = urlsplit(profile.endpoint)
    try:
        found = socket.getaddrinfo(url.hostname, url.port or 443, proto=socket.IPPROTO_TCP)
    except OSError:
        return Check("name", State.FAIL, "the name of the service is not known here", "Check DNS.")
    return Check("name", State.OK, f"the name of the service has {len(found)} addresses")


def _connection(answer: HttpAnswer) -> Check:
    """Tell what an empty message was answered with; a refusal of it is what should come."""
    if answer.status in _UNAUTHORISED:
        return Check(
            "connection",
            State.FAIL,
            f"somebody answers, but refuses us (HTTP status {answer.status})",
            "Check user name and secret, and that the KSZ knows the address of this machine.",
        )
    try:
        read_answer(answer.body, http_status=answer.status, content_type=answer.content_type)
    except ServiceFaultError as error:
        codes = ", ".join(error.reason_codes)
        return Check("connection", State.OK, f"the service answers (it refuses nothing: {codes})")
    except GatewayError:
        pass
    except ConsultationError as error:
        return Check("connection", State.WARN, str(error), error.next_step)
    return Check(
        "connection",
        State.WARN,
        f"somebody answers, but not as the service does (HTTP status {answer.status})",
        "Try a lookup; if it fails too, show the HTTP status to your network desk.",
    )


def _clock(answer: HttpAnswer, now: dt.datetime) -> Check:
    try:
        theirs = parsedate_to_datetime(answer.date or "")
        apart = abs((theirs - now).total_seconds())
    except (ValueError, TypeError):
        return Check("clock", State.OK, "the other side does not tell its time")
    said = f"{apart:.0f} s apart from the other side"
    if apart < _CLOCK_WARN_SECONDS:
        return Check("clock", State.OK, said)
    state = State.FAIL if apart >= _CLOCK_FAIL_SECONDS else State.WARN
    return Check("clock", state, said, "Set the clock: signatures count for five minutes.")
