"""What the blocking transport promises, kept by the asynchronous one too."""

import asyncio
import gzip
import socket

import pytest

from kszclient.errors import ConnectionFailedError, ContractDriftError, DeadlineExceededError
from kszclient.transport import Deadline
from kszclient.transport.asynchronous import AsyncTransport
from tests.transport.raw_server import (
    CUT_SHORT,
    drip_body,
    drip_headers,
    raw_server,
    read_request,
    silent,
)

BOMB = gzip.compress(b"0" * 100_000)


def post(url, *, seconds=60.0, times=1):
    async def posted():
        options = {"connect_timeout_seconds": 60, "max_answer_bytes": 1000, "connections": 4}
        async with AsyncTransport(**options) as transport:
            for _ in range(times - 1):
                await transport.post(url, b"question", {}, Deadline(seconds))
            headers = {"SOAPAction": '"x"'}
            return await transport.post(url, b"question", headers, Deadline(seconds))

    return asyncio.run(posted())


def reply(head, body=b""):
    def behave(connection, _over):
        connection.sendall(head + b"\r\n\r\n" + body)

    return behave


def test_status_type_body_and_retry_after_come_back_as_they_are():
    head = b"HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\nRetry-After: 7\r\nContent-Length: 2"
    with raw_server(reply(head, b"no")) as url:
        answer = post(url)
    assert (answer.status, answer.content_type, answer.body) == (503, "text/html", b"no")
    assert answer.retry_after == "7"


@pytest.mark.parametrize("behave", [silent, drip_headers, drip_body])
def test_a_silent_or_slow_peer_is_left_when_the_deadline_is_over(behave):
    with raw_server(behave) as url, pytest.raises(DeadlineExceededError, match=r"0\.4 seconds"):
        post(url, seconds=0.4)


def test_a_long_deadline_is_not_rounded_up(monkeypatch):
    async def moments():
        loop, seen, asked = asyncio.get_running_loop(), [], asyncio.Event()
        now = loop.time()
        seconds = 30 + (0.2 - now) % 1  # a whole second of the clock lies 0.8 further
        call_at = loop.call_at
        monkeypatch.setattr(loop, "time", lambda: now)  # only what is asked and answered passes

        def silent(_connection, over):
            loop.call_soon_threadsafe(asked.set)
            over.wait()

        def noted(when, *rest, **options):
            seen.append(when - loop.time())
            return call_at(when, *rest, **options)

        monkeypatch.setattr(loop, "call_at", noted)
        options = {"connect_timeout_seconds": 20, "max_answer_bytes": 1000, "connections": 1}
        with raw_server(silent) as url:
            async with AsyncTransport(**options) as transport:
                left = Deadline(seconds, clock=lambda: now)
                task = asyncio.create_task(transport.post(url, b"question", {}, left))
                await asked.wait()
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        return seconds, seen

    seconds, seen = asyncio.run(moments())
    assert max(seen) == pytest.approx(seconds, abs=0.001)  # whole milliseconds


def test_a_deadline_that_is_over_sends_nothing():
    with pytest.raises(DeadlineExceededError):
        post("http://127.0.0.1:9/", seconds=-1.0)


@pytest.mark.parametrize(
    ("behave", "says"),
    [
        (reply(b"HTTP/1.1 200 OK\r\nContent-Length: 2000", b"x" * 2000), "1000 bytes"),
        (
            reply(
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d" % len(BOMB),
                BOMB,
            ),
            "compressed",
        ),
    ],
)
def test_an_answer_too_large_or_compressed_is_refused(behave, says):
    with raw_server(behave) as url, pytest.raises(ContractDriftError, match=says):
        post(url)


@pytest.mark.parametrize(
    "behave",
    [
        reply(b"this is no HTTP"),
        lambda _connection, _over: None,
    ],
)
def test_nothing_or_what_is_not_http_is_a_failed_connection(behave):
    with raw_server(behave) as url, pytest.raises(ConnectionFailedError):
        post(url)


@pytest.mark.parametrize("cut", CUT_SHORT)
def test_an_answer_cut_short_is_a_broken_connection_and_no_answer(cut):
    with (
        raw_server(lambda connection, _over: connection.sendall(cut)) as url,
        pytest.raises(ConnectionFailedError, match="before the answer was complete") as caught,
    ):
        post(url)
    assert caught.value.retry_can_help


def test_a_redirect_is_not_followed():
    head = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0"
    with raw_server(reply(head)) as url:
        assert post(url).status == 302


def test_a_port_where_nobody_listens_is_a_failed_connection():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectionFailedError, match="refused"):
        post(f"http://127.0.0.1:{port}/")


def test_a_secure_address_needs_a_policy():
    with pytest.raises(ConnectionFailedError, match="TLS policy"):
        post("https://127.0.0.1:9/")


def test_connections_are_reused():
    accepted = []

    def two_answers(connection, _over):
        accepted.append(connection)
        for _ in range(2):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes")
            read_request(connection)

    with raw_server(two_answers) as url:
        assert post(url, times=2).body == b"yes"
    assert len(accepted) == 1


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_an_answer_in_chunks_is_put_together():
    with raw_server(
        lambda each, _over: each.sendall(CHUNKED + b"2\r\nye\r\n1\r\ns\r\n0\r\n\r\n")
    ) as url:
        assert post(url).body == b"yes"


def test_chunks_are_read_to_the_limit_and_no_further():
    chunk = b"100\r\n" + b"x" * 256 + b"\r\n"
    with (
        raw_server(lambda each, _over: each.sendall(CHUNKED + 5 * chunk + b"0\r\n\r\n")) as url,
        pytest.raises(ContractDriftError, match="1000 bytes"),
    ):
        post(url)
