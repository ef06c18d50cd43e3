"""Answers are on record before anything else is asked, together where they come together."""

import asyncio
import contextlib
import sqlite3
import uuid

import pytest

from kszclient.reconciliation.execute.journal import Commits, Journal, Planned


@pytest.fixture
def journal(tmp_path):
    with contextlib.closing(Journal(tmp_path)) as journal:
        planned = (Planned(number, "2024-01", "2024-02", "FLANDERS") for number in range(3))
        journal.begin({"run_id": str(uuid.uuid4())}, planned)
        yield journal


def on_record(journal):
    with contextlib.closing(sqlite3.connect(journal.path)) as other:
        return other.execute("SELECT count(*) FROM outcome").fetchone()[0]


def test_who_is_alone_waits_for_nobody(journal):
    async def alone():
        journal.answered(0, {}, "digest", b"{}")
        step = Commits(journal, lambda: 1).wait()
        with pytest.raises(StopIteration):
            step.send(None)

    asyncio.run(alone())
    assert on_record(journal) == 1


def test_the_last_under_way_writes_for_all(journal):
    commits = Commits(journal, lambda: 3)

    async def one(number):
        journal.answered(number, {}, "digest", b"{}")
        await commits.wait()
        return on_record(journal)

    async def three():
        return await asyncio.gather(*map(one, range(3)))

    assert asyncio.run(three()) == [3, 3, 3]


def test_where_others_are_under_way_a_moment_is_enough(journal):
    async def one_of_two():
        journal.answered(0, {}, "digest", b"{}")
        await Commits(journal, lambda: 2).wait()

    asyncio.run(one_of_two())
    assert on_record(journal) == 1
