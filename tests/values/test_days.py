"""A day is written in one way only, and begins at midnight in Belgium."""

import datetime as dt
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

import kszclient as package
from kszclient.errors import InvalidValueError
from kszclient.values import Ssin, parse_day, today
from tests.cli.typed import kszclient
from tests.reconciliation.population import WORLD, write

JUST_AFTER_MIDNIGHT = dt.datetime(2025, 12, 31, 23, 30, tzinfo=dt.UTC)


@pytest.fixture
def new_year(monkeypatch):
    """Let the clock stand half an hour after midnight in Belgium, where it is 2026 already."""

    class Standing(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return JUST_AFTER_MIDNIGHT.astimezone(tz)

    monkeypatch.setattr("kszclient.values.days.dt", SimpleNamespace(datetime=Standing, UTC=dt.UTC))


@pytest.mark.parametrize(
    "text", ["", "20200101", "2020-W01-1", "2020-02-30", "2020-1-1", " 2020-01-01", "2020-01-01T00"]
)
def test_nothing_else_is_a_day(text):
    with pytest.raises(InvalidValueError, match="YYYY-MM-DD"):
        parse_day(text)


@pytest.mark.usefixtures("new_year")
def test_a_new_year_begins_at_midnight_in_belgium_for_every_command(tmp_path):
    months = ("--from", "2025-12", "--to", "2026-01")
    competence = kszclient("competence", "--nis", "44021", *months, "--json")
    assert json.loads(competence.out)["as_of"] == "2026-01-01"
    child = WORLD.persona("changed-payer").child.ssin.digits
    dossiers = write(tmp_path / "dossiers.csv", [("A", child, "2025-12", "2026-01", "44021")])
    shown = kszclient("reconcile", dossiers, "--out", tmp_path / "out", "--dry-run", "--json")
    plan = json.loads(shown.out)
    assert (plan["as_of"], plan["months"]) == ("2026-01-01", {"from": "2025-12", "to": "2026-01"})


@pytest.mark.usefixtures("new_year")
def test_a_child_born_just_after_midnight_is_born():
    digits = "260101001"
    born = Ssin.parse(f"{digits}{97 - int(f'2{digits}') % 97:02}")
    assert born.birth_date == (2026, 1, 1)


def test_no_other_module_asks_which_day_it_is():
    days = re.compile(r"now\([^()]*\)\.date\(\)|\.today\(\)")
    for path in Path(package.__file__).parent.rglob("*.py"):
        assert not days.search(path.read_text(encoding="utf-8")), path
    assert today() >= dt.date(2025, 1, 1)
