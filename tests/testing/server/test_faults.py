"""Faults of the line and of the service: by chance, by the clock, before and after the reading."""

import datetime as dt
import socket

import pytest
import requests

from kszclient.errors import SettingsError
from kszclient.testing import MockKsz
from kszclient.testing.server.engine import MockEngine
from kszclient.testing.server.scenario import Scenario, ScenarioRule, read_scenario
from kszclient.wire.parse import parse

ACTION = '"http://kszbcss.fgov.be/child-benefits/consultFilesBySsin"'
HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": ACTION}
MOVED = "brussels-to-ghent-2021"


@pytest.fixture
def played(world, envelope):
    """Run a mock that plays rules; give a function that asks it about a persona."""
    started = []

    def play(*rules, clock=None):
        ksz = MockKsz(world, [Scenario("Faults", rule=rules)], clock=clock)
        ksz.start()
        started.append(ksz)
        question = envelope(world.personas[MOVED].child.ssin.digits)
        return ksz, lambda seconds=10: requests.post(
            ksz.endpoint, question, headers=HEADERS, timeout=seconds
        )

    yield play
    for ksz in started:
        ksz.stop()


def test_a_connection_is_reset_before_the_question_is_read(played):
    ksz, ask = played(ScenarioRule(unread=True, nth=(1,)))
    # A reset that comes while the question is still on its way out is swallowed by urllib3, which
    # then finds nobody to read from.
    with pytest.raises(requests.ConnectionError, match=r"reset|closed connection without response"):
        ask()
    assert ksz.requests == ()
    assert ask().status_code == 200


def test_a_connection_is_reset_after_the_question_was_read(played):
    ksz, ask = played(ScenarioRule(broken="reset"))
    with pytest.raises(requests.ConnectionError, match="reset"):
        ask()
    assert [seen.broken for seen in ksz.requests] == ["reset"]


@pytest.mark.parametrize("broken", ["cut-off", "reset-midway"])
def test_half_of_an_answer_comes_and_the_connection_is_gone(played, broken):
    _, ask = played(ScenarioRule(broken=broken))
    with pytest.raises(requests.RequestException):
        ask()


@pytest.mark.parametrize("broken", ["silence", "stalled"])
def test_a_silent_service_holds_the_connection_until_the_client_leaves(played, broken):
    _, ask = played(ScenarioRule(broken=broken))
    with pytest.raises(requests.RequestException, match="timed out"):
        ask(seconds=0.2)


def test_a_client_that_leaves_first_is_no_error(played, caplog):
    _, ask = played(
        ScenarioRule(nth=(1,), broken="cut-off", delay_ms=300), ScenarioRule(nth=(2,), delay_ms=600)
    )
    with pytest.raises(requests.ReadTimeout):
        ask(seconds=0.1)
    assert ask().status_code == 200  # by now the mock has tried to answer the first
    assert caplog.text == ""


