"""`kszclient mock`, run as a user runs it."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from kszclient.security import Profile

MAIN = "from kszclient.cli.app import main; main()"


@contextlib.contextmanager
def running(*arguments):
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "mock", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def refused(*arguments):
    return subprocess.run(
        [sys.executable, "-c", MAIN, "mock", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_it_is_stopped(number):
    with running("--port", "0", "--population", "20", "--json") as process:
        told = json.loads(process.stdout.readline())
        assert requests.get(told["wsdl"], timeout=60).status_code == 200
        assert told["children"] == 20 + len(told["personas"])
        assert len(told["personas"]) >= 12
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, "")
        assert "Traceback" not in err


def test_people_are_told_where_it_is_and_what_to_try():
    with running("--port", "0", "--population", "5", "--scenario", "wallonia-silent") as process:
        lines = []
        while not lines or not lines[-1].startswith("Stop with"):
            lines.append(process.stdout.readline())
        text = "".join(lines)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert "http://127.0.0.1:" in lines[0]
    assert "Wallonia does not answer" in text
    assert "Moved from Brussels to Ghent in mid-2021" in text
    assert "kszclient lookup " in text


def test_requests_are_logged_without_the_number():
    with running("--port", "0", "--population", "0", "--json") as process:
        told = json.loads(process.stdout.readline())
        headers = {
            "Content-Type": "text/xml",
            "SOAPAction": '"http://kszbcss.fgov.be/child-benefits/consultFilesBySsin"',
        }
        requests.post(told["endpoint"], b"<a>85023000125</a>", headers=headers, timeout=60)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    (line,) = err.splitlines()
    assert json.loads(line)["code"] == "Client"
    assert "85023000125" not in err


def test_a_port_in_use_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = refused("--port", port, "--population", "0")
    assert done.returncode == 2
    assert f"port {port} cannot be listened on" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--port", "70000"), "between 0 and 65535"),
        (("--population", "-1"), "--population"),
        (("--scenario", "no-such"), "neither a file nor a name"),
        (("--port", "high"), "--port"),
        (("--require", "mtls"), "with --tls"),
        (("--tls", "--require", "password"), "--require: expected one of basic, mtls, wsse"),
        (("--tls", "--shows", "nothing"), "--shows: expected one of valid, expired"),
    ],
)
def test_bad_input(arguments, message):
    done = refused(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_guarded_mock_writes_what_a_client_needs_and_takes_it_away():
    words = ("--port", "0", "--population", "0", "--json", "--tls", "--require", "basic")
    with running(*words, "--require", "mtls", "--require", "wsse") as process:
        told = json.loads(process.stdout.readline())
        profile = Profile.load(Path(told["profile"]))
        assert told["endpoint"] == profile.endpoint
        assert profile.basic
        assert profile.certificate
        assert profile.signature
        assert profile.basic.secret.read("x").reveal()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert not Path(told["profile"]).parent.exists()


def test_a_lookup_with_the_profile_that_is_told_succeeds(tmp_path):
    ways = ("--require", "basic", "--require", "mtls", "--require", "wsse")
    words = ("--port", "0", "--population", "0", "--tls", *ways)
    with running(*words, "--certificates", str(tmp_path)) as process:
        lines = [process.stdout.readline()]
        while not lines[-1].startswith("Stop with"):
            lines.append(process.stdout.readline())
        (command,) = (line.split() for line in lines if line.startswith("  kszclient lookup"))
        assert str(tmp_path / "profile.toml") in command
        done = subprocess.run(
            [sys.executable, "-c", MAIN, *command[1:]], capture_output=True, check=False, timeout=60
        )
    assert done.returncode in (0, 1), done.stderr
    assert (tmp_path / "client-expired.pem").exists()
