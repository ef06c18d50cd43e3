"""What a person, a program and a monitor see of a run: real processes and real signals."""

import datetime as dt
import json
import re
import signal
import stat
import time

import pytest

from kszclient.cli.output.progress import Speed, progress_fields
from kszclient.reconciliation import Progress
from kszclient.testing import MockKsz, Scenario
from kszclient.testing.server.scenario import ScenarioRule
from tests.cli.typed import kszclient
from tests.gate import Gate
from tests.reconciliation.population import WORLD, rows, same_mock, start, write

LOOKUPS = sum(1 for _ in rows())
SAMPLE = re.compile(r'(kszclient_reconcile_[a-z_]+)(?:\{kind="([a-z_]+)"\})? ([0-9.]+)')


def samples(path):
    """Read a file as a monitor does; every line of it must be of the format."""
    text = path.read_text()
    assert text.endswith("\n")
    found = {}
    for line in text.splitlines():
        if line.startswith("# "):
            assert re.fullmatch(r"# (HELP [a-z_]+ .+|TYPE [a-z_]+ (gauge|counter))", line)
            continue
        name, kind, value = SAMPLE.fullmatch(line).groups()
        assert f"# TYPE {name} " in text
        found[name.removeprefix("kszclient_reconcile_") + (f" {kind}" if kind else "")] = float(
            value
        )
    return found


def begun(process, mock, requests=3):
    while len(mock.requests) < requests and process.poll() is None:
        time.sleep(0.005)


def until(condition):
    """Wait for what must come, for ten minutes at most."""
    end = time.monotonic() + 600
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def patient(path, mock):
    """Write a profile of a mock that may take its time."""
    path.write_text(
        f'endpoint = "{mock.endpoint}"\nloopback_only = true\nsynthetic_persons = "only"\n'
        'customer_cbe_number = "0000000097"\nlegal_context = "X"\nuser = "me"\n'
        "connect_timeout_seconds = 600.0\nattempt_seconds = 600.0\ndeadline_seconds = 600.0\n"
        "max_answer_bytes = 1000000\n"
    )
    return path


