"""What the README shows is what a reader gets."""

import re
import subprocess
import sys
from pathlib import Path

README = Path("README.md").read_text()


def test_the_python_example_runs():
    (example,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", example], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_every_command_shown_exists():
    commands = re.findall(r"^kszclient (\w+)", README, flags=re.MULTILINE)
    assert len(set(commands)) > 5
    for command in set(commands):
        words = [sys.executable, "-c", "from kszclient.cli.app import main; main()"]
        done = subprocess.run([*words, command, "--help"], capture_output=True, check=False)
        assert done.returncode == 0, command


def test_every_link_leads_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or Path(target).exists(), target


def test_the_files_that_commands_name_exist():
    for name in re.findall(r"(?:examples|mocks)/[\w./-]+", README):
        assert Path(name).exists(), name
