"""Asking again: only after technical failures, only what is open, and everything written down."""

import asyncio
import json
import sqlite3
from base64 import b64encode
from contextlib import closing
from time import monotonic

import msgspec
import pytest

from kszclient.audit import AuditKeys, AuditTrail, Selection, export, verify
from kszclient.cadaster import (
    AsyncChildBenefitsClient,
    ChildBenefitsClient,
    Complete,
    Environment,
    Incomplete,
    Refused,
)
from kszclient.errors import (
    AuditError,
    CircuitOpenError,
    ContractDriftError,
    DeadlineExceededError,
    GatewayError,
    ServiceFaultError,
    SettingsError,
)
from kszclient.rule_version import Decision, rule_version
from kszclient.security import Profile
from kszclient.security.profile_sections import AuditFiles
from kszclient.testing import MockKsz, Scenario, World
from kszclient.testing.server.scenario import ScenarioRule
from kszclient.transport import Deadline, Endpoints
from kszclient.values import AuthenticSource, MonthPeriod, Ticket

PERIOD = MonthPeriod.parse("2018-01", "2024-12")
WORLD = World.build(seed=3, size=0)
GHENT = WORLD.persona("brussels-to-ghent-2021").child.ssin
BRUSSELS, FLANDERS = AuthenticSource.BRUSSELS, AuthenticSource.FLANDERS


class Time:
    """A clock that only sleeping moves on."""

    def __init__(self):
        self.seconds = 1000.0
        self.waits = []

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.seconds += seconds

    @property
    def environment(self):
        async def sleep_async(seconds):
            self.sleep(seconds)

        return Environment(
            clock=lambda: self.seconds,
            sleep=self.sleep,
            sleep_async=sleep_async,
            draw=lambda _low, high: high,
        )


@pytest.fixture
def asked():
    """Ask a mock that plays rules; give outcome or error, what the mock saw, and the clock."""

    def asked(*rules, sources=(), trail=None, **changes):
        time = Time()
        with MockKsz(WORLD, [Scenario("a test", "", rules)]) as mock:
            profile = msgspec.structs.replace(
                Profile.load("mock", endpoint=mock.endpoint), **changes
            )
            with ChildBenefitsClient(profile, trail=trail, environment=time.environment) as client:
                try:
                    result = client.consult(GHENT, PERIOD, sources)
                except Exception as error:  # noqa: BLE001 - the test looks at it
                    result = error
            return result, mock.requests, time

    return asked


def test_only_the_silent_source_is_asked_again_and_the_answers_are_merged(asked):
    whole, _, _ = asked()
    outcome, seen, _ = asked(ScenarioRule(sources=(BRUSSELS,), nth=(1,), silent=True))
    assert isinstance(outcome, Complete)
    assert [tuple(each.sources) for each in seen][1] == ("BRUSSELS",)
    assert outcome.answer.results == whole.answer.results
    assert outcome.answer.status.value == "DATA_FOUND"
    assert [each.ended for each in outcome.attempts] == ["PARTIAL", "ANSWERED"]
    assert len({each.ticket for each in outcome.attempts}) == 2
    assert outcome.answer.criteria == whole.answer.criteria


def test_a_source_that_stays_silent_leaves_it_incomplete(asked):
    outcome, seen, _ = asked(ScenarioRule(sources=(BRUSSELS,), silent=True), attempts=3)
    assert isinstance(outcome, Incomplete)
    assert outcome.silent == (BRUSSELS,)
    assert len(seen) == len(outcome.attempts) == 3
    found = {each.authentic_source for each in outcome.answer.results if each.files}
    assert found == {"FEDERAL", "FLANDERS"}


def test_a_refusal_after_an_incomplete_answer_keeps_what_was_known(asked):
    outcome, seen, _ = asked(
        ScenarioRule(sources=(BRUSSELS,), nth=(1,), silent=True),
        ScenarioRule(nth=(2,), code="MSG00013"),
    )
    assert isinstance(outcome, Incomplete)
    assert outcome.silent == (BRUSSELS,)
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("broken", "ended"),
    [
        ("other-person", "AnswerMismatchError"),
        ("other-ticket", "AnswerMismatchError"),
        ("off-contract", "ContractDriftError"),
    ],
)
def test_a_worthless_answer_after_an_incomplete_one_keeps_what_was_known(asked, broken, ended):
    outcome, seen, _ = asked(
        ScenarioRule(sources=(BRUSSELS,), nth=(1,), silent=True),
        ScenarioRule(nth=(2,), broken=broken),
    )
    assert isinstance(outcome, Incomplete)
    assert outcome.silent == (BRUSSELS,)
    assert [each.ended for each in outcome.attempts] == ["PARTIAL", ended]
    assert len(seen) == 2


