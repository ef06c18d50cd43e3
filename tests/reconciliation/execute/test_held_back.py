"""Lookups that wait for the rate when the run is stopped, closes or is asked for a pause."""

import asyncio
import datetime as dt
import os
import signal

import msgspec
import pytest

from kszclient.cadaster import AsyncChildBenefitsClient, Environment
from kszclient.reconciliation import Pace, StopReason, reconcile
from kszclient.reconciliation.execute.throttle import opening_hours
from kszclient.security import Profile
from kszclient.testing import MockKsz, Scenario
from kszclient.testing.server.scenario import ScenarioRule
from tests.reconciliation.execute.test_pace import LOOKUPS, Clock
from tests.reconciliation.population import WORLD, rows
from tests.reconciliation.test_run import frame

HOURS = opening_hours(["mon-fri 06:00-20:00"], [])
CLOSING = "2026-11-23T20:00:00+01:00"
OPENING = dt.datetime.fromisoformat("2026-11-24T06:00:00+01:00")


def slow_client(mock, clock, sleep=None, **changes):
    """Give a client of one lookup a second, by a clock that moves when it waits."""
    profile = Profile.load("mock", endpoint=mock.endpoint)
    return AsyncChildBenefitsClient(
        msgspec.structs.replace(profile, requests_per_second=1.0, **changes),
        environment=Environment(
            clock=lambda: clock().timestamp(), sleep_async=sleep or clock.sleep
        ),
    )


def before_closing(seconds):
    return Clock((dt.datetime.fromisoformat(CLOSING) - dt.timedelta(seconds=seconds)).isoformat())


def run(tmp_path, clock, pace, in_flight=1):
    asked_at = []
    with MockKsz(WORLD, log=lambda _: asked_at.append(clock.now)) as mock:
        client = slow_client(mock, clock)
        done = reconcile(frame(*rows()), client, out=tmp_path, pace=pace, in_flight=in_flight)
        return done, asked_at, mock.requests


def test_none_is_sent_after_closing(tmp_path):
    clock = before_closing(3)
    pace = Pace(HOURS, stop_when_closed=True, now=clock, sleep=clock.sleep)
    done, asked_at, _ = run(tmp_path, clock, pace)
    assert (done.stopped.reason, done.unanswered) == (StopReason.CLOSED, LOOKUPS - 3)
    assert max(asked_at) < dt.datetime.fromisoformat(CLOSING)


def test_who_waits_for_the_morning_is_asked_then_under_the_same_ticket(tmp_path):
    clock = before_closing(3)
    pace = Pace(HOURS, now=clock, sleep=clock.sleep)
    done, asked_at, seen = run(tmp_path, clock, pace)
    assert (done.unanswered, done.stopped) == (0, None)
    closing = dt.datetime.fromisoformat(CLOSING)
    assert all(moment < closing or moment >= OPENING for moment in asked_at)
    assert min(asked_at) < closing
    assert len({each.customer_ticket for each in seen}) == len(seen) == LOOKUPS
    run_json = msgspec.json.decode((tmp_path / "run.json").read_bytes())
    assert run_json["attempts"] == LOOKUPS


@pytest.mark.parametrize("in_flight", [1, 4])
def test_who_was_held_back_counts_for_no_budget(tmp_path, in_flight):
    clock = before_closing(3)
    pace = Pace(HOURS, budget=6, now=clock, sleep=clock.sleep)
    done, asked_at, seen = run(tmp_path, clock, pace, in_flight=in_flight)
    assert (done.stopped.reason, len(seen)) == (StopReason.BUDGET, 6)
    assert max(asked_at) >= OPENING


def test_none_is_sent_in_a_pause_that_the_other_side_wants(tmp_path):
    """The second lookup waits for its turn until the first has brought the wish for a pause."""
    clock, asked_at = before_closing(7200), []
    rule = ScenarioRule(nth=(1,), http_status=503, retry_after="600")

    async def sleep(seconds):
        while len(asked_at) < 2 and not client.congestion.pause_seconds:  # noqa: ASYNC110
            await asyncio.sleep(0)
        await clock.sleep(seconds)

    with MockKsz(
        WORLD, [Scenario("busy", "", (rule,))], log=lambda _: asked_at.append(clock.now)
    ) as mock:
        client = slow_client(mock, clock, sleep, attempts=1)
        pace = Pace(now=clock, sleep=clock.sleep)
        done = reconcile(frame(*rows()), client, out=tmp_path, pace=pace, in_flight=2)
    assert done.unanswered == 0
    assert asked_at[1] - asked_at[0] >= dt.timedelta(seconds=600)


def test_none_is_sent_after_a_signal(tmp_path):
    """A signal comes when five wait for their turns: all turns come, and nothing is sent."""
    stopping, waiting = asyncio.Event(), []
    clock = before_closing(7200)

    async def sleep(seconds):
        waiting.append(seconds)
        if len(waiting) == 5:
            os.kill(os.getpid(), signal.SIGINT)
        await stopping.wait()

    def watch(progress):
        if progress.state == "stopping":
            stopping.set()

    with MockKsz(WORLD) as mock:
        done = reconcile(
            frame(*rows()),
            slow_client(mock, clock, sleep),
            out=tmp_path,
            in_flight=6,
            watch=watch,
            stop_on_signals=True,
        )
        assert len(mock.requests) == 1
    assert (done.stopped.reason, done.unanswered) == (StopReason.SIGNAL, LOOKUPS - 1)
