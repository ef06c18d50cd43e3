"""Desks and registers of cases that tests share."""

import datetime as dt
import json

import pytest
import requests

from kszclient.complaints import read_complaint
from kszclient.complaints.case_register import CaseRegister
from kszclient.complaints.desk import Desks
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
        assert requests.post(f"{mock.desks}/control", json=how, timeout=10).status_code == 200

    return change


@pytest.fixture
def at_desk(mock):
    """Give what the desk of an instance has."""

    def listed(instance):
        return requests.get(f"{mock.desks}/{instance}/complaints", timeout=10).json()

    return listed
