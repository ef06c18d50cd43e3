"""The asynchronous client keeps the promises of the blocking one."""

import asyncio
from contextlib import closing

import msgspec
import pytest

import kszclient.cadaster
from kszclient.audit import AuditKeys, AuditTrail, Selection, export
from kszclient.cadaster import (
    AsyncChildBenefitsClient,
    ChildBenefitsClient,
    Complete,
    Environment,
    Incomplete,
)
from kszclient.errors import (
    AnswerMismatchError,
    ConnectionFailedError,
    GatewayError,
    InputError,
    ServiceFaultError,
    SettingsError,
)
from kszclient.security import Profile
from kszclient.testing import MockKsz, Scenario, World
from kszclient.testing.server.scenario import ScenarioRule
from kszclient.values import AuthenticSource, MonthPeriod, Ticket
from kszclient.wire import read_answer
from tests.gate import Gate

PERIOD = MonthPeriod.parse("2018-01", "2024-12")
WORLD = World.build(seed=3, size=40)
GHENT = WORLD.persona("brussels-to-ghent-2021").child.ssin
BRUSSELS = AuthenticSource.BRUSSELS


async def no_wait(_seconds):
    await asyncio.sleep(0)


AT_ONCE = Environment(sleep=lambda _seconds: None, sleep_async=no_wait)


def run(inquire, *rules, trail=None, in_flight=16, gate=asyncio.sleep, **changes):
    """Run a coroutine function with a client of a mock that plays rules."""

    async def running(endpoint):
        profile = msgspec.structs.replace(Profile.load("mock", endpoint=endpoint), **changes)
        async with AsyncChildBenefitsClient(
            profile, environment=AT_ONCE, trail=trail, in_flight=in_flight
        ) as client:
            return await inquire(client)

    with MockKsz(WORLD, [Scenario("a test", "", rules)], sleep=gate) as mock:
        result = asyncio.run(running(mock.endpoint))
        return result, mock.requests


def test_many_at_once_find_what_one_after_the_other_finds():
    async def everybody(client):
        asked = [client.consult(child.ssin, PERIOD) for child in WORLD.children]
        return await asyncio.gather(*asked)

    at_once, _ = run(everybody)
    with (
        MockKsz(WORLD) as mock,
        ChildBenefitsClient(Profile.load("mock", endpoint=mock.endpoint)) as client,
    ):
        for child, outcome in zip(WORLD.children, at_once, strict=True):
            alone = client.consult(child.ssin, PERIOD)
            assert type(outcome) is type(alone)
            assert outcome.answer.results == alone.answer.results
            assert outcome.answer.criteria.ssin == child.ssin


def test_the_silent_source_alone_is_asked_again():
    async def one(client):
        return await client.consult(GHENT, PERIOD)

    outcome, seen = run(one, ScenarioRule(sources=(BRUSSELS,), nth=(1,), silent=True))
    assert isinstance(outcome, Complete)
    assert tuple(seen[1].sources) == ("BRUSSELS",)
    outcome, seen = run(one, ScenarioRule(sources=(BRUSSELS,), silent=True))
    assert isinstance(outcome, Incomplete)
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("rule", "expected", "attempts"),
    [
        (ScenarioRule(broken="gateway-page"), GatewayError, 3),
        (ScenarioRule(fault="MSG00003"), ServiceFaultError, 3),
        (ScenarioRule(broken="other-person"), AnswerMismatchError, 1),
    ],
)
def test_errors_are_those_of_the_blocking_client(rule, expected, attempts):
    async def one(client):
        with pytest.raises(expected) as caught:
            await client.consult(GHENT, PERIOD)
        return caught.value

    error, seen = run(one, rule)
    assert len(seen) == attempts
    assert len({error.ticket, *error.earlier_tickets}) == attempts


def test_no_more_than_so_many_are_under_way():
    gate = Gate()

    async def many(client):
        tasks = [asyncio.create_task(client.consult(GHENT, PERIOD)) for _ in range(12)]
        await gate.until(3)
        for _ in range(20):  # rounds of the loop in which a fourth would be sent
            await asyncio.sleep(0.001)
        held = gate.held
        gate.open()
        return held, await asyncio.gather(*tasks)

    (held, outcomes), seen = run(many, ScenarioRule(delay_ms=1), in_flight=3, gate=gate)
    assert (held, len(seen)) == (3, 12)
    assert all(isinstance(outcome, Complete) for outcome in outcomes)


KEYS = AuditKeys({"test": bytes(range(32))})


def test_a_cancelled_inquiry_is_written_down_and_counts_for_nothing(tmp_path):
    path = tmp_path / "audit.sqlite"
    AuditTrail.create(path, KEYS)

    def kinds():
        return [
            msgspec.json.decode(line)["entry"]["event"]["kind"]
            for line in export(path, KEYS, Selection())
        ]

    gate = Gate()

    async def cancelled(client):
        task = asyncio.create_task(client.consult(GHENT, PERIOD))
        await gate.until(1)
        assert kinds() == ["asked"]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.open()
        return await client.consult(GHENT, PERIOD)

    with AuditTrail(path, KEYS) as trail:
        once = {"in_flight": 1, "breaker_failures": 1}
        outcome, _ = run(cancelled, ScenarioRule(delay_ms=1), trail=trail, gate=gate, **once)
    assert isinstance(outcome, Complete)
    assert kinds() == ["asked", "unanswered", "asked", "answered"]


