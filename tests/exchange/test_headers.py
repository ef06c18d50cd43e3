"""The password of the gateway goes to the gateway, and shows nowhere on the way."""

import asyncio
import base64
import copy
import pickle
import threading
import traceback
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer

import msgspec
import pytest

from kszclient.cadaster import AsyncChildBenefitsClient, ChildBenefitsClient
from kszclient.errors import ConsultationError
from kszclient.exchange import Headers, headers_of
from kszclient.security import BasicLogin, Profile, SecretSource
from kszclient.values import MonthPeriod, Ssin
from kszclient.wire import HTTP_HEADERS

LOGIN = base64.b64encode(b"ocmw:open sesame").decode()
CHILD, PERIOD = Ssin.parse("15023002020"), MonthPeriod.parse("2023-01", "2023-12")


@pytest.fixture
def with_login(monkeypatch):
    monkeypatch.setenv("GATEWAY_SECRET", "open sesame")
    basic = BasicLogin(user="ocmw", secret=SecretSource(environment="GATEWAY_SECRET"))

    def profile(endpoint="http://127.0.0.1:1/"):
        shipped = Profile.load("mock", endpoint=endpoint)
        return msgspec.structs.replace(shipped, basic=basic, attempts=1)

    return profile


def test_a_login_is_among_the_headers_and_hides(with_login):
    headers = headers_of(with_login(), HTTP_HEADERS)
    assert isinstance(headers, Mapping)
    assert dict(headers) == {**HTTP_HEADERS, "Authorization": f"Basic {LOGIN}"}
    assert len(headers) == len(HTTP_HEADERS) + 1
    assert LOGIN not in f"{headers} {headers!r} {vars(type(headers))}"
    for take_away in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled or copied"):
            take_away(headers)


def test_without_a_login_there_is_none():
    headers = headers_of(Profile.load("mock"), HTTP_HEADERS)
    assert isinstance(headers, Headers)
    assert dict(headers) == HTTP_HEADERS
    with pytest.raises(KeyError):
        headers["Authorization"]


class _Busy(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.shown.append(self.headers["Authorization"])
        self.send_error(503)

    def log_message(self, *_):
        pass


@pytest.fixture
def busy():
    """A gateway that answers 503 and keeps what it was shown."""
    with HTTPServer(("127.0.0.1", 0), _Busy) as server:
        server.shown = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(profile):
    with ChildBenefitsClient(profile) as client:
        return client.consult(CHILD, PERIOD)


def ask_from_an_event_loop(profile):
    async def asked():
        async with AsyncChildBenefitsClient(profile) as client:
            return await client.consult(CHILD, PERIOD)

    return asyncio.run(asked())


@pytest.mark.parametrize("way", [ask, ask_from_an_event_loop])
def test_it_is_sent_and_a_traceback_that_shows_variables_does_not_hold_it(with_login, busy, way):
    with pytest.raises(ConsultationError) as caught:
        way(with_login(f"http://127.0.0.1:{busy.server_port}/"))
    assert busy.shown == [f"Basic {LOGIN}"]
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    text = "".join(told.format())
    assert "consult" in text
    for part in (LOGIN, "sesame"):
        assert part not in text
