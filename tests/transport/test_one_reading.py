"""Whatever comes over a line, both transports read it in one way."""

import asyncio
import threading
import time
import tracemalloc
import zlib

import pytest

from kszclient.errors import (
    ConnectionFailedError,
    ContractDriftError,
    DeadlineExceededError,
    KszError,
)
from kszclient.transport import BlockingTransport, Deadline
from kszclient.transport.asynchronous import AsyncTransport
from tests.transport.raw_server import crowded, raw_server, read_request, reply_in


def ask_blocking(url, *, seconds=60.0, times=1, between=lambda: None, **limits):
    limits = {"connect_timeout_seconds": 60, "max_answer_bytes": 1000, **limits}
    with BlockingTransport(**limits) as transport:
        for _ in range(times):
            answer = transport.post(url, b"question", {}, Deadline(seconds))
            between()
        return answer


def ask_asynchronous(url, *, seconds=60.0, times=1, between=lambda: None, **limits):
    limits = {"connect_timeout_seconds": 60, "max_answer_bytes": 1000, "connections": 2, **limits}

    async def asked():
        async with AsyncTransport(**limits) as transport:
            for _ in range(times):
                answer = await transport.post(url, b"question", {}, Deadline(seconds))
                between()
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


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
YES = (200, b"yes")

TAKEN = {
    "interim answers of more than one kind": [b"HTTP/1.1 102 Wait\r\n\r\n" + EARLY, sized(b"yes")],
    "20 interim answers": [EARLY * 10, EARLY * 10, sized(b"yes")],
    "an interim answer at once with the answer": [EARLY + sized(b"yes")],
    "a header of 60 kB": [sized(b"yes", b"Set-Cookie: a=" + b"x" * 60_000)],
    "a reason of 60 kB": [sized(b"yes", status=b"200 " + b"x" * 60_000)],
    "99 headers": [sized(b"yes", *(b"X-%d: a" % number for number in range(98)))],
    "a coding that changes nothing": [sized(b"yes", b"Content-Encoding: Identity")],
    "a coding without a name": [sized(b"yes", b"Content-Encoding:")],
    "spaces around a length": [OK + b"Content-Length: \t3 \r\n\r\nyes"],
    "chunks, the word in capitals": [
        OK + b"Transfer-Encoding: CHUNKED\r\n\r\n3\r\nyes\r\n0\r\n\r\n"
    ],
    "chunks with extensions": [CHUNKED + b"2;a=b\r\nye\r\n1 \r\ns\r\n0;c\r\n\r\n"],
    "chunks with trailers": [CHUNKED + b"3\r\nyes\r\n0\r\nX: y\r\n\r\n"],
    "chunks in pieces": [CHUNKED + b"0", b"3\r", b"\nye", b"s\r\n", b"0\r\n\r\n"],
    "lines that end with a line feed alone": [b"HTTP/1.1 200 OK\nContent-Length: 3\n\nyes"],
    "HTTP/1.0 to its end": [b"HTTP/1.0 200 OK\r\n\r\nyes"],
    "more than the length, later": [sized(b"yes"), b"xxxx"],
    "more, with the end of the body": [sized(b"yes")[:-1], b"sxxxx"],
    "another answer": [sized(b"yes") + sized(b"no")],
}


@pytest.mark.parametrize("pieces", TAKEN.values(), ids=TAKEN)
def test_what_real_servers_send_is_read(ask, pieces):
    assert read(ask, *pieces) == YES


SURPLUS = {
    "more than the length": [sized(b"yes") + b"xxxx"],
    "more, with the end of the headers": [OK + b"Content-", b"Length: 3\r\n\r\nyesxxxx"],
    "more than an interim answer and the answer": [EARLY + sized(b"yes") + b"xxxx"],
    "more than the last chunk": [CHUNKED + b"3\r\nyes\r\n0\r\n\r\nxxxx"],
    "a body after an answer that has none": [sized(b"yes", status=b"204 No")],
}


@pytest.mark.parametrize("pieces", SURPLUS.values(), ids=SURPLUS)
def test_more_than_an_answer_at_once_with_it_is_left_or_refused(pieces):
    assert read(ask_blocking, *pieces) in {YES, (204, b"")}
    assert read(ask_asynchronous, *pieces) is ConnectionFailedError


def test_a_chunk_of_nonsense_that_comes_later_is_no_answer():
    pieces = [CHUNKED + b"2\r\nye\r\n", b"zz\r\n"]
    assert read(ask_blocking, *pieces) is ConnectionFailedError
    assert read(ask_asynchronous, *pieces, seconds=0.5) is DeadlineExceededError


