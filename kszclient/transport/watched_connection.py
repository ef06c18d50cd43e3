"""Connections of aiohttp over which nothing is taken but the answer to the question under way.

aiohttp hears from its event loop alone whether a connection still stands. A loop that was busy has
not heard yet that the other side hung up: the question would go nowhere, and its ticket with it.
Nobody can tell then whether it was read, and a ticket is never sent twice, so nothing is sent again
under it, as aiohttp does for methods that may be repeated. Instead the socket is looked at before a
question goes over a connection that was used before, as urllib3 does; what is found there, a word
of farewell or an answer that nobody asked for, ends the connection and not the question.

Where more comes than the answer, aiohttp forgets an answer that was whole if both came at once.
Where a body cannot be read to its end, it leaves who reads it waiting. Both end here at once: what
was whole is the answer, what follows it is answer to nothing, and the connection is not kept.
"""

from __future__ import annotations

import re
import select
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpResponseParser
from aiohttp.http_exceptions import HttpProcessingError
from urllib3.util.wait import wait_for_read

LONGEST_REASON, LONGEST_HEADER, MOST_HEADERS = 65_521, 65_532, 99
"""How long and how many the lines before a body may be: as with http.client.

It counts in 65,536 bytes a whole line and in 100 lines the empty one too; aiohttp counts of a
status line what follows the number, of a header its name and value.
"""

_MOST_AT_ONCE = 2**20
"""More than comes out of a socket at once, so that nothing is held back."""

_AFTER_EMPTY_LINES = re.compile(rb"(?<=\n\r\n)|(?<=\n\n)")
_INTERIM = (100, *range(102, 200))


class WatchedConnection(ResponseHandler):
    """One connection; one answer at a time."""

    _came: Callable[[], Any]
    _beginning = b""
    """What came of an answer of which no body is under way yet."""

    def connection_made(self, transport: Any) -> None:
        """Begin to watch."""
        super().connection_made(transport)
        self._came = _watch(transport.get_extra_info("socket"))

    def is_connected(self) -> bool:
        """Whether a question may go over it."""
        return super().is_connected() and not (
            self.should_close or self._is_another_begun() or self._came()
        )

    def _is_another_begun(self) -> bool:
        """Whether part of an answer came after the last one, which the parser alone knows."""
        if self._parser is None:
            return False
        try:
            return self._parser.feed_eof() is not None
        except Exception:  # noqa: BLE001 - whatever it is that came, it is no end of an answer
            return True

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        body = self._payload
        if body is not None and not body.is_eof():
            super().data_received(data)
            return
        self._beginning += data
        super().data_received(data)
        if self._buffer:
            self._beginning = b""

    def set_exception(self, exc: BaseException, *cause: BaseException) -> None:
        """End what waits for an answer, unless a whole one came before what cannot be read."""
        if isinstance(exc, HttpProcessingError):
            if self._is_whole(self._beginning):
                self.force_close()
                return
            if self._payload is not None and not self._payload.is_eof():
                self._payload.set_exception(aiohttp.ClientPayloadError())
        super().set_exception(exc, *cause)

    def _is_whole(self, data: bytes) -> bool:
        """Read once more, bit by bit; take the answer if it is whole."""
        parser = HttpResponseParser(
            self,
            self._loop,
            _MOST_AT_ONCE,
            read_until_eof=True,
            auto_decompress=False,
            max_line_size=LONGEST_REASON,
            max_field_size=LONGEST_HEADER,
            max_headers=MOST_HEADERS,
        )
        answers = []
        with suppress(HttpProcessingError):
            for piece in _AFTER_EMPTY_LINES.split(data):
                answers += parser.feed_data(piece)[0]
        for message, body in answers:
            if message.code not in _INTERIM:
                if body.is_eof():
                    self.feed_data((message, body))
                return bool(body.is_eof())
        return False


def _watch(sock: Any) -> Callable[[], Any]:
    """Give what tells whether anything is there to be read, without waiting for it."""
    if not hasattr(select, "poll"):
        return partial(wait_for_read, sock, 0.0)
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return partial(poll.poll, 0)
