"""Connections on which every single read is clipped by the deadline and the size of the request.

A read timeout alone counts anew with each packet, so that a peer who sends one byte now and then
holds a caller for ever. Here the time left is set before each read, status line, headers and body
alike.

Nor is a limit on the body enough: http.client and urllib3 read the frame around it (the size of a
chunk, what follows the last one, a row of interim answers) for as long as it goes on. Here every
byte counts that comes over the line.

And what comes after the answer is never read as the next one: a connection over which it came is
not used again.

Nor is an answer read that two readers could take for two different ones, which is how an answer is
smuggled past one of them: what RFC 9112 leaves no room for is refused. http.client would drop a
header line that it cannot read and all that come after it, take a size from ``0x10`` or ``1_0``,
any HTTP/1.x for HTTP/1.1, and an interim answer other than 100 for the answer itself.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
from contextlib import suppress
from contextvars import ContextVar
from email.errors import (
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
from io import BufferedReader
from typing import TYPE_CHECKING, Any

import requests.adapters
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from kszclient.errors import ContractDriftError
from kszclient.transport.deadline import Deadline
from kszclient.transport.http_answer import refuse_flood

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


_VERSIONS = ("HTTP/1.1", "HTTP/1.0")
_INTERIM = range(102, 200)
"""Those that http.client does not know as such; 101 ends what HTTP is spoken here."""

_UNREADABLE = (
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)

_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]+)[ \t]*(?:;[^\r\n]*)?\r\n")
_TRAILER = re.compile(rb"(?:[^\s:]+:[^\r\n]*)?\r\n")


class UnreadableHeaderError(http.client.HTTPException):
    """A header line is no header line, so that nobody knows what the next ones are."""


class UnreadableChunkError(http.client.HTTPException):
    """What stands around a chunk is not what must stand there."""


class StrictResponse(http.client.HTTPResponse):
    """An answer of HTTP/1.0 or HTTP/1.1, after a few interim ones at most."""

    fp: Any
    _interim = 0

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]
        if version not in _VERSIONS:
            raise http.client.UnknownProtocol(version)
        if status != http.client.CONTINUE and status not in _INTERIM:
            return version, status, reason
        self._interim += 1
        refuse_flood(self._interim)
        # http.client skips what follows 100 and reads on.
        return version, http.client.CONTINUE, reason

    def begin(self) -> None:
        """Read up to the body.

        Raises:
            HTTPException: It cannot be read, or not in one way only.
        """
        file = self.fp
        self.fp = _CleanLines(file)
        super().begin()
        self.fp = file
        headers = self.headers
        if headers.get_unixfrom() or any(isinstance(each, _UNREADABLE) for each in headers.defects):
            raise UnreadableHeaderError
        if self.chunked:
            self.fp = _ChunkFrame(file)


class _CleanLines:
    """Reads the lines before a body; within one, http.client takes a carriage return for its end.

    RFC 9110, section 5.5, has no answer with that or a zero byte taken as it is.
    """

    def __init__(self, file: BufferedReader) -> None:
        self._file = file

    def readline(self, limit: int = -1) -> bytes:
        line = self._file.readline(limit)
        if b"\r" in line[:-2] or b"\0" in line:
            raise UnreadableHeaderError
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _ChunkFrame:
    """Between a body in chunks and who puts it together: reads what is between them with care."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self._left = 0
        self._last = False

    def readline(self, limit: int = -1) -> bytes:
        line = self._file.readline(limit)
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(b"")
        if self._last:
            if not _TRAILER.fullmatch(line):
                raise UnreadableChunkError
            return line
        size = _CHUNK_SIZE.fullmatch(line)
        if size is None:
            raise UnreadableChunkError
        self._left = int(size[1], 16)
        self._last = not self._left
        return line

    def read(self, amount: int) -> bytes:
        data = self._file.read(amount)
        if self._left:
            self._left -= len(data)
        elif data != b"\r\n":
            raise UnreadableChunkError
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


current_deadline: ContextVar[Deadline] = ContextVar("current_deadline")
"""The deadline of the request that this thread is making."""


