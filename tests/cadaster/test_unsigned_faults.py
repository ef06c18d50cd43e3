"""A fault that nobody signed is no word of the KSZ's where signatures are required.

A real mock over real TLS that signs its answers and not its faults, as services do whose faults
arise before anything is signed.
"""

import asyncio
import json

import msgspec
import pytest

from kszclient.audit import AuditKeys, AuditTrail, Selection, export
from kszclient.cadaster import AsyncChildBenefitsClient, ChildBenefitsClient, Environment
from kszclient.errors import ServiceFaultError, SignatureRefusedError, UnverifiedFaultError
from kszclient.security import Profile
from kszclient.testing import Guard, MockKsz, Requirement, Scenario, World
from kszclient.testing.server.guard import write_credentials
from kszclient.testing.server.scenario import ScenarioRule
from kszclient.transport.waiting import sleep_async
from kszclient.values import MonthPeriod
from tests.audit.samples import NEW
from tests.cadaster.test_probe import looked_at
from tests.cli.typed import kszclient

WORLD = World.build(size=0)
GHENT = WORLD.persona("brussels-to-ghent-2021").child.ssin
PERIOD = MonthPeriod.parse("2018-01", "2024-12")
FAULT = ScenarioRule(fault="MSG00003")


class Unsigned(Guard):
    """Signs nothing that it sends."""

    def seal(self, sent, now):  # noqa: ARG002 - what a guard is given
        return sent


async def at_once(_seconds):
    await sleep_async(0)


AT_ONCE = Environment(sleep=lambda _seconds: None, sleep_async=at_once)


def by_blocking(profile, trail=None):
    with ChildBenefitsClient(profile, trail=trail, environment=AT_ONCE) as client:
        client.consult(GHENT, PERIOD)


def by_async(profile, trail=None):
    async def ask():
        async with AsyncChildBenefitsClient(profile, trail=trail, environment=AT_ONCE) as client:
            await client.consult(GHENT, PERIOD)

    asyncio.run(ask())


CLIENTS = pytest.mark.parametrize("ask", [by_blocking, by_async])


@pytest.fixture
def serving(tmp_path):
    """Run a mock that asks for signatures and give it with the path of a profile."""
    running = []

    def start(*rules, guard):
        mock = MockKsz(WORLD, [Scenario("a test", "", rules)], guard=guard([Requirement.WSSE]))
        mock.start()
        running.append(mock)
        return mock, write_credentials(mock._guard, mock.endpoint, tmp_path)

    yield start
    for mock in running:
        mock.stop()


@CLIENTS
def test_it_is_reported_as_what_it_is_and_the_question_is_put_again(serving, ask):
    mock, path = serving(FAULT, guard=Unsigned)
    with pytest.raises(UnverifiedFaultError, match="nobody signed") as caught:
        ask(Profile.load(path))
    error = caught.value
    assert error.claimed_codes == ("MSG00003",)
    assert not hasattr(error, "ticket_cbss")
    assert "Do not take the fault for its answer" in error.next_step
    assert len(mock.requests) == 3


@CLIENTS
def test_what_would_not_be_asked_again_if_it_were_signed_is_not(serving, ask):
    """To repeat what was refused may lock an account, whoever wrote the refusal."""
    mock, path = serving(ScenarioRule(fault="MSG00004"), guard=Unsigned)
    with pytest.raises(UnverifiedFaultError, match="nobody signed") as caught:
        ask(Profile.load(path))
    assert len(mock.requests) == 1
    assert "Do not try again" in caught.value.next_step


@pytest.mark.parametrize("guard", [Guard, Unsigned])
@CLIENTS
def test_silent_registers_never_open_the_circuit(serving, ask, guard):
    """The endpoint answered: whether signed or not, others behind it can be asked."""
    mock, path = serving(ScenarioRule(silent=True), guard=guard)
    expected = ServiceFaultError if guard is Guard else UnverifiedFaultError
    profile = msgspec.structs.replace(Profile.load(path), attempts=3, breaker_failures=2)
    with pytest.raises(expected, match="MSG00002"):
        ask(profile)
    assert len(mock.requests) == 3


@CLIENTS
def test_it_is_the_word_of_the_ksz_once_it_is_signed(serving, ask):
    _, path = serving(FAULT, guard=Guard)
    with pytest.raises(ServiceFaultError, match="MSG00003"):
        ask(Profile.load(path))


@CLIENTS
def test_an_unsigned_answer_is_not_asked_for_again(serving, ask):
    mock, path = serving(guard=Unsigned)
    with pytest.raises(SignatureRefusedError, match="not signed"):
        ask(Profile.load(path))
    assert len(mock.requests) == 1


@CLIENTS
@pytest.mark.parametrize("broken", ["truncated", "off-contract", "other-person"])
def test_of_an_unsigned_answer_nothing_else_counts(serving, ask, broken):
    """It is not the contract of the KSZ that drifted: nobody knows who wrote this."""
    _, path = serving(ScenarioRule(broken=broken), guard=Unsigned)
    with pytest.raises(SignatureRefusedError):
        ask(Profile.load(path))


@CLIENTS
def test_the_trail_holds_neither_its_codes_nor_its_ticket(serving, ask, tmp_path):
    _, path = serving(FAULT, guard=Unsigned)
    keys = AuditKeys({"2024": NEW})
    AuditTrail.create(tmp_path / "trail.db", keys)
    with AuditTrail(tmp_path / "trail.db", keys) as trail, pytest.raises(UnverifiedFaultError):
        ask(Profile.load(path), trail)
    lines = [json.loads(line) for line in export(tmp_path / "trail.db", keys, Selection())]
    ends = [each["entry"]["event"] for each in lines if each["entry"]["event"]["kind"] != "asked"]
    assert [(each["kind"], each["error"]) for each in ends] == [
        ("failed", "UnverifiedFaultError")
    ] * 3
    assert [each.get("ticket_cbss") for each in ends] == [None] * 3
    assert "MSG00003" not in json.dumps(lines)


def test_the_command_reports_it_too(serving):
    _, path = serving(FAULT, guard=Unsigned)
    words = GHENT.digits, "--from", "2018-01", "--to", "2024-12", "--profile", path
    shown = kszclient("lookup", *words)
    assert shown.code == 4
    assert "nobody signed" in shown.err
    assert "the KSZ answered" not in shown.err + shown.out


def test_doctor_does_not_take_it_for_a_signed_refusal(serving):
    _, path = serving(guard=Unsigned)
    ours, theirs = looked_at(path.parent)
    assert ours == {}
    assert theirs == {
        "connection": "a question about nobody is refused, but the refusal is not signed"
    }
