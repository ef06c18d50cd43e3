"""A run that is killed at any moment goes on and ends in the same bytes; nothing is asked twice."""

import contextlib
import os
import pty
import random
import signal
import sqlite3
import subprocess
import time
import uuid

import pytest

from kszclient.testing import MockKsz, Scenario
from kszclient.testing.server.scenario import ScenarioRule
from tests.reconciliation.population import WORLD, rows, start, write

pytestmark = pytest.mark.drill

KILLS = int(os.environ.get("KSZCLIENT_KILLS", "6"))
RUN = uuid.UUID("3f0c2d1e-0000-4000-8000-000000000001")
UNDER_WAY = 16
RESULTS = ("findings.parquet", "findings.csv", "rejected.csv", "summary.json")
WRONG = ("D-wrong", "123", "2024-01", "2024-02", "44021")


def reconcile(dossiers, out, mock, *more, **how):
    words = ("--out", out, "--endpoint", mock.endpoint, "--as-of", "2026-07-01")
    return start(dossiers, *words, "--run-id", RUN, *more, **how)


def finish(process, *codes):
    out, err = process.communicate(timeout=600)
    assert process.returncode in codes, err.decode()
    return out, err


def kill_after(process, mock, requests, seconds):
    """Kill when so many more requests were seen and so long has passed, unless it is over."""
    end = len(mock.requests) + requests
    while len(mock.requests) < end and process.poll() is None:
        time.sleep(0.001)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    process.communicate()


def content(folder):
    return {name: (folder / name).read_bytes() for name in RESULTS}


def test_killed_at_random_moments(tmp_path):
    chance = random.Random()
    dossiers = write(tmp_path / "dossiers.csv", [*rows(), WRONG])
    with MockKsz(WORLD) as mock:
        finish(reconcile(dossiers, tmp_path / "whole", mock), 1)
    with MockKsz(WORLD) as mock:
        out = tmp_path / "broken"
        for kill in range(KILLS):
            process = reconcile(dossiers, out, mock, "--resume", "--rate", 100)
            early = kill % 3 == 0
            requests = 0 if early else chance.randint(1, 4)
            kill_after(process, mock, requests, chance.uniform(0, 1.5 if early else 0.02))
        finish(reconcile(dossiers, out, mock, "--resume"), 1)
        seen = [each.customer_ticket for each in mock.requests]
    assert content(out) == content(tmp_path / "whole")
    check_tickets(out, seen)
    assert len(seen) <= sum(1 for _ in rows()) + KILLS * UNDER_WAY


def check_tickets(out, seen):
    """Check that no ticket went out twice, and that none followed the one that was answered."""
    assert len(seen) == len(set(seen))
    with contextlib.closing(sqlite3.connect(out / "journal.sqlite")) as journal:
        states = {state for (state,) in journal.execute("SELECT state FROM lookup")}
        tickets = journal.execute("SELECT lookup, ticket, ended FROM ticket ORDER BY attempt")
        by_lookup = {}
        for lookup, ticket, ended in tickets:
            by_lookup.setdefault(lookup, []).append((ticket, ended))
    assert states == {"ANSWERED"}
    assert set(seen) <= {ticket for each in by_lookup.values() for ticket, _ in each}
    for attempts in by_lookup.values():
        *before, (_, last) = [(ticket, ended) for ticket, ended in attempts]
        assert last == "ANSWERED"
        assert all(ended is None for _, ended in before)


def test_a_signal_stops_after_the_lookups_under_way(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    out = tmp_path / "stopped"
    with MockKsz(WORLD) as mock:
        process = reconcile(dossiers, out, mock, "--rate", 2)
        while len(mock.requests) < 3:
            time.sleep(0.001)
        process.send_signal(signal.SIGTERM)
        _, err = finish(process, 4)
        assert b"--resume" in err
        assert not (out / "findings.parquet").exists()
        sent = len(mock.requests)
        finish(reconcile(dossiers, out, mock, "--resume"), 0, 1)
        lookups = sum(1 for _ in rows())
        assert sent < lookups
        assert len(mock.requests) == lookups


def test_a_second_signal_stops_at_once_without_damage(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    out = tmp_path / "stopped"
    slow = Scenario("slow at first", "", (ScenarioRule(nth=tuple(range(1, 17)), delay_ms=600_000),))
    with MockKsz(WORLD, [slow]) as mock:
        process = reconcile(dossiers, out, mock)
        while not _tickets(out):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        while b"once more stops at once" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        finish(process, 4)
    with MockKsz(WORLD) as mock:
        finish(reconcile(dossiers, out, mock, "--resume"), 0, 1)


def _tickets(out):
    if not (out / "journal.sqlite").exists():
        return 0
    with contextlib.closing(sqlite3.connect(out / "journal.sqlite")) as journal:
        try:
            return journal.execute("SELECT count(*) FROM ticket").fetchone()[0]
        except sqlite3.OperationalError:
            return 0


def test_a_full_disk_stops_the_run_and_nothing_is_lost(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", [*rows(), WRONG])
    with MockKsz(WORLD) as mock:
        finish(reconcile(dossiers, tmp_path / "whole", mock), 1)
        before = len(mock.requests)
        out = tmp_path / "full"
        process = reconcile(dossiers, out, mock, largest_file=100_000)
        _, err = finish(process, 4)
        assert b"journal" in err
        assert b"--resume" in err
        finish(reconcile(dossiers, out, mock, "--resume"), 1)
        seen = [each.customer_ticket for each in mock.requests][before:]
    assert content(out) == content(tmp_path / "whole")
    check_tickets(out, seen)


def test_a_folder_in_which_another_process_is_at_work(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    out = tmp_path / "out"
    with MockKsz(WORLD) as mock:
        first = reconcile(dossiers, out, mock, "--rate", 1)
        while not mock.requests:
            time.sleep(0.001)
        _, err = finish(reconcile(dossiers, out, mock, "--resume"), 2)
        assert b"another process is at work here" in err
        first.kill()
        first.communicate()


def test_a_person_at_a_terminal_sees_a_bar(tmp_path):
    dossiers = write(tmp_path / "dossiers.csv", rows())
    terminal, screen = pty.openpty()
    shown = b""
    with MockKsz(WORLD) as mock:
        process = reconcile(dossiers, tmp_path / "out", mock, screen=screen)
        os.close(screen)
        # Linux ends a terminal that nobody writes to any more with an error, not with nothing.
        with contextlib.suppress(OSError):
            while part := os.read(terminal, 65_536):
                shown += part
        process.communicate()
    os.close(terminal)
    assert b"findings" in shown