def test_half_of_an_answer_is_on_the_line_before_the_silence(played, envelope, world):
    ksz, _ = played(ScenarioRule(broken="stalled"))
    question = envelope(world.personas[MOVED].child.ssin.digits)
    head = "POST /ChildBenefitsService/v1/consult HTTP/1.1\r\nHost: localhost\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    head += f"Content-Length: {len(question)}\r\n\r\n"
    port = int(ksz.endpoint.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(head.encode() + question)
        received = b""
        while b"<ticket>" not in received:
            received += line.recv(65536)
    assert received.startswith(b"HTTP/1.1 200")
    assert b"</soapenv:Envelope>" not in received


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_status_without_soap_may_say_when_to_come_back(played, status):
    _, ask = played(ScenarioRule(http_status=status, retry_after="2"))
    reply = ask()
    assert (reply.status_code, reply.headers["Retry-After"]) == (status, "2")
    assert reply.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_status_with_soap_carries_the_fault(played, status):
    _, ask = played(ScenarioRule(http_status=status, fault="MSG00001"))
    reply = ask()
    assert reply.status_code == status
    assert "Retry-After" not in reply.headers
    assert b"<reasonCode>MSG00001</reasonCode>" in reply.content


def test_what_is_seen_of_a_request_has_the_status_that_was_sent(played):
    ksz, ask = played(ScenarioRule(http_status=429))
    ask()
    assert ksz.requests[0].http_status == 429


def test_the_service_closes_at_night(played):
    clock = []
    night = ScenarioRule(closed=(dt.time(20), dt.time(6)), fault="MSG00001", http_status=503)
    _, ask = played(night, clock=lambda: clock[-1])

    def status(hour, minute):
        clock.append(dt.datetime(2026, 1, 15, hour, minute, tzinfo=dt.UTC))
        return ask().status_code

    # In January it is one hour later in Brussels.
    moments = [(18, 59), (19, 0), (3, 0), (4, 59), (5, 0)]
    assert [status(*moment) for moment in moments] == [200, 503, 503, 503, 200]


def test_a_source_may_be_closed_at_lunch_in_summer(world, envelope):
    lunch = (dt.time(12), dt.time(13))
    rule = ScenarioRule(sources=("BRUSSELS",), silent=True, closed=lunch)
    question = envelope(world.personas[MOVED].child.ssin.digits)

    def value(hour):
        moment = dt.datetime(2026, 7, 15, hour, 30, tzinfo=dt.UTC)
        engine = MockEngine(world, [Scenario("Lunch", rule=(rule,))], clock=lambda: moment)
        return engine.answer(question).seen.value

    assert [value(hour) for hour in (9, 10, 11)] == [
        "DATA_FOUND",
        "INCOMPLETE_DATA",
        "DATA_FOUND",
    ]


def test_a_clock_that_is_off_shows_in_the_answer(world, envelope, fixed):
    question = envelope(world.personas[MOVED].child.ssin.digits)
    rule = ScenarioRule(skew_seconds=-7200)
    payload = parse(
        MockEngine(world, [Scenario("Late", rule=(rule,))], **fixed).answer(question).sent.body
    )
    times = [each.text for each in payload.iter("timestampReceive", "timestampReply")]
    assert times == ["2024-05-06T07:08:07.123Z"] * 2


class TestChance:
    """Draws depend on the seed, the person and the count of that person's questions alone."""

    def broken(self, world, envelope, people, *, seed=1, chance=0.5):
        rule = ScenarioRule(chance=chance, broken="empty")
        engine = MockEngine(world, [Scenario("Luck", rule=(rule,), seed=seed)])
        hit = {}
        for person in people:
            hit.setdefault(person, []).append(bool(engine.answer(envelope(person)).seen.broken))
        return hit

    def test_the_order_of_persons_does_not_matter(self, world, envelope):
        numbers = [child.ssin.digits for child in world.children[:20]] * 3
        there = self.broken(world, envelope, numbers)
        assert there == self.broken(world, envelope, list(reversed(numbers)))
        assert there != self.broken(world, envelope, numbers, seed=2)
        assert len({tuple(each) for each in there.values()}) > 3

    def test_never_and_always(self, world, envelope):
        numbers = [child.ssin.digits for child in world.children[:20]]
        for chance in (0.0, 1.0):
            found = self.broken(world, envelope, numbers, chance=chance)
            assert {each for (each,) in found.values()} == {bool(chance)}

    def test_a_chance_comes_before_the_turn(self, world, envelope):
        rule = ScenarioRule(chance=1.0, nth=(2,), broken="empty")
        engine = MockEngine(world, [Scenario("Luck", rule=(rule,))])
        question = envelope(world.children[0].ssin.digits)
        assert [bool(engine.answer(question).seen.broken) for _ in range(3)] == [False, True, False]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("chance = 1.5", "chance must lie between 0 and 1"),
        ("http_status = 700", "http_status must lie between 200 and 599"),
        ('unread = true\nsources = ["FLANDERS"]', "unread cannot go with what a question says"),
        ('closed = ["evening", "morning"]', "closed"),
    ],
)
def test_a_flaw_is_named(tmp_path, rule, message):
    path = tmp_path / "own.toml"
    path.write_text(f'title = "Own"\n[[rule]]\n{rule}\n')
    with pytest.raises(SettingsError, match=message):
        read_scenario(path)


def test_everything_can_be_written_in_a_file(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        'title = "Own"\nseed = 7\n[[rule]]\nclosed = [20:00:00, 06:00:00]\nhttp_status = 503\n'
        'retry_after = "5"\nskew_seconds = -90\nchance = 0.25\n[[rule]]\nunread = true\nevery = 9\n'
    )
    scenario = read_scenario(path)
    assert scenario.seed == 7
    assert scenario.rule[0].closed == (dt.time(20), dt.time(6))
