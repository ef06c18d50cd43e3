"""Dossiers and domiciles from a database: SQLite always, PostgreSQL where it is installed."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sql

from kszclient.errors import InputError
from kszclient.reconciliation import Mapping, Question, reconcile
from kszclient.reconciliation.database import ask_database
from kszclient.testing import MockKsz
from tests.reconciliation import postgresql
from tests.reconciliation.population import HEADING, WORLD, rows, write
from tests.reconciliation.test_run import client

MADE = "CREATE TABLE dossier (dossier TEXT, child NUMERIC(11), first DATE, last DATE, nis TEXT)"
ASKED = "SELECT dossier, child, first, last, nis FROM dossier ORDER BY dossier"
MAPPING = Mapping(columns={"from": "first", "to": "last"}, query=ASKED)


def fill(url):
    engine = sql.create_engine(url, poolclass=sql.NullPool)
    with engine.begin() as connection:
        connection.execute(sql.text(MADE))
        for dossier, child, begin, end, nis in rows():
            connection.execute(
                sql.text("INSERT INTO dossier VALUES (:a, :b, :c, :d, :e)"),
                {"a": dossier, "b": int(child), "c": f"{begin}-01", "d": f"{end}-01", "e": nis},
            )


@pytest.fixture
def sqlite(tmp_path):
    path = tmp_path / "dossiers.db"
    path.touch()
    fill(f"sqlite:///{path}")
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def postgres():
    if postgresql.INITDB is None:
        pytest.skip("no PostgreSQL on this machine (Debian package: postgresql)")
    with postgresql.serving() as url:
        fill(url)
        yield url


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_database_tells_what_a_file_tells(kind, request, tmp_path):
    url = request.getfixturevalue(kind)
    table = sorted(rows())
    with MockKsz(WORLD) as mock:
        from_file = reconcile(
            Question(write(tmp_path / "dossiers.csv", table), margin=0),
            client(mock),
            out=tmp_path / "file",
        )
        asked = Question(url, mapping=MAPPING, margin=0)
        from_database = reconcile(asked, client(mock), out=tmp_path / "database")
        again = reconcile(asked, client(mock), out=tmp_path / "database", resume=True)
    told, same = (each.results.findings.drop("ticket") for each in (from_file, from_database))
    assert told.equals(same)
    assert told.height == len(table)
    assert again.unanswered == 0


def test_domiciles_have_a_query_of_their_own(sqlite, tmp_path):
    mapping = Mapping(
        columns={"from": "first", "to": "last"},
        query="SELECT dossier, child, first, last FROM dossier ORDER BY dossier",
        domiciles_query="SELECT child, '2000-01-01' AS \"from\", nis FROM dossier ORDER BY child",
    )
    with MockKsz(WORLD) as mock:
        asked = Question(sqlite, domiciles=sqlite, mapping=mapping, margin=0)
        done = reconcile(asked, client(mock), out=tmp_path / "out")
    assert done.results.findings.height == sum(1 for _ in rows())


def test_rows_are_fetched_while_they_are_read(postgres):
    """A hundred million rows would neither fit nor be waited for."""
    answer = ask_database(postgres, "SELECT generate_series(1, 100000000) AS n")
    assert [next(answer.rows)[0] for _ in range(3)] == [1, 2, 3]
    answer.rows.close()


def test_colons_and_percents_are_those_of_the_query(postgres):
    query = "SELECT '12:30'::text AS a, 'a%' AS b, 7 % 4 AS c"
    assert next(ask_database(postgres, query).rows) == ("12:30", "a%", 3)


def test_what_a_query_changes_is_not_kept(sqlite):
    with closing(sqlite3.connect(sqlite.removeprefix("sqlite:///"))) as database:
        before = database.execute("SELECT count(*) FROM dossier").fetchone()
        list(ask_database(sqlite, "DELETE FROM dossier RETURNING dossier").rows)
        assert database.execute("SELECT count(*) FROM dossier").fetchone() == before


def test_a_password_and_a_number_are_in_no_message(postgres):
    wrong = postgres.replace(postgresql.PASSWORD, "quite-another")
    with pytest.raises(InputError, match="authentication failed") as refused:
        ask_database(wrong, ASKED)
    assert "quite-another" not in str(refused.value)
    with pytest.raises(InputError, match="does not exist"):
        ask_database(postgres, "SELECT nothing FROM dossier")
    with pytest.raises(InputError, match="invalid input syntax") as refused:
        ask_database(postgres, "SELECT 'x85023000125'::integer")
    assert "85023000125" not in str(refused.value)


def test_what_goes_wrong_on_the_way_is_told_too(postgres):
    rows_ = ask_database(postgres, "SELECT 1 / (20000 - n) FROM generate_series(1, 30000) n").rows
    with pytest.raises(InputError, match="division by zero"):
        list(rows_)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nosuch://host/db", "driver|Can't load"),
        ("oracle+oracledb://u:pw@host/db", "the driver oracledb is not installed"),
        ("postgresql://u:pw@host:port/db", "cannot be read"),
        ("sqlite:////nowhere/at/all.db", "no such file"),
        ("postgresql+psycopg://u:pw@127.0.0.1:1/db", "onnection"),
    ],
)
def test_databases_that_cannot_be_read(url, says):
    with pytest.raises(InputError, match=says) as refused:
        ask_database(url, "SELECT 1")
    assert "pw" not in str(refused.value)


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sqlalchemy", None)
    with pytest.raises(InputError, match="not installed") as refused:
        ask_database("sqlite:///x.db", "SELECT 1")
    assert "kszclient[database]" in refused.value.next_step


def test_the_heading_is_that_of_the_query(sqlite):
    assert set(HEADING) - {"from", "to"} < set(ask_database(sqlite, ASKED).columns)