def test_a_refusal_is_never_asked_again(asked):
    outcome, seen, _ = asked(ScenarioRule(code="MSG00012"))
    assert isinstance(outcome, Refused)
    assert len(seen) == 1


@pytest.mark.parametrize(
    "rule", [{"broken": "gateway-page"}, {"fault": "MSG00003"}, {"broken": "hang-up"}]
)
def test_a_technical_failure_is_asked_again(asked, rule):
    outcome, seen, time = asked(ScenarioRule(nth=(1, 2), **rule))
    assert isinstance(outcome, Complete)
    assert len(seen) == 3
    assert time.waits == [0.5, 1.0]
    assert [each.ended for each in outcome.attempts][-1] == "ANSWERED"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [({"broken": "gateway-text"}, GatewayError), ({"silent": True}, ServiceFaultError)],
)
def test_after_the_last_attempt_the_error_names_every_ticket(asked, rule, expected):
    error, seen, _ = asked(ScenarioRule(**rule))
    assert isinstance(error, expected)
    assert len(seen) == 3
    assert len({error.ticket, *error.earlier_tickets}) == 3


def test_contract_drift_is_never_asked_again(asked):
    error, seen, _ = asked(ScenarioRule(broken="off-contract"))
    assert isinstance(error, ContractDriftError)
    assert len(seen) == 1


def test_one_deadline_holds_for_all_attempts(asked):
    limits = {"deadline_seconds": 405.0, "attempt_seconds": 400.0, "breaker_failures": 99}
    error, seen, time = asked(ScenarioRule(fault="MSG00003"), attempts=50, **limits)
    assert isinstance(error, ServiceFaultError)
    assert time.waits[:5] == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert set(time.waits[5:]) == {10.0}
    assert 395.0 < sum(time.waits) < 405.0  # another wait would outlast the deadline
    assert len(seen) == len(time.waits) + 1 < 50


def test_an_endpoint_that_keeps_failing_is_left_alone():
    time = Time()
    with MockKsz(
        WORLD, [Scenario("a test", "", (ScenarioRule(nth=(1, 2), fault="MSG00003"),))]
    ) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint), attempts=1, breaker_failures=2
        )
        with ChildBenefitsClient(profile, environment=time.environment) as client:
            for _ in range(2):
                with pytest.raises(ServiceFaultError):
                    client.consult(GHENT, PERIOD)
            with pytest.raises(CircuitOpenError):
                client.consult(GHENT, PERIOD)
            assert len(mock.requests) == 2
            time.seconds += profile.breaker_pause_seconds
            assert isinstance(client.consult(GHENT, PERIOD), Complete)


def test_the_rate_of_the_profile_holds():
    time = Time()
    with MockKsz(WORLD) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint), requests_per_second=2.0
        )
        with ChildBenefitsClient(profile, environment=time.environment) as client:
            for _ in range(4):
                client.consult(GHENT, PERIOD)
    assert time.waits == [0.5, 0.5, 0.5]


def test_a_turn_that_comes_too_late_is_not_waited_for(asked):
    assert isinstance(asked(requests_per_second=0.01)[0], Complete)  # the first turn is free
    time = Time()
    with MockKsz(WORLD) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint), requests_per_second=0.01
        )
        with ChildBenefitsClient(profile, environment=time.environment) as client:
            client.consult(GHENT, PERIOD)
            with pytest.raises(DeadlineExceededError, match="rate"):
                client.consult(GHENT, PERIOD)
            assert len(mock.requests) == 1


KEYS = AuditKeys({"test": bytes(range(32))})


@pytest.fixture
def trail(tmp_path):
    path = tmp_path / "audit.sqlite"
    AuditTrail.create(path, KEYS)
    return path


