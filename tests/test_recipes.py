"""The recipes of docs/recipes, followed on a copy of the tables as far as a program can."""

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MAIN = "from kszclient.cli.app import main; main()"
# Informed two days later; three months, or four, from the third day after; the last working day.
DECIDED = {"2026-12-31": "2027-04-02", "2027-01-04": "2027-05-07"}


@pytest.fixture
def tables(tmp_path):
    shutil.copytree("config", tmp_path / "config")
    return tmp_path


def block(recipe):
    """The one line of TOML that a recipe says to write."""
    text = Path("docs/recipes", recipe).read_text("utf-8")
    return re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1]


def put(path, after, line):
    text = path.read_text("utf-8")
    assert text.count(after) == 1
    path.write_text(text.replace(after, after + line), "utf-8")


def asked(tables, *typed, stdin=""):
    shown = subprocess.run(
        [sys.executable, "-c", MAIN, *typed, "--json"],
        env=os.environ | {"KSZCLIENT_DATA": str(tables)},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode in {0, 1}, shown.stderr
    return json.loads(shown.stdout)


@pytest.mark.parametrize(("decided", "file_by"), DECIDED.items())
def test_a_term_changes_on_its_day_by_one_line(tables, decided, file_by):
    put(tables / "config/complaints/terms.toml", 'name = "DL_GC_3M"\n', block("a-term-changes.md"))
    informed = dt.date.fromisoformat(decided) + dt.timedelta(days=2)
    case = {"subject": "AMOUNT", "nis": "11002", "payer": "FONS", "benefit": "base"}
    case |= {"decision_date": decided, "notified_on": str(informed), "filing_date": "2027-02-01"}
    case |= {"remedies_stated": True, "period": {"from": "2026-01", "to": "2026-03"}}
    (part,) = asked(tables, "route", "-", stdin=json.dumps(case))["parts"]
    terms = {each["instance"]: each["term"] for each in part["evaluations"]}
    assert terms["GESCHILLENCOMMISSIE"]["file_by"] == file_by


def test_a_register_moves_by_a_row_that_ends_and_one_that_begins(tables):
    path = tables / "config/competence/timeline.toml"
    text = path.read_text("utf-8")
    old = next(row for row in text.split("\n\n") if 'id = "aviq"\nareas = ["DG"]' in row)
    begins = "as_of_from = 2024-01-01\n"
    ended = old.replace(begins, begins + block("a-register-moves.md"))
    new = old.replace('id = "aviq"', 'id = "moved"').replace("2024-01-01\n", "2027-07-01\n")
    new = new.replace('cadaster = "AVIQ"', 'cadaster = "IRISCARE"')
    path.write_text(text.replace(old, f"{ended}\n\n{new}"), "utf-8")
    words = ("competence", "--nis", "63023", "--from", "2024-01", "--to", "2024-01")
    for day, cadaster in (("2027-06-30", "AVIQ"), ("2027-07-01", "IRISCARE")):
        (segment,) = asked(tables, *words, "--as-of", day)["segments"]
        assert (segment["entity"], segment["cadaster"]) == ("DG", cadaster)
