"""When a run asks, how fast, how much, and when it had better stop."""

import datetime as dt
import json
import time
import uuid

import msgspec
import pytest

from kszclient.cadaster import AsyncChildBenefitsClient, Environment
from kszclient.reconciliation import Pace, Question, StopReason, reconcile
from kszclient.reconciliation.execute.throttle import opening_hours
from kszclient.security import Profile
from kszclient.testing import MockKsz, Scenario
from kszclient.testing.server.scenario import ScenarioRule
from tests.cli.typed import kszclient
from tests.reconciliation.population import WORLD, persona_row, rows, same_mock, write
from tests.reconciliation.test_run import frame, run

LOOKUPS = sum(1 for _ in rows())


class Clock:
    """A clock on the wall that somebody else puts forward."""

    def __init__(self, text):
        self.now = dt.datetime.fromisoformat(text)
        self.waited = []

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.waited.append(seconds)
        self.now += dt.timedelta(seconds=seconds)


def test_a_closed_service_is_waited_for(tmp_path):
    clock = Clock("2026-11-20T21:00:00+01:00")  # a Friday night
    asked_at = []
    pace = Pace(opening_hours(["mon-fri 06:00-20:00"], []), now=clock, sleep=clock.sleep)
    with MockKsz(WORLD, log=lambda _: asked_at.append(clock.now)) as mock:
        client = AsyncChildBenefitsClient(Profile.load("mock", endpoint=mock.endpoint))
        done = reconcile(frame(*rows()), client, out=tmp_path, pace=pace, patience_seconds=0)
    assert (done.unanswered, done.stopped) == (0, None)
    assert max(clock.waited) <= 60
    opening = dt.datetime.fromisoformat("2026-11-23T06:00:00+01:00")
    assert len(asked_at) == LOOKUPS
    assert all(opening <= moment for moment in asked_at)


def test_it_closes_in_the_middle_and_what_is_under_way_is_awaited(tmp_path):
    clock = Clock("2026-11-23T19:59:00+01:00")
    asked_at = []

    def log(_):
        asked_at.append(clock.now)
        clock.now += dt.timedelta(seconds=10)

    pace = Pace(opening_hours(["mon-fri 06:00-20:00"], []), now=clock, sleep=clock.sleep)
    with MockKsz(WORLD, log=log) as mock:
        client = AsyncChildBenefitsClient(Profile.load("mock", endpoint=mock.endpoint))
        done = reconcile(frame(*rows()), client, out=tmp_path, pace=pace, in_flight=1)
    assert done.unanswered == 0
    assert all(6 <= moment.hour < 20 for moment in asked_at)
    assert len({moment.date() for moment in asked_at}) > 1


def test_a_run_may_stop_when_it_closes_and_goes_on_later(tmp_path):
    clock = Clock("2026-11-23T21:00:00+01:00")
    hours = opening_hours(["mon-fri 06:00-20:00"], [])
    pace = Pace(hours, stop_when_closed=True, now=clock, sleep=clock.sleep)
    done, seen = run(frame(*rows()), tmp_path, pace=pace)
    assert (done.stopped.reason, done.stopped.detail) == (StopReason.CLOSED, "2026-11-24 06:00")
    assert (seen, done.unanswered) == ((), LOOKUPS)
    assert done.results.summary.outcomes == {"UNANSWERED": LOOKUPS}
    clock.now += dt.timedelta(hours=12)
    done, _ = run(frame(*rows()), tmp_path, pace=pace, resume=True)
    assert done.unanswered == 0


def test_a_budget_is_kept_and_the_rest_is_for_the_next_run(tmp_path):
    sent = []
    while True:
        done, seen = run(frame(*rows()), tmp_path, pace=Pace(budget=50), resume=True)
        sent.append(len(seen))
        if done.unanswered == 0:
            break
        assert done.stopped.reason is StopReason.BUDGET
    assert sum(sent) == LOOKUPS
    assert sent[:-1] == [50] * (len(sent) - 1)


FILES = ("report.html", "findings.csv", "findings.parquet", "rejected.csv", "summary.json")


