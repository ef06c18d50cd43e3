"""The trail under many writers, forks, locks, and a disk that is full."""

import multiprocessing
import resource
import signal
import sqlite3
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from kszclient.audit import AuditKeys, AuditTrail, verify
from kszclient.errors import AuditError
from tests.audit.samples import CHILD, NEW, OLD, consult, consultation

SPAWN = multiprocessing.get_context("spawn")


def test_a_trail_is_made_once_and_for_its_owner_alone(path, keys):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(AuditError, match="exists already"):
        AuditTrail.create(path, keys)


def test_a_trail_that_vanished_is_not_begun_anew(path, keys):
    path.unlink()
    with pytest.raises(AuditError, match="no such file") as caught:
        AuditTrail(path, keys)
    assert "find out why" in caught.value.next_step


def test_a_trail_cannot_be_made_where_there_is_no_folder(tmp_path, keys):
    with pytest.raises(AuditError, match="No such file or directory"):
        AuditTrail.create(tmp_path / "absent" / "trail.db", keys)


def moved(path):
    path.rename(path.with_name("old"))


def moved_and_made_anew(path):
    for each in list(path.parent.iterdir()):
        each.rename(path.parent / each.name.replace("trail.db", "old"))
    AuditTrail.create(path, AuditKeys({"2024": NEW}))


def removed(path):
    for each in list(path.parent.iterdir()):
        each.unlink()


def without_its_log(path):
    path.with_name("trail.db-wal").unlink()


def replaced(path):
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.chmod(0o600)
    copy.replace(path)


@pytest.mark.parametrize("gone", [moved, moved_and_made_anew, removed, without_its_log, replaced])
def test_a_trail_that_goes_while_it_is_open_stops_lookups(trail, path, gone):
    consult(trail)
    gone(path)
    for attempt in (lambda: consult(trail, 2), trail.rehearse):
        with pytest.raises(AuditError, match="moved, removed or replaced") as caught:
            attempt()
        assert "-wal" in caught.value.next_step


def test_a_trail_that_was_moved_loses_nothing(path, keys):
    old = path.with_name("old")
    with AuditTrail(path, keys) as trail:
        consult(trail)
        path.rename(old)
        with pytest.raises(AuditError, match=r"trail.db-wal is part of another trail"):
            AuditTrail.create(path, keys)
        with pytest.raises(AuditError, match="moved"):
            consult(trail, 2)
    for each in path.parent.glob("trail.db-*"):
        each.rename(each.with_name(each.name.replace("trail.db", "old")))
    assert verify(old, keys).entries == 2
    AuditTrail.create(path, keys)


def test_a_trail_is_opened_from_another_folder_too(path, keys, monkeypatch):
    monkeypatch.chdir(path.parent)
    with AuditTrail(Path(path.name), keys) as trail:
        monkeypatch.chdir("/")
        consult(trail)


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_another_file_is_no_trail(tmp_path, keys, content):
    other = tmp_path / "other"
    other.write_bytes(content)
    with pytest.raises(AuditError):
        AuditTrail(other, keys)


def test_the_wrong_key_is_noticed_when_the_trail_is_opened(path):
    with pytest.raises(AuditError, match="not the right one"):
        AuditTrail(path, AuditKeys({"2024": OLD}))
    with pytest.raises(AuditError, match="not given here"):
        AuditTrail(path, AuditKeys({"2025": NEW}))


def test_the_file_refuses_changes_by_accident(trail, path):
    consult(trail)
    with closing(sqlite3.connect(path)) as connection:
        for statement in ("DELETE FROM entry", "UPDATE entry SET seal = ''"):
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                connection.execute(statement)


def test_an_end_that_was_tampered_with_stops_lookups(trail, tamper):
    consult(trail)
    tamper("UPDATE head SET sequence = 1")
    with pytest.raises(AuditError, match="was changed"):
        consult(trail, 2)


def test_a_head_that_was_taken_away_stops_lookups(trail, tamper):
    tamper("DELETE FROM head")
    with pytest.raises(AuditError, match="taken away"):
        consult(trail)


