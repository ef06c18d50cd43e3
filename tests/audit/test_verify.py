"""Every way to tamper with a trail, and whether it shows."""

import datetime as dt
import multiprocessing
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kszclient.audit import (
    Anchor,
    AuditKeys,
    AuditTrail,
    Inspected,
    Reader,
    Selection,
    Unanswered,
    export,
    store,
    unfinished,
    verify,
)
from kszclient.audit.chain import Head
from kszclient.errors import AuditError
from tests.audit.samples import NEW, OLD, consult, consultation, ticket

SWAP = (
    "UPDATE entry SET sequence = -1 WHERE sequence = 3",
    "UPDATE entry SET sequence = 3 WHERE sequence = 4",
    "UPDATE entry SET sequence = 4 WHERE sequence = -1",
)
RENUMBER = "UPDATE entry SET sequence = sequence - 1 WHERE sequence > 3"
REWRITE = "UPDATE entry SET entry = replace(entry, 'clerk-7', 'clerk-8') WHERE sequence = 3"


@pytest.fixture
def written(trail, path):
    for number in range(1, 5):
        consult(trail, number)
    trail.close()
    return path


def found(path, keys, *anchors):
    return [
        (problem.kind.value, problem.sequence) for problem in verify(path, keys, anchors).problems
    ]


ENDLESS = "AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"


@pytest.mark.parametrize(
    "view",
    [
        f"entry {ENDLESS} i AS sequence, '' AS entry, '' AS seal FROM n",
        f"head {ENDLESS} '' trail, max(i) sequence, '' seal, '' key, '' head_seal FROM n",
    ],
    ids=["entry", "head"],
)
def test_a_table_that_never_ends_is_not_read(trail, path, keys, tamper, view):
    consult(trail)
    table = view.split()[0]
    tamper(f"DROP TABLE {table}", f"CREATE VIEW {view}")
    assert {"entry": ("MISSING", None), "head": ("END", None)}[table] in found(path, keys)
    with pytest.raises(AuditError):
        consult(trail, 2)


def test_a_trail_as_it_was_written_has_no_problem(written, keys):
    verification = verify(written, keys)
    assert verification.entries == 8
    assert (verification.problems, verification.problem_count) == ((), 0)
    assert verification.anchor.sequence == 8


def test_an_empty_trail_has_no_problem(path, keys):
    assert found(path, keys) == []


@pytest.mark.parametrize(
    ("statements", "problems"),
    [
        ([REWRITE], [("CHANGED", 3)]),
        (["UPDATE entry SET seal = upper(seal) WHERE sequence = 8"], [("CHANGED", 8), ("END", 8)]),
        (["UPDATE entry SET entry = 'gone' WHERE sequence = 2"], [("CHANGED", 2)]),
        (["UPDATE entry SET entry = x'ff00' WHERE sequence = 2"], [("CHANGED", 2)]),
        (["UPDATE entry SET seal = 5 WHERE sequence = 2"], [("CHANGED", 2)]),
        (["DELETE FROM entry WHERE sequence = 3"], [("MISSING", 3)]),
        (["DELETE FROM entry WHERE sequence IN (1, 2)"], [("MISSING", 1)]),
        (["DELETE FROM entry WHERE sequence > 6"], [("MISSING", 7)]),
        (["DELETE FROM entry"], [("MISSING", 1)]),
        (
            ["DELETE FROM entry WHERE sequence > 6", "UPDATE head SET sequence = 6"],
            [("END", None)],
        ),
        (
            [
                "DELETE FROM entry WHERE sequence > 6",
                "UPDATE head SET sequence = 6, seal = (SELECT seal FROM entry WHERE sequence = 6)",
            ],
            [("END", None)],
        ),
        (["DELETE FROM head"], [("END", None)]),
        (SWAP, [("REORDERED", 3), ("REORDERED", 4)]),
        (
            ["DELETE FROM entry WHERE sequence = 3", RENUMBER],
            [("REORDERED", place) for place in range(3, 8)] + [("MISSING", 8)],
        ),
        (
            ["INSERT INTO entry SELECT 9, entry, seal FROM entry WHERE sequence = 3"],
            [("REORDERED", 9), ("END", 9)],
        ),
        (["UPDATE head SET trail = 'another'"], [("REORDERED", 1), ("END", None)]),
    ],
)
def test_what_was_done_is_found_where_it_was_done(written, keys, tamper, statements, problems):
    tamper(*statements)
    assert sorted(found(written, keys), key=str) == sorted(problems, key=str)
    assert verify(written, keys).anchor is None


