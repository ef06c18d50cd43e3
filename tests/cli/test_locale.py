"""Names beyond ASCII where the locale has no letters for them."""

import json
import os
import subprocess
import sys

import pytest

from tests.reconciliation.population import persona_row, same_mock, write

MAIN = "from kszclient.cli.app import main; main()"
COMPLAINT = "mocks/complaints/refusal-flanders.json"
NAMES = ("Liège", "n[é]", os.fsdecode(b"Li\xe8ge"))


def run(*words):
    return subprocess.run(
        [sys.executable, "-c", MAIN, *map(str, words)],
        capture_output=True,
        check=False,
        env={**os.environ, "LC_ALL": "POSIX", "PYTHONUTF8": "0"},
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_population_in_folders_of_any_name(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    dossiers = write(folder / "dossiers.csv", [persona_row("changed-payer")])
    with same_mock() as mock:
        words = ("--endpoint", mock.endpoint, "--margin", 0, "--metrics", folder / "é.prom")
        done = run("reconcile", dossiers, "--out", folder / "é", *words)
    assert (done.returncode, b"mistake" in done.stderr) == (0, False), done.stderr
    assert {each.name for each in (folder / "é").iterdir()} >= {"report.html", "findings.parquet"}
    assert (folder / "é.prom").exists()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_letter_of_any_name(tmp_path, name, more):
    out = tmp_path / f"{name}.html"
    words = ("letter", COMPLAINT, "--instance", "KBD", "--language", "nl", "--out", out)
    done = run(*words, *more)
    assert done.returncode == 0, done.stderr
    assert out.exists()
    if more and "\udce8" not in name:
        assert json.loads(done.stdout)["file"] == str(out)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "words", [("route",), ("competence", "--from", "2024-01", "--to", "2024-02", "--domicile")]
)
def test_a_file_of_any_name_that_is_not_there(tmp_path, name, words):
    done = run(*words, tmp_path / name)
    assert done.returncode == 2, done.stderr
    assert b"cannot be read: No such file" in done.stderr
