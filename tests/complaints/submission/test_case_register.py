"""The register of cases: a real SQLite file with real rights."""

import datetime as dt
import sqlite3
import stat
import threading
from contextlib import closing

import pytest

from kszclient.complaints.submission.case_register import CaseRegister
from kszclient.complaints.submission.cases import case_key
from kszclient.complaints.submission.desk import DeskCase, DeskState
from kszclient.complaints.vocabulary import Instance
from kszclient.errors import CaseRegisterError
from kszclient.rule_version import Decision, rule_version
from tests.complaints.conftest import CASE, case

TODAY = dt.date(2025, 3, 3)
DESKS = "http://127.0.0.1:1/desks"


def opened(register, **fields):
    return register.open_case(case(**fields), Instance.KBD, desks=DESKS, today=TODAY)


def test_only_its_owner_may_read_it(tmp_path):
    path = tmp_path / "state" / "cases.sqlite"
    with CaseRegister(path) as register:
        opened(register)
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == {"cases.sqlite": 0o600, "cases.sqlite.key": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_nothing_in_it_says_whose_case_it_is(tmp_path):
    with CaseRegister(tmp_path / "cases.sqlite") as register:
        opened(register, payer="Parentia")
    kept = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    for told in (CASE["child_ssin"], CASE["nis"], CASE["facts_last_date"], "Parentia"):
        assert told.encode() not in kept


def test_the_digest_of_a_case_needs_the_key_of_the_register(tmp_path):
    with CaseRegister(tmp_path / "a") as one, CaseRegister(tmp_path / "b") as other:
        assert opened(one).key != opened(other).key
    secret = (tmp_path / "a.key").read_bytes()
    with CaseRegister(tmp_path / "a") as one:
        assert one.cases()[0].key == case_key(secret, case(), Instance.KBD)


def test_a_case_that_stands_there_stays_as_it_is(register):
    first = opened(register)
    told = DeskCase(
        instance=Instance.KBD,
        receipt="KBD-1",
        state=DeskState.RECEIVED,
        received_at=dt.datetime(2025, 3, 3, 10, tzinfo=dt.UTC),
    )
    kept = register.keep(first, told)
    later = register.open_case(
        case(), Instance.KBD, desks="http://127.0.0.1:2/desks", today=TODAY + dt.timedelta(days=9)
    )
    assert later == kept
    assert (later.receipt, later.opened_on) == ("KBD-1", TODAY)


def test_a_case_is_received_on_the_day_that_it_is_in_belgium(register):
    told = DeskCase(
        instance=Instance.KBD,
        receipt="KBD-1",
        state=DeskState.RECEIVED,
        received_at=dt.datetime(2025, 3, 3, 23, 30, tzinfo=dt.UTC),
    )
    assert register.keep(opened(register), told).received_on == dt.date(2025, 3, 4)


def test_many_writers_open_one_case_once(tmp_path):
    path, keys = tmp_path / "cases.sqlite", []

    def write():
        with CaseRegister(path) as register:
            keys.append(opened(register).key)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(keys), len(set(keys))) == (8, 1)
    with CaseRegister(path) as register:
        assert len(register.cases()) == 1


@pytest.mark.parametrize("name", ["cases.sqlite", "cases.sqlite.key"])
def test_a_file_that_others_may_read_is_not_used(tmp_path, name):
    with CaseRegister(tmp_path / "cases.sqlite") as register:
        opened(register)
    (tmp_path / name).chmod(0o644)
    with pytest.raises(CaseRegisterError, match="has loose permissions") as caught:
        CaseRegister(tmp_path / "cases.sqlite")
    assert "chmod 600" in caught.value.next_step


def test_a_register_that_lost_its_key_is_not_used(tmp_path):
    path, key = tmp_path / "cases.sqlite", tmp_path / "cases.sqlite.key"
    with CaseRegister(path) as register:
        opened(register)
    key.write_bytes(b"short")
    with pytest.raises(CaseRegisterError, match="is no key"):
        CaseRegister(path)
    key.unlink()
    with pytest.raises(CaseRegisterError, match="is gone"):
        CaseRegister(path)


def test_another_kind_of_file_is_not_touched(tmp_path):
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (one)")
    other.close()
    path.chmod(0o600)
    before = path.read_bytes()
    with pytest.raises(CaseRegisterError, match="another kind of file"):
        CaseRegister(path)
    path.write_bytes(b"no database at all, but long enough to be taken for one")
    with pytest.raises(CaseRegisterError, match="cannot be opened"):
        CaseRegister(path)
    assert before.startswith(b"SQLite")


def test_a_case_that_was_changed_by_hand_is_told(tmp_path):
    path = tmp_path / "cases.sqlite"
    with CaseRegister(path) as register:
        opened(register)
    with sqlite3.connect(path) as hand:
        hand.execute("UPDATE cases SET opened_on = 'yesterday'")
    hand.close()
    with CaseRegister(path) as register, pytest.raises(CaseRegisterError, match="cannot be read"):
        register.cases()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CaseRegisterError, match=r"file/cases\.sqlite cannot be opened"):
        CaseRegister(tmp_path / "file" / "cases.sqlite")


def test_a_register_of_an_older_release_gets_the_columns_it_lacks(tmp_path):
    path = tmp_path / "cases.sqlite"
    with CaseRegister(path) as register:
        opened(register)
    with closing(sqlite3.connect(path)) as older:
        older.execute("ALTER TABLE cases DROP COLUMN rules")
        older.commit()
    with CaseRegister(path) as register:
        assert [each.rules for each in register.cases()] == [None]
        assert opened(register, subject="RECOVERY").rules == rule_version(Decision.COMPLAINTS)
