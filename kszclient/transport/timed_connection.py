"""Connections on which every single read is clipped by the deadline of the request.

A read timeout alone counts anew with each packet, so that a peer who sends one byte now and then
holds a caller for ever. Here the time left is set before each read, status line, headers and body
alike.
"""

from __future__ import annotations

import http.client
import io
import socket
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import requests.adapters
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from kszclient.transport.deadline import Deadline

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

current_deadline: ContextVar[Deadline] = ContextVar("current_deadline")
"""The deadline of the request that this thread is making."""


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._sock = sock
        # Holding the socket's own file keeps the socket open until the answer has been read.
        self._file = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        self._sock.settimeout(current_deadline.get().remaining_seconds())
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


class _TimedSocket:
    """As much of a socket as an HTTP answer asks for: a file to read from."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._sock))


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, **options: Any) -> None:
        super().__init__(_TimedSocket(sock), **options)  # type: ignore[arg-type]


class _TimedHttp(HTTPConnection):
    response_class = _TimedResponse


class _TimedHttps(HTTPSConnection):
    response_class = _TimedResponse


class _TimedHttpPool(HTTPConnectionPool):
    ConnectionCls = _TimedHttp


class _TimedHttpsPool(HTTPSConnectionPool):
    ConnectionCls = _TimedHttps


class TimedAdapter(requests.adapters.HTTPAdapter):
    """Sends over timed connections; every request needs `current_deadline` set."""

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        """Make the pools of this adapter out of timed connections."""
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)
        manager: urllib3.PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": _TimedHttpPool, "https": _TimedHttpsPool}
