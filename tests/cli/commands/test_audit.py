"""`kszclient audit` as a person types it: its output and its exit code."""

import base64
import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kszclient.audit import AuditKeys, AuditTrail
from kszclient.cli.options.service import login
from tests.audit.samples import CHILD, NEW, PARENT, consult
from tests.cli.typed import kszclient

KEYS = f"2024:{base64.b64encode(NEW).decode()}"


@pytest.fixture
def run(monkeypatch):
    def command(*words, stdin="", keys=KEYS):
        monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", keys)
        return kszclient("audit", *words, stdin=stdin)

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
    assert run("create", path).code == 0
    for _ in range(2):  # nothing is written to an empty trail by who looks at it
        verified = run("verify", path)
        assert verified.code == 0
        assert "0 entries, as they were written: the trail is empty" in verified.out
        assert "does not stand in the trail: the trail is empty" in verified.err
    again = run("create", path)
    assert (again.code, path in again.err) == (2, True)


def test_what_was_done_as_json_and_nothing_else_on_standard_output(run, tmp_path):
    path = tmp_path / "new.sqlite"
    assert json.loads(run("create", path, "--json").out) == {
        "environment": None,
        "trail": str(path),
    }
    (tmp_path / "bodies").mkdir(mode=0o700)
    assert json.loads(run("purge", tmp_path / "bodies", "--json").out) == {
        "environment": None,
        "removed": 0,
    }
    exported = run("export", path, "--json")
    assert (exported.code, exported.out) == (0, "")


def test_a_changed_entry_is_a_finding(run, trail):
    with closing(sqlite3.connect(trail)) as connection, connection:
        connection.execute("DROP TRIGGER entry_stands")
        connection.execute("UPDATE entry SET entry = replace(entry, 'clerk', 'cleric')")
    verified = run("verify", trail, "--json")
    assert verified.code == 1
    result = json.loads(verified.out)
    assert (result["entries"], result["problem_count"], result["anchor"]) == (4, 3, None)
    kinds = [problem["kind"] for problem in result["problems"]]
    assert kinds == ["FOREIGN", "CHANGED", "CHANGED"]
    assert all(problem["next_step"] for problem in result["problems"])
    assert "CHANGED 1: the entry was changed" in run("verify", trail).out


def test_a_loose_file_is_a_finding_and_the_rest_is_told_too(run, trail, tmp_path):
    Path(trail).chmod(0o644)
    anchors = tmp_path / "anchors.jsonl"
    verified = run("verify", trail, "--anchors", str(anchors), "--begin-anchors")
    assert verified.code == 1
    assert "4 entries, as they were written" in verified.out
    assert "PERMISSIONS: others may read or change the file" in verified.out
    assert json.loads(anchors.read_text())["sequence"] == 4


def test_a_table_that_was_dropped_is_a_finding(run, trail):
    with closing(sqlite3.connect(trail)) as connection, connection:
        connection.execute("DROP TABLE entry")
    verified = run("verify", trail)
    assert verified.code == 1
    assert "MISSING: the entries of the audit trail were taken away" in verified.out


def test_an_end_seen_before_is_kept_and_compared(run, trail, tmp_path):
    anchors = tmp_path / "anchors.jsonl"
    assert run("verify", trail, "--anchors", str(anchors), "--begin-anchors").code == 0
    assert run("verify", trail, "--anchors", str(anchors)).code == 0
    lines = anchors.read_text().splitlines()
    assert [json.loads(line)["sequence"] for line in lines] == [4, 5]
    anchors.write_text(lines[0].replace('"sequence":4', '"sequence":9') + "\n")
    verified = run("verify", trail, "--anchors", str(anchors))
    assert (verified.code, "ANCHOR 9" in verified.out) == (1, True)
    anchors.write_text("{}\n")
    verified = run("verify", trail, "--anchors", str(anchors))
    assert (verified.code, "line 1" in verified.err) == (2, True)


