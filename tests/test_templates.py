"""Templates fill in texts and run nothing, whoever wrote them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kszclient as package
from kszclient.errors import DataError
from kszclient.resources import data_folder
from kszclient.templates import rendering, templates_in

HOSTILE = [
    "{{ ''.__class__.__mro__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.system('id') }}",
    "{{ '{0.__class__}'.format('') }}",
    "{{ values.append(1) }}",
    "{{ range(999999999)|list }}",
    "{{ unknown }}",
    "{% if %}",
    "{% include 'absent' %}",
    "{% include '../outside' %}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_template_that_reaches_further_than_its_values_is_refused(tmp_path, text):
    (tmp_path / "letters").mkdir()
    (tmp_path / "outside").write_text("not for templates")
    (tmp_path / "letters" / "one.txt.j2").write_text(text)
    values = {"values": []}
    with (
        pytest.raises(DataError, match=r"template one\.txt\.j2") as caught,
        rendering("one.txt.j2"),
    ):
        templates_in(tmp_path / "letters", escaped=()).get_template("one.txt.j2").render(values)
    assert caught.value.__cause__ is None
    assert values == {"values": []}


def test_values_are_escaped_in_pages_and_plain_in_texts(tmp_path):
    for name in ("a.html.j2", "a.txt.j2"):
        (tmp_path / name).write_text("{{ name }}")
    templates = templates_in(tmp_path, escaped=("html.j2",))
    shown = [templates.get_template(name).render(name="<b>") for name in ("a.html.j2", "a.txt.j2")]
    assert shown == ["&lt;b&gt;", "<b>"]


def test_only_one_module_makes_templates():
    folder = Path(package.__file__).parent
    making = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if re.search(r"SandboxedEnvironment\(|jinja2\.\w+\(|from_string\(", path.read_text())
    }
    assert making == {"templates.py"}


def test_a_letter_of_ones_own_runs_nothing(tmp_path):
    shutil.copytree(data_folder() / "config", tmp_path / "config")
    shutil.copytree(data_folder() / "schemas", tmp_path / "schemas")
    for template in (tmp_path / "config" / "complaints" / "letters" / "nl").glob("*.j2"):
        text = "{% block title %}{{ ''.__class__.__mro__ }}{% endblock %}"
        template.write_text(text)
    case = data_folder() / "mocks" / "complaints"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from kszclient.cli.app import main; main()",
            "letter",
            str(next(case.glob("*.json"))),
            "--instance",
            "LABOUR_COURT",
            "--language",
            "nl",
            "--out",
            str(tmp_path / "letter.html"),
        ],
        env={**os.environ, "KSZCLIENT_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "template nl/LABOUR_COURT.txt.j2: cannot be used (SecurityError)" in done.stderr
    assert not (tmp_path / "letter.html").exists()
