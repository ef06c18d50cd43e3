"""`kszclient doctor`: each line says what to do, and whose it is."""

import datetime as dt
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from kszclient.audit import AuditKeys, AuditTrail
from kszclient.cadaster.health import check_health
from kszclient.security import Profile
from kszclient.security.examination import State
from kszclient.security.profile_sections import AuditFiles
from kszclient.testing import MockKsz, World
from tests.cli.typed import kszclient
from tests.transport.raw_server import raw_server

NOW = dt.datetime.now(tz=dt.UTC)
MAIN = "from kszclient.cli.app import main; main()"
KEYS = "test:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="


def lines(profile, now=NOW):
    health = check_health(profile, now)
    return {check.name: check for check in (*health.ours, *health.theirs)}


def mock_profile(endpoint, **changes):
    return msgspec.structs.replace(Profile.load("mock", endpoint=endpoint), **changes)


def test_all_is_well_with_a_mock_that_runs():
    with MockKsz(World.build(size=0)) as mock:
        shown = kszclient("doctor", "--endpoint", mock.endpoint)
        told = kszclient("doctor", "--endpoint", mock.endpoint, "--json")
    assert shown.code == 0
    assert shown.out.index("Client side") < shown.out.index("Service side")
    result = json.loads(told.out)
    assert result["worst"] == "ok"
    assert {each["name"] for each in result["theirs"]} == {"name", "connection", "clock"}
    assert "has 1 address\n" in shown.out


def test_a_server_that_is_down_is_theirs():
    with MockKsz(World.build(size=0)) as mock:
        endpoint = mock.endpoint
    shown = kszclient("doctor", "--endpoint", endpoint)
    assert shown.code == 1
    theirs = shown.out[shown.out.index("Service side") :]
    assert "fail  connection: the connection failed: Connection refused" in theirs
    assert "fail" not in shown.out[: shown.out.index("Service side")]


@pytest.mark.parametrize(
    ("status", "name", "state", "says"),
    [
        (b"401 Unauthorized", "access", State.FAIL, "refuses us"),
        (b"403 Forbidden", "access", State.FAIL, "refuses us"),
        (b"404 Not Found", "connection", State.FAIL, "nobody answers under this address"),
        (b"502 Bad Gateway", "connection", State.WARN, "not as the service does"),
    ],
)
def test_what_a_gateway_says_is_told(status, name, state, says):
    def behave(connection, _over):
        connection.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")

    with raw_server(behave) as url:
        found = lines(mock_profile(url))
    assert found[name].state is state
    assert says in found[name].finding
    assert found[name].next_step
    assert found["clock"].state is State.OK


@pytest.mark.parametrize(("minutes", "state"), [(0, State.OK), (2, State.WARN), (-10, State.FAIL)])
def test_clocks_that_differ_are_told(minutes, state):
    with MockKsz(World.build(size=0)) as mock:
        now = dt.datetime.now(tz=dt.UTC) + dt.timedelta(minutes=minutes)
        assert lines(mock_profile(mock.endpoint), now)["clock"].state is state


def test_a_missing_trail_is_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", KEYS)
    with MockKsz(World.build(size=0)) as mock:
        path = tmp_path / "audit.sqlite"
        profile = mock_profile(mock.endpoint, audit=AuditFiles(trail=path))
        assert lines(profile)["audit"].state is State.FAIL
        AuditTrail.create(path, AuditKeys.load(None))
        assert lines(profile)["audit"].state is State.OK


def test_production_without_settings_says_what_to_set():
    shown = kszclient("doctor", "--profile", "prod")
    assert shown.code == 1
    ours, _, theirs = shown.out.partition("Service side")
    assert "not looked at" in theirs
    for key in ("customer_cbe_number", "legal_context", "audit"):
        assert f"fail  {key}" in ours


def test_an_unknown_profile_is_bad_input():
    assert kszclient("doctor", "--profile", "nowhere").code == 2


