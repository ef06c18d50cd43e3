"""A system that is not supported is told so, in words."""

import subprocess
import sys

ELSEWHERE = """
import os, sys
for name in ("pwd", "fcntl", "grp", "resource", "termios"):
    sys.modules[name] = None
for name in ("register_at_fork", "getuid", "geteuid", "fork", "fchmod"):
    delattr(os, name)
import kszclient.logs.redaction  # and with it what the library takes from the real system
from kszclient.cli.app import main
sys.platform = "win32"
sys.argv = ["kszclient", *sys.argv[1:]]
main()
"""


def test_a_system_without_posix_is_told_in_words():
    command = [sys.executable, "-c", ELSEWHERE, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "Windows is not supported" in done.stderr
    assert "Traceback" not in done.stderr
