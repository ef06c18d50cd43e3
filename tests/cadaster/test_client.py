"""The client against the mock KSZ, over a real socket."""

import datetime as dt

import msgspec
import pytest

from kszclient.cadaster import (
    ChildBenefitsClient,
    Complete,
    Environment,
    Incomplete,
    Refused,
)
from kszclient.errors import (
    AnswerMismatchError,
    ConnectionFailedError,
    ContractDriftError,
    DeadlineExceededError,
    GatewayError,
    InputError,
    InvalidValueError,
    ServiceFaultError,
    SettingsError,
)
from kszclient.security import Profile
from kszclient.testing import MockKsz, Scenario, World, shipped_scenario
from kszclient.testing.server.scenario import ScenarioRule
from kszclient.transport import Attempt
from kszclient.values import AuthenticSource, MonthPeriod, Ssin, Ticket, plain

PERIOD = MonthPeriod.parse("2018-01", "2024-12")
AT_ONCE = Environment(sleep=lambda _seconds: None)
WORLD = World.build(seed=3, size=0)
GHENT = WORLD.persona("brussels-to-ghent-2021").child.ssin


@pytest.fixture
def ask():
    """Ask a mock that plays a scenario about one person."""
    running = []

    def ask(*rules, person=GHENT, sources=(), deadline_seconds=20.0, scenario=None):
        played = scenario or Scenario("a test", "", tuple(rules))
        mock = MockKsz(WORLD, [played])
        running.append(mock)
        mock.start()
        profile = Profile.load("mock", endpoint=mock.endpoint)
        times = {
            "deadline_seconds": deadline_seconds,
            "connect_timeout_seconds": min(5.0, deadline_seconds),
        }
        profile = msgspec.structs.replace(profile, **times)
        with ChildBenefitsClient(profile, environment=AT_ONCE) as client:
            return client.consult(person, PERIOD, sources)

    yield ask
    for mock in running:
        mock.stop()


def test_files_of_three_registers_come_back_decoded(ask):
    outcome = ask()
    assert isinstance(outcome, Complete)
    found = {
        result.authentic_source: result.files for result in outcome.answer.results if result.files
    }
    assert set(found) == {"FEDERAL", "BRUSSELS", "FLANDERS"}
    (flemish,) = found[AuthenticSource.FLANDERS]
    (child,) = flemish.children
    assert child.ssin == GHENT
    assert flemish.file_number is None
    assert flemish.child_benefits_fund.enterprise_number == "0685540471"
    assert {each.category.code for each in child.payment_periods} >= {"BASIC"}
    (federal,) = found[AuthenticSource.FEDERAL]
    assert federal.entitled_person_ssin is not None


def test_only_the_sources_named_are_asked(ask):
    outcome = ask(sources=[AuthenticSource.FLANDERS, AuthenticSource.FLANDERS])
    assert [result.authentic_source for result in outcome.answer.results] == ["FLANDERS"]


def test_nothing_found_anywhere_is_complete(ask):
    outcome = ask(person=WORLD.persona("known-without-file").child.ssin)
    assert isinstance(outcome, Complete)
    assert outcome.answer.status.value == "NO_DATA_FOUND"


def test_one_silent_source_is_incomplete(ask):
    outcome = ask(scenario=shipped_scenario("wallonia-silent"))
    assert isinstance(outcome, Incomplete)
    assert outcome.silent == (AuthenticSource.WALLONIA,)


def test_all_sources_silent_is_a_fault(ask):
    with pytest.raises(ServiceFaultError) as caught:
        ask(scenario=shipped_scenario("all-silent"))
    assert caught.value.reason_codes == ("MSG00002",)
    assert Ticket.parse(caught.value.ticket)
    assert Ticket.parse(caught.value.ticket_cbss)


@pytest.mark.parametrize(
    "code", ["MSG00005", "MSG00006", "MSG00007", "MSG00012", "MSG00013", "MSG00027", "MSG00008"]
)
def test_every_refusal_keeps_its_code_and_information(ask, code):
    outcome = ask(ScenarioRule(code=code, information={"details": "why"}))
    assert isinstance(outcome, Refused)
    assert outcome.code == code
    shown = plain(outcome.answer.status.information)
    assert {"field_name": "details", "field_value": "why"} in [*shown]


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("gateway-page", GatewayError),
        ("gateway-text", GatewayError),
        ("login-page", GatewayError),
        ("empty", GatewayError),
        ("truncated", ContractDriftError),
        ("off-contract", ContractDriftError),
        ("other-ticket", AnswerMismatchError),
        ("other-person", AnswerMismatchError),
        ("hang-up", ConnectionFailedError),
    ],
)
def test_every_kind_of_failure_is_an_error_of_its_own(ask, broken, expected):
    with pytest.raises(expected) as caught:
        ask(ScenarioRule(broken=broken))
    assert type(caught.value) is expected
    assert Ticket.parse(caught.value.ticket)
    assert caught.value.next_step
    assert GHENT.digits not in f"{caught.value} {caught.value!r}"


def test_an_answer_that_takes_too_long_is_given_up(ask):
    with pytest.raises(DeadlineExceededError, match=r"0\.3 seconds"):
        ask(ScenarioRule(delay_ms=600_000), deadline_seconds=0.3)


def test_a_server_that_is_down_is_named_as_such():
    with MockKsz(WORLD) as mock:
        endpoint = mock.endpoint
    with (
        ChildBenefitsClient(Profile.load("mock", endpoint=endpoint), environment=AT_ONCE) as client,
        pytest.raises(ConnectionFailedError),
    ):
        client.consult(GHENT, PERIOD)


def test_a_person_that_the_environment_refuses_is_never_sent(mock_ksz):
    with ChildBenefitsClient(Profile.load("mock", endpoint=mock_ksz.endpoint)) as client:
        with pytest.raises(InvalidValueError, match="synthetic"):
            client.consult(Ssin.from_wire("85010100100"), PERIOD)
        assert mock_ksz.requests == ()


def test_a_client_without_a_customer_is_not_made():
    with pytest.raises(SettingsError):
        ChildBenefitsClient(Profile.load("prod"))


def test_ticket_and_time_are_the_callers(mock_ksz):
    ticket = Ticket.parse("3f0c2d1e-0000-4000-8000-000000000001")
    moment = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
    profile = Profile.load("mock", endpoint=mock_ksz.endpoint)
    given = Environment(now=lambda: moment, new_ticket=lambda: ticket)
    with ChildBenefitsClient(profile, environment=given) as client:
        outcome = client.consult(GHENT, PERIOD)
    answer = outcome.answer
    assert outcome.attempts == (Attempt(ticket, "ANSWERED"),)
    assert answer.information_customer.ticket == ticket.text
    assert answer.information_customer.timestamp_sent == moment


def test_an_open_period_is_left_open(mock_ksz):
    with ChildBenefitsClient(Profile.load("mock", endpoint=mock_ksz.endpoint)) as client:
        answer = client.consult(GHENT, MonthPeriod.parse("2023-01")).answer
    assert answer.criteria.period.end_month is None


def test_a_client_that_is_closed_is_not_asked():
    with MockKsz(WORLD) as mock:
        with ChildBenefitsClient(Profile.load("mock", endpoint=mock.endpoint)) as client:
            client.consult(GHENT, PERIOD)
        client.close()
        with pytest.raises(InputError, match="closed"):
            client.consult(GHENT, PERIOD)
        assert len(mock.requests) == 1
