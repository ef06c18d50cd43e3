"""When a run on a cluster asks, and how much: what holds for one process holds for all workers."""

import asyncio
import datetime as dt
import os
import signal
import sqlite3
import threading
import time
from contextlib import closing

import msgspec
import pytest

from kszclient.reconciliation import Pace, Question, StopReason
from kszclient.reconciliation.cluster.cluster import connect, reconcile_on
from kszclient.reconciliation.execute.throttle import opening_hours
from kszclient.security import Profile
from kszclient.testing import MockKsz
from kszclient.testing.server.scenario import ScenarioRule
from tests.cli.typed import kszclient
from tests.gate import Gate
from tests.reconciliation.population import WORLD, rows, same_mock, write
from tests.reconciliation.test_run import frame

pytestmark = pytest.mark.drill

LOOKUPS = sum(1 for _ in rows())


@pytest.fixture(scope="module")
def cluster():
    with connect(workers=2) as client:
        yield client


def run(cluster, out, *rules, **how):
    """Run on the cluster; give what came of it and what the mock saw."""
    question = how.pop("question", Question(frame(*rows())))
    with same_mock(*rules, sleep=how.pop("gate", asyncio.sleep)) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint), breaker_failures=10_000
        )
        how = {"lookups_of_a_partition": 30, **how}
        return reconcile_on(cluster, question, profile, out=out, **how), mock.requests


def other_day():
    """Hours of a day that is neither today nor tomorrow."""
    later = dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=3)
    return f"{later:%a} 00:00-24:00".lower()


def test_a_budget_is_kept_by_all_workers_together(tmp_path, cluster):
    sent = []
    while True:
        done, seen = run(cluster, tmp_path, pace=Pace(budget=50), resume=True)
        sent.append(len(seen))
        if done.unanswered == 0:
            break
        assert done.results.summary.outcomes["UNANSWERED"] == done.unanswered
        assert (done.stopped.reason, done.stopped.detail) == (StopReason.BUDGET, "50")
    assert sum(sent) == LOOKUPS
    assert sent[:-1] == [50] * (len(sent) - 1)


