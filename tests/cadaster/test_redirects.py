"""What comes with a redirect is said by both clients in the same words."""

import asyncio

import msgspec
import pytest

from kszclient.cadaster import AsyncChildBenefitsClient, ChildBenefitsClient, Circumstance
from kszclient.errors import GatewayError
from kszclient.security import Profile
from kszclient.values import MonthPeriod, Ssin
from tests.transport.raw_server import raw_server, reply_in

QUESTION = Ssin.parse("85023000125"), MonthPeriod.parse("2023-01", "2023-12")
FAULT = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
    b"<faultcode>s:Client</faultcode><faultstring>no</faultstring></s:Fault></s:Body></s:Envelope>"
)
PAGE = b"<html><body>log in</body></html>"


async def no_wait(_seconds):
    await asyncio.sleep(0)


AT_ONCE = Circumstance(sleep=lambda _seconds: None, sleep_async=no_wait)


def ask_blocking(profile):
    with ChildBenefitsClient(profile, circumstance=AT_ONCE) as client:
        client.consult(*QUESTION)


def ask_asynchronous(profile):
    async def asked():
        async with AsyncChildBenefitsClient(profile, circumstance=AT_ONCE) as client:
            await client.consult(*QUESTION)

    asyncio.run(asked())


@pytest.mark.parametrize("ask", [ask_blocking, ask_asynchronous])
@pytest.mark.parametrize(
    ("status", "body", "says", "times"),
    [(b"308", FAULT, "fault code Client", 1), (b"302", PAGE, "an HTML page came", 2)],
)
def test_what_comes_with_a_redirect_is_named(ask, status, body, says, times):
    asked = []
    head = b"HTTP/1.1 %b Moved\r\nLocation: https://login/\r\nContent-Length: %d\r\n\r\n"

    def behave(connection, over):
        asked.append(connection)
        reply_in(head % (status, len(body)) + body)(connection, over)

    with raw_server(behave) as url:
        profile = msgspec.structs.replace(Profile.load("mock", endpoint=url), attempts=2)
        with pytest.raises(GatewayError, match=says) as caught:
            ask(profile)
    assert len(asked) == times
    assert caught.value.retry_can_help is (times == 2)
