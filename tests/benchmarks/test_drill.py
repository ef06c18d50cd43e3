"""The fault drill in small, and that it would notice what must never happen."""

import logging
from collections import Counter

import msgspec
import pytest

from benchmarks.drill import Drill, Ended, Heard, Served, drill, report
from benchmarks.drill_truth import Task, Truth, tasks
from kszclient.cadaster import ChildBenefitsClient, Complete, Incomplete, Refused
from kszclient.security import Profile
from kszclient.testing import MockKsz, World
from kszclient.testing.server.scenario import Scenario, ScenarioRule
from kszclient.values import AuthenticSource, MonthPeriod
from kszclient.wire import GlobalStatusValue

LOOKUPS, THREADS = 2_000, 32


@pytest.fixture(scope="module")
def done():
    return drill(LOOKUPS, threads=THREADS, children=300)


def test_one_client_shared_by_32_threads_gives_right_answers_under_faults(done):
    assert dict.fromkeys(done.wrongs, 0) == done.wrongs
    assert len(done.ended) == LOOKUPS


@pytest.mark.drill
def test_the_same_holds_over_tls_with_password_and_certificate():
    done = drill(400, threads=8, children=0, tls=True)
    assert dict.fromkeys(done.wrongs, 0) == done.wrongs
    assert len(done.ended) == 400
    assert done.ways["complete"] > 200


def test_every_way_to_end_was_met(done):
    ways = done.ways
    assert {
        "complete",
        "incomplete",
        "refused",
        "AnswerMismatchError",
        "ContractDriftError",
    } <= set(ways)
    assert done.retries > LOOKUPS / 10
    told = {"reset", "cut-off", "gateway-page", "other-person", "truncated", "INCOMPLETE_DATA"}
    assert told <= set(done.seen.faults)


def test_the_report_tells_all_of_it(done):
    text = report(done)
    assert text.startswith(f"{LOOKUPS} lookups in ")
    assert f"{done.ways['complete']:12} in full" in text
    assert f"{0:12} silence counted as no benefit" in text


@pytest.fixture(scope="module")
def world():
    return World.build(size=0)


@pytest.fixture(scope="module")
def asked(world):
    """Ask about a persona under a rule; give the task and the outcome."""

    def ask(who, *rules, sources=()):
        ssin = world.personas[who].child.ssin if isinstance(who, str) else who
        task = Task(ssin, MonthPeriod.parse("2019-01", "2024-12"), sources)
        with MockKsz(world, [Scenario("One", rule=rules)]) as ksz:
            profile = msgspec.structs.replace(
                Profile.load("mock", endpoint=ksz.endpoint), attempts=1
            )
            with ChildBenefitsClient(profile) as client:
                return task, client.consult(task.ssin, task.period, sources)

    return ask


MOVED = "brussels-to-ghent-2021"


def with_results(outcome, change):
    results = tuple(map(change, outcome.answer.results))
    return Complete(msgspec.structs.replace(outcome.answer, results=results))


def test_a_true_outcome_has_no_flaw(world, asked):
    for rules in [
        (),
        (ScenarioRule(sources=("BRUSSELS",), silent=True),),
        (ScenarioRule(code="MSG00013"),),
    ]:
        task, outcome = asked(MOVED, *rules)
        assert list(Truth(world).flaws(task, outcome)) == []
    refused = [asked(state.ssin) for state in world.numbers if not state.not_integrated_at]
    assert len(refused) > 2
    for task, outcome in refused:
        assert isinstance(outcome, Refused)
        assert list(Truth(world).flaws(task, outcome)) == []


def test_an_answer_for_another_person_is_noticed(world, asked):
    task, _ = asked("changed-payer")
    _, outcome = asked(MOVED)
    assert "swapped" in set(Truth(world).flaws(task, outcome))


def test_an_answer_that_only_says_to_be_for_the_person_is_noticed(world, asked):
    task, mine = asked("changed-payer")
    _, other = asked(MOVED)
    answer = msgspec.structs.replace(mine.answer, results=other.answer.results)
    assert set(Truth(world).flaws(task, Complete(answer))) & {"wrong content", "silent as nothing"}


def test_silence_taken_for_nothing_is_noticed(world, asked):
    task, outcome = asked(MOVED, ScenarioRule(sources=("FLANDERS",), silent=True))
    assert isinstance(outcome, Incomplete)
    careless = Complete(outcome.answer)
    assert list(Truth(world).flaws(task, careless)) == ["silent as nothing"]
    answer = msgspec.structs.replace(
        outcome.answer,
        results=None,
        status=msgspec.structs.replace(
            outcome.answer.status, value=GlobalStatusValue.NO_DATA_FOUND
        ),
    )
    assert "silent as nothing" in set(Truth(world).flaws(task, Complete(answer)))


def test_a_payment_that_is_missing_is_noticed(world, asked):
    task, outcome = asked(MOVED)

    def cut(result):
        files = tuple(
            msgspec.structs.replace(
                file,
                children=tuple(
                    msgspec.structs.replace(each, payment_periods=each.payment_periods[1:])
                    for each in file.children
                ),
            )
            for file in result.files
        )
        return msgspec.structs.replace(result, files=files)

    assert "wrong content" in set(Truth(world).flaws(task, with_results(outcome, cut)))


def test_a_source_that_is_wrongly_called_silent_is_noticed(world, asked):
    task, outcome = asked(MOVED)
    wrong = Incomplete(outcome.answer, (AuthenticSource.FLANDERS,))
    assert list(Truth(world).flaws(task, wrong)) == ["wrong content"]
    assert "wrong content" in set(Truth(world).flaws(task, Incomplete(outcome.answer, ())))


def test_a_wrong_refusal_is_noticed_both_ways(world, asked):
    task, outcome = asked(MOVED, ScenarioRule(code="MSG00027"))
    assert list(Truth(world).flaws(task, outcome)) == ["wrong refusal"]
    cancelled, _ = asked(next(state.ssin for state in world.numbers if state.cancelled))
    _, answered = asked(MOVED)
    assert "wrong refusal" in set(Truth(world).flaws(cancelled, answered))


def test_what_is_lost_doubled_or_thrown_away_is_counted():
    served = Served(Counter({"a": 2, "b": 1, "c": 1}), {"a", "b", "c", "e"}, Counter())
    ended = (
        Ended("complete", typed=True, tickets=("a",), ticket_cbss="x"),
        Ended("complete", typed=True, tickets=("a",), ticket_cbss="x"),
        # Answered at first; whatever came later, that answer is lost.
        Ended("GatewayError", typed=True, tickets=("b", "d")),
        # Nothing of the answer came in time: nobody lost it.
        Ended("DeadlineExceededError", typed=True, tickets=("e",)),
        Ended("untyped KeyError", typed=False, tickets=()),
    )
    wrongs = Drill(6, ended, served, Heard({"e"}, {"c", "d"}), 1.0).wrongs
    assert {name: count for name, count in wrongs.items() if count} == {
        "lookups without an end": 1,
        "answers lost": 1,
        "answers used twice": 1,
        "tickets used twice": 1,
        "questions sent twice": 1,
        "sound answers thrown away": 1,
        "untyped errors": 1,
    }


def test_lookups_are_the_same_every_time(world):
    assert tasks(world, 50) == tasks(world, 50)
    assert len({task.sources for task in tasks(world, 50)}) > 10


@pytest.mark.drill
def test_threads_keep_their_connections(world, caplog):
    with caplog.at_level(logging.WARNING, logger="urllib3"):
        assert drill(300, threads=THREADS, children=0).lookups == 300
    assert "pool is full" not in caplog.text