def test_closing_waits_for_what_is_under_way():
    async def leave(client, task, gate):
        async with client:
            assert not task.done()
            asyncio.get_running_loop().call_soon(gate.open)
        return task

    assert isinstance(on_a_loop(leave).result(), Complete)


def on_a_loop(running, **options):
    """Run a coroutine function with a client that nobody closes for it, and a task that asks.

    The answer is held back until the function opens the gate.
    """
    gate = Gate()

    async def asking(endpoint):
        client = AsyncChildBenefitsClient(Profile.load("mock", endpoint=endpoint), **options)
        task = asyncio.create_task(client.consult(GHENT, PERIOD))
        await gate.until(1)
        return await asyncio.wait_for(running(client, task, gate), 60)

    slow = Scenario("a test", "", (ScenarioRule(delay_ms=1),))
    with MockKsz(WORLD, [slow], sleep=gate) as mock:
        return asyncio.run(asking(mock.endpoint))


def test_a_close_that_is_given_up_closes_when_the_last_is_through():
    async def impatient(client, task, gate):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.close(), 0.01)
        assert client._exchanges.transport._session is not None
        gate.open()
        outcome = await task
        await client.close()
        assert client._exchanges.transport._session is None
        return outcome

    assert isinstance(on_a_loop(impatient, in_flight=2), Complete)


def test_two_may_close_at_once():
    async def both(client, task, gate):
        others = [asyncio.create_task(client.consult(GHENT, PERIOD)) for _ in range(3)]
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(gate.open)
        await asyncio.gather(client.close(), client.close())
        return [each.done() for each in (task, *others)]

    assert on_a_loop(both, in_flight=2) == [True] * 4


def test_nothing_begins_once_the_client_closes():
    async def late(client, task, gate):
        closing = asyncio.create_task(client.close())
        await asyncio.sleep(0)
        with pytest.raises(InputError, match="closed") as caught:
            await client.consult(GHENT, PERIOD)
        gate.open()
        await closing
        with pytest.raises(InputError, match="closed"):
            await client.consult(GHENT, PERIOD)
        assert client._exchanges.transport._session is None
        return caught.value.next_step, task.done()

    next_step, done = on_a_loop(late)
    assert "make another client" in next_step
    assert done


def test_a_client_belongs_to_one_event_loop():
    with MockKsz(WORLD) as mock, closing(asyncio.new_event_loop()) as loop:
        client = AsyncChildBenefitsClient(Profile.load("mock", endpoint=mock.endpoint))
        loop.run_until_complete(client.consult(GHENT, PERIOD))
        with pytest.raises(InputError, match="another event loop") as caught:
            asyncio.run(client.consult(GHENT, PERIOD))
        loop.run_until_complete(client.close())
    assert "each event loop" in caught.value.next_step


def test_a_client_in_use_stays_open_where_another_event_loop_would_close_it():
    async def elsewhere(client, task, gate):
        with pytest.raises(InputError, match="another event loop"):
            await asyncio.to_thread(asyncio.run, client.close())
        gate.open()
        again = await client.consult(GHENT, PERIOD)
        await client.close()
        assert client._exchanges.transport._session is None
        return await task, again

    assert all(isinstance(each, Complete) for each in on_a_loop(elsewhere))


def test_a_client_that_another_event_loop_would_close_again_is_closed_where_it_belongs():
    async def twice(client, task, gate):
        closing = asyncio.create_task(client.close())
        await asyncio.sleep(0)
        with pytest.raises(InputError, match="another event loop"):
            await asyncio.to_thread(asyncio.run, client.close())
        gate.open()
        await closing
        assert client._exchanges.transport._session is None
        return task.done()

    assert on_a_loop(twice)


def test_a_client_without_a_place_is_refused():
    with pytest.raises(SettingsError, match="in_flight"):
        AsyncChildBenefitsClient(Profile.load("mock", endpoint="http://127.0.0.1:1"), in_flight=0)


def test_the_rate_holds_over_all_tasks():
    waits = []

    async def note(seconds):
        waits.append(seconds)

    async def running(endpoint):
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=endpoint), requests_per_second=10.0
        )
        given = Environment(clock=lambda: 1000.0, sleep_async=note)
        async with AsyncChildBenefitsClient(profile, environment=given) as client:
            await asyncio.gather(*(client.consult(GHENT, PERIOD) for _ in range(4)))

    with MockKsz(WORLD) as mock:
        asyncio.run(running(mock.endpoint))
    assert sorted(round(each, 3) for each in waits) == [0.1, 0.2, 0.3]


