"""What must hold of any bytes at all, for each reader of foreign bytes; each gives how it ended."""

import asyncio
import datetime as dt
import re
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography import x509

from kszclient.cadaster.probe import seconds_apart
from kszclient.errors import ConsultationError, SignatureRefusedError
from kszclient.logs.redaction import redact
from kszclient.security.verification import Verifier
from kszclient.transport import BlockingTransport, Deadline, HttpAnswer, retry_after_seconds
from kszclient.transport.asynchronous import AsyncTransport
from kszclient.wire import read_answer

CORPUS = Path(__file__).parent / "corpus"
SIGNED_AT = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
MOST = 200_000
NUMBER = "85023000125"
_UUID = re.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ELEVEN = re.compile("[0-9]{11}")


def check_read(body: bytes) -> str:
    """An answer or a typed error, which repeats no number."""
    status = 500 if len(body) % 5 == 0 else 200
    try:
        read_answer(body, http_status=status, content_type="text/xml")
    except ConsultationError as error:
        said = f"{type(error).__name__}: {error}"
        assert not _ELEVEN.search(said), "an error repeats a number"
        return re.sub(r"[0-9]+", "#", said)
    return "an answer"


@cache
def _pinned() -> x509.Certificate:
    return x509.load_pem_x509_certificate((CORPUS / "service.pem").read_bytes())


@cache
def _true_envelope() -> bytes:
    signed = (CORPUS / "verify" / "signed.xml").read_bytes()
    return Verifier([_pinned()]).verify(signed, SIGNED_AT).envelope


def check_verify(envelope: bytes) -> str:
    """A refusal, or the very octets that the service signed."""
    try:
        verified = Verifier([_pinned()]).verify(envelope, SIGNED_AT)
    except SignatureRefusedError as error:
        return error.reason
    assert verified.envelope == _true_envelope(), "something else than what was signed is taken"
    return "verified"


def check_redact(raw: bytes) -> str:
    """No number survives, whatever stands around it; but a ticket is kept, even with one inside."""
    half = len(raw) // 2
    before, after = (part.decode("utf-8", "replace") for part in (raw[:half], raw[half:]))
    for form in (NUMBER, "85.02.30-001.25", "85 02 30 001 25", "ODUwMjMwMDAxMjU="):
        told = redact(f"{before} {form} {after}")
        assert form not in _UUID.sub("", told), "a number survives"
    return "body" if "[body" in told else "no body"


@cache
def _asked() -> tuple[str, list[bytes]]:
    """Give the address of a server that says what stands in the list, and hangs up."""
    says = [b""]
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(says[0])

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/", says


def check_frame(reply: bytes) -> str:
    """An answer or a typed error from each transport, whatever the lines around the body say."""
    url, says = _asked()
    says[0] = reply

    def blocking() -> HttpAnswer:
        with BlockingTransport(connect_timeout_seconds=60, max_answer_bytes=MOST) as transport:
            return transport.post(url, b"question", {}, Deadline(60))

    async def asynchronous() -> HttpAnswer:
        async with AsyncTransport(
            connect_timeout_seconds=60, max_answer_bytes=MOST, connections=1
        ) as transport:
            return await transport.post(url, b"question", {}, Deadline(60))

    return f"{_ended(blocking)}, {_ended(lambda: asyncio.run(asynchronous()))}"


def _ended(ask: Callable[[], HttpAnswer]) -> str:
    try:
        answer = ask()
    except ConsultationError as error:
        return type(error).__name__
    retry_after_seconds(answer.retry_after, SIGNED_AT)
    seconds_apart(answer.date, SIGNED_AT)
    return str(answer.status)


TARGETS: Mapping[str, Callable[[bytes], str]] = {
    "read": check_read,
    "verify": check_verify,
    "redact": check_redact,
    "frame": check_frame,
}


def kept(target: str) -> list[Path]:
    """Give the documents that are kept for a target."""
    return sorted((CORPUS / target).iterdir())
