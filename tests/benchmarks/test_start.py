"""Which starts are measured, and that each of them is one."""

import subprocess
import sys

import pytest

from benchmarks.processes import environment

READY = {
    "blocking client ready, first question written",
    "asynchronous client ready, first question written",
    "zeep ready, first question written",
}


def test_both_clients_are_measured_beside_zeep(script):
    assert set(script("start").STARTS) >= READY


@pytest.mark.parametrize("name", sorted(READY))
def test_a_client_that_is_ready_has_written_its_first_question(script, name):
    code = script("start").STARTS[name]
    assert "2023" in code
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, env=environment())


def test_a_start_is_told_beside_zeeps_within_one_round(script):
    cpu = {"zeep ready, first question written": [2.0, 4.0, 8.0], "ours": [1.0, 4.0, 4.0]}
    assert script("start").beside_zeep(cpu, "ours") == 0.5