def rebuilt(column):
    """Build the entries anew in a table that takes anything, with something else in it."""
    return [
        "CREATE TABLE other (sequence, entry, seal)",
        "INSERT INTO other SELECT * FROM entry",
        "DROP TABLE entry",
        "ALTER TABLE other RENAME TO entry",
        f"UPDATE entry SET {column} WHERE sequence = 2",
    ]


@pytest.mark.parametrize("place", ["NULL", "'2'", "'second'", "2.5", "x'02'"])
def test_a_place_that_is_no_number_is_a_finding(written, keys, tamper, place):
    tamper(*rebuilt(f"sequence = {place}"))
    assert sorted(found(written, keys), key=str) == [
        ("CHANGED", None),
        ("FOREIGN", None),
        ("MISSING", 2),
    ]
    assert list(export(written, keys, Selection()))


@pytest.mark.parametrize(
    ("column", "problems"),
    [
        ("seal = NULL", [("CHANGED", 2)]),
        ("entry = NULL", [("CHANGED", 2)]),
        ("sequence = 3", [("MISSING", 2), ("REORDERED", 3)]),
        ("sequence = 9223372036854775807", [("MISSING", 2)]),
    ],
)
def test_a_table_that_was_rebuilt_is_read_all_the_same(written, keys, tamper, column, problems):
    tamper(*rebuilt(column))
    assert set(found(written, keys)) >= set(problems)
    assert verify(written, keys).anchor is None


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        (["DROP TABLE entry"], ("MISSING", None)),
        (["ALTER TABLE entry RENAME COLUMN seal TO cachet"], ("MISSING", None)),
        (["DROP TABLE head"], ("END", None)),
        (["ALTER TABLE head RENAME COLUMN seal TO cachet"], ("END", None)),
        (["UPDATE head SET seal = CAST(x'ff' AS TEXT)"], ("END", None)),
    ],
)
def test_a_table_that_is_gone_is_a_finding(written, keys, tamper, statements, problem):
    tamper(*statements)
    assert problem in found(written, keys)
    assert verify(written, keys).anchor is None


@pytest.mark.parametrize("table", ["entry", "head"])
def test_who_writes_to_a_table_that_is_gone_is_told_to_keep_the_file(written, keys, tamper, table):
    tamper(f"DROP TABLE {table}")
    with pytest.raises(AuditError) as caught, AuditTrail(written, keys) as trail:
        consult(trail, 9)
    assert "Keep the file as it is" in caught.value.next_step


def test_a_file_that_others_may_open_is_a_finding_beside_a_trail_as_it_was_written(written, keys):
    anchor = verify(written, keys).anchor
    written.chmod(0o640)
    loose = verify(written, keys)
    assert found(written, keys) == [("PERMISSIONS", None)]
    assert (loose.as_written, loose.anchor) == (True, anchor)
    assert f"chmod 600 {written}" in loose.problems[0].explanation


def test_a_loose_file_hides_nothing_else(written, keys, tamper):
    tamper(REWRITE)
    written.chmod(0o604)
    assert found(written, keys) == [("PERMISSIONS", None), ("CHANGED", 3)]
    assert not verify(written, keys).as_written


