"""A probe: is the service reached, and does it take our messages as a lookup would send them?

The KSZ has a service for testing connections, whose messages are not published. So the operation
itself is sent a question about nobody, with the certificate, password and signature of a real one;
the service must refuse it, and how it does is verified as an answer would be.

Each line stands with whoever can mend it: a password that is refused is for the client side,
though it is the service that refuses it.
"""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from kszclient.cadaster.reading import read_received
from kszclient.errors import (
    ConsultationError,
    DataError,
    GatewayError,
    KszError,
    ServiceFaultError,
    SettingsError,
    SignatureRefusedError,
    TlsRefusedError,
    UnverifiedFaultError,
)
from kszclient.exchange import headers_of
from kszclient.exchange.config import transport_options
from kszclient.remedies import LOGIN, SECURITY, by_fault_code
from kszclient.security import MessageSecurity, Profile, client_context, message_security
from kszclient.security.examination import Check, State, check_end
from kszclient.security.signature_flaws import SignatureFlaw
from kszclient.transport import BlockingTransport, Deadline, HttpAnswer, TlsFlaw
from kszclient.wire import EMPTY_QUESTION, HTTP_HEADERS

_CLOCK_WARN_SECONDS = 60
_CLOCK_FAIL_SECONDS = 300
_MEND_FIRST = "Mend what fails above first."
_UNREACHED = (
    "Check endpoint and network, and that the KSZ knows the address of this machine: it leaves "
    "others without an answer."
)


