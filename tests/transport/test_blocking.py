"""Bytes out, bytes back: over `responses` where only our own logic counts, else over a socket."""

import gzip
import http.client
import socket
import time

import pytest
import requests
import responses

from kszclient.errors import ConnectionFailedError, ContractDriftError, DeadlineExceededError
from kszclient.transport import BlockingTransport, Deadline, HttpAnswer
from tests.transport.raw_server import (
    CUT_SHORT,
    drip_body,
    drip_headers,
    raw_server,
    read_request,
    silent,
)

URL = "http://127.0.0.1:9/consult"


@pytest.fixture
def transport():
    with BlockingTransport(connect_timeout_seconds=2, max_answer_bytes=1000) as opened:
        yield opened


@responses.activate
def test_status_type_and_body_come_back_as_they_are(transport):
    responses.post(URL, body=b"<h1>no</h1>", status=502, content_type="text/html")
    answer = transport.post(URL, b"question", {"SOAPAction": '"x"'}, Deadline(5))
    assert (answer.status, answer.content_type, answer.body) == (502, "text/html", b"<h1>no</h1>")
    sent = responses.calls[0].request
    assert sent.body == b"question"
    assert sent.headers["SOAPAction"] == '"x"'
    assert sent.headers["Accept-Encoding"] == "identity"


def test_neither_a_debugger_of_http_nor_an_answer_shows_what_was_sent(
    transport, monkeypatch, capsys
):
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n85023000125"
    with raw_server(lambda connection, _over: connection.sendall(reply)) as url:
        answer = transport.post(url, b"about 85023000125", {}, Deadline(5))
    assert "85023000125" not in capsys.readouterr().out + repr(answer)


@responses.activate
def test_what_stands_at_an_address_is_read_under_the_same_conditions(transport):
    responses.get(URL, body=b"here", content_type="text/plain")
    answer = transport.get(URL, {"Accept": "text/plain"}, Deadline(5))
    assert (answer.status, answer.body) == (200, b"here")
    assert responses.calls[0].request.body is None
    responses.replace(responses.GET, URL, body=b"x" * 1001)
    with pytest.raises(ContractDriftError, match="1000 bytes"):
        transport.get(URL, {}, Deadline(5))


@responses.activate
def test_a_redirect_is_not_followed(transport):
    responses.post(URL, status=302, headers={"Location": "http://127.0.0.1:9/elsewhere"})
    assert transport.post(URL, b"", {}, Deadline(5)).status == 302
    assert len(responses.calls) == 1


@responses.activate
def test_an_answer_over_the_limit_is_not_read(transport):
    responses.post(URL, body=b"x" * 1001)
    with pytest.raises(ContractDriftError, match="1000 bytes"):
        transport.post(URL, b"", {}, Deadline(5))


@responses.activate
def test_a_compressed_answer_is_refused(transport):
    body = gzip.compress(b"0" * 100_000)
    responses.post(URL, body=body, headers={"Content-Encoding": "gzip"})
    with pytest.raises(ContractDriftError, match="compressed"):
        transport.post(URL, b"", {}, Deadline(5))


@responses.activate
@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (requests.ConnectTimeout("85023000125"), ConnectionFailedError),
        (requests.ReadTimeout("85023000125"), DeadlineExceededError),
        (requests.ConnectionError("85023000125"), ConnectionFailedError),
        (requests.exceptions.ChunkedEncodingError("85023000125"), ConnectionFailedError),
    ],
)
def test_foreign_errors_become_ours_and_lose_their_text(transport, raised, expected):
    responses.post(URL, body=raised)
    with pytest.raises(expected) as caught:
        transport.post(URL, b"", {}, Deadline(5))
    assert "85023000125" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.retry_can_help


@pytest.mark.parametrize("behave", [silent, drip_headers, drip_body])
def test_a_silent_or_slow_peer_is_left_when_the_deadline_is_over(transport, behave):
    with raw_server(behave) as url:
        begin = time.monotonic()
        with pytest.raises(DeadlineExceededError, match=r"0\.4 seconds"):
            transport.post(url, b"question", {}, Deadline(0.4))
        assert time.monotonic() - begin < 60  # the server would go on for ever


def test_a_deadline_that_is_over_sends_nothing(transport):
    ticks = iter([0.0, 9.0, 9.0])
    with pytest.raises(DeadlineExceededError):
        transport.post(URL, b"", {}, Deadline(5, clock=lambda: next(ticks)))


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"this is no HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nfoo\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-" + b"f" * 40 + b"\r\nfoo\r\n",
    ],
)
def test_nothing_or_what_is_not_http_is_a_failed_connection(transport, reply):
    with (
        raw_server(lambda connection, _over: connection.sendall(reply)) as url,
        pytest.raises(ConnectionFailedError),
    ):
        transport.post(url, b"question", {}, Deadline(5))


@pytest.mark.parametrize("reply", CUT_SHORT)
def test_an_answer_cut_short_is_a_broken_connection_and_no_answer(transport, reply):
    with (
        raw_server(lambda connection, _over: connection.sendall(reply)) as url,
        pytest.raises(ConnectionFailedError, match="before the answer was complete") as caught,
    ):
        transport.post(url, b"question", {}, Deadline(5))
    assert caught.value.retry_can_help


def test_what_comes_around_the_body_is_limited_too(transport):
    def trailers(connection, over):
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
        while not over.is_set():
            connection.sendall(b"X: y\r\n" * 10_000)

    with (
        raw_server(trailers) as url,
        pytest.raises(ContractDriftError, match=r"more than 1049576 bytes came"),
    ):
        transport.post(url, b"question", {}, Deadline(60))


def test_a_cookie_is_not_brought_back(transport):
    asked = []

    def marks(connection, _over):
        reply = b"HTTP/1.1 200 OK\r\nSet-Cookie: mark=1\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(reply)
        asked.append(connection.recv(65536))
        connection.sendall(reply)

    with raw_server(marks) as url:
        for _ in range(2):
            transport.post(url, b"question", {}, Deadline(5))
    assert b"POST" in asked[0]
    assert b"Cookie" not in asked[0]


def test_a_port_where_nobody_listens_is_a_failed_connection(transport):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectionFailedError, match="refused"):
        transport.post(f"http://127.0.0.1:{port}/", b"", {}, Deadline(5))


def test_connections_are_reused_and_the_body_is_whole(transport):
    accepted = []

    def two_answers(connection, over):
        accepted.append(connection)
        for _ in range(2):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n" + b"y" * 300)
            read_request(connection)

    with raw_server(two_answers) as url:
        for _ in range(2):
            assert transport.post(url, b"question", {}, Deadline(5)).body == b"y" * 300
        assert len(accepted) == 1
        transport.close()


@responses.activate
def test_a_request_prepared_once_carries_its_own_body_and_headers_each_time(transport):
    responses.post(URL)
    responses.get(URL)
    for body, mark in ((b"one", "1"), (b"three", "1"), (b"", "2")):
        transport.post(URL, body, {"Mark": mark}, Deadline(5))
    transport.get(URL, {"Mark": "2"}, Deadline(5))
    sent = [
        (
            each.request.body or b"",
            each.request.headers["Mark"],
            each.request.headers.get("Content-Length"),
        )
        for each in responses.calls
    ]
    assert sent == [(b"one", "1", "3"), (b"three", "1", "5"), (b"", "2", "0"), (b"", "2", None)]


def test_an_answer_does_not_show_its_body():
    assert repr(HttpAnswer(200, "text/xml", b"85023000125")) == "HttpAnswer(status=200, 11 bytes)"
