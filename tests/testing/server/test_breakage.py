"""Answers spoilt on their way are spoilt in the way that their name says."""

import pytest

from kszclient.testing.server.breakage import BREAKAGES, Ending
from kszclient.testing.server.engine import MockEngine
from kszclient.testing.server.scenario import Scenario, ScenarioRule
from kszclient.wire.parse import MalformedXmlError, parse
from kszclient.wire.schema import check_payload

MOVED = "brussels-to-ghent-2021"


@pytest.fixture
def spoilt(world, envelope, fixed):
    """Give the sound and the spoilt answer to the same question."""
    ssin = world.personas[MOVED].child.ssin.digits

    def both(name):
        broken = Scenario("Spoilt", rule=(ScenarioRule(broken=name),))
        sound = MockEngine(world, **fixed).answer(envelope(ssin))
        return sound.sent, MockEngine(world, [broken], **fixed).answer(envelope(ssin))

    return both


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("gateway-page", 502, "text/html"),
        ("gateway-text", 503, "text/plain"),
        ("login-page", 200, "text/html"),
    ],
)
def test_something_else_answers(spoilt, name, status, kind):
    _, answer = spoilt(name)
    assert answer.sent.http_status == answer.seen.http_status == status
    assert answer.sent.content_type.startswith(kind)
    assert answer.seen.broken == name


def test_parts_are_missing(spoilt):
    sound, answer = spoilt("truncated")
    assert sound.body.startswith(answer.sent.body)
    with pytest.raises(MalformedXmlError):
        parse(answer.sent.body)
    assert spoilt("empty")[1].sent.body == b""
    assert spoilt("hang-up")[1].sent.ending is Ending.HANG_UP


def test_the_contract_is_not_kept(spoilt):
    payload = parse(spoilt("off-contract")[1].sent.body)[0][0]
    assert "unexpected-element" in {each.rule for each in check_payload(payload)}


@pytest.mark.parametrize(
    ("name", "path"),
    [("other-ticket", "informationCustomer/ticket"), ("other-person", "criteria/ssin")],
)
def test_the_answer_is_about_another_question(spoilt, name, path):
    sound, answer = spoilt(name)
    was, now = parse(sound.body)[0][0], parse(answer.sent.body)[0][0]
    assert check_payload(now) == ()
    assert was.findtext(path) != now.findtext(path)


def test_every_breakage_changes_the_answer(spoilt):
    for name in BREAKAGES:
        sound, answer = spoilt(name)
        assert answer.sent != sound
