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

from kszclient.cadaster import ChildBenefitsClient
from kszclient.security import Profile
from kszclient.testing.population.personas import personas
from kszclient.values import MonthPeriod, Ssin
from tests.cli.typed import kszclient

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
        done = kszclient("mock", "--port", port, "--population", "0")
    assert done.code == 2
    assert f"port {port} cannot be listened on" in done.err
    assert "Traceback" not in done.err


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
        (("--customer", "nobody"), "Choose from: FEDRIS"),
    ],
)
def test_bad_input(arguments, message):
    done = kszclient("mock", *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err


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


MOVED = "16023000160"


def test_a_customer_is_named_and_answered_as_such():
    words = ("--port", "0", "--population", "0", "--json", "--customer", "flw")
    with running(*words) as process:
        told = json.loads(process.stdout.readline())
        assert told["customer"] == "FLW"
        profile = Profile.load("mock", endpoint=told["endpoint"])
        with ChildBenefitsClient(profile) as client:
            outcome = client.consult(Ssin.parse(MOVED), MonthPeriod.parse("2019-01", "2023-12"))
        assert "beneficiaries" in outcome.answer.data_filters


def test_people_read_what_a_customer_may_see_and_that_it_is_invented():
    with running("--port", "0", "--population", "0", "--customer", "SWCS") as process:
        lines = [process.stdout.readline()]
        while not lines[-1].startswith("Stop with"):
            lines.append(process.stdout.readline())
    assert "Answers as to SWCS, by an invention of the mock: May ask three registers" in "".join(
        lines
    )


def test_explain_shows_both_steps_and_starts_no_server():
    shown = kszclient("mock", "--explain", MOVED, "--population", "0")
    assert (shown.code, shown.err) == (0, "")
    first, second = shown.out.split("2. The regional repertory")
    assert "1. The persons repertory of the KSZ" in first
    assert "104 child who gives the right" in first
    assert "2020-01..2021-06" in first
    assert "Brussels Family" in second
    assert "fund code 951" in second


def test_explain_as_json():
    shown = json.loads(kszclient("mock", "--explain", MOVED, "--population", "0", "--json").out)
    assert (shown["environment"], shown["known"], shown["refused_with"]) == ("mock", True, None)
    assert [line["source"] for line in shown["persons_repertory"]] == [
        "FEDERAL",
        "BRUSSELS",
        "FLANDERS",
    ]
    (_, brussels, _) = shown["persons_repertory"]
    assert (brussels["from"], brussels["to"]) == ("2020-01", "2021-06")
    assert (brussels["sector"], brussels["quality"]) == (7, 104)
    assert brussels["quality_certainty"] == "unsure"
    (_, family, infino) = shown["regional_repertories"]
    assert (family["fund"], family["asked"]) == ("Brussels Family", True)
    assert infino["enterprise_number"] == "0685540471"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("85023000125", "Nobody has this number"),
        ("-", "is replaced by 19023000621"),
    ],
)
def test_explain_says_why_a_question_is_refused(number, words):
    (older,) = personas()["replaced-bis-number"].numbers
    shown = kszclient("mock", "--explain", number, "--population", "0", stdin=older.ssin.digits)
    assert shown.code == 1
    assert words in shown.out


def test_explain_shows_who_is_known_without_a_file():
    number = personas()["known-without-file"].child.ssin.digits
    shown = kszclient("mock", "--explain", number, "--population", "0")
    assert "No region knows the person" in shown.out
    assert "No fund holds a file." in shown.out


@pytest.mark.parametrize("number", ["85073003328", "85.07.30-033.28"])
def test_explain_refuses_the_number_of_a_real_person(number):
    for typed, stdin in ((number, ""), ("-", number)):
        shown = kszclient("mock", "--explain", typed, "--population", "0", stdin=stdin)
        assert (shown.code, shown.out) == (2, "")
        assert number not in shown.err


@pytest.mark.parametrize(
    "options",
    [
        ("--port", "0"),
        ("--scenario", "slow"),
        ("--customer", "FLW"),
        ("--tls",),
        ("--require", "basic"),
        ("--shows", "expired"),
        ("--certificates", "there"),
    ],
)
def test_explain_refuses_options_that_change_nothing(options):
    shown = kszclient("mock", "--explain", MOVED, *options)
    assert (shown.code, shown.out) == (2, "")
    assert f"{options[0]}: changes nothing with --explain" in shown.err