def test_without_the_keys_a_forger_cannot_rebuild_the_chain(written, keys, path):
    """He reseals every entry, in order, with a key of his own under the right name."""
    forged = path.parent / "forged.db"
    guess = AuditKeys({"2024": OLD})
    AuditTrail.create(forged, guess)
    with AuditTrail(forged, guess) as trail:
        for number in range(1, 5):
            consult(trail, number)
    kinds = {kind for kind, _ in found(forged, keys)}
    assert kinds == {"CHANGED", "END"}


def test_an_entry_of_another_trail_under_the_same_keys_does_not_fit(written, keys, path, tamper):
    other = path.parent / "other.db"
    AuditTrail.create(other, keys)
    with AuditTrail(other, keys) as trail:
        consult(trail, 77)
    tamper(
        f"ATTACH '{other}' AS other",
        "DELETE FROM main.entry WHERE sequence <= 2",
        "INSERT INTO main.entry SELECT * FROM other.entry",
    )
    # Its last entry follows its own first one, and was written later than what stands after it.
    assert found(written, keys) == [("REORDERED", 1), ("REORDERED", 3), ("CLOCK", 4)]


def test_a_file_put_back_to_an_earlier_copy_shows_only_by_an_anchor(path, keys):
    with AuditTrail(path, keys) as trail:
        consult(trail, 1)
    copy = path.parent / "copy.db"
    shutil.copy(path, copy)
    with AuditTrail(path, keys) as trail:
        consult(trail, 2)
    anchor = verify(path, keys).anchor
    assert found(copy, keys) == []
    assert found(copy, keys, anchor) == [("ANCHOR", 4)]


def test_a_trail_begun_anew_shows_by_an_anchor(written, keys, path):
    anchor = verify(written, keys).anchor
    again = path.parent / "again.db"
    AuditTrail.create(again, keys)
    assert found(again, keys, anchor) == [("ANCHOR", None)]


def test_a_trail_rewritten_by_who_holds_the_keys_shows_by_an_anchor(written, keys):
    anchor = verify(written, keys).anchor
    assert found(written, keys, anchor) == []
    rewritten = Anchor(anchor.trail, 6, "0" * 64)
    assert found(written, keys, anchor, rewritten) == [("ANCHOR", 6)]


def test_a_trail_that_grew_still_fits_its_anchors(written, keys):
    anchor = verify(written, keys).anchor
    with AuditTrail(written, keys) as trail:
        consult(trail, 9)
    assert found(written, keys, anchor) == []


def test_an_entry_whose_key_is_not_given_is_not_said_to_be_right(written, path, keys):
    only_new = AuditKeys({"2025": NEW})
    kinds = {kind for kind, _ in found(written, only_new)}
    assert kinds == {"NO_KEY", "END"}


def test_many_problems_are_counted_and_the_first_hundred_told(path, keys, tamper):
    with AuditTrail(path, keys) as trail:
        for number in range(60):
            consult(trail, number)
    tamper("UPDATE entry SET entry = replace(entry, '-4000-', '-4001-')")
    verification = verify(path, keys)
    assert (len(verification.problems), verification.problem_count) == (100, 120)


def test_it_is_written_to_while_it_is_verified(path, keys):
    with AuditTrail(path, keys) as trail:
        consult(trail, 1)
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM entry").fetchall()
            consult(trail, 2)
            assert found(path, keys) == []


def test_a_damaged_file_is_told(written, keys):
    content = bytearray(written.read_bytes())
    content[-4096:] = bytes(4096)
    written.write_bytes(content)
    with pytest.raises(AuditError, match="malformed"):
        verify(written, keys)


