"""A trail in a file, its keys, and a way to tamper with it."""

import sqlite3
from contextlib import closing, suppress

import pytest

from kszclient.audit import AuditKeys, AuditTrail
from tests.audit.samples import NEW, OLD, Clock


@pytest.fixture
def keys():
    return AuditKeys({"2024": NEW, "2023": OLD})


@pytest.fixture
def path(tmp_path, keys):
    AuditTrail.create(tmp_path / "trail.db", keys)
    return tmp_path / "trail.db"


@pytest.fixture
def trail(path, keys):
    with AuditTrail(path, keys, now=Clock()) as opened:
        yield opened


@pytest.fixture
def tamper(path):
    """Change the file as somebody would who has it, but not the keys, and hides how."""

    def run(*statements, hide=True):
        with closing(sqlite3.connect(path)) as connection, connection:
            triggers = "SELECT name, sql FROM sqlite_master WHERE name GLOB 'entry_*'"
            dropped = connection.execute(triggers).fetchall()
            for name, _ in dropped:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)
            for _, sql in dropped if hide else ():
                with suppress(sqlite3.OperationalError):  # the table is gone
                    connection.execute(sql)

    return run