def has_tickets(journal):
    """Tell whether a partition has begun to ask: only then is its loan on record."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as database:
        try:
            return database.execute("SELECT 1 FROM ticket").fetchone() is not None
        except sqlite3.OperationalError:
            return False


def test_a_budget_is_kept_when_a_worker_is_killed(tmp_path, cluster):
    gate = Gate()

    def kill():
        while sum(map(has_tickets, tmp_path.glob("partitions/*/journal.sqlite"))) < 2:
            time.sleep(0.01)
        pid, *_ = cluster.run(os.getpid).values()
        os.kill(pid, signal.SIGKILL)
        gate.open()

    killer = threading.Thread(target=kill)
    killer.start()
    pace = Pace(budget=60, alike=0)
    done, seen = run(cluster, tmp_path, ScenarioRule(delay_ms=1), pace=pace, in_flight=1, gate=gate)
    killer.join()
    assert done.stopped.reason is StopReason.BUDGET
    assert 30 <= len(seen) < 60


def test_workers_stop_when_it_closes_and_a_later_run_goes_on(tmp_path, cluster):
    pace = Pace(opening_hours([other_day()], []), stop_when_closed=True)
    done, seen = run(cluster, tmp_path, pace=pace)
    assert (done.stopped.reason, len(seen)) == (StopReason.CLOSED, 0)
    assert done.unanswered == LOOKUPS == done.results.summary.outcomes["UNANSWERED"]
    done, seen = run(cluster, tmp_path, resume=True)
    assert (done.unanswered, len(seen)) == (0, LOOKUPS)


def test_workers_wait_until_it_opens(tmp_path, cluster):
    morning = tmp_path / "it is morning"
    told = []

    def watch(progress):
        told.append(progress)
        if progress.state == "closed":
            assert progress.done == 0
            morning.touch()

    pace = Pace(opening_hours(["mon 06:00-20:00"], []), now=Clock(morning), sleep=quickly)
    done, seen = run(cluster, tmp_path / "out", pace=pace, watch=watch)
    assert (done.unanswered, len(seen)) == (0, LOOKUPS)
    (until,) = {each.closed_until for each in told if each.state == "closed"}
    assert until == dt.datetime.fromisoformat("2026-11-23T06:00:00+01:00")
    assert told[-1].state == "asking"


class Clock:
    """A clock that stands still on Sunday, and jumps to Monday when there is a file."""

    def __init__(self, morning):
        self._morning = morning

    def __call__(self):
        day = "2026-11-23" if self._morning.exists() else "2026-11-22"
        return dt.datetime.fromisoformat(f"{day}T12:00:00+01:00")


async def quickly(_seconds):
    await asyncio.sleep(0.05)


def test_everybody_refused_for_one_reason_stops_all_workers(tmp_path, cluster):
    rule = ScenarioRule(code="MSG00027")
    done, seen = run(cluster, tmp_path, rule, pace=Pace(alike=10), in_flight=4)
    assert (done.stopped.reason, done.stopped.detail) == (StopReason.REFUSED, "MSG00027")
    assert 10 <= len(seen) <= 14
    assert done.unanswered == LOOKUPS
    done, more = run(cluster, tmp_path, pace=Pace(alike=10), resume=True)
    assert (done.unanswered, len(more)) == (0, LOOKUPS)
    assert "not_authorised" not in done.results.summary.findings


def test_a_run_that_goes_on_asks_the_silent_registers_again_and_nobody_else(tmp_path, cluster):
    question = Question(frame(*rows()), every_source=True)
    silent = ScenarioRule(sources=("BRUSSELS",), silent=True, chance=0.5)
    first, _ = run(cluster, tmp_path, silent, question=question)
    incomplete = first.results.summary.outcomes["INCOMPLETE"]
    done, seen = run(cluster, tmp_path, question=question, resume=True)
    assert "INCOMPLETE" not in done.results.summary.outcomes
    assert {each.sources for each in seen} == {("BRUSSELS",)}
    assert len(seen) == incomplete > 1
    _, none = run(cluster, tmp_path, question=question, resume=True)
    assert not none


def test_a_service_that_says_nothing_is_given_up_once_for_all_partitions(tmp_path, cluster):
    down = ScenarioRule(http_status=503)
    done, seen = run(cluster, tmp_path, down, patience_seconds=0, in_flight=1)
    assert done.unanswered == LOOKUPS
    assert done.results.summary.outcomes == {"UNANSWERED": LOOKUPS}
    assert len({each.customer_ticket for each in seen}) < LOOKUPS
    done, _ = run(cluster, tmp_path, resume=True)
    assert done.unanswered == 0


def test_progress_counts_retries_and_goes_on_counting(tmp_path, cluster):
    told = []
    once = ScenarioRule(nth=(5,), http_status=503)
    run(cluster, tmp_path, once, watch=told.append)
    last = told[-1]
    assert (last.done, last.answered, last.planned) == (LOOKUPS,) * 3
    assert (last.retried, last.failed) == (1, 0)


def test_the_command_keeps_its_pace_on_a_cluster(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    figures = tmp_path / "a.prom"
    with MockKsz(WORLD) as mock:
        words = ("--out", tmp_path / "out", "--endpoint", mock.endpoint, "--engine", "dask")
        shown = kszclient(
            "reconcile", dossiers, *words, "--budget", "5", "--workers", 1, "--metrics", figures
        )
        assert len(mock.requests) == 5
    assert (shown.code, "the budget of 5 lookups is used up" in shown.err) == (4, True)
    assert f"kszclient_reconcile_lookups_open {LOOKUPS - 5}" in figures.read_text()
    assert "kszclient_reconcile_answered_total 5" in figures.read_text()