def test_the_package_names_what_it_has():
    with pytest.raises(AttributeError, match="nothing"):
        _ = kszclient.cadaster.nothing
    for name in kszclient.cadaster.__all__:
        assert getattr(kszclient.cadaster, name)


def test_a_caller_may_bring_the_tickets_of_a_question():
    brought = []

    def new_ticket():
        brought.append(Ticket.new())
        return brought[-1]

    async def one(client):
        client.admit(GHENT)
        return await client.consult(GHENT, PERIOD, new_ticket=new_ticket)

    outcome, seen = run(one, ScenarioRule(nth=(1,), fault="MSG00003"))
    assert [each.customer_ticket for each in seen] == [ticket.text for ticket in brought]
    assert [attempt.ticket for attempt in outcome.attempts] == brought
    assert len(brought) == 2


def test_a_caller_may_keep_the_octets_of_every_answer():
    octets = []

    async def one(client):
        return await client.consult(GHENT, PERIOD, answered=octets.append)

    rules = (
        ScenarioRule(nth=(1,), fault="MSG00003"),
        ScenarioRule(nth=(2,), sources=(BRUSSELS,), silent=True),
    )
    outcome, _ = run(one, *rules)
    assert [each.ended for each in outcome.attempts] == ["ServiceFaultError", "PARTIAL", "ANSWERED"]
    first, last = (read_answer(each, http_status=200, content_type="text/xml") for each in octets)
    assert first.criteria.authentic_sources == ()
    assert last.criteria.authentic_sources == (BRUSSELS,)


@pytest.mark.parametrize("error", [ConnectionFailedError("mine"), ZeroDivisionError()])
def test_what_a_caller_fails_at_is_no_failure_of_the_endpoint(error):
    def fail(_octets):
        raise error

    async def one(client):
        with pytest.raises(type(error)) as caught:
            await client.consult(GHENT, PERIOD, answered=fail)
        assert caught.value is error
        return await client.consult(GHENT, PERIOD), client.congestion.limit

    (outcome, limit), seen = run(one, breaker_failures=1)
    assert isinstance(outcome, Complete)
    assert (len(seen), limit) == (2, 16)


def test_who_is_cancelled_while_waiting_for_a_place_sends_and_writes_nothing(tmp_path):
    path = tmp_path / "audit.sqlite"
    AuditTrail.create(path, KEYS)

    gate = Gate()

    async def most_give_up(client):
        tasks = [asyncio.create_task(client.consult(GHENT, PERIOD)) for _ in range(20)]
        await gate.until(1)
        for task in tasks[1:-1]:
            task.cancel()
        gate.open()
        return await asyncio.gather(*tasks, return_exceptions=True)

    with AuditTrail(path, KEYS) as trail:
        ends, seen = run(
            most_give_up, ScenarioRule(delay_ms=1), trail=trail, in_flight=1, gate=gate
        )
    assert isinstance(ends[0], Complete)
    assert isinstance(ends[-1], Complete)
    assert all(isinstance(end, asyncio.CancelledError) for end in ends[1:-1])
    assert len(seen) == 2
    assert len(list(export(path, KEYS, Selection()))) == 4


def test_who_is_cancelled_while_waiting_for_his_turn_gives_it_back():
    waits = []
    leaving = True

    async def note(seconds):
        waits.append(round(seconds, 3))
        if leaving:
            await asyncio.Event().wait()

    async def running(endpoint):
        nonlocal leaving
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=endpoint), requests_per_second=10.0
        )
        given = Environment(clock=lambda: 1000.0, sleep_async=note)
        async with AsyncChildBenefitsClient(profile, environment=given) as client:
            tasks = [asyncio.create_task(client.consult(GHENT, PERIOD)) for _ in range(4)]
            while len(waits) < 3:  # noqa: ASYNC110 - what is waited for are other tasks
                await asyncio.sleep(0)
            for task in tasks[1:]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            leaving = False
            await asyncio.gather(*(client.consult(GHENT, PERIOD) for _ in range(3)))

    with MockKsz(WORLD) as mock:
        asyncio.run(running(mock.endpoint))
        assert len(mock.requests) == 4
    assert waits == [0.1, 0.2, 0.3, 0.1, 0.2, 0.3]


def test_who_is_cancelled_midway_leaves_the_connections_to_the_others():
    gate = Gate()

    async def half_give_up(client):
        tasks = [asyncio.create_task(client.consult(GHENT, PERIOD)) for _ in range(8)]
        await gate.until(8)
        for task in tasks[::2]:
            task.cancel()
        gate.open()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        again = await asyncio.gather(*(client.consult(GHENT, PERIOD) for _ in range(8)))
        return ends, again

    (ends, again), _ = run(
        half_give_up, ScenarioRule(delay_ms=1), in_flight=8, breaker_failures=1, gate=gate
    )
    assert all(isinstance(end, asyncio.CancelledError) for end in ends[::2])
    assert all(isinstance(end, Complete) for end in (*ends[1::2], *again))