FAILED = {
    "two lengths": [sized(b"yes", b"Content-Length: 2")],
    "two lengths in one line": [OK + b"Content-Length: 3, 2\r\n\r\nyes"],
    "the same length twice": [sized(b"yes", b"Content-Length: 3")],
    "the same length twice in one line": [OK + b"Content-Length: 3, 3\r\n\r\nyes"],
    "a length with a sign": [OK + b"Content-Length: +3\r\n\r\nyes"],
    "a length below 0": [OK + b"Content-Length: -3\r\n\r\nyes"],
    "no length where one should be": [OK + b"Content-Length:\r\n\r\nyes"],
    "a length beside chunks": [sized(b"3\r\nyes\r\n0\r\n\r\n", b"Transfer-Encoding: chunked")],
    "a length beside another coding": [sized(b"yes", b"Transfer-Encoding: identity")],
    "a carriage return in a header": [OK + b"X: a\rContent-Length: 3\r\n\r\nyes"],
    "a zero byte in a header": [sized(b"yes", b"X: a\0b")],
    "a header without a colon": [sized(b"yes", b"XA")],
    "a space before the colon": [sized(b"yes", b"X-A : a")],
    "a header without a name": [sized(b"yes", b": a")],
    "a line of a mailbox": [sized(b"yes", b"From x")],
    "100 headers": [sized(b"yes", *(b"X-%d: a" % number for number in range(99)))],
    "a header of 66 kB": [sized(b"yes", b"X: " + b"x" * 66_000)],
    "a reason of 66 kB": [sized(b"yes", status=b"200 " + b"x" * 66_000)],
    "no end after the last chunk": [CHUNKED + b"3\r\nyes\r\n0\r\n"],
    "no end after the trailers": [CHUNKED + b"3\r\nyes\r\n0\r\nX: y\r\n"],
    "no end of a chunk": [CHUNKED + b"3\r\nyesXX0\r\n\r\n"],
    "a chunk with a sign": [CHUNKED + b"+3\r\nyes\r\n0\r\n\r\n"],
    "a chunk in C's hexadecimals": [CHUNKED + b"0x3\r\nyes\r\n0\r\n\r\n"],
    "a chunk in Python's digits": [CHUNKED + b"0_3\r\nyes\r\n0\r\n\r\n"],
    "a chunk after a space": [CHUNKED + b" 3\r\nyes\r\n0\r\n\r\n"],
    "a chunk size that ends with a line feed": [CHUNKED + b"3\nyes\r\n0\r\n\r\n"],
    "a line feed in an extension": [CHUNKED + b"3;a\nb\r\nyes\r\n0\r\n\r\n"],
    "a trailer without a colon": [CHUNKED + b"3\r\nyes\r\n0\r\nbad\r\n\r\n"],
    "HTTP/1.2": [sized(b"yes").replace(b"1.1", b"1.2", 1)],
    "HTTP/2.0": [sized(b"yes").replace(b"1.1", b"2.0", 1)],
    "HTTP/0.9": [sized(b"yes").replace(b"1.1", b"0.9", 1)],
    "interim answers alone": [EARLY, EARLY],
    "a body cut after an interim answer": [EARLY + sized(b"yes")[:-1]],
    "nonsense after an interim answer": [EARLY + b"xxxx"],
}


@pytest.mark.parametrize("pieces", FAILED.values(), ids=FAILED)
def test_what_can_be_read_in_two_ways_or_is_cut_is_no_answer(ask, pieces):
    begin = time.monotonic()
    assert read(ask, *pieces, seconds=600.0) is ConnectionFailedError
    assert time.monotonic() - begin < 300


CODED = {
    "a compressed body": [sized(b"yes", b"Content-Encoding: x-gzip")],
    "a body compressed after all": [
        sized(b"yes", b"Content-Encoding: identity", b"Content-Encoding: br")
    ],
    "compressed chunks": [CHUNKED.replace(b"chunked", b"gzip, chunked") + b"3\r\nyes\r\n0\r\n\r\n"],
    "another framing": [CHUNKED.replace(b"chunked", b"gzip") + b"yes"],
    "chunks within chunks": [
        OK + b"Transfer-Encoding: chunked\r\n" + CHUNKED[len(OK) :] + b"3\r\nyes\r\n0\r\n\r\n"
    ],
}


@pytest.mark.parametrize("pieces", CODED.values(), ids=CODED)
def test_what_is_coded_though_nobody_asked_is_refused_unread(ask, pieces):
    assert read(ask, *pieces) is ContractDriftError


FLOODS = {
    "of 103": [EARLY * 21 + sized(b"yes")],
    "of 100 and 199": [b"HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 199 X\r\n\r\n" * 11, sized(b"yes")],
    "in pieces": [EARLY * 11, EARLY * 11, sized(b"yes")],
    "of a megabyte": [EARLY * 24_000],
}


@pytest.mark.parametrize("pieces", FLOODS.values(), ids=FLOODS)
def test_a_flood_of_interim_answers_is_left(ask, pieces):
    assert read(ask, *pieces, max_answer_bytes=10_000_000) is ContractDriftError


def test_interim_answers_count_for_one_question_only(ask):
    def behave(connection, over):
        for _ in range(2):
            reply_in(EARLY * 20 + sized(b"yes"))(connection, over)
            read_request(connection)

    with raw_server(behave) as url:
        answer = ask(url, times=2)
    assert (answer.status, answer.body) == YES


@pytest.mark.parametrize("late", [b"", b"xxxx", sized(b"no"), sized(b"no")[:9]])
def test_what_comes_before_a_connection_ends_is_the_answer_to_nothing(ask, late):
    asked, ended = [], threading.Semaphore(0)

    def behave(connection, over):
        asked.append(connection)
        reply_in(sized(b"yes"), late)(connection, over)
        connection.close()
        ended.release()

    with raw_server(behave) as url:
        # A wait in which an event loop, too, sees nothing of what comes.
        answer = ask(url, times=3, between=lambda: ended.acquire(timeout=60))
    assert (answer.status, answer.body) == YES
    assert len(asked) == 3


@pytest.fixture
def nowhere():
    with crowded() as url:
        yield url


def test_the_time_that_passes_before_a_connection_comes_is_named(ask, nowhere):
    with pytest.raises(ConnectionFailedError, match="no connection within"):
        ask(nowhere, seconds=600.0, connect_timeout_seconds=0.2)
    with pytest.raises(DeadlineExceededError, match=r"0\.2 seconds"):
        ask(nowhere, seconds=0.2)
