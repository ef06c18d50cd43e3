"""A file that is refused is closed again, whichever part of the product keeps it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from kszclient.audit import AuditKeys, AuditTrail
from kszclient.complaints.submission.case_register import CaseRegister
from kszclient.errors import KszError
from kszclient.reconciliation.execute.journal import NAME, Journal

KEYS, OTHERS = (AuditKeys({"2024": letter * 32}) for letter in (b"a", b"b"))


def garbage(path):
    path.write_bytes(b"no database at all, but long enough to be read as the head of one" * 20)
    path.chmod(0o600)


def another_kind(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (a)")
    path.chmod(0o600)


def trail(path):
    AuditTrail.create(path, KEYS)


def trail_without_an_end(path):
    trail(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM head")


def register(path):
    CaseRegister(path).close()
    path.with_name(path.name + ".key").write_bytes(b"short")


def opened(folder):
    return [
        each.path for each in psutil.Process().open_files() if folder in Path(each.path).parents
    ]


@pytest.mark.parametrize(
    ("make", "open_it", "name"),
    [
        (trail, lambda path: AuditTrail(path, OTHERS), "trail.db"),
        (trail_without_an_end, lambda path: AuditTrail(path, KEYS), "trail.db"),
        (another_kind, lambda path: AuditTrail(path, KEYS), "trail.db"),
        (garbage, lambda path: AuditTrail(path, KEYS), "trail.db"),
        (another_kind, CaseRegister, "cases.sqlite"),
        (garbage, CaseRegister, "cases.sqlite"),
        (register, CaseRegister, "cases.sqlite"),
        (garbage, lambda path: Journal(path.parent), NAME),
    ],
)
def test_what_is_refused_is_closed(make, open_it, name, tmp_path):
    path = tmp_path / name
    make(path)
    assert opened(tmp_path) == []
    with pytest.raises(KszError) as refused:
        open_it(path)
    assert refused.value.args  # it holds every frame, and with them whatever was left open
    assert opened(tmp_path) == []


def test_a_journal_that_another_has_open_stays_open_there_alone(tmp_path):
    first = Journal(tmp_path)
    before = sorted(opened(tmp_path))
    with pytest.raises(KszError) as refused:
        Journal(tmp_path)
    assert refused.value.args
    assert sorted(opened(tmp_path)) == before
    first.close()
    assert opened(tmp_path) == []
