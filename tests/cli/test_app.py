"""What every command shares: usage errors, interruption, broken pipes, the last resort."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from kszclient.cli import app as shared
from kszclient.errors import InputError, KszError
from tests.cli.typed import kszclient

MONTHS = ("--from", "2020-01", "--to", "2020-12")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nothing",), "No such command"),
        (("lookup",), "SSIN"),
        (("demo", "--seed", "x"), "--seed: expected a whole number"),
        (("demo", "--population", "-1"), "--population: expected 0 or more"),
        (("reconcile", "a.csv", "--out", "x", "--rate", "x"), "--rate: expected a number"),
        (("competence", "--nis", "44021"), "--from"),
        (("demo", "--population", "many"), "--population"),
        (("demo", "--population", "85010100709"), "--population"),
        (("competence", "--nis", "44021", "--from", "2020-13", "--to", "2021-01"), "--from"),
        (("competence", "--nis", "44021", "--from", "2020-01", "--to", "20201"), "--to"),
        (("competence", "--nis", "4402", *MONTHS), "--nis: municipality code"),
        (("competence", "--postcode", "0", *MONTHS), "--postcode: "),
        (("lookup", "ABC", *MONTHS), "rule digits"),
    ],
)
def test_a_wrong_word_is_named_and_exit_code_2(words, says):
    shown = kszclient(*words)
    assert shown.code == 2
    assert says in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("words", [(), ("audit",)])
def test_who_types_nothing_sees_the_help_and_no_empty_message(words):
    shown = kszclient(*words)
    assert (shown.code, shown.err, "--help" in shown.out) == (2, "", True)


def commands(group, *names):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *names, name)
        else:
            yield " ".join([*names, name]), command


def test_every_command_takes_json():
    found = dict(commands(typer.main.get_command(shared.app)))
    assert {"letter", "reconcile", "audit create"} <= found.keys()
    for name, command in found.items():
        assert any("--json" in option.opts for option in command.params), name


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("rules", "85010100709"), "TABLE: expected one of competence, complaints"),
        (("competence", "--nis", "44021", *MONTHS, "--explain", "--language", "xx"),
         "--language: expected one of en, nl, fr, de"),
        (("competence", "--nis", "44021", *MONTHS, "--benefit", ""), "--benefit: expected one of"),
        (("route", "no.json", "--language", "xx"), "--language: expected one of en, nl, fr, de"),
        (("letter", "no.json", "--instance", "KBD", "--language", "en", "--out", "a.html"),
         "--language: expected one of nl, fr, de"),
        (("reconcile", "no.csv", "--out", "out", "--engine", "xx"),
         "--engine: expected one of local, dask"),
        (("reconcile", "no.csv", "--out", "out", "--language", "de"),
         "--language: expected one of en, nl, fr"),
        (("mock", "--tls", "--shows", "85010100709"), "--shows: expected one of valid, "),
    ],
)  # fmt: skip
def test_a_word_that_is_none_of_those_known_is_told_in_one_way(words, says):
    shown = kszclient(*words)
    assert shown.code == 2
    assert shown.err.startswith(f"kszclient: {says}")
    assert "850101" not in shown.err


def test_a_number_pasted_twice_is_not_repeated():
    shown = kszclient("lookup", "15023000733", "15023000733", *MONTHS)
    assert shown.code == 2
    assert "15023000733" not in shown.err
    shown = kszclient("lookup", "15023000733", *MONTHS, "--profile", "15023000733.toml")
    assert "15023000733" not in shown.err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.json", b"[" * 200_000),
        ("binary.csv", bytes(range(256)) * 20),
        ("wide.csv", b"from,nis\n2020-01-01,44021,85010100709\n"),
        ("empty.json", b""),
    ],
)
def test_a_strange_file_is_a_message(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    for words in (("competence", "--domicile", path, *MONTHS), ("route", path)):
        shown = kszclient(*words)
        assert shown.code == 2, words
        assert name in shown.err
        assert "85010100709" not in shown.err
    for words in (("doctor", "--profile", path.rename(path.with_suffix(".toml"))),):
        assert kszclient(*words).code == 2


LETTER = (
    "letter",
    "mocks/complaints/refusal-flanders.json",
    "--instance",
    "KBD",
    "--language",
    "nl",
)


@pytest.mark.parametrize(
    "words",
    [
        ("competence", *MONTHS, "--domicile"),
        ("route",),
        (*LETTER, "--out", "a.html", "--details"),
    ],
)
def test_a_file_without_end_is_not_read_to_its_end(words):
    shown = kszclient(*words, "/dev/zero")
    assert shown.code == 2
    assert "zero: larger" in shown.err


@pytest.mark.parametrize("words", [("competence", *MONTHS, "--domicile", "-"), ("route", "-")])
def test_nor_is_standard_input(words):
    with Path("/dev/zero").open("rb") as zeros:
        done = subprocess.run(
            [sys.executable, "-c", MAIN, *words], stdin=zeros, capture_output=True, check=False
        )
    assert done.returncode == 2
    assert b"standard input: larger" in done.stderr


def test_a_port_that_cannot_be_is_bad_input():
    shown = kszclient("lookup", "15023000733", *MONTHS, "--endpoint", "http://127.0.0.1:99999/")
    assert shown.code == 2
    assert "endpoint: the port" in shown.err


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (KeyboardInterrupt(), 130),
        (OSError(28, "No space left on device"), 4),
        (ValueError("85"), 4),
        (type("LaterError", (KszError,), {})("of a class that came later"), 4),
        (type("LaterInputError", (InputError,), {})("of a class that came later"), 2),
    ],
)
def test_nothing_ends_in_a_traceback(monkeypatch, raised, code):
    def fail(**_options):
        raise raised

    monkeypatch.setattr(shared, "app", fail)
    shown = kszclient("demo")
    assert shown.code == code
    assert "Traceback" not in shown.err
    assert "85" not in shown.err


def test_a_reader_who_leaves_is_no_failure():
    program = "from kszclient.cli.app import main; main()"
    words = [sys.executable, "-c", program, "rules", "complaints"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.readline()
        running.stdout.close()
        assert running.wait(timeout=60) == 0
        assert running.stderr.read() == b""


def test_the_version_is_told():
    assert kszclient("--version").out.startswith("kszclient ")


MAIN = "from kszclient.cli.app import main; main()"
FRENCH = ("--from", "2018-11", "--to", "2020-02", "--explain", "--language", "fr")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize(
    "words",
    [
        ("competence", "--nis", "21004", *FRENCH),
        ("rules", "competence"),
        ("rules", "complaints"),
        ("route", "mocks/complaints/refusal-flanders.json"),
        ("demo", "--population", "20"),
        ("--help",),
        ("competence", "--domicile", "é.csv", *FRENCH),
    ],
)
def test_what_the_terminal_cannot_show_is_replaced(words, encoding):
    done = _in_terminal(words, encoding)
    assert b"mistake of ours" not in done.stderr
    assert done.returncode == (2 if "é.csv" in words else 0), done.stderr
    done.stdout.decode(encoding)
    done.stderr.decode(encoding)


def test_a_letter_that_cannot_be_shown_becomes_a_question_mark():
    words = ("competence", "--nis", "21004", *FRENCH)
    assert b"jusqu'? la fin" in _in_terminal(words, "ascii").stdout.lower()
    assert "jusqu'à la fin" in _in_terminal(words, "latin-1").stdout.decode("latin-1").lower()


def test_json_is_the_same_whatever_the_terminal_shows():
    words = ("competence", "--nis", "21004", *FRENCH, "--json")
    found = [json.loads(_in_terminal(words, encoding).stdout) for encoding in ("ascii", "utf-8")]
    assert found[0] == found[1]
    assert "à" in "".join(found[0]["explanation"])


def _in_terminal(words, encoding):
    return subprocess.run(
        [sys.executable, "-c", MAIN, *words],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )


def test_the_module_runs_the_same_command_line():
    run = [sys.executable, "-m", "kszclient", "--version"]
    shown = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.startswith("kszclient ")