@pytest.mark.parametrize("state", ["absent", "empty", "cut"])
def test_a_file_of_anchors_that_is_gone_is_a_finding_and_stays_so(run, trail, tmp_path, state):
    anchors = tmp_path / "anchors.jsonl"
    assert run("verify", trail, "--anchors", str(anchors), "--begin-anchors").code == 0
    content = {"absent": None, "empty": "", "cut": anchors.read_text()[:40]}[state]
    anchors.unlink()
    if content is not None:
        anchors.write_text(content)
    for _ in range(2):
        verified = run("verify", trail, "--anchors", str(anchors), "--json")
        assert verified.code == 1
        problems = json.loads(verified.out)["problems"]
        assert {problem["kind"] for problem in problems} == {"ANCHOR"}
        assert all("--begin-anchors" in problem["next_step"] for problem in problems)
    assert (anchors.read_text() if anchors.exists() else None) == content


def test_anchors_are_begun_once(run, trail, tmp_path):
    anchors = tmp_path / "anchors.jsonl"
    assert run("verify", trail, "--begin-anchors").code == 2
    for code in (0, 2):
        begun = run("verify", trail, "--anchors", str(anchors), "--begin-anchors")
        assert begun.code == code
    assert "the trail knows this file already" in begun.err


def events(trail):
    with closing(sqlite3.connect(trail)) as connection:
        rows = connection.execute("SELECT entry FROM entry ORDER BY sequence").fetchall()
    return [json.loads(row[0])["event"] for row in rows]


@pytest.mark.parametrize(
    ("arguments", "selection"),
    [
        (["verify"], {}),
        (["unfinished"], {}),
        (["export"], {}),
        (["export", "--from", "2026-01-02"], {"begin": "2026-01-02T00:00:00Z"}),
        (["export", "--person"], {"person": AuditKeys({"2024": NEW}).pseudonym(CHILD)}),
    ],
)
def test_who_reads_stands_in_the_trail_and_why(run, trail, arguments, selection):
    command, *options = arguments
    before = events(trail)
    read = run(command, trail, *options, "--purpose", "audit 2026/7", stdin=f"{CHILD.digits}\n")
    assert read.code == 0, read.err
    *same, written = events(trail)
    assert same == before
    told = {key: value for key, value in written.items() if value is not None}
    assert told.pop("user") == login()
    assert told == {"kind": "inspected", "action": command, "purpose": "audit 2026/7"} | selection
    assert run("verify", trail).code == 0


@pytest.mark.parametrize("command", ["export", "unfinished"])
def test_a_trail_that_takes_no_entry_is_read_only_where_that_is_wanted(run, trail, command):
    with closing(sqlite3.connect(trail)) as connection, connection:
        connection.execute("CREATE TABLE other (x)")
    refused = run(command, trail)
    assert (refused.code, refused.out) == (4, "")
    assert "cannot be written down in it" in refused.err
    assert "--unrecorded" in refused.err
    read = run(command, trail, "--unrecorded")
    assert read.code == 0
    assert read.out
    assert len(events(trail)) == 4


@pytest.mark.parametrize("purpose", ["85023000125", "a\x1bb", "x" * 201])
def test_a_purpose_that_must_not_stand_in_a_trail_is_bad_input(run, trail, purpose):
    for command in ("verify", "export", "unfinished"):
        refused = run(command, trail, "--purpose", purpose)
        assert (refused.code, refused.out) == (2, "")
        assert "purpose: must" in refused.err
        assert purpose not in refused.err
    assert len(events(trail)) == 4


ASK = """
import os, signal, sys
from pathlib import Path
from kszclient.audit import AuditTrail
from kszclient.audit.keys import AuditKeys
from tests.audit.samples import consultation
with AuditTrail(Path(sys.argv[1]), AuditKeys.load()) as trail, consultation(trail, 7):
    print("asked", flush=True)
    sys.stdin.read()
    raise KeyboardInterrupt
"""


