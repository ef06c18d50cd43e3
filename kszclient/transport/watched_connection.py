"""Connections of aiohttp that are looked at before they are used again.

aiohttp hears from its event loop alone whether a connection still stands. A loop that was busy has
not heard yet that the other side hung up: the question would go nowhere, and its ticket with it.
Nobody can tell then whether it was read, and a ticket is never sent twice, so nothing is sent again
under it, as aiohttp does for methods that may be repeated. Instead the socket is looked at before a
question goes over a connection that was used before, as urllib3 does; what is found there, a word
of farewell or an answer that nobody asked for, ends the connection and not the question.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from typing import Any

from aiohttp.client_proto import ResponseHandler


class WatchedConnection(ResponseHandler):
    """One connection; one answer at a time."""

    _came: Callable[[int], Any]

    def connection_made(self, transport: Any) -> None:
        """Begin to watch."""
        super().connection_made(transport)
        poll = select.poll()
        poll.register(transport.get_extra_info("socket"), select.POLLIN)
        self._came = poll.poll

    def is_connected(self) -> bool:
        """Whether a question may go over it: it stands, and nothing is there to be read."""
        return super().is_connected() and not self._came(0)
