"""Every rule of asking again, over an invented clock on which sleeping takes no time."""

import asyncio
import gc
import socket
import threading
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kszclient.errors import (
    AnswerMismatchError,
    ConnectionFailedError,
    ContractDriftError,
    DeadlineExceededError,
    GatewayError,
    SettingsError,
)
from kszclient.transport import BlockingTransport
from kszclient.transport.retry import Retrier, Retry
from kszclient.values import Ticket


class World:
    """A clock, the waits that were made on it, and a script of what each attempt meets."""

    def __init__(self, *script, takes=0.0, share=1.0):
        self.now = 1000.0
        self.waits = []
        self.seen = []
        self.draws = []
        self._script = list(script)
        self._takes = takes
        self._share = share
        self._tickets = 0

    def new_ticket(self):
        self._tickets += 1
        return Ticket(f"ticket-{self._tickets}")

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds):
        self.sleep(seconds)

    def draw(self, low, high):
        self.draws.append((low, high))
        return low + self._share * (high - low)

    def call(self, ticket, deadline):
        self.seen.append((ticket.text, deadline.remaining_seconds()))
        self.now += self._takes
        met = self._script.pop(0)
        if isinstance(met, BaseException):
            raise met
        return met

    async def call_async(self, ticket, deadline):
        return self.call(ticket, deadline)

    def retrier(self, **policy):
        return Retrier(
            Retry(**policy),
            clock=lambda: self.now,
            sleep=self.sleep,
            sleep_async=self.sleep_async,
            draw=self.draw,
            new_ticket=self.new_ticket,
        )


@pytest.fixture(params=["blocking", "asynchronous"])
def run(request):
    """Run a world's script both ways: the rules must be the same."""

    def blocking(world, partial=lambda _: False, **policy):
        return world.retrier(**policy).run(world.call, partial=partial)

    def asynchronous(world, partial=lambda _: False, **policy):
        return asyncio.run(world.retrier(**policy).run_async(world.call_async, partial=partial))

    return blocking if request.param == "blocking" else asynchronous


def broken():
    return ConnectionFailedError("broken")


def busy(seconds):
    error = GatewayError("busy", http_status=503)
    error.retry_after_seconds = seconds
    return error


def ended(retried):
    return [(attempt.ticket.text, attempt.ended) for attempt in retried.attempts]


def test_an_answer_is_not_asked_for_again(run):
    world = World("answer")
    retried = run(world)
    assert retried.result == "answer"
    assert ended(retried) == [("ticket-1", "ANSWERED")]
    assert world.waits == []


def test_a_technical_failure_is_asked_again_under_another_ticket(run):
    world = World(broken(), busy(None), "answer")
    retried = run(world)
    assert retried.result == "answer"
    assert ended(retried) == [
        ("ticket-1", "ConnectionFailedError"),
        ("ticket-2", "GatewayError"),
        ("ticket-3", "ANSWERED"),
    ]


@pytest.mark.parametrize(
    "error",
    [
        ContractDriftError("another form"),
        AnswerMismatchError("another person"),
        GatewayError("wrong password", http_status=401),
        ValueError("a mistake of ours"),
        KeyboardInterrupt(),
    ],
)
def test_what_would_fail_again_is_not_asked_again(run, error):
    world = World(error, "answer")
    with pytest.raises(type(error)):
        run(world)
    assert len(world.seen) == 1


def test_the_last_failure_is_reported_with_the_tickets_before_it(run):
    last = broken()
    world = World(broken(), broken(), last)
    with pytest.raises(ConnectionFailedError) as caught:
        run(world, attempts=3)
    assert caught.value is last
    assert last.earlier_tickets == ("ticket-1", "ticket-2")


def test_a_partial_result_is_asked_again_and_the_last_one_stands(run):
    world = World("half", "half again", "whole")
    assert run(world, partial=lambda result: result != "whole").result == "whole"
    world = World("half", "half again")
    retried = run(world, partial=lambda _: True, attempts=2)
    assert retried.result == "half again"
    assert ended(retried) == [("ticket-1", "PARTIAL"), ("ticket-2", "PARTIAL")]


def test_a_partial_result_outlives_failures_that_may_pass(run):
    retried = run(World("half", broken(), broken()), partial=lambda _: True)
    assert retried.result == "half"
    assert [attempt.ended for attempt in retried.attempts] == [
        "PARTIAL",
        "ConnectionFailedError",
        "ConnectionFailedError",
    ]


@pytest.mark.parametrize("error", [AnswerMismatchError, ContractDriftError])
def test_a_partial_result_outlives_a_worthless_answer_which_is_told_and_not_tried_again(run, error):
    world = World("half", error("another"), "never asked for")
    retried = run(world, partial=lambda result: result == "half")
    assert retried.result == "half"
    assert ended(retried) == [("ticket-1", "PARTIAL"), ("ticket-2", error.__name__)]


