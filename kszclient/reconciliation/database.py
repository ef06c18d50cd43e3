"""Rows of a query to a database, whichever SQLAlchemy speaks to; a batch of them at a time.

Needs the extra ``database``, and the driver of the database. Nothing that a query changes is kept.
The password of a URL is in no message, and neither is the number of a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kszclient.errors import InputError
from kszclient.logs import redact

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

_BATCH_ROWS = 10_000


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


def ask_database(url: str, query: str) -> Answer:
    """Ask a database; the rows are fetched while they are read.

    Args:
        url: As SQLAlchemy reads it, such as ``postgresql+psycopg://user@host/name`` or
            ``sqlite:///PATH``.
        query: What to ask; it should have an order, so that a run can go on with the same input.

    Raises:
        InputError: Something needed is not installed, or the database does not answer.
    """
    try:
        import sqlalchemy as sql  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError(
            "a database is read with SQLAlchemy, which is not installed",
            next_step="Install it, and the driver, with: pip install 'kszclient[database]'",
        ) from None
    try:
        address = sql.make_url(url)
    except (sql.exc.ArgumentError, ValueError):
        # The reason would repeat the URL.
        raise InputError("the URL of the database cannot be read") from None
    name = address.database or address.get_backend_name()
    name = Path(name).name
    _check_file(address)
    try:
        engine = sql.create_engine(address, poolclass=sql.NullPool)
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


def _answer(engine: Engine, query: str, name: str, address: URL) -> Iterator[tuple[object, ...]]:
    """Give the columns, and then the rows; whoever stops in between closes everything."""
    import sqlalchemy as sql  # noqa: PLC0415 - an extra

    try:
        with (
            engine.connect().execution_options(yield_per=_BATCH_ROWS) as connection,
            connection.execute(sql.text(query)) as result,
        ):
            yield tuple(result.keys())
            for row in result:
                yield tuple(row)
    except sql.exc.SQLAlchemyError as error:
        raise InputError(f"{name}: {_told(error, address)}") from None


def _check_file(address: URL) -> None:
    """Refuse a SQLite file that is not there: it would be made."""
    path = address.database
    if address.get_backend_name() == "sqlite" and path and not Path(path).is_file():
        raise InputError(f"{Path(path).name}: there is no such file")


def _told(error: Exception, address: URL) -> str:
    """Give the first line of what the database said, which may repeat what stands in it."""
    said = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    line = said.splitlines()[0]
    if address.password:
        line = line.replace(str(address.password), "***")
    return redact(line)
