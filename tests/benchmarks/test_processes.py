"""The environment of what is measured."""

from benchmarks.processes import CHECKOUT, environment


def test_what_is_measured_keeps_its_bytecode_whatever_this_process_does(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    measured = environment(MARK="1")
    assert "PYTHONDONTWRITEBYTECODE" not in measured
    assert measured["PYTHONPATH"].startswith(str(CHECKOUT))
    assert measured["MARK"] == "1"
