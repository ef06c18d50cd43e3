"""Each fault can be injected per request, per person, per source, by chance, and at night only."""

import datetime as dt

import pytest

from kszclient.testing.server.engine import MockEngine
from kszclient.testing.server.scenario import Scenario, ScenarioRule
from kszclient.values import AuthenticSource

MOVED = "brussels-to-ghent-2021"
NOON = dt.datetime(2026, 1, 15, 11, tzinfo=dt.UTC)
MIDNIGHT = dt.datetime(2026, 1, 15, 23, tzinfo=dt.UTC)
TICKET = "00000000-0000-4000-8000-00000000abcd"

FAULTS = {
    "latency": {"delay_ms": 40},
    "time-out": {"broken": "silence"},
    "time-out midway": {"broken": "stalled"},
    "reset after reading": {"broken": "reset"},
    "reset midway": {"broken": "reset-midway"},
    "hang-up": {"broken": "hang-up"},
    "cut off": {"broken": "cut-off"},
    "truncated": {"broken": "truncated"},
    **{f"{status} without SOAP": {"http_status": status} for status in (429, 500, 502, 503)},
    **{
        f"{status} with SOAP": {"http_status": status, "fault": "MSG00001"}
        for status in (429, 500, 502, 503)
    },
    "fault code": {"fault": "MSG00003"},
    "source silent": {"silent": True},
    "wrong ticket": {"broken": "other-ticket"},
    "another person": {"broken": "other-person"},
    "clock skew": {"skew_seconds": 3600},
}


@pytest.fixture(params=FAULTS.values(), ids=FAULTS)
def hits(request, world, envelope):
    """Put questions under a rule and tell which of them met the fault."""

    def hits(questions, *, moment=NOON, seed=1, **when):
        rule = ScenarioRule(**request.param, **when)
        fixed = {"clock": lambda: moment, "tickets": lambda: TICKET}
        spoilt = MockEngine(world, [Scenario("One", rule=(rule,), seed=seed)], **fixed)
        sound = MockEngine(world, **fixed)
        told = []
        for ssin, sources in questions:
            asked = envelope(ssin, sources=sources)
            met, true = spoilt.answer(asked), sound.answer(asked)
            told.append((met.sent, met.delay_seconds) != (true.sent, true.delay_seconds))
        return told

    return hits


@pytest.fixture
def child(world):
    return world.personas[MOVED].child.ssin.digits


@pytest.fixture
def other(world):
    return world.children[-1].ssin.digits


def test_per_request(hits, child):
    assert hits([(child, ())] * 4, nth=(2,)) == [False, True, False, False]
    assert hits([(child, ())] * 4, every=2) == [False, True, False, True]


def test_per_person(hits, child, other):
    questions = [(child, ()), (other, ()), (child, ())]
    assert hits(questions, persons=(MOVED,)) == [True, False, True]
    assert hits(questions, persons=(MOVED,), nth=(2,)) == [False, False, True]


def test_per_source(hits, child):
    questions = [(child, ("FLANDERS",)), (child, ("BRUSSELS",)), (child, ())]
    assert hits(questions, sources=(AuthenticSource.FLANDERS,)) == [True, False, True]


def test_by_chance_of_a_seed(hits, world):
    questions = [(child.ssin.digits, ()) for child in world.children[:40]]
    told = hits(questions, chance=0.5, seed=7)
    assert 5 < sum(told) < 35
    assert told == hits(questions, chance=0.5, seed=7)
    assert told != hits(questions, chance=0.5, seed=8)


def test_closed_at_night(hits, child):
    night = (dt.time(20), dt.time(6))
    assert hits([(child, ())], closed=night) == [False]
    assert hits([(child, ())], closed=night, moment=MIDNIGHT) == [True]


def test_a_reset_before_reading_knows_turns_chance_and_the_night(world):
    def hits(*moments, **when):
        clock = iter(moments)
        rule = ScenarioRule(unread=True, **when)
        engine = MockEngine(world, [Scenario("One", rule=(rule,))], clock=lambda: next(clock))
        return [engine.leaves_unread() for _ in moments]

    noons = [NOON] * 4
    assert hits(*noons, nth=(2,)) == [False, True, False, False]
    assert hits(*noons, every=2) == [False, True, False, True]
    told = hits(*[NOON] * 60, chance=0.5)
    assert 10 < sum(told) < 50
    assert told == hits(*[NOON] * 60, chance=0.5)
    assert hits(NOON, MIDNIGHT, closed=(dt.time(20), dt.time(6))) == [False, True]
