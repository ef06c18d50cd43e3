"""`kszclient mock`, run as a user runs it."""

import contextlib
import json
import signal
import socket
import subprocess
import sys

import pytest
import requests

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
        assert requests.get(told["wsdl"], timeout=10).status_code == 200
        assert told["children"] == 20 + len(told["personas"])
        assert len(told["personas"]) >= 12
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out) == (0, "")
        assert "Traceback" not in err


def test_people_are_told_where_it_is_and_what_to_try():
    with running("--port", "0", "--population", "5", "--scenario", "wallonia-silent") as process:
        lines = []
        while not lines or not lines[-1].startswith("Stop with"):
            lines.append(process.stdout.readline())
        text = "".join(lines)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
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
        requests.post(told["endpoint"], b"<a>85023000125</a>", headers=headers, timeout=10)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
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
    ],
)
def test_bad_input(arguments, message):
    done = refused(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