def test_a_run_that_a_budget_ends_writes_what_it_has_and_ends_as_one_that_was_never_ended(tmp_path):
    """The journal alone is no page for the morning; in the end nothing of it is to be seen."""
    own = {"run_id": uuid.UUID(int=1)}
    run(frame(*rows()), tmp_path / "whole", **own)
    done, _ = run(frame(*rows()), tmp_path / "parts", pace=Pace(budget=50), **own)
    assert done.results.summary.outcomes == {"COMPLETE": 50, "UNANSWERED": LOOKUPS - 50}
    assert done.results.findings.filter(kind="unanswered").height == LOOKUPS - 50
    assert {each.name for each in (tmp_path / "parts").iterdir()} >= set(FILES)
    run(frame(*rows()), tmp_path / "parts", resume=True)
    for name in FILES:
        whole, parts = ((tmp_path / each / name).read_bytes() for each in ("whole", "parts"))
        assert whole == parts, name


def test_a_rate_holds_over_all_tasks_together(tmp_path):
    """While the clock stands still each lookup has a turn of its own, one after the other."""
    rate, turns = 60, []

    async def sleep(seconds):
        turns.append(seconds)

    with MockKsz(WORLD) as mock:
        profile = Profile.load("mock", endpoint=mock.endpoint)
        profile = msgspec.structs.replace(profile, requests_per_second=float(rate))
        given = Environment(clock=lambda: 1000.0, sleep_async=sleep)
        client = AsyncChildBenefitsClient(profile, environment=given)
        done = reconcile(frame(*rows()), client, out=tmp_path, in_flight=16)
        assert len(mock.requests) == LOOKUPS
    assert done.unanswered == 0
    assert sorted(turns) == pytest.approx([number / rate for number in range(1, LOOKUPS)])


async def no_wait(_):
    return None


def test_a_service_that_is_busy_is_given_room_and_everything_is_asked(tmp_path):
    with MockKsz(WORLD, [Scenario("busy", "", (ScenarioRule(every=3, http_status=503),))]) as mock:
        profile = Profile.load("mock", endpoint=mock.endpoint)
        profile = msgspec.structs.replace(profile, breaker_failures=1000)
        client = AsyncChildBenefitsClient(profile, environment=Environment(sleep_async=no_wait))
        done = reconcile(frame(*rows()), client, out=tmp_path)
    assert done.unanswered == 0
    assert client.congestion.limit < 8


def test_everybody_refused_for_one_reason_stops_the_run(tmp_path):
    rule = ScenarioRule(code="MSG00027")
    done, seen = run(frame(*rows()), tmp_path, rule, pace=Pace(alike=10), in_flight=4)
    assert (done.stopped.reason, done.stopped.detail) == (StopReason.REFUSED, "MSG00027")
    assert 10 <= len(seen) <= 14
    assert done.unanswered == LOOKUPS
    done, more = run(frame(*rows()), tmp_path, pace=Pace(alike=10), resume=True)
    assert (done.unanswered, len(more)) == (0, LOOKUPS)
    assert "not_authorised" not in done.results.summary.findings
    assert {each.customer_ticket for each in seen}.isdisjoint(e.customer_ticket for e in more)


@pytest.mark.parametrize(
    ("rules", "alike"),
    [
        ((ScenarioRule(code="MSG00027"),), 0),
        ((ScenarioRule(code="MSG00027", every=2), ScenarioRule(code="MSG00012", nth=(1,))), 2),
    ],
    ids=["not wanted", "other answers between"],
)
def test_refusals_that_stop_nothing(tmp_path, rules, alike):
    done, seen = run(frame(*rows()), tmp_path, *rules, pace=Pace(alike=alike), in_flight=1)
    assert (done.stopped, len(seen)) == (None, LOOKUPS)


def typed(mock, dossiers, out, *more):
    return kszclient("reconcile", dossiers, "--out", out, "--endpoint", mock.endpoint, *more)