def probe(profile: Profile, now: dt.datetime) -> Iterator[ProbeLine]:
    """Send a question about nobody and describe what was seen on the way.

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
        yield ProbeLine(check, client_side=True)
        return
    except TlsRefusedError as error:
        yield ProbeLine(_failed("tls", error), client_side=TlsFlaw(error.reason).client_side)
        return
    except GatewayError as error:
        # What answered is the proxy; what the service answers is looked at below.
        yield ProbeLine(_failed("proxy", error), client_side=True)
        return
    except ConsultationError as error:
        yield ProbeLine(Check("connection", State.FAIL, str(error), _UNREACHED))
        return
    context = client_context(profile)
    if context is not None:
        yield ProbeLine(_their_certificate(profile, context, now))
    received_at = now + dt.timedelta(seconds=time.monotonic() - begin)
    yield from _reply(profile, security, answer, received_at)
    yield _clock(answer, received_at)


def _resolution(profile: Profile) -> ProbeLine:
    name = "service" if profile.proxy is None else "proxy"
    url = urlsplit(profile.proxy or profile.endpoint)
    try:
        found = socket.getaddrinfo(url.hostname, url.port or 443, proto=socket.IPPROTO_TCP)
    except OSError:
        finding = f"the name of the {name} is not known here"
        step = f"Check {'endpoint' if profile.proxy is None else 'proxy'} and DNS."
        return ProbeLine(Check("name", State.FAIL, finding, step), client_side=True)
    addresses = "1 address" if len(found) == 1 else f"{len(found)} addresses"
    return ProbeLine(Check("name", State.OK, f"the name of the {name} has {addresses}"))


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
    step = "Inform the KSZ, and look out for a new authority."
    return check_end("tls", f"{verified}; it", end, now, step)


def _reply(
    profile: Profile, security: MessageSecurity, answer: HttpAnswer, now: dt.datetime
) -> Iterator[ProbeLine]:
    try:
        read_received(answer, security, now, max_bytes=profile.max_answer_bytes)
    except ConsultationError as error:
        verdict = judge_reply(error, signed=profile.signature is not None)
        yield verdict
        if profile.signature is not None and verdict.check.state is State.OK:
            finding = "the answer bears the signature of a pinned certificate"
            yield ProbeLine(Check("answer signature", State.OK, finding))
        return
    except (DataError, SettingsError):
        finding = "an answer came, and cannot be read for what fails above"
        yield ProbeLine(Check("connection", State.FAIL, finding, _MEND_FIRST), client_side=True)
        return
    finding = "a question about nobody was answered, where the service must refuse it"
    step = "Find out who answers at that address, and do not use it."
    yield ProbeLine(Check("connection", State.FAIL, finding, step))


def _failed(name: str, error: KszError) -> Check:
    return Check(name, State.FAIL, str(error), error.next_step)


def seconds_apart(date: str | None, now: dt.datetime) -> float | None:
    """Return by how much a clock differs from ours; None where what it shows is no time.

    Args:
        date: The header Date, or None.
        now: The time, with a time zone.

    >>> noon = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
    >>> seconds_apart("Mon, 05 Jan 2026 12:01:00 GMT", noon)
    60.0
    """
    try:
        return abs((parsedate_to_datetime(date or "") - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _clock(answer: HttpAnswer, now: dt.datetime) -> ProbeLine:
    apart = seconds_apart(answer.date, now)
    if apart is None:
        return ProbeLine(Check("clock", State.OK, "the other side does not send its time"))
    difference = f"{apart:.0f} s apart from the other side"
    if apart < _CLOCK_WARN_SECONDS:
        return ProbeLine(Check("clock", State.OK, difference))
    state = State.FAIL if apart >= _CLOCK_FAIL_SECONDS else State.WARN
    step = "Set the clock: signatures count for five minutes."
    return ProbeLine(Check("clock", state, difference, step), client_side=True)


# The codes of the KSZ (contract 2.2): what a question without content must be refused with, and
# what shows that we are not let in.
_NOT_VALID = {"MSG00004", "MSG00008"}
_NOT_LET_IN = {"MSG00013", "MSG00014", "MSG00015", "MSG00016"}
_UNAUTHORISED = {401, 403}
_NOBODY_THERE = {404, 405}


_ASK_FOR_ACCESS = "Ask the KSZ whether your organisation and its login may use this service."
_CHECK_LOGIN = (
    "Check the user name and secret in basic, the certificate, and that the KSZ knows the address "
    "of this machine."
)
_LOOK_FURTHER = "Try a lookup; if it fails too, show this line to your network desk or the KSZ."
_SET_SIGNATURE = "Set signature in the profile, as agreed with the KSZ."
_OTHER_SIGNATURE = (
    "Check signature.certificate with the KSZ, sign_token too, and the clock of this machine."
)
_NOT_SIGNED = "a question about nobody is refused, but the refusal is not signed"
_NO_SIGNATURE = "Ask the KSZ whether it takes signed questions; if not, leave signature out."


class ProbeLine(NamedTuple):
    """A line, and who can mend what it shows."""

    check: Check
    client_side: bool = False


def judge_reply(error: ConsultationError, *, signed: bool) -> ProbeLine:
    """Judge how a question about nobody was refused.

    Args:
        error: What reading the reply raised.
        signed: Whether the profile signs.
    """
    if isinstance(error, ServiceFaultError):
        return _fault(error)
    if isinstance(error, SignatureRefusedError):
        client_side = error.reason == SignatureFlaw.CERTIFICATE_NOT_PINNED
        return _fail("answer signature", str(error), error.next_step, client_side=client_side)
    if isinstance(error, UnverifiedFaultError):
        return ProbeLine(Check("connection", State.WARN, _NOT_SIGNED, _LOOK_FURTHER))
    if isinstance(error, GatewayError):
        return _gateway(error, signed=signed)
    return ProbeLine(Check("connection", State.WARN, str(error), error.next_step))


def _fault(error: ServiceFaultError) -> ProbeLine:
    codes = ", ".join(error.reason_codes)
    if _NOT_VALID.intersection(error.reason_codes):
        finding = f"the service refuses a question about nobody, as it must ({codes})"
        return ProbeLine(Check("connection", State.OK, finding))
    if _NOT_LET_IN.intersection(error.reason_codes):
        return _fail("access", f"the service does not let us in ({codes})", _ASK_FOR_ACCESS)
    finding = f"the service answers, but is in trouble ({codes})"
    return ProbeLine(Check("connection", State.WARN, finding, error.next_step))


def _gateway(error: GatewayError, *, signed: bool) -> ProbeLine:
    status, code = error.http_status, error.fault_code
    if status in _UNAUTHORISED:
        finding = f"somebody answers, but refuses us (HTTP status {status})"
        return _fail("access", finding, _CHECK_LOGIN)
    if status in _NOBODY_THERE:
        finding = f"nobody answers under this address (HTTP status {status})"
        return _fail("connection", finding, "Check endpoint.")
    if by_fault_code(code) is LOGIN:
        finding = f"somebody answers, but refuses us (fault code {code})"
        return _fail("access", finding, _CHECK_LOGIN)
    return _signed_refused(error, code) if signed else _unsigned_refused(error, code)


def _signed_refused(error: GatewayError, code: str | None) -> ProbeLine:
    if code == "MustUnderstand":
        finding = "the service does not know the header that holds our signature"
        return _fail("signature", finding, _NO_SIGNATURE)
    if code == "Client":
        return ProbeLine(Check("connection", State.WARN, _NOT_SIGNED, _LOOK_FURTHER))
    if by_fault_code(code) is SECURITY:
        finding = f"the service refuses our signature ({code})"
        return _fail("signature", finding, _OTHER_SIGNATURE)
    return _odd(error)


def _unsigned_refused(error: GatewayError, code: str | None) -> ProbeLine:
    if code == "Client":
        finding = "a question about nobody is refused, as it must be (SOAP fault Client)"
        return ProbeLine(Check("connection", State.OK, finding))
    if by_fault_code(code) is SECURITY:
        return _fail("signature", f"the service asks for a signature ({code})", _SET_SIGNATURE)
    return _odd(error)


def _odd(error: GatewayError) -> ProbeLine:
    finding = f"somebody answers, but not as the service does: {error}"
    step = _LOOK_FURTHER if error.retry_can_help else error.next_step
    return ProbeLine(Check("connection", State.WARN, finding, step))


def _fail(name: str, finding: str, step: str, *, client_side: bool = True) -> ProbeLine:
    return ProbeLine(Check(name, State.FAIL, finding, step), client_side=client_side)