@pytest.mark.parametrize(
    "put",
    [
        "CREATE TABLE other (x)",
        "CREATE TABLE other (x INTEGER PRIMARY KEY, y AS (x + 1) STORED)",
        "CREATE VIRTUAL TABLE other USING fts5(x)",
        "CREATE VIEW other AS SELECT * FROM entry",
        "CREATE INDEX other ON entry (seal)",
        "CREATE UNIQUE INDEX other ON entry (entry) WHERE sequence > 3",
        "CREATE TRIGGER other AFTER INSERT ON entry BEGIN SELECT 1; END",
        "CREATE TRIGGER other BEFORE UPDATE ON head BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TRIGGER n85023000125 AFTER INSERT ON entry BEGIN SELECT 1; END",
        "ALTER TABLE entry ADD COLUMN shadow AS (upper(seal))",
        "ALTER TABLE head ADD COLUMN shadow TEXT",
        "PRAGMA user_version = 2",
        "PRAGMA application_id = 0",
        "DROP TRIGGER entry_stays",
    ],
)
def test_what_does_not_belong_in_a_trail_is_a_finding(written, keys, put):
    with closing(sqlite3.connect(written, isolation_level=None)) as connection:
        connection.execute(put)
    problems = verify(written, keys).problems
    assert {problem.kind.value for problem in problems} == {"FOREIGN"}
    assert all(problem.next_step for problem in problems)
    assert "85023000125" not in str(problems)


@pytest.mark.parametrize("name", ["sqlite_other", "sqlite_stat1"])
def test_a_trigger_under_a_name_of_sqlite_is_a_finding(written, keys, name):
    with closing(sqlite3.connect(written, isolation_level=None)) as connection:
        connection.execute("CREATE TRIGGER other AFTER INSERT ON entry WHEN 0 BEGIN SELECT 1; END")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET name = ?, sql = replace(sql, name, ?) WHERE name = 'other'",
            (name, name),
        )
    assert found(written, keys) == [("FOREIGN", None)]


def test_a_trigger_of_ours_that_does_nothing_any_more_is_a_finding(written, keys):
    with closing(sqlite3.connect(written, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'BEGIN SELECT', 'WHEN 0 BEGIN SELECT') "
            "WHERE name = 'entry_stays'"
        )
    assert set(found(written, keys)) == {("FOREIGN", None)}


def test_statistics_of_sqlite_are_no_finding(written, keys):
    with closing(sqlite3.connect(written, isolation_level=None)) as connection:
        connection.execute("ANALYZE")
    assert found(written, keys) == []
    with AuditTrail(written, keys) as trail:
        consult(trail, 9)


def test_triggers_of_a_connection_leave_no_trace_in_the_file(written, keys):
    with closing(sqlite3.connect(written, isolation_level=None)) as connection:
        connection.execute(
            "CREATE TEMP TRIGGER other AFTER INSERT ON main.entry BEGIN SELECT 1; END"
        )
        assert found(written, keys) == []


def test_another_database_is_no_trail(path, keys):
    other = path.parent / "other.db"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE cases (x)")
    with pytest.raises(AuditError, match="not a trail"):
        verify(other, keys)


def at_times(path, keys, *seconds):
    """Write an inspection at each of these moments, counted from one in 2024."""
    moments = iter(seconds)

    def now():
        return START + dt.timedelta(seconds=next(moments))

    with AuditTrail(path, keys, now=now) as trail:
        for _ in seconds:
            trail.append(Inspected(user="u", purpose=None, action="export"))


DAY = 86_400
START = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
CLOCKS = [
    ([0, 1, 1, 2], []),
    ([10, 8, 6, 5, 11], []),  # within the tolerance
    ([0, 400 * DAY], []),  # nobody asked meanwhile
    ([10, 4], [2]),
    ([100, 96, 92, 88], [3]),  # slowly back
    ([3600, 0, 1, 2, 3601], [2]),
    ([400 * DAY, 0, 1], [2]),
    ([0, 400 * DAY, 1, 2], [2, 3]),  # ahead and back: where it jumped, and where that was undone
    ([0, 2 * 3600, 2 * 3600 + 1, 60, 61], [2, 4]),
    ([0, 60, 10], [3]),
    ([0, 600 * DAY, 601 * DAY, 300 * DAY], [3, 4]),
    ([5, 0, 5, 0, 5, 0], []),
    ([0, 11 * 365 * DAY, 11 * 365 * DAY + 1], [2]),  # still to come
    ([0, 11 * 365 * DAY, 1], [2, 2, 3]),
]


