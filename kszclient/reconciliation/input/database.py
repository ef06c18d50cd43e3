"""Rows of a query to a database, whichever SQLAlchemy speaks to; a batch of them at a time.

Needs the extra ``database``, and the driver of the database. A query may only read: it is looked at
before it is sent, the transaction may only read where the database has such a thing, and nothing
is kept in any case. The password of a URL is in no message, and neither is the number of a person.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from kszclient.errors import InputError
from kszclient.logs import redact
from kszclient.security.secrets import SecretSource

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine
import re

_BATCH_ROWS = 10_000
_SQLITE_READS = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_TRANSACTION,
}
# What an address may say of a file besides its name; that it is only read is ours to say.
_SQLITE_OPTIONS = ("immutable", "nolock", "vfs", "psow")
_READ_ONLY = {
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
}


class Answer(NamedTuple):
    """What a database answers.

    Args:
        name: What to call it in a message.
        columns: The columns of the query.
        rows: The rows, once, in the order in which they come.
    """

    name: str
    columns: tuple[str, ...]
    rows: Iterator[tuple[object, ...]]


def ask_database(url: str, query: str, password: SecretSource | None = None) -> Answer:
    """Ask a database; the rows are fetched while they are read.

    Args:
        url: As SQLAlchemy reads it, such as ``postgresql+psycopg://user@host/name`` or
            ``sqlite:///PATH``.
        query: What to ask; it may only read, and should have an order, so that a run can go on with
            the same input.
        password: Where that of the user is read from, where the URL does not hold it.

    Raises:
        InputError: Something needed is not installed, the query does more than read, or the
            database does not answer.
        SettingsError: The password cannot be read.
    """
    address, sql = _address(url), _sqlalchemy()
    check_query(query)
    name = _name(address)
    if password is not None and address.password is None:
        address = address.set(password=password.read("password").reveal())
    try:
        engine = _engine(address)
    except sql.exc.NoSuchModuleError:
        raise InputError(
            f"no driver of a database is named {address.drivername}",
            next_step="A file is named by its path on this machine; a database by a URL such as "
            "postgresql+psycopg://USER@HOST/NAME.",
        ) from None
    except ImportError as error:
        raise InputError(
            f"{name}: the driver {error.name or 'of this database'} is not installed",
            next_step="Install it, or name another one in the URL: postgresql+psycopg://...",
        ) from None
    except sql.exc.SQLAlchemyError as error:
        raise InputError(f"{name}: {_told(error, address)}") from None
    answer = _answer(engine, query, name, address)
    columns = next(answer)
    return Answer(name, tuple(str(each) for each in columns), answer)


def holds_password(url: str) -> bool:
    """Whether the URL of a database holds a secret, which must not be typed.

    Raises:
        InputError: It cannot be read, or SQLAlchemy is not installed.
    """
    address = _address(url)
    pairs = ((key, value) for key, values in address.normalized_query.items() for value in values)
    return bool(address.password) or any(names_secret(key, value) for key, value in pairs)


def _sqlalchemy() -> Any:
    try:
        import sqlalchemy as sql  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError(
            "a database is read with SQLAlchemy, which is not installed",
            next_step="Install it, and the driver, with: pip install 'kszclient[database]'",
        ) from None
    return sql


def _address(url: str) -> URL:
    sql = _sqlalchemy()
    try:
        address: URL = sql.make_url(url)
    except (sql.exc.ArgumentError, ValueError):
        # The reason would repeat the URL.
        raise InputError("the URL of the database cannot be read") from None
    return address


def _name(address: URL) -> str:
    file = _sqlite_file(address)
    return file.name if file else Path(address.database or address.get_backend_name()).name


def _sqlite_file(address: URL) -> Path | None:
    """The file of an SQLite database, also where it is named by an address of SQLite's own."""
    if address.get_backend_name() != "sqlite":
        return None
    database = address.database or ""
    if database.startswith("file:"):
        database = database.removeprefix("file:").removeprefix("//")
        # Escapes were read once already; those of a name that SQLite itself was to read were not.
        return Path(database) if Path(database).exists() else Path(unquote(database))
    return Path(database)


