"""Connections of aiohttp that are looked at before they are used again.

aiohttp hears from its event loop alone whether a connection still stands. A loop that was busy has
not heard yet that the other side hung up: the question would go nowhere, and its ticket with it.
Nobody knows then whether it was read, and a ticket is never sent twice, so nothing is sent again
under it, as aiohttp does for methods that may be repeated. Instead the socket is looked at before a
question goes over a connection that was used before, as urllib3 does; what is found there, a word
of farewell or an answer that nobody asked for, ends the connection and not the question.

Why a connection ended is often sent before it ends: in TLS 1.3 a server refuses our certificate
after we took the handshake for done, and hangs up while we are still writing. So writing in vain is
no end here, for what came is read first; and the first failure stands, for those after it are its
consequences.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp.client_proto import ResponseHandler

from kszclient.errors import ContractDriftError
from kszclient.transport.http_answer import refuse_flood

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer
    from aiohttp import AddrInfoType

_INTERIM = {100, *range(102, 200)}


class ReadFirstSocket(socket.socket):
    """A socket whose loss shows when it is read, after what came before it; never in a write."""

    @classmethod
    def of(cls, address: AddrInfoType) -> ReadFirstSocket:
        """Make one for an address; a ``socket_factory`` of aiohttp."""
        family, kind, protocol, *_ = address
        return cls(family, kind, protocol)

    def send(self, data: ReadableBuffer, flags: int = 0, /) -> int:
        """Send, or take it for sent where nobody is there to receive it."""
        with suppress(BrokenPipeError, ConnectionResetError):
            return super().send(data, flags)
        return memoryview(data).nbytes

    def sendmsg(self, buffers: Any, /, *rest: Any) -> int:
        """Do as `send` does, for many pieces."""
        pieces = list(buffers)
        with suppress(BrokenPipeError, ConnectionResetError):
            return super().sendmsg(pieces, *rest)
        return sum(memoryview(each).nbytes for each in pieces)


class WatchedConnection(ResponseHandler):
    """One connection; one answer at a time."""

    _came: Callable[[int], Any]
    _interim = 0

    def connection_made(self, transport: Any) -> None:
        """Begin to watch."""
        super().connection_made(transport)
        poll = select.poll()
        poll.register(transport.get_extra_info("socket"), select.POLLIN)
        self._came = poll.poll

    def is_connected(self) -> bool:
        """Whether a question may go over it: it stands, and nothing is there to be read."""
        return super().is_connected() and not self._came(0)

    def set_response_params(self, **params: Any) -> None:
        """Begin to read an answer, unless the connection failed already.

        Raises:
            BaseException: The failure.
        """
        failed = self.exception()
        if failed is not None:
            raise failed
        self._interim = 0
        super().set_response_params(**params)

    def feed_data(self, data: Any, size: int = 0) -> None:
        """Pass on one answer that was read, interim or not; a flood of interim ones ends it."""
        if self.exception() is not None:
            return
        if data[0].code in _INTERIM:
            self._interim += 1
            try:
                refuse_flood(self._interim)
            except ContractDriftError as error:
                self.set_exception(error)
                if self.transport is not None:
                    self.transport.abort()
                return
        super().feed_data(data, size)

    def set_exception(self, exc: BaseException, *cause: BaseException) -> None:
        """Note why the connection failed, with its cause; what is behind a later one is lost."""
        if self.exception() is None:
            # A bare BaseException is aiohttp's word for no cause.
            exc.__cause__ = next((each for each in cause if isinstance(each, Exception)), None)
            super().set_exception(exc, *cause)
