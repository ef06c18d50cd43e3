"""Congestion over an invented clock: one more while all is well, half after a failure."""

import pytest

from kszclient.errors import ContractDriftError, GatewayError, ServiceFaultError
from kszclient.transport import Congestion


class Line:
    """Another side that answers in so many seconds."""

    def __init__(self, most=16):
        self.now = 100.0
        self.congestion = Congestion(most, clock=lambda: self.now)

    def answers(self, seconds, times=16):
        for _ in range(times):
            with self.congestion.measured():
                self.now += seconds
        return self.congestion.limit

    def fails(self, error, during=lambda: None):
        with pytest.raises(type(error)):
            self.ask(error, during)
        return self.congestion.limit

    def ask(self, error, during):
        with self.congestion.measured():
            during()
            self.now += 0.1
            raise error


def busy(retry_after=None):
    error = GatewayError("busy", http_status=503)
    error.retry_after_seconds = retry_after
    return error


def test_it_begins_with_as_many_as_are_allowed_and_never_goes_beyond():
    line = Line(most=4)
    assert line.congestion.limit == 4
    assert line.answers(0.05, times=100) == 4


def test_a_failure_halves_and_good_answers_add_one():
    line = Line()
    line.answers(0.05)
    assert line.fails(busy()) == 8
    assert line.fails(busy()) == 4
    assert line.answers(0.05, times=15) == 4
    assert line.answers(0.05, times=1) == 5
    assert line.answers(0.05) == 6


def test_it_never_sinks_below_one():
    line = Line()
    for _ in range(20):
        line.fails(busy())
    assert line.congestion.limit == 1


def test_failures_that_began_before_the_last_step_count_once():
    line = Line()
    assert line.fails(busy(), during=lambda: line.fails(busy())) == 8


def test_rising_latency_eases_and_a_steady_one_does_not():
    line = Line()
    assert line.answers(0.2, times=160) == 16
    assert line.answers(0.39) == 16
    assert line.answers(0.6) == 12
    assert line.answers(0.6) == 9
    assert line.answers(0.2) == 10


def test_a_few_milliseconds_are_nobodys_burden():
    line = Line()
    line.answers(0.002)
    assert line.answers(0.02) == 16


def test_what_is_slow_for_good_becomes_the_usual():
    line = Line()
    line.answers(0.1)
    line.answers(1.0, times=16 * 200)
    assert line.congestion.limit > 4


def test_a_retry_after_is_a_time_in_which_nothing_new_begins():
    line = Line()
    line.fails(busy(retry_after=30.0))
    assert line.congestion.pause_seconds == 30.0
    line.now += 31
    assert line.congestion.pause_seconds == 0.0


@pytest.mark.parametrize(
    "error",
    [
        ContractDriftError("another form"),
        ServiceFaultError("a register is closed", reason_codes=("MSG00002",), ticket_cbss="1"),
    ],
    ids=["another form", "a register is closed"],
)
def test_what_is_no_burden_changes_nothing(error):
    assert Line().fails(error) == 16
