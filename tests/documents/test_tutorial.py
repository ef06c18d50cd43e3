"""Every command and every line of Python in the tutorial runs, and prints what stands below it."""

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
ENDPOINT = "http://127.0.0.1:8787/ChildBenefitsService/v1/consult"
SESSIONS = [
    (shlex.split(command), expected)
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
    for command, expected in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, flags=re.MULTILINE)
]


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


def matches(expected, printed):
    """Compare as doctest does; a line of three dots alone stands for any number of lines."""
    return doctest.OutputChecker().check_output(expected, printed, FLAGS)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder that looks like the checkout, in which a letter may be written."""
    for name in ("examples", "mocks"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def mock():
    """Run the command of the tutorial, on a port that is free; return its endpoint and output."""
    (command,) = [words for words, _ in SESSIONS if words[1] == "mock"]
    server = subprocess.Popen(
        [sys.executable, "-m", *command, "--port", "0"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    with server:
        lines = []
        for line in server.stdout:
            lines.append(line)
            if line.startswith("Stop with"):
                break
        printed = "".join(lines)
        endpoint = re.search(r"listens at (\S+)", printed)[1]
        yield endpoint, printed.replace(endpoint, ENDPOINT)
        server.terminate()


def test_the_mock_lists_the_child_that_is_asked_about(mock):
    (expected,) = [expected for words, expected in SESSIONS if words[1] == "mock"]
    assert matches(expected, mock[1])


@pytest.mark.parametrize(
    ("words", "expected"),
    [each for each in SESSIONS if each[0][1] != "mock"],
    ids=lambda each: each[1] if isinstance(each, list) else "",
)
def test_a_command_prints_what_the_tutorial_shows(words, expected, mock, folder):
    at = ["--endpoint", mock[0]] if words[1] == "lookup" else []
    done = subprocess.run(
        [sys.executable, "-m", *words, *at],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == ("Finding" in expected), done.stdout
    assert matches(expected, done.stdout.lstrip()), done.stdout


def test_every_line_of_python_prints_what_the_tutorial_shows(folder):
    for number, block in enumerate(blocks("python")):
        lines = doctest.DocTestParser().get_doctest(block, {}, "tutorial", "tutorial.md", number)
        assert doctest.DocTestRunner(optionflags=FLAGS).run(lines) == doctest.TestResults(
            0, len(lines.examples)
        )


def test_the_domiciles_shown_are_those_of_the_example():
    (shown,) = blocks("csv")
    assert shown == (ROOT / "examples" / "history.csv").read_text(encoding="utf-8")