class Allowance:
    """How much may still be received for one request.

    Args:
        most_bytes: In all: status line, headers, body and what frames it.
    """

    __slots__ = ("_left", "_most")

    def __init__(self, most_bytes: int) -> None:
        self._most = self._left = most_bytes

    def take(self, received: int) -> None:
        """Count what was received.

        Raises:
            ContractDriftError: It is more than is allowed.
        """
        self._left -= received
        if self._left < 0:
            raise ContractDriftError(f"more than {self._most} bytes came in reply to one question")


current_allowance: ContextVar[Allowance] = ContextVar("current_allowance")
"""What the request that this thread is making may still receive."""


_KEPT_CONNECTIONS = 128
"""Kept open for the next question; threads beyond these connect anew each time."""


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._sock = sock
        # Holding the socket's own file keeps the socket open until the answer has been read.
        self._file = sock.makefile("rb", buffering=0)
        self._over = False

    def readable(self) -> bool:
        return True

    def end(self) -> None:
        """Return nothing more."""
        self._over = True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        if self._over:
            return 0
        self._sock.settimeout(current_deadline.get().remaining_seconds())
        received = self._file.readinto(buffer)
        current_allowance.get().take(received or 0)
        return received

    def close(self) -> None:
        self._file.close()
        super().close()


class _TimedSocket:
    """As much of a socket as an HTTP answer asks for: a file to read from."""

    def __init__(self, sock: socket.socket) -> None:
        self.reader = _TimedReader(sock)
        self.file: io.BufferedReader = io.BufferedReader(self.reader)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return self.file


class _TimedResponse(StrictResponse):
    def __init__(self, sock: socket.socket, **options: Any) -> None:
        self._line, self._timed = sock, _TimedSocket(sock)
        super().__init__(self._timed, **options)  # type: ignore[arg-type]

    def _close_conn(self) -> None:
        """Let go of the connection, and hang up where more came than the answer.

        What was received too much is lost with the buffer that it lies in, so that what follows it
        would be the next answer. What was not received yet is seen before the next question.
        """
        if self.fp is not None:
            self._timed.reader.end()
            if self._timed.file.peek(1) or _unread(self._line):
                with suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)
        super()._close_conn()  # type: ignore[misc]


def _unread(sock: socket.socket) -> bool:
    """Whether something was received and decrypted, so that no look at the socket shows it."""
    return isinstance(sock, ssl.SSLSocket) and sock.pending() > 0


# Whoever sets the `debuglevel` of http.client has every message printed; ours are personal data.
_PRINT_NOTHING = 0


class _TimedHttp(HTTPConnection):
    response_class = _TimedResponse
    debuglevel = _PRINT_NOTHING


class _TimedHttps(HTTPSConnection):
    response_class = _TimedResponse
    debuglevel = _PRINT_NOTHING

    def send(self, data: Any) -> None:
        """Send, and where that fails, raise why the other side hung up.

        In TLS 1.3 a server refuses our certificate after we took the handshake for done. It sends
        why and hangs up; while we are still writing, its word lies unread.
        """
        try:
            super().send(data)
        except OSError as error:
            failure = error
        else:
            return
        self.sock.settimeout(current_deadline.get().remaining_seconds())
        self.sock.recv(1)  # raises what the other side sent, if it sent something
        raise failure


class _TimedHttpPool(HTTPConnectionPool):
    ConnectionCls = _TimedHttp


class _TimedHttpsPool(HTTPSConnectionPool):
    ConnectionCls = _TimedHttps


_TIMED_POOLS = {"http": _TimedHttpPool, "https": _TimedHttpsPool}


class TimedAdapter(requests.adapters.HTTPAdapter):
    """Sends over timed connections; needs `current_deadline` and `current_allowance` set.

    Args:
        tls: The policy of every secure connection; none is for plain http.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        super().__init__(pool_maxsize=_KEPT_CONNECTIONS, max_retries=0)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        """Make the pools of this adapter out of timed connections."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._tls, **pool_kwargs)
        manager: urllib3.PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = _TIMED_POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Make the pools of connections that go through a proxy out of timed ones too."""
        manager = super().proxy_manager_for(proxy, ssl_context=self._tls, **proxy_kwargs)
        manager.pool_classes_by_scheme = _TIMED_POOLS
        return manager

    def cert_verify(self, conn: Any, *_: object) -> None:
        """Leave trust to the context alone: requests would add its own list of authorities."""
        conn.cert_reqs = "CERT_REQUIRED"
