"""The circuit over an invented clock, with real threads at the door."""

import asyncio
import threading
from contextlib import nullcontext

import pytest

from kszclient.errors import (
    CircuitOpenError,
    ConnectionFailedError,
    ContractDriftError,
    DeadlineExceededError,
    GatewayError,
    InvalidValueError,
    SettingsError,
)
from kszclient.transport.breaker import Breaker


def meet(error):
    if error is not None:
        raise error


class Door:
    """A breaker, its clock, and whether a call got through."""

    def __init__(self, failures=3):
        self.now = 0.0
        self.breaker = Breaker(
            "https://example.test", failures=failures, pause_seconds=10, clock=lambda: self.now
        )

    def call(self, meets=None):
        ends = nullcontext() if meets is None else pytest.raises(type(meets))
        try:
            with ends, self.breaker.guard():
                meet(meets)
        except CircuitOpenError:
            return "refused"
        return "sent"

    def open(self):
        while self.call(ConnectionFailedError("down")) == "sent":
            pass


def test_so_many_failures_in_a_row_open_the_circuit():
    door = Door(failures=3)
    down = DeadlineExceededError("silent")
    assert [door.call(down) for _ in range(4)] == ["sent", "sent", "sent", "refused"]


def test_what_it_refuses_with_names_the_last_failure():
    door = Door(failures=2)
    door.call(DeadlineExceededError("silent"))
    door.call(GatewayError("an HTML page came", http_status=200))
    door.call(CircuitOpenError("not sent", retry_after_seconds=1))
    with pytest.raises(CircuitOpenError, match=r"at last because an HTML page came$"):
        door.breaker._enter()


def test_an_answer_between_failures_begins_the_count_anew():
    door = Door(failures=2)
    for _ in range(5):
        assert door.call(GatewayError("down", http_status=502)) == "sent"
        assert door.call() == "sent"
    assert door.call() == "sent"


@pytest.mark.parametrize(
    "meets",
    [
        ContractDriftError("another form"),
        GatewayError("wrong password", http_status=401),
        InvalidValueError("SSIN", "length", "ours"),
        KeyboardInterrupt(),
    ],
)
def test_what_is_not_the_other_sides_trouble_does_not_count(meets):
    door = Door(failures=1)
    assert [door.call(meets) for _ in range(5)] == ["sent"] * 5


def test_an_open_circuit_says_where_and_when_to_come_back():
    door = Door()
    door.open()
    door.now = 4.0
    with pytest.raises(CircuitOpenError, match=r"https://example\.test") as caught:
        door.breaker.guard().__enter__()
    assert caught.value.retry_after_seconds == 6.0
    assert caught.value.retry_can_help


def test_a_probe_that_is_answered_closes_the_circuit():
    door = Door()
    door.open()
    door.now = 10.0
    assert [door.call() for _ in range(3)] == ["sent"] * 3


def test_a_probe_that_fails_begins_the_pause_anew():
    door = Door()
    door.open()
    door.now = 10.0
    assert door.call(ConnectionFailedError("down")) == "sent"
    door.now = 19.9
    assert door.call() == "refused"
    door.now = 20.0
    assert door.call() == "sent"


def test_a_probe_that_was_cancelled_leaves_its_place_to_the_next():
    door = Door()
    door.open()
    door.now = 10.0
    assert door.call(asyncio.CancelledError()) == "sent"
    assert door.call(ConnectionFailedError("down")) == "sent"
    assert door.call() == "refused"


def test_only_one_of_many_threads_is_the_probe():
    door = Door()
    door.open()
    door.now = 10.0
    start, everybody_asked = threading.Barrier(16), threading.Barrier(16)
    said = []

    def ask():
        start.wait()
        try:
            with door.breaker.guard():
                everybody_asked.wait()  # the probe stays out until all others were refused
                said.append("sent")
        except CircuitOpenError:
            said.append("refused")
            everybody_asked.wait()

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["refused"] * 15 + ["sent"]
    assert door.call() == "sent"


def test_news_from_before_the_circuit_opened_neither_closes_nor_prolongs_it():
    door = Door()
    slow_answer, slow_failure = door.breaker.guard(), door.breaker.guard()
    slow_answer.__enter__()
    slow_failure.__enter__()
    door.open()
    slow_answer.__exit__(None, None, None)
    assert door.call() == "refused"
    door.now = 9.0
    late = ConnectionFailedError("late")
    with pytest.raises(ConnectionFailedError):
        slow_failure.gen.throw(late)
    door.now = 10.0
    assert door.call() == "sent"


def test_a_task_is_guarded_across_its_awaits():
    door = Door(failures=1)

    async def fail():
        with door.breaker.guard():
            await asyncio.sleep(0)
            raise ConnectionFailedError("down")

    with pytest.raises(ConnectionFailedError):
        asyncio.run(fail())
    assert door.call() == "refused"


@pytest.mark.parametrize("options", [{"failures": 0}, {"pause_seconds": 0}])
def test_a_circuit_that_makes_no_sense_is_refused(options):
    with pytest.raises(SettingsError):
        Breaker("https://example.test", **options)
