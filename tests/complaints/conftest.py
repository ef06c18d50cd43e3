"""Desks and registers of cases that tests share."""

import datetime as dt
import json
import shutil
import sys

import pytest
import requests

from kszclient.complaints import read_complaint
from kszclient.complaints.submission.case_register import CaseRegister
from kszclient.complaints.submission.desk import Desks
from kszclient.resources import resource
from kszclient.security import Profile
from kszclient.testing import MockKsz, World

CASE = {
    "subject": "AMOUNT",
    "filing_date": "2025-03-03",
    "nis": "11002",
    "identified": True,
    "motivated": True,
    "has_interest": True,
    "facts_last_date": "2025-02-20",
    "steps_done": ["PAYER"],
    "court_pending": False,
    "child_ssin": "85023000125",
}

# The day on which the complaint is filed, so that desks take it whenever the tests run.
NOW = dt.datetime(2025, 3, 3, 12, tzinfo=dt.UTC)


def case(**fields):
    given = {key: value for key, value in {**CASE, **fields}.items() if value is not None}
    return read_complaint(json.dumps(given))


@pytest.fixture
def mock():
    with MockKsz(World.build(size=0), clock=lambda: NOW) as running:
        yield running


@pytest.fixture
def desks(mock):
    with Desks(Profile.load("mock"), mock.desks) as reached:
        yield reached


@pytest.fixture
def register(tmp_path):
    with CaseRegister(tmp_path / "cases.sqlite") as kept:
        yield kept


@pytest.fixture
def control(mock):
    def change(**how):
        assert requests.post(f"{mock.desks}/control", json=how, timeout=60).status_code == 200

    return change


@pytest.fixture
def at_desk(mock):
    """Give what the desk of an instance has."""

    def listed(instance):
        return requests.get(f"{mock.desks}/{instance}/complaints", timeout=60).json()

    return listed


def _forget_tables():
    """Let every table be read anew, as a new process does."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("kszclient.complaints", "kszclient.competence")):
            for each in list(vars(module).values()):
                if hasattr(each, "cache_clear"):
                    each.cache_clear()


@pytest.fixture
def own_tables(tmp_path, monkeypatch):
    """Change a copy of the tables: `own_tables(file, old, new)`; the old text stands there once."""
    own = tmp_path / "data"
    shutil.copytree(resource("config"), own / "config")

    def change(name, old, new):
        file = own / "config" / "complaints" / name
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")
        _forget_tables()

    monkeypatch.setenv("KSZCLIENT_DATA", str(own))
    yield change
    monkeypatch.undo()
    _forget_tables()