def test_the_wait_is_drawn_between_nothing_and_a_bound_that_doubles_up_to_a_limit(run):
    world = World(*[broken() for _ in range(5)], "answer")
    run(world, attempts=6, first_wait_seconds=1, longest_wait_seconds=5)
    assert world.draws == [(0, 1), (0, 2), (0, 4), (0, 5), (0, 5)]
    assert world.waits == [1, 2, 4, 5, 5]


def test_retry_after_is_waited_for_on_top_of_the_draw(run):
    world = World(busy(7.0), "answer")
    run(world, first_wait_seconds=0.5)
    assert world.waits == [7.5]


def test_a_wait_that_would_outlast_the_deadline_is_not_begun(run):
    world = World(busy(60.0), "answer")
    with pytest.raises(GatewayError):
        run(world, total_seconds=60)
    assert world.waits == []


def test_each_attempt_gets_its_own_time_clipped_by_what_is_left_of_the_whole(run):
    late = [DeadlineExceededError("silent") for _ in range(3)]
    world = World(*late, takes=20, share=0.0)
    with pytest.raises(DeadlineExceededError):
        run(world, attempts=9, total_seconds=50, attempt_seconds=20)
    assert [seconds for _, seconds in world.seen] == [20, 20, 10]


@pytest.mark.parametrize(
    ("attempt_seconds", "says"),
    [
        (60, "no complete answer within 50 seconds"),
        (20, "no complete answer within 20 seconds of this attempt; all attempts together have 50"),
    ],
)
def test_a_time_out_tells_the_time_of_the_attempt_and_of_all(run, attempt_seconds, says):
    said = []

    class Silent(World):
        def call(self, ticket, deadline):
            said.append(str(deadline.exceeded()))
            return super().call(ticket, deadline)

    run(Silent("answer"), total_seconds=50, attempt_seconds=attempt_seconds)
    assert said == [says]


@given(
    fates=st.lists(st.sampled_from(["broken", "half", "busy"]), max_size=12),
    takes=st.floats(0, 20),
    total=st.floats(1, 100),
    attempts=st.integers(1, 8),
    share=st.floats(0, 1),
)
def test_no_attempt_begins_after_the_end_nor_over_the_count(fates, takes, total, attempts, share):
    makers = {"broken": broken, "half": lambda: "half", "busy": lambda: busy(3.0)}
    script = [makers[fate]() for fate in fates] + ["whole"]
    world = World(*script, takes=takes, share=share)
    try:
        retried = world.retrier(attempts=attempts, total_seconds=total).run(
            world.call, partial=lambda result: result == "half"
        )
    except (ConnectionFailedError, GatewayError):
        assert "half" not in fates[: len(world.seen)]
    else:
        assert retried.result == ("whole" if len(world.seen) == len(script) else "half")
        assert len(retried.attempts) == len(world.seen)
    assert len(world.seen) <= attempts
    assert world.now <= 1000 + total + takes
    assert len({ticket for ticket, _ in world.seen}) == len(world.seen)


def test_threads_share_a_retrier_without_mixing_their_runs():
    retrier = Retrier(Retry(first_wait_seconds=1e-9))
    results = {}

    def work(number):
        failures = iter(range(number % 3))

        def call(ticket, deadline):
            if next(failures, None) is not None:
                raise broken()
            return number

        results[number] = retrier.run(call)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: retried.result for number, retried in results.items()} == {
        number: number for number in range(32)
    }
    assert all(len(retried.attempts) == number % 3 + 1 for number, retried in results.items())


def test_a_silent_socket_ends_on_time_and_is_asked_again():
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        BlockingTransport(connect_timeout_seconds=60, max_answer_bytes=1000) as transport,
    ):
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        retrier = Retrier(
            Retry(attempts=2, attempt_seconds=0.1, first_wait_seconds=1e-9, total_seconds=600)
        )
        with pytest.raises(DeadlineExceededError) as caught:
            retrier.run(lambda _, deadline: transport.post(url, b"question", {}, deadline))
        assert len(caught.value.earlier_tickets) == 1
        assert str(caught.value) == (
            "no complete answer within 0.1 seconds of this attempt; all attempts together have 600"
        )


@pytest.mark.parametrize("key", Retry.__struct_fields__)
def test_a_policy_names_the_number_that_makes_no_sense(key):
    with pytest.raises(SettingsError, match=key):
        Retry(**{key: 0})


def test_an_answer_at_the_first_attempt_is_not_kept_alive_by_its_run(run):
    class Answer:
        """Something that can be watched."""

    world = World(Answer())
    gc.disable()
    try:
        retried = run(world)
        watched = weakref.ref(retried.result)
        del retried
        assert watched() is None
    finally:
        gc.enable()