def test_the_command_says_why_it_stopped(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    out = tmp_path / "out"
    with same_mock() as mock:
        shown = typed(mock, dossiers, out, "--hours", "mon 00:00-00:01", "--when-closed", "stop",
                      "--closed", "holidays")  # fmt: skip
        assert (shown.code, "closed until" in shown.err) == (4, True)
        assert not mock.requests
        shown = typed(mock, dossiers, out, "--resume", "--budget", "5")
        assert (shown.code, "the budget of 5 lookups is used up" in shown.err) == (4, True)
        assert len(mock.requests) == 5
        assert f"unanswered{LOOKUPS - 5}" in shown.out.replace(" ", "")
    with same_mock(ScenarioRule(code="MSG00013")) as mock:
        shown = typed(mock, dossiers, out, "--resume", "--alike", "5")
    assert shown.code == 3
    assert "all were refused with MSG00013" in shown.err


def test_a_profile_says_when_to_ask(tmp_path):
    profile = tmp_path / "own.toml"
    with MockKsz(WORLD) as mock:
        profile.write_text(
            f'endpoint = "{mock.endpoint}"\n'
            "loopback_only = true\nsynthetic_persons = 'only'\nconnect_timeout_seconds = 5.0\n"
            "customer_cbe_number = '0000000097'\nlegal_context = 'X'\nuser = 'me'\n"
            "deadline_seconds = 30.0\nmax_answer_bytes = 1000000\nhours = ['mon 00:00-00:01']\n"
            "closed = ['holidays']\n"
        )
        dossiers = write(tmp_path / "dossiers.csv", [persona_row("changed-payer")])
        where = ("--out", tmp_path / "out", "--profile", profile, "--when-closed", "stop")
        shown = kszclient("reconcile", dossiers, *where)
    assert "closed until" in shown.err
    assert json.loads((tmp_path / "out" / "run.json").read_text())["attempts"] == 0


def test_a_closed_register_does_not_keep_the_others_from_being_asked(tmp_path):
    """The KSZ answers for its registers: neither the breaker nor the measure takes it for down."""
    rule = ScenarioRule(sources=("FLANDERS",), silent=True)
    with MockKsz(WORLD, [Scenario("a night", "", (rule,))]) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint), breaker_failures=2, attempts=1
        )
        # By a clock that stands still no answer is slow, which would count against the measure too.
        given = Environment(clock=lambda: 1000.0)
        client = AsyncChildBenefitsClient(profile, environment=given)
        done = reconcile(Question(frame(*rows()), margin=0), client, out=tmp_path)
    found = done.results.findings
    assert client.congestion.limit == 16
    assert set(found.filter(kind="unanswered")["found"]) == {"ServiceFaultError"}
    assert 0 < done.unanswered < LOOKUPS
    assert not found.filter(kind="match").is_empty()


@pytest.mark.parametrize("asked", ["31536000", "9" * 500])
def test_a_longer_pause_than_there_is_patience_for_ends_the_run_at_once(tmp_path, asked):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    out = tmp_path / "out"
    rule = ScenarioRule(nth=(3,), http_status=503, retry_after=asked)
    with same_mock(rule) as mock:
        shown = typed(mock, dossiers, out, "--patience", "5")
        assert shown.code == 4
        assert "asks to be left alone for 31" in shown.err
        assert "seconds, until 20" in shown.err
        assert "--resume" in shown.err
        assert len(mock.requests) < LOOKUPS
    with same_mock() as mock:
        again = typed(mock, dossiers, out, "--resume")
    assert again.code == 1  # findings, and nothing left open


def test_nobody_is_asked_while_the_other_side_wants_a_pause(tmp_path):
    moments = []
    rule = ScenarioRule(nth=(3,), http_status=503, retry_after="1")
    with MockKsz(
        WORLD, [Scenario("busy", "", (rule,))], log=lambda _: moments.append(time.monotonic())
    ) as mock:
        profile = msgspec.structs.replace(Profile.load("mock", endpoint=mock.endpoint), attempts=1)
        client = AsyncChildBenefitsClient(profile)
        done = reconcile(frame(*rows()), client, out=tmp_path, in_flight=1)
    assert done.unanswered == 0
    assert moments[3] - moments[2] >= 1.0
