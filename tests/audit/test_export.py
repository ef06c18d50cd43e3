import datetime as dt
import json

import pytest

from kszclient.audit import AuditKeys, AuditTrail, Selection, export
from kszclient.audit.chain import Sealed
from kszclient.errors import SettingsError
from tests.audit.samples import CHILD, NEW, OLD, PARENT, Clock, consult, ticket


@pytest.fixture
def places(path, keys):
    def run(**selection):
        lines = export(path, keys, Selection(**selection))
        return [json.loads(line)["entry"]["sequence"] for line in lines]

    return run


@pytest.fixture
def written(trail):
    """About the child; about the parent, whose answer names the child; about the parent alone."""
    consult(trail, 1, ssin=CHILD, subjects=[CHILD])
    consult(trail, 2, ssin=PARENT, subjects=[CHILD, PARENT])
    consult(trail, 3, ssin=PARENT, subjects=[PARENT])


def test_everything_is_given_in_order(written, places):
    assert places() == [1, 2, 3, 4, 5, 6]


def test_a_ticket_gives_its_question_and_its_end(written, places):
    assert places(ticket=ticket(2)) == [3, 4]


def test_a_person_gives_every_question_that_showed_them(written, places):
    assert places(person=CHILD) == [1, 2, 3, 4]
    assert places(person=PARENT) == [3, 4, 5, 6]
    assert places(person=CHILD, ticket=ticket(3)) == []


def test_a_period_gives_what_was_written_in_it(written, places):
    second = Clock().now + dt.timedelta(seconds=2)
    fourth = Clock().now + dt.timedelta(seconds=4)
    assert places(begin=second, end=fourth) == [2, 3]
    assert places(begin=second, person=CHILD) == [2, 3, 4]


def test_a_person_is_found_under_every_key(path):
    old = AuditKeys({"2023": OLD})
    path.unlink()
    AuditTrail.create(path, old)
    with AuditTrail(path, old) as trail:
        consult(trail, 1)
    both = AuditKeys({"2024": NEW, "2023": OLD})
    with AuditTrail(path, both) as trail:
        consult(trail, 2)
    lines = [json.loads(line) for line in export(path, both, Selection(person=CHILD))]
    assert [line["entry"]["key"] for line in lines] == ["2023", "2023", "2024", "2024"]


def test_a_line_can_be_checked_by_itself(written, path, keys):
    for line in export(path, keys, Selection()):
        begin, end = line.index(b":") + 1, line.rindex(b',"seal"')
        read = json.loads(line)
        assert keys.fits(read["seal"], read["entry"]["key"], "entry", line[begin:end])
        assert Sealed(1, line[begin:end], "").read() is not None


def test_a_damaged_entry_is_shown_as_such(written, path, keys, tamper):
    tamper("UPDATE entry SET entry = 'x' WHERE sequence = 3")
    lines = [json.loads(line) for line in export(path, keys, Selection())]
    assert lines[2]["damaged"] == 3
    assert len(list(export(path, keys, Selection(person=CHILD)))) == 3


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(SettingsError, match="end"):
        Selection(end=dt.datetime(2024, 5, 6))  # noqa: DTZ001 - that is what is refused