def _engine(address: URL) -> Engine:
    sql = _sqlalchemy()
    file = _sqlite_file(address)
    if file is None:
        engine: Engine = sql.create_engine(address, poolclass=sql.NullPool)
        return engine
    if not file.is_file():  # it would be made
        raise InputError(f"{file.name or 'sqlite'}: there is no such file")
    if address.get_driver_name() != "pysqlite":
        raise InputError(f"{file.name}: only SQLite's own driver reads such a file: sqlite:///PATH")
    options = "".join(
        f"&{key}={address.query[key]}" for key in _SQLITE_OPTIONS if key in address.query
    )
    # By an absolute address, for a name may look like an option; and never to be written to.
    where = f"{file.absolute().as_uri()}?mode=ro{options}"
    reading: Engine = sql.create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(where, uri=True), poolclass=sql.NullPool
    )
    return reading


def _answer(engine: Engine, query: str, name: str, address: URL) -> Iterator[tuple[object, ...]]:
    """Return the columns, and then the rows; whoever stops in between closes everything."""
    sql = _sqlalchemy()
    try:
        with engine.connect() as opened:
            connection = _reading(opened).execution_options(yield_per=_BATCH_ROWS)
            with connection.execute(sql.text(query)) as result:
                yield tuple(result.keys())
                for row in result:
                    yield tuple(row)
    except sql.exc.SQLAlchemyError as error:
        raise InputError(f"{name}: {_told(error, address)}") from None


def _reading(connection: Connection) -> Connection:
    """Have a connection on which nothing can be written."""
    backend = connection.engine.dialect.name
    if backend == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.set_authorizer(
            lambda action, *_: sqlite3.SQLITE_OK if action in _SQLITE_READS else sqlite3.SQLITE_DENY
        )
    elif backend == "postgresql":
        return connection.execution_options(postgresql_readonly=True)
    elif backend in _READ_ONLY:
        connection.exec_driver_sql(_READ_ONLY[backend])
    return connection


def _told(error: Exception, address: URL) -> str:
    """Return the first line of what the database said, which may repeat what stands in it."""
    said = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    line = said.splitlines()[0]
    secrets = [address.password] if address.password else []
    for key, values in address.normalized_query.items():
        secrets += [each for each in values if names_secret(key, each)]
    for each in secrets:
        line = line.replace(str(each), "***")
    return redact(line)


# Texts, quoted names and comments: what stands in them is no word of the query.
_QUOTED = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*(?!!).*?\*/""",
    re.DOTALL,
)
_BEGINS = re.compile(r"[\s(]*(select|with|values)\b", re.IGNORECASE)
_WORD_THAT_WRITES = re.compile(
    r"\b(into|insert\s+into|update\s+\w+\s+set|delete\s+from|merge\s+into|attach|vacuum)\b",
    re.IGNORECASE,
)
_SECRET_KEY = re.compile(r"pass|pwd|secret|token|credential", re.IGNORECASE)
_SECRET_WITHIN = re.compile(r"(?:pass\w*|pwd|secret|token)\s*=\s*[^;&\s]", re.IGNORECASE)
_NEXT_STEP = "A query begins with SELECT or WITH, is one alone, and changes nothing."


def check_query(query: str) -> None:
    """Refuse a query that would do more than read, before any database sees it.

    The transaction in which it is asked may only read as well, where the database has such a thing;
    and an account that may only read is safer than both.

    Raises:
        InputError: It is none that reads, or is more than one.

    >>> check_query("SELECT dossier, 'drop; into' FROM d -- not yet; later")
    >>> check_query("SELECT 1; DROP TABLE d")
    Traceback (most recent call last):
    kszclient.errors.InputError: query: expected one statement
    """
    bare = _QUOTED.sub(" ", query)
    if not bare.strip():
        raise InputError("query: must not be empty", next_step=_NEXT_STEP)
    if ";" in bare.strip().rstrip("; \n\r\t"):
        raise InputError("query: expected one statement", next_step=_NEXT_STEP)
    if not _BEGINS.match(bare):
        raise InputError("query: may only read", next_step=_NEXT_STEP)
    if "/*!" in bare or _WORD_THAT_WRITES.search(bare):
        raise InputError("query: may only read, and this one would write", next_step=_NEXT_STEP)


def names_secret(key: str, value: str) -> bool:
    """Whether a parameter of a URL holds a secret, by its name or within its value.

    >>> names_secret("password", "x"), names_secret("odbc_connect", "UID=a;PWD=x")
    (True, True)
    >>> names_secret("passfile", "/home/a/.pgpass"), names_secret("sslmode", "require")
    (False, False)
    """
    if key.casefold().endswith(("file", "path")):
        return False
    return bool(value) and bool(_SECRET_KEY.search(key) or _SECRET_WITHIN.search(value))
