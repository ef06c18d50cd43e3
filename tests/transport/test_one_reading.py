"""Whatever comes over a line, both transports read it in one way."""

import asyncio
import tracemalloc
import zlib

import pytest

from kszclient.errors import ContractDriftError, KszError
from kszclient.transport import BlockingTransport, Deadline
from kszclient.transport.asynchronous import AsyncTransport
from tests.transport.raw_server import raw_server, reply_in


def ask_blocking(url, *, seconds=5.0, times=1, **limits):
    limits = {"connect_timeout_seconds": 2, "max_answer_bytes": 1000, **limits}
    with BlockingTransport(**limits) as transport:
        for _ in range(times):
            answer = transport.post(url, b"question", {}, Deadline(seconds))
        return answer


def ask_asynchronous(url, *, seconds=5.0, times=1, **limits):
    limits = {"connect_timeout_seconds": 2, "max_answer_bytes": 1000, "connections": 2, **limits}

    async def asked():
        async with AsyncTransport(**limits) as transport:
            for _ in range(times):
                answer = await transport.post(url, b"question", {}, Deadline(seconds))
            return answer

    return asyncio.run(asked())


BOTH = {"blocking": ask_blocking, "asynchronous": ask_asynchronous}


@pytest.fixture(params=BOTH)
def ask(request):
    return BOTH[request.param]


def read(ask, *pieces, **options):
    """Give what becomes of a reply that comes in these pieces: its status and body, or an error."""
    with raw_server(reply_in(*pieces)) as url:
        try:
            answer = ask(url, **options)
        except KszError as error:
            return type(error)
        return answer.status, answer.body


def sized(body, *headers, status=b"200 OK"):
    lines = (b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("location", [b"http://127.0.0.1:9/", b"http://[", b"/\xff"])
def test_a_redirect_is_an_answer_like_any_other(ask, status, location):
    reply = sized(b"moved", b"Location: " + location, status=b"%d Moved" % status)
    assert read(ask, reply) == (status, b"moved")


def gzip_bomb(megabytes):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(megabytes)) + packer.flush()


@pytest.mark.parametrize("status", [b"200 OK", b"307 Moved"])
def test_nothing_compressed_is_unpacked(ask, status):
    bomb = gzip_bomb(64)
    reply = sized(bomb, b"Location: /x", b"Content-Encoding: gzip", status=status)
    tracemalloc.start()
    try:
        assert read(ask, reply, max_answer_bytes=10_000_000) is ContractDriftError
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
