"""A trail in a file, its keys, and a way to tamper with it."""

import sqlite3
from contextlib import closing

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
    """Change the file as somebody would who has it, but not the keys."""

    def run(*statements):
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TRIGGER IF EXISTS entry_stays")
            connection.execute("DROP TRIGGER IF EXISTS entry_stands")
            for statement in statements:
                connection.execute(statement)

    return run
