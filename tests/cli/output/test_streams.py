"""Standard output and error that are closed, or break: the exit code is that of the command."""

import json
import os
import subprocess
import sys

import pytest

MAIN = "from kszclient.cli.app import main; main()"
MONTHS = ("--nis", "11002", "--from", "2020-01", "--to", "2020-02")
COMMANDS = [
    ("--version",),
    ("competence", *MONTHS),
    ("competence", *MONTHS, "--json"),
]


def _typed(words, streams, tmp_path):
    line = f'"$0" -c "$1" "${{@:2}}" {streams}'
    return subprocess.run(
        ["bash", "-c", line, sys.executable, MAIN, *words],
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("words", "streams"),
    [
        *[(words, ">&-") for words in COMMANDS],
        (("--help",), ">&-"),
        (("demo", "--population", "0"), "2>&-"),
        (("competence", *MONTHS), "<&- >&- 2>&-"),
        (("demo", "--population", "0"), "2>/dev/full"),
    ],
)
def test_a_closed_stream_changes_no_exit_code(words, streams, tmp_path):
    done = _typed(words, streams, tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full"])
def test_bad_input_is_bad_input_though_nobody_can_be_told(streams, tmp_path):
    words = ("competence", "--nis", "11002", "--from", "2020-13", "--to", "2020-02")
    assert _typed(words, streams, tmp_path).returncode == 2


@pytest.mark.parametrize("words", COMMANDS)
def test_a_reader_who_left_changes_no_exit_code(words, tmp_path):
    done = _typed(words, '| exec true; exit "${PIPESTATUS[0]}"', tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("words", COMMANDS)
def test_a_full_disk_is_told_of_standard_output(words, tmp_path):
    done = _typed(words, ">/dev/full", tmp_path)
    assert done.returncode == 4
    assert done.stderr == b"kszclient: cannot go on: standard output: No space left on device\n"


def test_what_was_written_before_a_stream_was_closed_stays_whole(tmp_path):
    done = _typed(("competence", *MONTHS, "--json"), "2>&-", tmp_path)
    assert json.loads(done.stdout)["segments"]


def test_no_file_of_ours_gets_the_number_of_a_closed_stream(tmp_path):
    program = "import os; from kszclient.cli.output.streams import stand_by_streams as s; s();"
    program += f"print(os.open({str(tmp_path / 'x')!r}, os.O_CREAT | os.O_WRONLY) > 2)"
    line = '"$0" -c "$1" 2>&- <&-'
    done = subprocess.run(
        ["bash", "-c", line, sys.executable, program], capture_output=True, check=False
    )
    assert done.stdout == b"True\n"


def test_lines_leave_at_once_where_python_is_told_not_to_buffer():
    program = (
        "import os, sys; from kszclient.cli.output.streams import stand_by_streams;"
        "stand_by_streams();"
        "print('one'); print('two', file=sys.stderr); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-u", "-c", program], capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"one\n", b"two\n")