def test_a_path_without_its_ending_is_no_profile_that_ships(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(Path("config/profiles/mock.toml").read_text())
    path.chmod(0o666)
    for named, says in ((path, "loose permissions"), (path.with_suffix(""), "no such file")):
        shown = kszclient("doctor", "--profile", str(named))
        assert shown.code == 2
        assert says in shown.err


def test_data_of_ones_own_are_told(tmp_path, monkeypatch):
    assert lines(mock_profile("http://127.0.0.1:1/"))["data"].state is State.OK
    for kind in ("config", "schemas", "mocks"):
        (tmp_path / kind).symlink_to(Path(kind).resolve())
    monkeypatch.setenv("KSZCLIENT_DATA", str(tmp_path))
    found = lines(mock_profile("http://127.0.0.1:1/"))["data"]
    assert found.state is State.WARN
    assert str(tmp_path) in found.finding
    assert "KSZCLIENT_DATA" in found.next_step


def changed(schemas):
    next(schemas.rglob("*.xsd")).write_bytes(b"<changed/>")


def without_manifest(schemas):
    (schemas / "manifest.toml").write_bytes(b"?")


@pytest.mark.parametrize("spoil", [changed, without_manifest, shutil.rmtree])
def test_schemas_that_cannot_be_used_spoil_no_report(tmp_path, spoil):
    for kind in ("config", "mocks"):
        (tmp_path / kind).symlink_to(Path(kind).resolve())
    shutil.copytree("schemas", tmp_path / "schemas")
    spoil(tmp_path / "schemas")
    with MockKsz(World.build(size=0)) as mock:
        shown = subprocess.run(
            [
                sys.executable,
                "-c",
                MAIN,
                "doctor",
                "--endpoint",
                mock.endpoint,
                "--json",
            ],
            env={**os.environ, "KSZCLIENT_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (shown.returncode, shown.stderr) == (1, "")
    health = json.loads(shown.stdout)
    ours = {each["name"]: each for each in health["ours"]}
    assert {name for name, each in ours.items() if each["state"] == "fail"} == {
        "schemas",
        "connection",
    }
    assert "cannot be read" in ours["connection"]["finding"]
    assert all(each["next_step"] for each in ours.values() if each["state"] != "ok")
    assert {each["name"] for each in health["theirs"]} == {"name", "clock"}


def ignoring(path):
    with closing(sqlite3.connect(path)) as line, line:
        line.execute("CREATE TRIGGER q BEFORE INSERT ON entry BEGIN SELECT RAISE(IGNORE); END")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda path: path.chmod(0o666), "loose permissions"),
        (ignoring, "does not keep"),
    ],
)
def test_a_trail_that_cannot_be_trusted_is_ours(tmp_path, monkeypatch, spoil, says):
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", KEYS)
    path = tmp_path / "audit.sqlite"
    AuditTrail.create(path, AuditKeys.load(None))
    spoil(path)
    found = lines(mock_profile("http://127.0.0.1:1/", audit=AuditFiles(trail=path)))["audit"]
    assert found.state is State.FAIL
    assert says in found.finding
    assert found.next_step


@pytest.mark.parametrize(("mode", "state"), [(0o700, State.OK), (0o777, State.FAIL)])
def test_a_folder_of_bodies_has_a_line(tmp_path, monkeypatch, mode, state):
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", KEYS)
    files = AuditFiles(trail=tmp_path / "audit.sqlite", bodies=tmp_path / "bodies")
    AuditTrail.create(files.trail, AuditKeys.load(None))
    files.bodies.mkdir()
    files.bodies.chmod(mode)
    found = lines(mock_profile("http://127.0.0.1:1/", audit=files))
    assert found["audit.bodies"].state is state


def test_a_disk_that_is_almost_full_is_warned_of(tmp_path, monkeypatch):
    monkeypatch.setenv("KSZCLIENT_AUDIT_KEYS", KEYS)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2**27))
    files = AuditFiles(trail=tmp_path / "audit.sqlite", bodies=tmp_path / "bodies")
    AuditTrail.create(files.trail, AuditKeys.load(None))
    found = lines(mock_profile("http://127.0.0.1:1/", audit=files))
    for key in ("audit", "audit.bodies"):
        assert found[key].state is State.WARN
        assert "128 MiB" in found[key].finding