@pytest.fixture
def asking(trail):
    """A process that has asked, and waits for an answer."""
    environment = os.environ | {"KSZCLIENT_AUDIT_KEYS": KEYS, "PYTHONPATH": str(Path.cwd())}
    process = subprocess.Popen(
        [sys.executable, "-c", ASK, trail],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout.readline() == b"asked\n"
    yield process
    process.kill()
    process.communicate()


def test_a_consultation_that_is_open_right_now_is_under_way(run, trail, asking):
    found = run("unfinished", trail, "--json")
    assert (found.code, json.loads(found.out)) == (
        0,
        {"environment": None, "unfinished": [], "under_way": 1},
    )
    verified = run("verify", trail)
    assert (verified.code, "Under way right now: 1" in verified.out) == (0, True)
    long_ago = run("unfinished", trail, "--deadline", "0")
    assert long_ago.code == 1
    asking.communicate(b"")
    assert run("unfinished", trail).code == 0
    assert run("verify", trail).code == 0


def test_a_process_that_was_killed_leaves_a_consultation_without_an_end(run, trail, asking):
    asking.send_signal(signal.SIGKILL)
    asking.wait()
    lost = run("verify", trail, "--anchors", trail + ".anchors", "--json")
    kinds = [problem["kind"] for problem in json.loads(lost.out)["problems"]]
    assert kinds == ["ANCHOR", "UNFINISHED"]
    verified = run("verify", trail, "--json")
    (problem,) = json.loads(verified.out)["problems"]
    assert (verified.code, problem["kind"], problem["sequence"]) == (1, "UNFINISHED", 5)
    assert "kszclient audit unfinished" in problem["next_step"]
    found = run("unfinished", trail, "--json")
    (each,) = json.loads(found.out)["unfinished"]
    assert found.code == 1
    assert each.pop("age_seconds") >= 0
    assert each.pop("asked_at").endswith("Z")
    assert each == {
        "entry": 5,
        "ticket": "00000000-0000-4000-8000-000000000007",
        "user": "clerk-7",
        "organisation": "CBE 0000000097",
        "legal_context": "PCSA:SOCIAL_INQUIRY",
        "purpose": "file 2024/118",
        "person": AuditKeys({"2024": NEW}).pseudonym(CHILD),
        "months": "2023-01..2023-12",
        "sources": ["FLANDERS"],
    }
    shown = run("unfinished", trail)
    assert "file 2024/118" in shown.out
    assert CHILD.digits not in shown.out
    assert run("explain", trail, "1", "--why", "power cut").code == 2
    numbered = run("explain", trail, "5", "--why", f"asked about {CHILD.digits}")
    assert (numbered.code, CHILD.digits in numbered.err) == (2, False)
    explained = run("explain", trail, "5", "--why", "power cut, incident 17", "--json")
    assert explained.code == 0
    (written,) = json.loads(explained.out)["explained"]
    assert (written["user"], written["why"]) == (login(), "power cut, incident 17")
    assert run("unfinished", trail).code == 0
    verified = run("verify", trail)
    assert (verified.code, "Explained before, see --json: 1" in verified.out) == (0, True)


def test_an_inspection_gets_lines_by_ticket_person_and_day(run, trail):
    assert len(run("export", trail).out.splitlines()) == 4
    by_person = run("export", trail, "--person", stdin=f"{CHILD.digits}\n")
    tickets = {json.loads(line)["entry"]["event"]["ticket"] for line in by_person.out.splitlines()}
    assert tickets == {"00000000-0000-4000-8000-000000000001"}
    (ticket,) = tickets
    assert run("export", trail, "--ticket", ticket).out == by_person.out
    assert run("export", trail, "--to", "2020-01-01").out == ""
    # Each export shows the readings before it.
    assert len(run("export", trail, "--to", "9999-12-31").out.splitlines()) == 4 + 4
    assert len(run("export", trail, "--from", "2020-01-01").out.splitlines()) == 4 + 5
    again = run("export", trail, "--person", stdin=f"{CHILD.digits}\n").out.splitlines()
    kinds = [json.loads(line)["entry"]["event"]["kind"] for line in again]
    assert kinds == ["asked", "answered", "inspected"]


def test_keys_come_from_a_file_too(run, trail, tmp_path):
    keys = tmp_path / "keys"
    keys.write_text(KEYS)
    keys.chmod(0o600)
    assert run("verify", trail, "--keys", str(keys), keys="").code == 0
    keys.chmod(0o644)
    refused = run("verify", trail, "--keys", str(keys), keys="")
    assert (refused.code, "chmod 600" in refused.err) == (2, True)


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
    assert failed.code == code
    assert says in failed.err
    assert "Traceback" not in failed.err
    assert "85023000126" not in failed.err
    assert failed.out == ""


def test_without_keys_it_says_where_they_go(run, trail):
    failed = run("verify", trail, keys="")
    assert (failed.code, "KSZCLIENT_AUDIT_KEYS is not set" in failed.err) == (2, True)
