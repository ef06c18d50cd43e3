"""A server that sends everybody the same answer, with ticket and number of the question in it.

It parses nothing and does as little as HTTP asks for, so that a benchmark never measures it.

Run: ``python benchmarks/stub.py SIZE [FOLDER]`` prints its address and serves until its input ends.
With a folder of keys (`signing_keys.py`) every answer is signed.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable

import answers

TICKET = re.compile(rb"<(?:\w+:)?ticket>([^<]+)<")
SSIN = re.compile(rb"<(?:\w+:)?ssin>([^<]+)<")
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n"


class Stub(asyncio.Protocol):
    """One connection.

    Args:
        answer: Makes of a question what is sent.
    """

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._answer = answer
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
        content = self._answer(body)
        self._transport.write(_HEAD % len(content) + content)


async def serve(answer: Callable[[bytes], bytes]) -> None:
    """Print the address and serve until the parent closes our input.

    Args:
        answer: Makes of a question what is sent.
    """
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Stub(answer), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def same_for_everybody(size: str, keys: str = "") -> Callable[[bytes], bytes]:
    """Return what answers alike, but for the ticket and the number of the question.

    Args:
        size: Of the answer.
        keys: The folder of keys to sign with, or empty.
    """
    sign: Callable[[bytes], bytes] = bytes
    if keys:
        from signing_keys import signer  # noqa: PLC0415 - the plain stub needs no cryptography

        sign = signer(keys)
    same = answers.answer(size)

    def answer(question: bytes) -> bytes:
        content = same
        if ticket := TICKET.search(question):
            content = content.replace(answers.TICKET.encode(), ticket[1], 1)
        if ssin := SSIN.search(question):
            content = content.replace(answers.SSIN.encode(), ssin[1], 2)
        return sign(content)

    return answer


if __name__ == "__main__":
    asyncio.run(serve(same_for_everybody(*sys.argv[1:])))