@pytest.mark.parametrize(("seconds", "places"), CLOCKS, ids=str)
def test_a_clock_that_was_set_is_found_where_it_was_set(path, keys, seconds, places):
    at_times(path, keys, *seconds)
    verification = verify(path, keys, now=lambda: START + dt.timedelta(days=3650))
    assert [(each.kind.value, each.sequence) for each in verification.problems] == [
        ("CLOCK", place) for place in places
    ]
    assert verification.as_written


@pytest.mark.parametrize("written_at", [0, 599])
def test_a_young_question_is_under_way_while_the_trail_is_open(path, keys, written_at):
    def later(seconds):
        return lambda: START + dt.timedelta(seconds=seconds)

    with AuditTrail(path, keys, now=later(0)) as trail:
        consultation(trail).__enter__()
        verification = verify(path, keys, now=later(written_at))
        assert (verification.under_way, verification.problems) == (1, ())
        assert len(unfinished(path, keys, now=later(600)).unfinished) == 1
    assert len(unfinished(path, keys, now=later(written_at)).unfinished) == 1
    assert [each.kind.value for each in verify(path, keys, now=later(1)).problems] == ["UNFINISHED"]


def test_every_question_has_its_own_end(path, keys):
    with AuditTrail(path, keys, now=lambda: START) as trail:
        for number in (1, 1, 2, 3):
            consultation(trail, number).__enter__()
        for number in (1, 3, 4):
            trail.append(Unanswered(ticket=ticket(number).text, error="DeadlineExceededError"))
    open_ = unfinished(path, keys).unfinished
    assert [(each.entry, each.ticket[-1]) for each in open_] == [(2, "1"), (3, "2")]


def test_an_end_that_nobody_sealed_is_none(path, keys, tamper):
    with AuditTrail(path, keys) as trail:
        consult(trail, 1)
    tamper("UPDATE entry SET seal = upper(seal) WHERE sequence = 2")
    assert [each.entry for each in unfinished(path, keys).unfinished] == [1]
    assert ("UNFINISHED", 1) not in found(path, keys)  # what was changed is told first


def test_a_trail_from_before_readings_were_written_down_still_verifies(tmp_path):
    """Made by an earlier version: its entries, seals and head are fixed here."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(Path(__file__).with_name("old_trail.sql").read_text())
    path.chmod(0o600)
    keys = AuditKeys({"2024": NEW})
    verification = verify(path, keys, reader=Reader(user="officer"))
    assert (verification.entries, verification.problems) == (2, ())
    assert verification.unrecorded is None
    verification = verify(path, keys)
    assert (verification.entries, verification.problems) == (3, ())


def test_several_processes_write_while_it_is_verified(path, keys):
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=consult_often, args=(path, first)) for first in (100, 200, 300)
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        verification = verify(path, keys, reader=Reader(user="officer"))
        assert (verification.problems, verification.as_written) == ((), True)
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    last = verify(path, keys)
    assert (last.problems, last.under_way) == ((), 0)
    assert last.entries >= 3 * 2 * 20


def consult_often(path, first):
    with AuditTrail(path, AuditKeys({"2024": NEW, "2023": OLD})) as trail:
        for number in range(first, first + 20):
            consult(trail, number)


def test_an_empty_trail_is_named_where_an_anchor_knows_of_entries(written, keys, path):
    anchor = verify(written, keys).anchor
    with AuditTrail(written, keys) as trail:
        head = store.read_head(trail._connection)
    begun = path.parent / "moved.db"
    store.create(begun, Head.of_new(keys, head.trail))
    assert found(begun, keys, anchor) == [("EMPTY", None), ("ANCHOR", 8)]
    assert "-wal" in verify(begun, keys, [anchor]).problems[0].next_step