def test_a_trail_that_another_process_holds_is_waited_for_no_longer_than_for_an_answer(
    trail, monkeypatch
):
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", "test:" + b64encode(bytes(range(32))).decode())
    monkeypatch.setitem(AuditTrail.__init__.__kwdefaults__, "wait_seconds", 600.0)
    with MockKsz(World.build(size=0)) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint),
            deadline_seconds=0.3,
            connect_timeout_seconds=0.3,
            audit=AuditFiles(trail=trail),
        )
        with (
            ChildBenefitsClient(profile) as client,
            closing(sqlite3.connect(trail, isolation_level=None)) as other,
        ):
            other.execute("BEGIN IMMEDIATE")
            begin = monotonic()
            with pytest.raises(AuditError, match="another process holds it"):
                client.consult(GHENT, PERIOD)
            assert monotonic() - begin < 300  # and not as long as a trail waits by itself
            assert not mock.requests


def test_a_client_closes_the_trail_of_its_profile_and_no_other(trail, monkeypatch):
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", "test:" + b64encode(bytes(range(32))).decode())

    async def asynchronous():
        async with AsyncChildBenefitsClient(profile) as client:
            await client.consult(GHENT, PERIOD)
        await client.close()
        return client

    with MockKsz(WORLD) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint), audit=AuditFiles(trail=trail)
        )
        with ChildBenefitsClient(profile) as blocking:
            blocking.consult(GHENT, PERIOD)
            blocking._exchanges.config.own_trail.rehearse()
        for closed in (blocking, asyncio.run(asynchronous())):
            with pytest.raises(AuditError):
                closed._exchanges.config.own_trail.rehearse()
        with AuditTrail(trail, KEYS) as brought:
            for _ in range(2):
                with ChildBenefitsClient(profile, trail=brought) as client:
                    client.consult(GHENT, PERIOD)
    assert verify(trail, KEYS).entries == 8


def test_every_attempt_is_written_down_with_all_its_subjects(asked, trail):
    with AuditTrail(trail, KEYS) as opened:
        outcome, _, _ = asked(
            ScenarioRule(sources=(BRUSSELS,), nth=(1,), silent=True),
            ScenarioRule(nth=(2,), fault="MSG00003"),
            trail=opened,
        )
        person = opened.pseudonym(GHENT)
    assert isinstance(outcome, Complete)
    lines = [
        msgspec.json.decode(line)["entry"]["event"] for line in export(trail, KEYS, Selection())
    ]
    assert [line["kind"] for line in lines] == [
        "asked",
        "answered",
        "asked",
        "failed",
        "asked",
        "answered",
    ]
    assert [line["ticket"] for line in lines[::2]] == [
        each.ticket.text for each in outcome.attempts
    ]
    first = lines[1]
    assert (first["outcome"], first["silent"]) == ("INCOMPLETE", ["BRUSSELS"])
    assert person in first["subjects"]
    assert len(first["subjects"]) == 3
    assert lines[0]["user"] == "demonstration"
    assert GHENT.digits.encode() not in trail.read_bytes()
    assert verify(trail, KEYS).problems == ()


def test_what_cannot_be_written_down_is_not_asked(asked):
    class FullDisk:
        def append(self, _event):
            raise AuditError("disk full")

        def pseudonym(self, _ssin):
            return "nobody"

    error, seen, _ = asked(trail=FullDisk())
    assert isinstance(error, AuditError)
    assert seen == ()


def test_nobody_is_asked_without_a_user_or_a_trail():
    profile = Profile.load("mock")
    with pytest.raises(SettingsError, match="user"):
        ChildBenefitsClient(msgspec.structs.replace(profile, user=None))
    far = msgspec.structs.replace(
        profile, endpoint="https://example.org/consult", loopback_only=False
    )
    with pytest.raises(SettingsError, match="audit"):
        ChildBenefitsClient(far)


def test_tickets_are_new_for_every_attempt():
    assert Ticket.new() != Ticket.new()


def test_clients_of_one_endpoint_leave_it_alone_together():
    with MockKsz(WORLD, [Scenario("a test", "", (ScenarioRule(fault="MSG00003"),))]) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint), attempts=1, breaker_failures=2
        )
        for _ in range(2):
            with ChildBenefitsClient(profile) as client, pytest.raises(ServiceFaultError):
                client.consult(GHENT, PERIOD)
        with ChildBenefitsClient(profile) as client, pytest.raises(CircuitOpenError):
            client.consult(GHENT, PERIOD)
        own = Time().environment
        with (
            ChildBenefitsClient(profile, environment=own) as client,
            pytest.raises(ServiceFaultError),
        ):
            client.consult(GHENT, PERIOD)


