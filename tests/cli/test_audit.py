"""The command as a person types it: a process of its own, its output and its exit code."""

import base64
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kszclient.audit import AuditKeys, AuditTrail
from tests.audit.samples import CHILD, NEW, PARENT, consult

KEYS = f"2024:{base64.b64encode(NEW).decode()}"


@pytest.fixture
def run(tmp_path):
    def command(*arguments, stdin="", keys=KEYS):
        environment = os.environ | {"KSZCLIENT_AUDIT_KEYS": keys}
        return subprocess.run(
            [
                sys.executable,
                "-c",
                "from kszclient.cli.app import main; main()",
                "audit",
                *arguments,
            ],
            input=stdin,
            env=environment,
            text=True,
            capture_output=True,
            check=False,
        )

    return command


@pytest.fixture
def trail(tmp_path):
    path, keys = tmp_path / "trail.db", AuditKeys({"2024": NEW})
    AuditTrail.create(path, keys)
    with AuditTrail(path, keys) as opened:
        consult(opened, 1, ssin=CHILD, subjects=[CHILD])
        consult(opened, 2, ssin=PARENT, subjects=[PARENT])
    return str(path)


def test_a_trail_is_made_and_verified(run, tmp_path):
    path = str(tmp_path / "new.db")
    assert run("create", path).returncode == 0
    verified = run("verify", path)
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "0 entries, as they were written" in verified.stdout
    again = run("create", path)
    assert (again.returncode, path in again.stderr) == (2, True)


def test_what_was_done_as_json_and_nothing_else_on_standard_output(run, tmp_path):
    path = tmp_path / "new.sqlite"
    assert json.loads(run("create", path, "--json").stdout) == {"trail": str(path)}
    (tmp_path / "bodies").mkdir(mode=0o700)
    assert json.loads(run("purge", tmp_path / "bodies", "--json").stdout) == {"removed": 0}
    exported = run("export", path, "--json")
    assert (exported.returncode, exported.stdout) == (0, "")


def test_a_changed_entry_is_a_finding(run, trail):
    with closing(sqlite3.connect(trail)) as connection, connection:
        connection.execute("DROP TRIGGER entry_stands")
        connection.execute("UPDATE entry SET entry = replace(entry, 'clerk', 'cleric')")
    verified = run("verify", trail, "--json")
    assert verified.returncode == 1
    result = json.loads(verified.stdout)
    assert (result["entries"], result["problem_count"], result["anchor"]) == (4, 2, None)
    assert [problem["kind"] for problem in result["problems"]] == ["CHANGED", "CHANGED"]
    assert "CHANGED 1: the entry was changed" in run("verify", trail).stdout


def test_a_loose_file_is_a_finding_and_the_rest_is_told_too(run, trail, tmp_path):
    Path(trail).chmod(0o644)
    anchors = tmp_path / "anchors.jsonl"
    verified = run("verify", trail, "--anchors", str(anchors))
    assert verified.returncode == 1
    assert "4 entries, as they were written" in verified.stdout
    assert "PERMISSIONS: others may read or change the file" in verified.stdout
    assert json.loads(anchors.read_text())["sequence"] == 4


def test_a_table_that_was_dropped_is_a_finding(run, trail):
    with closing(sqlite3.connect(trail)) as connection, connection:
        connection.execute("DROP TABLE entry")
    verified = run("verify", trail)
    assert (verified.returncode, verified.stderr) == (1, "")
    assert "MISSING: the entries of the audit trail were taken away" in verified.stdout


def test_an_end_seen_before_is_kept_and_compared(run, trail, tmp_path):
    anchors = tmp_path / "anchors.jsonl"
    for _ in range(2):
        assert run("verify", trail, "--anchors", str(anchors)).returncode == 0
    (line,) = anchors.read_text().splitlines()
    assert json.loads(line)["sequence"] == 4
    anchors.write_text(line.replace('"sequence":4', '"sequence":9') + "\n")
    verified = run("verify", trail, "--anchors", str(anchors))
    assert (verified.returncode, "ANCHOR 9" in verified.stdout) == (1, True)
    anchors.write_text("{}\n")
    verified = run("verify", trail, "--anchors", str(anchors))
    assert (verified.returncode, "line 1" in verified.stderr) == (2, True)


def test_an_inspection_gets_lines_by_ticket_person_and_day(run, trail):
    assert len(run("export", trail).stdout.splitlines()) == 4
    by_person = run("export", trail, "--person", stdin=f"{CHILD.digits}\n")
    tickets = {
        json.loads(line)["entry"]["event"]["ticket"] for line in by_person.stdout.splitlines()
    }
    assert tickets == {"00000000-0000-4000-8000-000000000001"}
    (ticket,) = tickets
    assert run("export", trail, "--ticket", ticket).stdout == by_person.stdout
    assert run("export", trail, "--to", "2020-01-01").stdout == ""
    assert len(run("export", trail, "--to", "9999-12-31").stdout.splitlines()) == 4
    assert len(run("export", trail, "--from", "2020-01-01").stdout.splitlines()) == 4


def test_keys_come_from_a_file_too(run, trail, tmp_path):
    keys = tmp_path / "keys"
    keys.write_text(KEYS)
    keys.chmod(0o600)
    assert run("verify", trail, "--keys", str(keys), keys="").returncode == 0
    keys.chmod(0o644)
    refused = run("verify", trail, "--keys", str(keys), keys="")
    assert (refused.returncode, "chmod 600" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["verify", "absent.db"], 4, "no such file"),
        (["export", "TRAIL", "--from", "monday"], 2, "--from"),
        (["export", "TRAIL", "--ticket", "7"], 2, "--ticket"),
        (["verify", "tests"], 2, "tests is a folder"),
        (["verify", "TRAIL", "--anchors", "tests"], 2, "--anchors: tests"),
        (["purge", "no/such/folder"], 2, "no/such/folder"),
        (["purge", "TRAIL"], 2, "is no folder"),
        (["export", "TRAIL", "--ticket", ""], 2, "ticket"),
        (["export", "TRAIL", "--to", "20200101"], 2, "--to: expected a day"),
        (["export", "TRAIL", "--person"], 2, "SSIN"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_repeated(run, trail, arguments, code, says):
    arguments = [trail if argument == "TRAIL" else argument for argument in arguments]
    failed = run(*arguments, stdin="85023000126\n")
    assert failed.returncode == code
    assert says in failed.stderr
    assert "Traceback" not in failed.stderr
    assert "85023000126" not in failed.stderr
    assert failed.stdout == ""


def test_without_keys_it_says_where_they_go(run, trail):
    failed = run("verify", trail, keys="")
    assert (failed.returncode, "KSZCLIENT_AUDIT_KEYS is not set" in failed.stderr) == (2, True)
