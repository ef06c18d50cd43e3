"""The programs in the page on logging run, and mask what the page says that they mask."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kszclient.cadaster import inquiry
from kszclient.logs import redact

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "logging.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
LOGGED = """
import logging
from kszclient.logs import get_logger
get_logger("cadaster").warning("consulted", ssin="85023000125")
logging.getLogger("other").warning("of %s", "85.02.30-001.25", extra={"naam": "Peeters"})
"""


def run(program):
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )


@pytest.mark.parametrize("program", PROGRAMS[:2], ids=["configure", "protect"])
def test_what_is_logged_after_the_setup_is_masked(program):
    written = run(program + LOGGED).stderr
    assert len(written.splitlines()) == 2
    assert "[withheld]" in written
    assert "of [number]" in written
    assert not re.search("85023000125|001.25|Peeters", written)


def test_structlog_writes_what_the_page_shows():
    line = json.loads(run(PROGRAMS[2]).stdout)
    assert (line["ssin"], line["note"]) == ("[withheld]", "of [number]")
    assert len(PROGRAMS) == 3


def test_the_events_listed_are_those_that_the_library_logs():
    listed = re.findall(r"^\| `kszclient\.(\w+)` \| (\w+) \| `(.+?)` \|", PAGE, flags=re.MULTILINE)
    called = [
        (path, call)
        for path in (ROOT / "kszclient").rglob("*.py")
        if path.parent.name != "logs"
        for call in re.findall(r"get_logger\(\"(\w+)\"\)\.(\w+)\(\s*\"(.+?)\"", path.read_text())
    ]
    assert [(name, level.lower(), event) for name, level, event in listed] == [
        call for _, call in called
    ]
    assert called[0][0] == Path(inquiry.__file__)


def test_a_body_is_replaced_by_what_the_page_shows():
    (shown,) = re.findall(r"`(\[body of \d+ characters\])`", PAGE)
    assert redact("<soap:Envelope><ssin>85023000125</ssin>") == shown