def test_clients_of_one_endpoint_share_its_rate():
    endpoints, turns = Endpoints(), []
    for _ in range(3):
        rate = endpoints.rate("https://one.example", per_second=0.001)
        try:
            rate.wait(Deadline(60))
            turns.append("now")
        except DeadlineExceededError:
            turns.append("later")
    assert turns == ["now", "later", "later"]
    endpoints.rate("https://other.example", per_second=0.001).wait(Deadline(60))


class SlowTrail:
    """A trail that takes its time."""

    def __init__(self, time, seconds):
        self._time, self._seconds = time, seconds
        self.kinds = []

    def pseudonym(self, _ssin):
        return "p"

    def append(self, event):
        self._time.seconds += self._seconds
        self.kinds.append(type(event).__name__)


def consulted(kind, profile, times, **options):
    """Ask so many times with a client of one of the two kinds; give the ends, and its breaker."""
    ends = []

    async def asynchronous():
        async with AsyncChildBenefitsClient(profile, **options) as client:
            for _ in range(times):
                ends.extend(
                    await asyncio.gather(client.consult(GHENT, PERIOD), return_exceptions=True)
                )
            assert client.congestion.limit == 16

    if kind == "asynchronous":
        asyncio.run(asynchronous())
        return ends
    with ChildBenefitsClient(profile, **options) as client:
        for _ in range(times):
            try:
                ends.append(client.consult(GHENT, PERIOD))
            except DeadlineExceededError as error:
                ends.append(error)
    return ends


KINDS = pytest.mark.parametrize("kind", ["blocking", "asynchronous"])


@KINDS
def test_a_slow_trail_is_no_trouble_of_the_endpoint(kind):
    time = Time()
    trail = SlowTrail(time, 6.0)
    with MockKsz(WORLD) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint), breaker_failures=1, deadline_seconds=5.0
        )
        ends = consulted(kind, profile, 3, trail=trail, environment=time.environment)
        assert mock.requests == ()
    assert [type(end) for end in ends] == [DeadlineExceededError] * 3
    assert all("trail" in end.next_step and end.ticket and not end.sent for end in ends)
    assert trail.kinds == ["Asked", "Unanswered"] * 3


@KINDS
def test_a_slow_trail_takes_nothing_of_the_time_of_an_attempt(kind):
    time = Time()
    with MockKsz(WORLD) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint),
            attempts=1,
            attempt_seconds=5.0,
            deadline_seconds=20.0,
        )
        trail = SlowTrail(time, 6.0)
        (end,) = consulted(kind, profile, 1, trail=trail, environment=time.environment)
    assert isinstance(end, Complete)


@KINDS
def test_the_rate_holds_back_longer_than_one_attempt_may_take(kind):
    time = Time()
    with MockKsz(WORLD) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint),
            requests_per_second=0.0025,
            attempt_seconds=200.0,
            deadline_seconds=500.0,
            connect_timeout_seconds=100.0,
        )
        ends = consulted(kind, profile, 4, environment=time.environment)
    assert [type(end) for end in ends] == [Complete] * 4
    assert [round(each) for each in time.waits] == [400, 400, 400]
    assert all(len(end.attempts) == 1 for end in ends)


@KINDS
def test_another_attempt_has_its_turn_within_the_time_of_all(kind):
    """The turn at 400 seconds is taken; the one at 800 is none, and no ticket is wasted on more."""
    time = Time()
    with MockKsz(WORLD, [Scenario("a test", "", (ScenarioRule(fault="MSG00003"),))]) as mock:
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint),
            requests_per_second=0.0025,
            attempts=9,
            attempt_seconds=200.0,
            deadline_seconds=700.0,
            connect_timeout_seconds=100.0,
        )
        (end,) = consulted(kind, profile, 1, environment=time.environment)
        assert len(mock.requests) == 2
    assert isinstance(end, DeadlineExceededError)
    assert not end.sent
    assert end.ticket
    assert list(end.earlier_tickets) == [seen.customer_ticket for seen in mock.requests]


def test_the_trail_says_by_which_rules_the_registers_were_chosen(asked, trail):
    with AuditTrail(trail, KEYS) as written:
        asked(trail=written)
    with closing(sqlite3.connect(trail)) as file:
        entries = [json.loads(entry) for (entry,) in file.execute("SELECT entry FROM entry")]
    questions = [each["event"] for each in entries if each["event"]["kind"] == "asked"]
    assert [each["rules"] for each in questions] == [rule_version(Decision.LOOKUP)]