@pytest.mark.drill
def test_figures_for_a_monitor_while_it_runs_and_after(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    path = tmp_path / "kszclient.prom"
    words = ("--out", tmp_path / "out", "--metrics", path, "--margin", 0)
    held = ScenarioRule(nth=tuple(range(9, 2 * LOOKUPS)), delay_ms=1)
    rules, gate = (ScenarioRule(nth=(5,), http_status=503), held), Gate()
    with MockKsz(WORLD, [Scenario("once busy", "", rules)], sleep=gate) as mock:
        process = start(dossiers, *words, "--profile", patient(tmp_path / "own.toml", mock))
        begun(process, mock)
        until(lambda: "lookups_planned" in samples(path))
        during = samples(path)
        gate.open()
        process.communicate(timeout=600)
    assert (during["running"], during["lookups_planned"]) == (1, LOOKUPS)
    after = samples(path)
    assert (after["running"], after["lookups_open"], after["closed"]) == (0, 0, 0)
    assert after["lookups_done"] == after["answered_total"] == LOOKUPS
    assert (after["retried_total"], after["failed_total"]) == (1, 0)
    assert after["last_end_timestamp_seconds"] <= time.time()
    matches = json.loads((tmp_path / "out" / "summary.json").read_text())["findings"]["match"]
    assert after["findings_of_kind match"] == matches
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [each.name for each in tmp_path.glob(".*.prom*")] == []


def test_a_monitor_sees_that_a_run_failed(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    path = tmp_path / "kszclient.prom"
    with MockKsz(WORLD) as mock:
        endpoint = mock.endpoint.replace("/v1/", "/v9/")
        words = ("--out", tmp_path / "out", "--metrics", path, "--endpoint", endpoint)
        assert kszclient("reconcile", dossiers, *words).code == 4
    after = samples(path)
    assert after["running"] == 0
    assert "last_end_timestamp_seconds" not in after


def test_figures_that_cannot_be_kept_are_refused_before_anything_is_sent(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    with MockKsz(WORLD) as mock:
        words = ("--out", tmp_path / "out", "--endpoint", mock.endpoint)
        shown = kszclient("reconcile", dossiers, *words, "--metrics", tmp_path / "no" / "a.prom")
        assert not mock.requests
    assert (shown.code, "a.prom: cannot be written" in shown.err) == (2, True)


@pytest.mark.drill
def test_a_signal_is_answered_in_lines_of_json(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    with MockKsz(WORLD) as mock:
        words = ("--out", tmp_path / "out", "--endpoint", mock.endpoint, "--json", "--rate", 2)
        process = start(dossiers, *words)
        begun(process, mock)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=600)
    assert (process.returncode, out) == (4, b"")
    *lines, end = (json.loads(line) for line in err.splitlines())
    assert set(end) == {"message", "next_step"}
    assert {"asking", "stopping"} <= {each["state"] for each in lines}
    assert set(lines[-1]) == {
        "planned", "done", "failed", "retried", "findings", "lookups_per_second", "seconds_left",
        "state", "closed_until",
    }  # fmt: skip
    assert lines[-1]["planned"] == LOOKUPS
    assert 0 < lines[-1]["done"] < LOOKUPS


def end_of(tmp_path, *more):
    """Give the lines of progress of a run, how many were asked, and what it tells of itself."""
    tmp_path.mkdir(exist_ok=True)
    dossiers = write(tmp_path / "dossiers.csv", rows())
    out = tmp_path / "out"
    with same_mock() as mock:
        words = ("--out", out, "--endpoint", mock.endpoint, "--margin", 0)
        shown = kszclient("reconcile", dossiers, *words, *more)
        seen = len(mock.requests)
    progress_fields = [
        line for line in shown.err.splitlines() if '"done"' in line or " lookups, " in line
    ]
    return progress_fields, seen, json.loads((out / "run.json").read_text())


def test_the_last_line_says_how_a_run_ended(tmp_path):
    progress_fields, seen, _ = end_of(tmp_path / "a", "--json")
    last = json.loads(progress_fields[-1])
    assert (last["done"], last["state"]) == (LOOKUPS, "ended")
    assert seen == LOOKUPS
    progress_fields, *_ = end_of(tmp_path / "c", "--json", "--budget", LOOKUPS)
    assert json.loads(progress_fields[-1])["state"] == "ended"
    progress_fields, seen, run = end_of(tmp_path / "b", "--json", "--budget", 20)
    last = json.loads(progress_fields[-1])
    assert (last["done"], last["state"], run["attempts"]) == (20, "stopped", 20)
    assert seen == 20


def test_who_gave_no_signal_is_not_told_of_a_second_one(tmp_path):
    progress_fields, _, _ = end_of(tmp_path, "--budget", 20)
    assert progress_fields[-1].startswith("20 of")
    assert not [line for line in progress_fields if "once more" in line]


def test_a_run_that_finds_all_answered_tells_of_no_new_findings(tmp_path):
    end_of(tmp_path)
    progress_fields, seen, _ = end_of(tmp_path, "--resume")
    assert (seen, "0 new findings" in progress_fields[-1]) == (0, True)


@pytest.mark.drill
def test_a_signal_ends_the_wait_for_opening_hours(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    tomorrow = dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=2)
    hours = f"{tomorrow:%a} 00:00-24:00".lower()
    words = ("--out", tmp_path / "out", "--hours", hours, "--metrics", tmp_path / "a.prom")
    with MockKsz(WORLD) as mock:
        process = start(dossiers, *words, "--endpoint", mock.endpoint)
        until((tmp_path / "a.prom").exists)
        until(lambda: samples(tmp_path / "a.prom").get("closed") == 1)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=600)
        assert not mock.requests
    assert process.returncode == 4
    assert b"closed until" in err


def progress(seconds, answered):
    return Progress(
        planned=1000, done=answered, answered=answered, failed=0, retried=2, findings=7,
        seconds=seconds,
    )  # fmt: skip


def test_time_left_follows_the_speed_of_the_moment():
    speed = Speed()
    for second in range(60):
        progress_fields(progress(float(second), second), speed)
    assert progress_fields(progress(60.0, 60), speed)["lookups_per_second"] == pytest.approx(
        1.0, abs=0.05
    )
    for second in range(1, 40):
        progress_fields(progress(60.0 + second, 60 + 10 * second), speed)
    now = progress_fields(progress(100.0, 460), speed)
    assert now["lookups_per_second"] == pytest.approx(10.0, abs=0.5)
    assert now["seconds_left"] == pytest.approx(54, abs=3)


def test_before_anything_is_answered_no_time_left_is_known():
    now = progress_fields(progress(0.0, 0), Speed())
    assert (now["lookups_per_second"], now["seconds_left"]) == (0.0, None)
