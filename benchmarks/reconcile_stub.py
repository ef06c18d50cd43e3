"""A server that answers about the children of `reconcile_population`, without parsing anything.

Run: ``python benchmarks/reconcile_stub.py SIZE`` prints its address and serves until its input
ends.
"""

from __future__ import annotations

import asyncio
import re
import sys

from answers import TICKET
from reconcile_population import CHILD, answer, kind_of

_TICKET = re.compile(rb"<(?:\w+:)?ticket>([^<]+)<")
_CHILD = re.compile(rb"<(?:\w+:)?ssin>([^<]+)<")
_SOURCE = re.compile(rb"<(?:\w+:)?authenticSource>([^<]+)<")
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n"


class Stub(asyncio.Protocol):
    """One connection.

    Args:
        size: Of the answers.
    """

    def __init__(self, size: str) -> None:
        self._size = size
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of where to answer."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer as soon as a question is complete."""
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not found or length is None or len(body) < int(length[1]):
            return
        self._received = b""
        ticket, child, source = (each.search(body) for each in (_TICKET, _CHILD, _SOURCE))
        if ticket is None or child is None or source is None:
            raise ValueError("this is not the question that was agreed upon")
        content = (
            answer(self._size, source[1].decode(), kind_of(child[1].decode()))
            .replace(TICKET.encode(), ticket[1], 1)
            .replace(CHILD.encode(), child[1])
        )
        self._transport.write(_HEAD % len(content) + content)


async def main(size: str) -> None:
    """Serve until the parent closes our input."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Stub(size), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
