"""A rate over an invented clock, and over real threads that all ask at one moment."""

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kszclient.errors import DeadlineExceededError, SettingsError
from kszclient.transport import Deadline
from kszclient.transport.rate import RateLimit


class Clock:
    def __init__(self):
        self.now = 50.0
        self.waits = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds):
        self.sleep(seconds)

    def limit(self, **options):
        return RateLimit(clock=self, sleep=self.sleep, sleep_async=self.sleep_async, **options)

    def deadline(self, seconds=1000):
        return Deadline(seconds, clock=self)


def test_callers_go_evenly_spaced():
    clock = Clock()
    limit = clock.limit(per_second=4)
    assert [limit.wait(clock.deadline()) for _ in range(4)] == [0, 0.25, 0.25, 0.25]


def test_a_burst_makes_up_for_a_quiet_time_and_for_no_more():
    clock = Clock()
    limit = clock.limit(per_second=2, burst=3)
    clock.now += 100
    assert [limit.wait(clock.deadline()) for _ in range(5)] == [0, 0, 0, 0.5, 0.5]


def test_without_a_burst_a_quiet_time_gives_nothing():
    clock = Clock()
    limit = clock.limit(per_second=2)
    clock.now += 100
    assert [limit.wait(clock.deadline()) for _ in range(3)] == [0, 0.5, 0.5]


def test_a_turn_after_the_deadline_is_refused_at_once_and_not_used_up():
    clock = Clock()
    limit = clock.limit(per_second=0.1)
    limit.wait(clock.deadline())
    with pytest.raises(DeadlineExceededError, match="rate limit"):
        limit.wait(clock.deadline(10))
    assert clock.waits == []
    assert limit.wait(clock.deadline(11)) == 10


def test_tasks_and_threads_share_one_rate():
    clock = Clock()
    limit = clock.limit(per_second=4)
    limit.wait(clock.deadline())
    assert asyncio.run(limit.wait_async(clock.deadline())) == 0.25
    assert limit.wait(clock.deadline()) == 0.25


def test_threads_that_ask_at_one_moment_get_one_turn_each():
    waits = []
    limit = RateLimit(per_second=8, clock=lambda: 0.0, sleep=waits.append)
    start = threading.Barrier(32)

    def ask():
        start.wait()
        for _ in range(10):
            limit.wait(Deadline(1000, clock=lambda: 0.0))

    threads = [threading.Thread(target=ask) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [turn / 8 for turn in range(1, 320)]


@given(
    pauses=st.lists(st.floats(0, 3), min_size=1, max_size=40),
    per_second=st.floats(0.5, 50),
    burst=st.integers(1, 5),
)
def test_no_stretch_of_time_sees_more_than_its_share(pauses, per_second, burst):
    clock = Clock()
    limit = clock.limit(per_second=per_second, burst=burst)
    went = []
    for pause in pauses:
        clock.now += pause
        limit.wait(clock.deadline())
        went.append(clock.now)
    for first, begin in enumerate(went):
        for last in range(first, len(went)):
            allowed = burst + (went[last] - begin) * per_second
            assert last - first + 1 <= allowed + 1e-6


@pytest.mark.parametrize("options", [{"per_second": 0}, {"per_second": 1, "burst": 0}])
def test_a_rate_that_makes_no_sense_is_refused(options):
    with pytest.raises(SettingsError):
        RateLimit(**options)


def test_who_gives_up_while_waiting_gives_the_turn_back():
    clock = Clock()
    limit = clock.limit(per_second=4)
    limit.wait(clock.deadline())

    async def three_of_whom_the_first_two_leave():
        start = clock.now

        async def for_ever(_seconds):
            await asyncio.Event().wait()

        limit._sleep_async = for_ever
        waiting = [asyncio.create_task(limit.wait_async(clock.deadline())) for _ in range(2)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        assert all(
            isinstance(end, asyncio.CancelledError)
            for end in await asyncio.gather(*waiting, return_exceptions=True)
        )
        return start

    start = asyncio.run(three_of_whom_the_first_two_leave())
    went = []
    for _ in range(4):
        limit.wait(clock.deadline())
        went.append(clock.now - start)
    assert went == [0.25, 0.5, 0.75, 1.0]


def test_a_turn_given_back_and_gone_by_is_no_extra_turn():
    clock = Clock()
    limit = clock.limit(per_second=4)
    limit.wait(clock.deadline())

    def interrupted(_seconds):
        raise KeyboardInterrupt

    limit._sleep = interrupted
    with pytest.raises(KeyboardInterrupt):
        limit.wait(clock.deadline())
    limit._sleep = clock.sleep
    clock.now += 10
    assert [limit.wait(clock.deadline()) for _ in range(3)] == [0, 0.25, 0.25]
