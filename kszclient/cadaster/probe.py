"""Going there: is the service reached, and does it take our messages as a lookup would send them?

The KSZ has a service for testing connections, whose messages are not published. So the operation
itself is sent a question about nobody, with the certificate, password and signature of a real one;
the service must refuse it, and what it says is verified as an answer would be.

Each line stands with whoever can mend it: a password that is refused is ours, though it is the
other side that says so.
"""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from kszclient.cadaster.reading import read_received
from kszclient.cadaster.refusals import Verdict, judge_reply
from kszclient.errors import (
    ConsultationError,
    DataError,
    GatewayError,
    KszError,
    SettingsError,
    TlsRefusedError,
)
from kszclient.exchange import headers_of
from kszclient.exchange.config import transport_options
from kszclient.security import MessageSecurity, Profile, client_context, message_security
from kszclient.security.examination import Check, State, check_end
from kszclient.transport import BlockingTransport, Deadline, HttpAnswer, TlsFlaw
from kszclient.wire import EMPTY_QUESTION, HTTP_HEADERS

_CLOCK_WARN_SECONDS = 60
_CLOCK_FAIL_SECONDS = 300
_MEND_FIRST = "Mend what fails above first."
_UNREACHED = (
    "Check endpoint and network, and that the KSZ knows the address of this machine: it leaves "
    "others without an answer."
)


def go_there(profile: Profile, now: dt.datetime) -> Iterator[Verdict]:
    """Send a question about nobody and tell what was seen on the way.

    Args:
        profile: The profile.
        now: The time, with a time zone.
    """
    name = _resolution(profile)
    yield name
    if name.check.state is not State.OK:
        return
    begin = time.monotonic()
    try:
        security = message_security(profile)
        answer = _ask(profile, security, now)
    except SettingsError:
        finding = "not tried, for the settings above cannot be used"
        check = Check("connection", State.FAIL, finding, _MEND_FIRST)
        yield Verdict(check, ours=True)
        return
    except TlsRefusedError as error:
        yield Verdict(_failed("tls", error), ours=TlsFlaw(error.reason).ours)
        return
    except GatewayError as error:
        # What answered is the proxy; what the service answers is looked at below.
        yield Verdict(_failed("proxy", error), ours=True)
        return
    except ConsultationError as error:
        yield Verdict(Check("connection", State.FAIL, str(error), _UNREACHED))
        return
    context = client_context(profile)
    if context is not None:
        yield Verdict(_their_certificate(profile, context, now))
    received_at = now + dt.timedelta(seconds=time.monotonic() - begin)
    yield from _reply(profile, security, answer, received_at)
    yield _clock(answer, received_at)


def _resolution(profile: Profile) -> Verdict:
    name = "service" if profile.proxy is None else "proxy"
    url = urlsplit(profile.proxy or profile.endpoint)
    try:
        found = socket.getaddrinfo(url.hostname, url.port or 443, proto=socket.IPPROTO_TCP)
    except OSError:
        finding = f"the name of the {name} is not known here"
        step = f"Check {'endpoint' if profile.proxy is None else 'proxy'} and DNS."
        return Verdict(Check("name", State.FAIL, finding, step), ours=True)
    addresses = "1 address" if len(found) == 1 else f"{len(found)} addresses"
    return Verdict(Check("name", State.OK, f"the name of the {name} has {addresses}"))


def _ask(profile: Profile, security: MessageSecurity, now: dt.datetime) -> HttpAnswer:
    message = security.sign(EMPTY_QUESTION, now)
    with BlockingTransport(**transport_options(profile)) as transport:
        deadline = Deadline(profile.longest_attempt_seconds)
        headers = headers_of(profile, HTTP_HEADERS)
        return transport.post(profile.endpoint, message, headers, deadline)


def _their_certificate(profile: Profile, context: ssl.SSLContext, now: dt.datetime) -> Check:
    """Look at the end of the certificate that was just verified, on a connection of its own."""
    url = urlsplit(profile.endpoint)
    verified = "the service's certificate and its name are verified"
    through = urlsplit(profile.proxy) if profile.proxy else url
    line = HTTPSConnection(
        str(through.hostname),
        through.port,
        context=context,
        timeout=profile.connect_timeout_seconds,
    )
    if profile.proxy:
        line.set_tunnel(str(url.hostname), url.port or 443)
    try:
        line.connect()
        shown = line.sock.getpeercert() or {}
    except (OSError, HTTPException):
        shown = {}
    finally:
        line.close()
    if not shown:
        return Check("tls", State.OK, f"{verified}; its end was not seen")
    end = dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), tz=dt.UTC)
    step = "Tell the KSZ, and look out for a new authority."
    return check_end("tls", f"{verified}; it", end, now, step)


def _reply(
    profile: Profile, security: MessageSecurity, answer: HttpAnswer, now: dt.datetime
) -> Iterator[Verdict]:
    try:
        read_received(answer, security, now, max_bytes=profile.max_answer_bytes)
    except ConsultationError as error:
        verdict = judge_reply(error, signed=profile.signature is not None)
        yield verdict
        if profile.signature is not None and verdict.check.state is State.OK:
            finding = "the answer bears the signature of a pinned certificate"
            yield Verdict(Check("answer signature", State.OK, finding))
        return
    except (DataError, SettingsError):
        finding = "an answer came, and cannot be read for what fails above"
        yield Verdict(Check("connection", State.FAIL, finding, _MEND_FIRST), ours=True)
        return
    finding = "a question about nobody was answered, where the service must refuse it"
    step = "Find out who answers at that address, and do not use it."
    yield Verdict(Check("connection", State.FAIL, finding, step))


def _failed(name: str, error: KszError) -> Check:
    return Check(name, State.FAIL, str(error), error.next_step)


def seconds_apart(date: str | None, now: dt.datetime) -> float | None:
    """Tell how far a clock is from ours, or None where what it says is no time.

    Args:
        date: What the header Date says, or None.
        now: The time, with a time zone.

    >>> noon = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
    >>> seconds_apart("Mon, 05 Jan 2026 12:01:00 GMT", noon)
    60.0
    """
    try:
        return abs((parsedate_to_datetime(date or "") - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _clock(answer: HttpAnswer, now: dt.datetime) -> Verdict:
    apart = seconds_apart(answer.date, now)
    if apart is None:
        return Verdict(Check("clock", State.OK, "the other side does not tell its time"))
    said = f"{apart:.0f} s apart from the other side"
    if apart < _CLOCK_WARN_SECONDS:
        return Verdict(Check("clock", State.OK, said))
    state = State.FAIL if apart >= _CLOCK_FAIL_SECONDS else State.WARN
    step = "Set the clock: signatures count for five minutes."
    return Verdict(Check("clock", state, said, step), ours=True)
