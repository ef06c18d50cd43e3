"""What each hostile document and line costs: CPU seconds and memory, in a process of its own.

Each runs in a fork of a process that has done nothing else, under hard limits of the system: a
reader that wants more memory or CPU than these is killed and shows as such. The loopback port that
some documents name is listened at; whoever calls there is told.

Run: ``python -m tests.hostile.measure`` for JSON, ``python -m benchmarks.hostile`` for a table.
"""

import asyncio
import datetime as dt
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from kszclient.errors import DeadlineExceededError, KszError
from kszclient.security.verification import Verifier
from kszclient.testing.server.certificates import CertificateAuthority
from kszclient.transport import BlockingTransport, Deadline
from kszclient.transport.asynchronous import AsyncTransport
from kszclient.wire import read_answer
from kszclient.wire.schema import _validator as warm_up
from tests.hostile.documents import DOCUMENTS, Document
from tests.hostile.lines import LINES, Line, speak
from tests.hostile.signatures import SIGNATURES

CPU_SECONDS = 30
MEMORY_BYTES = 1536 * 1024 * 1024
SHORT_SECONDS, LONG_SECONDS = 0.5, 300.0
MAX_BYTES = 33_554_432


def read(document: Document, body: bytes) -> None:
    read_answer(body, http_status=document.status, content_type=document.content_type)


def deadline_seconds(line: Line) -> float:
    """Return how long to read: in vain for a moment, but until it ends where something must end it.

    So no limit has to be reached before the time is over, however slow the machine is.
    """
    return SHORT_SECONDS if DeadlineExceededError in line.errors else LONG_SECONDS


def ask_blocking(url: str, seconds: float) -> None:
    with BlockingTransport(connect_timeout_seconds=60, max_answer_bytes=MAX_BYTES) as transport:
        got = transport.post(url, b"question", {}, Deadline(seconds))
    read_answer(got.body, http_status=got.status, content_type=got.content_type)


def ask_async(url: str, seconds: float) -> None:
    async def ask() -> None:
        async with AsyncTransport(
            connect_timeout_seconds=60, max_answer_bytes=MAX_BYTES, connections=1
        ) as transport:
            got = await transport.post(url, b"question", {}, Deadline(seconds))
        read_answer(got.body, http_status=got.status, content_type=got.content_type)

    asyncio.run(ask())


def measured(kind: str, name: str, prepare: Callable[[], Callable[[], object]]) -> dict:
    """Do something in a process of its own and tell how it ended and what it cost.

    Args:
        kind: What is asked of it.
        name: What is given to it.
        prepare: Makes what is given, and gives what is to be done and measured.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        told = _ended(prepare())
        os.write(writing, json.dumps(told).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    told = json.loads(said) if said else {"ended": f"killed ({status})", "cpu": 0.0, "mib": 0.0}
    return {"kind": kind, "name": name, **told}


def _ended(do: Callable[[], object]) -> dict:
    before = _peak_bytes()
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES,) * 2)
    begin = time.process_time()
    try:
        do()
        ended = "answer"
    except KszError as error:
        ended = type(error).__name__
    except BaseException as error:  # noqa: BLE001 - told in the table
        ended = f"untyped: {type(error).__name__}: {error}"[:200]
    cpu = time.process_time() - begin
    return {"ended": ended, "cpu": cpu, "mib": (_peak_bytes() - before) / 1048576}


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def documents(port: int) -> Iterator[dict]:
    pinned = CertificateAuthority().signer().certificate
    token = b64encode(pinned.public_bytes(Encoding.DER))
    verifier = Verifier([pinned])
    now = dt.datetime.now(tz=dt.UTC)

    def given(make: Callable[[], bytes]) -> bytes:
        return make().replace(b"{port}", str(port).encode()).replace(b"{token}", token)

    for name, document in DOCUMENTS.items():

        def reading(document: Document = document) -> Callable[[], object]:
            body = given(document.make)
            return lambda: read(document, body)

        yield measured("read", name, reading)
    hostile = {name: each.make for name, each in DOCUMENTS.items()} | dict(SIGNATURES)
    for name, make in hostile.items():

        def verifying(make: Callable[[], bytes] = make) -> Callable[[], object]:
            body = given(make)
            return lambda: verifier.verify(body, now)

        yield measured("verify", name, verifying)


def lines(port: int) -> Iterator[dict]:
    for kind, ask in (("blocking", ask_blocking), ("async", ask_async)):
        for name, line in LINES.items():
            with socket.create_server(("127.0.0.1", 0)) as listener:
                server = os.fork()
                if not server:
                    _serve(listener, line, port)
                    os._exit(0)
                url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
                seconds = deadline_seconds(line)
                yield measured(kind, name, lambda ask=ask, url=url, s=seconds: lambda: ask(url, s))
                os.kill(server, signal.SIGKILL)
                os.waitpid(server, 0)


def _serve(listener: socket.socket, line: Line, port: int) -> None:
    connection, _ = listener.accept()
    try:
        connection.recv(65536)
        speak(line, connection.sendall, other_port=port)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
    except OSError:
        pass  # the client has left


def everything() -> list[dict]:
    """Measure each document and each line."""
    warm_up()
    with socket.create_server(("127.0.0.1", 0)) as trap:
        port = trap.getsockname()[1]
        found = [*documents(port), *lines(port)]
        called, _, _ = select.select([trap], [], [], 0)
    if called:
        found.append({"kind": "network", "name": "somebody called", "ended": "untyped: a call"})
    return found


if __name__ == "__main__":
    json.dump(everything(), sys.stdout)
