"""What the README shows is what a reader gets."""

import re
import shlex
import subprocess
import sys

import pytest

from tests.documents.pages import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)
FIRST_SCREEN = README.partition("\n## ")[0]
FIRST_COMMANDS = re.findall(r"^kszclient (.+)$", FIRST_SCREEN, flags=re.MULTILINE)


def run(*words):
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, cwd=ROOT
    )


@pytest.mark.parametrize("program", PROGRAMS, ids=range(len(PROGRAMS)))
def test_a_python_example_runs_and_prints(program):
    done = run("-c", program)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("command", FIRST_COMMANDS)
def test_the_commands_of_the_first_screen_work_without_settings(command):
    done = run("-m", "kszclient", *shlex.split(command, comments=True))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_first_screen_shows_three_commands_and_a_program():
    assert len(FIRST_COMMANDS) == 3
    assert PROGRAMS[0] in FIRST_SCREEN


def test_the_files_that_commands_name_exist():
    for name in re.findall(r"(?:examples|mocks)/[\w./-]+", README):
        assert (ROOT / name).exists(), name
