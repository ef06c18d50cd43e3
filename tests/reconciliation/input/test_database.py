"""Dossiers and domiciles from a database: SQLite always, PostgreSQL where it is installed."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sql

from kszclient.errors import InputError, SettingsError
from kszclient.reconciliation import Mapping, Question, read_mapping, reconcile
from kszclient.reconciliation.input.database import ask_database, check_query
from kszclient.testing import MockKsz
from kszclient.testing.server.certificates import write_private
from tests.cli.typed import kszclient
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


WRITING = (
    "DELETE FROM dossier RETURNING dossier",
    "UPDATE dossier SET nis = '1'",
    "INSERT INTO dossier (dossier) VALUES ('D') RETURNING dossier",
    "VACUUM INTO '{copy}'",
    "/* SELECT */ VACUUM INTO '{copy}'",
    "ATTACH '{copy}' AS copy",
    "SELECT 1; VACUUM INTO '{copy}'",
    "SELECT ';' ; DROP TABLE dossier",
    "WITH one AS (SELECT 1) DELETE FROM dossier RETURNING dossier",
    "CREATE TABLE copy AS SELECT * FROM dossier",
    "SELECT * INTO copy FROM dossier",
    "PRAGMA journal_mode = DELETE",
    "EXPLAIN ANALYZE DELETE FROM dossier",
    "COPY dossier TO '{copy}'",
    "SELECT 1 INTO OUTFILE '{copy}'",
    "/*! DELETE FROM dossier */",
    "",
    " -- SELECT",
)


@pytest.mark.parametrize("query", WRITING)
def test_a_query_may_only_read(sqlite, tmp_path, query):
    copy = tmp_path / "copy.db"
    before = (tmp_path / "dossiers.db").read_bytes()
    with pytest.raises(InputError):
        list(ask_database(sqlite, query.format(copy=copy)).rows)
    assert (tmp_path / "dossiers.db").read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["dossiers.db"]


@pytest.mark.parametrize(
    "query",
    [
        "WITH gone AS (DELETE FROM dossier RETURNING dossier) SELECT dossier FROM gone",
        "SELECT nextval('counter')",
        "SELECT 1 $$;$$; COMMIT; DELETE FROM dossier",
        "SELECT E'\\'' ; COMMIT; DROP TABLE dossier; --'",
        "SELECT set_config('transaction_read_only', 'off', false), nextval('counter')",
    ],
)
def test_the_transaction_may_only_read_too(postgres, query):
    with sql.create_engine(postgres, poolclass=sql.NullPool).begin() as connection:
        connection.execute(sql.text("CREATE SEQUENCE IF NOT EXISTS counter"))
    with pytest.raises(InputError):
        list(ask_database(postgres, query).rows)
    (count,) = next(ask_database(postgres, "SELECT count(*) FROM dossier").rows)
    assert count == sum(1 for _ in rows())


def test_what_the_query_check_lets_through_sqlite_does_not(sqlite, monkeypatch, tmp_path):
    monkeypatch.setattr("kszclient.reconciliation.input.database.check_query", lambda _: None)
    for query in (f"VACUUM INTO '{tmp_path / 'copy'}'", f"ATTACH '{tmp_path / 'copy'}' AS c"):
        with pytest.raises(InputError, match="authoriz"):
            list(ask_database(sqlite, query).rows)
    assert [each.name for each in tmp_path.iterdir()] == ["dossiers.db"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 'insert into; x' AS a -- ; delete from d",
        "(SELECT 1 AS a)",
        'select 1 as "into";  ',
        "/* why; */ WITH n(a) AS (VALUES (1), (2)) SELECT a FROM n",
        "SELECT updated, replace('a', 'a', 'b') FROM (SELECT 1 AS updated)",
    ],
)
def test_what_reads_is_asked(sqlite, query):
    if not query.startswith("("):  # which SQLite has no grammar for
        assert list(ask_database(sqlite, query).rows)
    check_query(query)


@pytest.mark.parametrize("name", ["d b.db", "d?x=1.db", "d#1.db", "d%41.db", "é.db", "[d].db"])
@pytest.mark.parametrize("form", ["plain", "address"])
def test_a_file_of_sqlite_by_every_name(tmp_path, name, form):
    with closing(sqlite3.connect(tmp_path / name)) as database:
        database.execute("CREATE TABLE d AS SELECT 1 AS a")
        database.commit()
    path = tmp_path / name
    if form == "address":
        url = f"sqlite:///{path.as_uri().replace('file://', 'file:')}?mode=rw&uri=true"
    else:
        url = sql.URL.create("sqlite", database=str(path)).render_as_string()
    if form == "plain" and "?" in name:
        pytest.skip("a question mark begins the options of a URL")
    assert list(ask_database(url, "SELECT a FROM d").rows) == [(1,)]


@pytest.mark.parametrize("database", ["", ":memory:", "file::memory:", "file:none.db?uri=true"])
def test_a_file_of_sqlite_that_is_not_there(tmp_path, monkeypatch, database):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="there is no such file"):
        ask_database(f"sqlite:///{database}", "SELECT 1")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://back:hush-hush@127.0.0.1:1/db",
        "postgresql+psycopg://back@127.0.0.1:1/db?password=hush-hush",
        "mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BPWD%3Dhush-hush",
        "mysql+pymysql://127.0.0.1/db?passwd=hush-hush",
    ],
)
@pytest.mark.parametrize("option", ["FILE", "--domiciles"])
def test_a_password_is_not_typed(tmp_path, url, option):
    dossiers = write(tmp_path / "dossiers.csv", [*rows()][:1])
    words = (url,) if option == "FILE" else (dossiers, "--domiciles", url)
    shown = kszclient("reconcile", *words, "--out", tmp_path / "out")
    assert shown.code == 2
    assert f"{option}: a password" in shown.err
    assert "[password]" in shown.err
    assert "hush" not in shown.err
    assert not (tmp_path / "out").exists()


def test_a_password_stands_in_a_file_of_its_own(postgres, tmp_path):
    secret = write_private(tmp_path / "secret", postgresql.PASSWORD.encode())
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(f'query = "SELECT 1 AS a"\npassword = {{ file = "{secret.name}" }}\n')
    typed = postgres.replace(f":{postgresql.PASSWORD}@", "@")
    told = read_mapping(mapping)
    assert next(ask_database(typed, told.query, told.password).rows) == (1,)


def test_others_must_not_change_a_mapping(tmp_path):
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('query = "SELECT 1"')
    for mode in (0o666, 0o622, 0o660):
        mapping.chmod(mode)
        with pytest.raises(SettingsError, match=r"mapping\.toml: .*others may change it"):
            read_mapping(mapping)
    mapping.chmod(0o644)
    assert read_mapping(mapping).query == "SELECT 1"


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
