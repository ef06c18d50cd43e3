"""The page on competence is the one that the tables give."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from kszclient.competence import ReferenceDay, rulebook
from kszclient.competence.document import document

PAGE = Path(__file__).parents[2] / "docs" / "competence.md"


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == document()


def test_the_page_names_every_rule_and_every_document():
    page, book = document(), rulebook()
    for rule in book.timeline.rules:
        assert f"`{rule.id}`" in page
        assert rule.basis in page
    for key in book.references:
        assert f"**{key}**" in page


def test_every_document_is_cited_somewhere():
    page = document()
    body = page.partition("## Documents")[0]
    notices = {key for notice in rulebook().notices.values() for key in notice.references}
    readings = {key for each in rulebook().readings.values() for key in each.references}
    uncited = {key for key in rulebook().references if key not in body} - notices - readings
    assert not uncited


def test_the_page_names_every_value_of_the_reference_day():
    page = document()
    for day in ReferenceDay:
        assert f"| `{day}` |" in page
        assert rulebook().readings[day].basis in page


def test_the_commands_that_set_the_reference_day_otherwise_do_so(tmp_path):
    (commands,) = re.findall(r"```sh\n(.*?)```", document(), flags=re.DOTALL)
    bin_folder = Path(sys.executable).parent
    path = os.pathsep.join([str(bin_folder), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-ec", commands],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rules = json.loads(done.stdout[done.stdout.index("{") :])
    assert rules["settings"]["reference_day"] == ReferenceDay.FIRST_DAY
