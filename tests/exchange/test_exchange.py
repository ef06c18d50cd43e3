"""One order for every service: a second one brings its own messages, and shares all the rest."""

import asyncio
import threading

import msgspec
import pytest

from kszclient.audit import Consultation
from kszclient.errors import GatewayError, InputError
from kszclient.exchange import Environment, client_config
from kszclient.exchange.asynchronous import AsyncExchanges
from kszclient.exchange.blocking import BlockingExchanges
from kszclient.exchange.in_flight import InFlight
from kszclient.security import Profile
from kszclient.transport.waiting import run_blocking
from kszclient.values import MonthPeriod, Ssin
from tests.transport.raw_server import raw_server

PERSON, MONTHS = Ssin.parse("15023002020"), MonthPeriod.parse("2023-01", "2023-01")


class Trail:
    def __init__(self):
        self.events = []

    def append(self, event):
        self.events.append(event)

    def pseudonym(self, _ssin):
        return "somebody"


class Weather:
    """An inquiry of another service, which is busy at first and answers in plain text."""

    answered_codes = frozenset()

    def __init__(self, *refusals):
        self.tickets = []
        self._refusals = list(refusals)

    def envelope(self, ticket, _now):
        self.tickets.append(ticket)
        return b"what is the weather?"

    def consultation(self, trail, asker):
        return Consultation(trail, asker, ticket=self.tickets[-1], ssin=PERSON, months=MONTHS)

    def conclude(self, received, _now, entry):
        if self._refusals:
            raise self._refusals.pop(0)
        entry.refused(ticket_cbss="1", code="RAIN")
        return received.body

    def worth_another(self, result):
        return result == b""


async def no_wait(_seconds):
    await asyncio.sleep(0)


def run_on_a_thread(config, inquiry):
    exchanges = BlockingExchanges(config)
    try:
        return exchanges.run(inquiry)
    finally:
        exchanges.close()
        with pytest.raises(InputError, match="closed"):
            exchanges.run(inquiry)


def run_on_a_loop(config, inquiry):
    async def run():
        exchanges = AsyncExchanges(config, 2)
        try:
            return await exchanges.run(inquiry)
        finally:
            await exchanges.close()
            with pytest.raises(InputError, match="closed"):
                await exchanges.run(inquiry)

    return asyncio.run(run())


def reply(connection, _over):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nrain")


@pytest.mark.parametrize("run", [run_on_a_thread, run_on_a_loop])
def test_another_service_shares_retries_and_trail(run):
    trail = Trail()
    inquiry = Weather(GatewayError("busy", http_status=503))
    with raw_server(reply) as url:
        profile = msgspec.structs.replace(Profile.load("mock", endpoint=url), attempts=3)
        environment = Environment(sleep=lambda _seconds: None, sleep_async=no_wait)
        headers = {"Content-Type": "text/plain"}
        retried = run(
            client_config(profile, headers, trail=trail, environment=environment), inquiry
        )
    assert retried.result == b"rain"
    assert [each.ended for each in retried.attempts] == ["GatewayError", "ANSWERED"]
    assert [each.ticket for each in retried.attempts] == inquiry.tickets
    kinds = [type(each).__name__ for each in trail.events]
    assert kinds == ["Asked", "Failed", "Asked", "Refused"]


def test_a_blocking_call_that_would_wait_for_a_loop_is_refused():
    class Waits:
        def __await__(self):
            yield

    async def wait():
        await Waits()

    with pytest.raises(RuntimeError, match="waits for an event loop"):
        run_blocking(wait())


def test_the_last_thread_that_leaves_closes_once():
    drained = []
    in_flight = InFlight(lambda: drained.append(threading.get_ident()))
    entered, leave = threading.Barrier(3), threading.Event()

    def stay():
        with in_flight:
            entered.wait()
            leave.wait()

    threads = [threading.Thread(target=stay) for _ in range(2)]
    for each in threads:
        each.start()
    entered.wait()
    assert not in_flight.close_if_empty()
    in_flight.close()
    in_flight.close()
    assert drained == []
    leave.set()
    for each in threads:
        each.join()
    assert len(drained) == 1
    assert drained[0] in {each.ident for each in threads}
    assert in_flight.close_if_empty()