def test_keys_rotate_and_old_entries_stay_verifiable(path):
    old, both = AuditKeys({"2023": OLD}), AuditKeys({"2025": NEW, "2024": NEW, "2023": OLD})
    path.unlink()
    AuditTrail.create(path, old)
    with AuditTrail(path, old) as trail:
        consult(trail, 1)
    with AuditTrail(path, both) as trail:
        consult(trail, 2)
    verification = verify(path, both)
    assert (verification.entries, verification.problems) == (4, ())
    # A process that does not have the new key yet stops instead of writing under the old one.
    with pytest.raises(AuditError, match="not given here"):
        AuditTrail(path, old)


def test_threads_share_a_trail(trail, path, keys):
    def work(first):
        for number in range(first, first + 20):
            consult(trail, number)

    threads = [threading.Thread(target=work, args=(begin,)) for begin in range(0, 320, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verification = verify(path, keys)
    assert (verification.entries, verification.problems) == (640, ())


def write_from_another_process(path, first, count, start):
    start.wait()
    with AuditTrail(path, AuditKeys({"2024": NEW, "2023": OLD})) as trail:
        for number in range(first, first + count):
            consult(trail, number)


def test_processes_write_at_once(path, keys):
    start = SPAWN.Barrier(3)
    processes = [
        SPAWN.Process(target=write_from_another_process, args=(path, first, 60, start))
        for first in (0, 100, 200)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    verification = verify(path, keys)
    assert (verification.entries, verification.problems) == (360, ())


def fork_with_an_open_trail(path, said):
    def consult_in_the_fork():
        try:
            consult(trail)
        except AuditError as error:
            said.put(str(error))

    with AuditTrail(path, AuditKeys({"2024": NEW, "2023": OLD})) as trail:
        child = multiprocessing.get_context("fork").Process(target=consult_in_the_fork)
        child.start()
        child.join()


def test_a_trail_is_not_carried_over_a_fork(path):
    said = SPAWN.Queue()
    process = SPAWN.Process(target=fork_with_an_open_trail, args=(path, said))
    process.start()
    assert "forked" in said.get(timeout=60)
    process.join()


def test_a_writer_that_does_not_let_go_stops_lookups(path, keys):
    with (
        AuditTrail(path, keys, wait_seconds=0.05) as trail,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        sent = []
        with pytest.raises(AuditError, match="locked"), consultation(trail):
            sent.append("question")
        assert not sent
        other.execute("ROLLBACK")
        consult(trail)
    assert verify(path, keys).problems == ()


def test_who_waits_for_another_process_is_told_so_and_waits_no_longer_than_allowed(path, keys):
    """Six wait together, as long as the first of them; one by one it would be six times as long."""
    wait, begin = 4.0, time.monotonic()
    with (
        AuditTrail(path, keys, wait_seconds=wait) as trail,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")

        def waited(number):
            with pytest.raises(AuditError, match="another process holds it") as caught:
                consult(trail, number)
            assert "which process holds the trail" in caught.value.next_step

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(waited, range(6)))
    assert wait <= time.monotonic() - begin < 5 * wait


def write_until_the_disk_is_full(path, said):
    keys = AuditKeys({"2024": NEW, "2023": OLD})
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that a write fails instead of killing
    with AuditTrail(path, keys) as trail:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
        written = sent = 0
        try:
            while True:
                with consultation(trail, written) as asked:
                    sent += 1
                    asked.refused(ticket_cbss="c", code="MSG00012")
                written += 1
        except AuditError as error:
            said.put((written, sent, str(error)))
        refused = 0
        for number in range(3):
            try:
                trail.append(consultation(trail, number)._asked)
            except AuditError:
                refused += 1
        said.put(refused)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        consult(trail, 999_999)  # space again: lookups go on by themselves
        said.put("went on")


def test_a_full_disk_stops_lookups_and_loses_nothing(path, keys):
    said = SPAWN.Queue()
    process = SPAWN.Process(target=write_until_the_disk_is_full, args=(path, said))
    process.start()
    written, sent, message = said.get(timeout=60)
    assert said.get(timeout=60) == 3
    assert said.get(timeout=60) == "went on"
    process.join()
    assert "cannot be written" in message
    assert written <= sent <= written + 1
    verification = verify(path, keys)
    assert verification.problems == ()
    assert verification.entries >= 2 * written + 2


def consult_for_ever(trail):
    while True:
        consult(trail)


def test_a_database_that_may_not_grow_stops_lookups_and_loses_nothing(trail, path, keys):
    (pages,) = trail._connection.execute("PRAGMA page_count").fetchone()
    trail._connection.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(AuditError, match="full"):
        consult_for_ever(trail)
    before = verify(path, keys)
    assert before.problems == ()
    trail._connection.execute("PRAGMA max_page_count = 100000")
    consult(trail, 1)
    assert verify(path, keys).entries == before.entries + 2


def test_one_who_is_interrupted_while_writing_for_others_tells_them(path, keys):
    """The first of two threads is interrupted; the second must not believe it was written."""
    both_wait, said = threading.Event(), []

    def clock():
        both_wait.wait()
        raise KeyboardInterrupt

    with AuditTrail(path, keys, now=clock) as trail:

        def work():
            try:
                consult(trail)
            except (KeyboardInterrupt, AuditError) as error:
                said.append(type(error).__name__)

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        both_wait.set()
        for thread in threads:
            thread.join()
    assert len(said) == 2
    assert verify(path, keys).entries == 0


def test_a_trail_names_persons_with_the_key_in_use(trail, keys):
    assert trail.pseudonym(CHILD) == keys.pseudonym(CHILD)


EATING = "TRIGGER {} AFTER INSERT ON entry BEGIN DELETE FROM entry WHERE sequence = NEW.sequence"


@pytest.mark.parametrize(
    "put",
    [
        f"CREATE {EATING.format('eats')}; END",
        f"CREATE {EATING.format('entry_stays')}; END",
        f"CREATE {EATING.format('eats')} - 1; END",
        "CREATE TABLE more (one TEXT)",
    ],
    ids=["takes it out", "under a name of ours", "takes out the one before", "a table"],
)
def test_what_does_not_belong_in_a_trail_stops_lookups(trail, path, keys, tamper, put):
    consult(trail)
    before = verify(path, keys).entries
    tamper(put, hide=False)
    for attempt in (lambda: consult(trail, 2), trail.rehearse):
        with pytest.raises(AuditError, match="does not belong there"):
            attempt()
    assert verify(path, keys).entries == before


def test_statistics_that_sqlite_keeps_are_no_harm(trail, tamper):
    consult(trail)
    tamper("ANALYZE")
    consult(trail, 2)


@pytest.mark.parametrize("mode", [0o666, 0o644, 0o640])
def test_a_trail_that_others_may_read_or_change_is_not_written_to(path, keys, mode):
    path.chmod(mode)
    with pytest.raises(AuditError, match=r"audit trail: .* loose permissions"):
        AuditTrail(path, keys)


def test_a_trail_that_others_may_take_away_is_not_written_to(path, keys):
    path.parent.chmod(0o777)
    with pytest.raises(AuditError, match=r"audit trail: .* others may replace it"):
        AuditTrail(path, keys)


def ignoring(table, action):
    return f"CREATE TRIGGER quiet BEFORE {action} ON {table} BEGIN SELECT RAISE(IGNORE); END"


@pytest.mark.parametrize(("table", "action"), [("entry", "INSERT"), ("head", "UPDATE")])
def test_a_trail_that_lets_entries_fall_in_silence_stops_lookups(trail, tamper, table, action):
    tamper(ignoring(table, action))
    with pytest.raises(AuditError, match="does not keep"):
        consult(trail, 1)
    with pytest.raises(AuditError, match="does not keep"):
        trail.append(consultation(trail, 1)._asked)


def test_a_rehearsal_leaves_nothing_behind(path, keys, trail):
    consult(trail, 1)
    before = verify(path, keys)
    trail.rehearse()
    assert verify(path, keys) == before
    consult(trail, 2)
    assert verify(path, keys).problems == ()


def test_a_rehearsal_sees_a_trigger_that_lets_entries_fall(trail, tamper):
    tamper(ignoring("entry", "INSERT"))
    with pytest.raises(AuditError, match="does not keep"):
        trail.rehearse()
    tamper("DROP TRIGGER quiet")
    trail.rehearse()


def rehearse_on_a_full_disk(path, said):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with AuditTrail(path, AuditKeys({"2024": NEW, "2023": OLD})) as trail:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY))
        try:
            trail.rehearse()
        except AuditError as error:
            said.put(str(error))


def test_a_rehearsal_sees_a_full_disk(path):
    said = SPAWN.Queue()
    process = SPAWN.Process(target=rehearse_on_a_full_disk, args=(path, said))
    process.start()
    assert "cannot be written" in said.get(timeout=60)
    process.join()
