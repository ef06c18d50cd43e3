"""Rule tables as TOML: each row read by itself, so that a broken one is named."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from kszclient.errors import DataError
from kszclient.resources import read_toml
from kszclient.values import Month

_Row = TypeVar("_Row")


Spread = Callable[[dict[str, object]], Iterable[dict[str, object]]]


def as_it_is(row: dict[str, object]) -> Iterable[dict[str, object]]:
    """One row for one entry of the file."""
    return (row,)


def listed_rows(path: Path, key: str, row: type[_Row], spread: Spread = as_it_is) -> Iterator[_Row]:
    """Read the rows of a list, such as ``[[rule]]``.

    Args:
        path: The file.
        key: The name of the list.
        row: What each row must hold.
        spread: Makes of an entry of the file the rows that it stands for.

    Raises:
        DataError: A row is broken; the message names the file and the row, by its id or else its
            number.
    """
    table = read_toml(path, dict[str, object], DataError)
    rows = table.pop(key, None)
    if not isinstance(rows, list) or not rows:
        raise DataError(f"{path.name}: expected rows [[{key}]]")
    if table:
        raise DataError(f"{path.name}: expected rows [[{key}]] only, found {', '.join(table)}")
    for number, each in enumerate(rows, start=1):
        for one in spread(each) if isinstance(each, dict) else [each]:
            name = one.get("id", number) if isinstance(one, dict) else number
            yield _row(f"{path.name}, {key} {name}", one, row)


def named_rows(path: Path, row: type[_Row]) -> dict[str, _Row]:
    """Read rows that each stand under a name, such as ``[gap]``.

    Raises:
        DataError: A row is broken; the message names the file and the row.
    """
    return {
        name: _row(f"{path.name}, {name}", each, row)
        for name, each in read_toml(path, dict[str, object], DataError).items()
    }


def by_id(file: str, rows: Iterable[_Row]) -> dict[str, _Row]:
    """Give rows by their ids.

    Raises:
        DataError: An id is given twice.
    """
    found: dict[str, _Row] = {}
    for row in rows:
        name = str(getattr(row, "id", ""))
        if name in found:
            raise DataError(f"{file}, {name}: the id is given twice")
        found[name] = row
    return found


def _row(where: str, each: object, row: type[_Row]) -> _Row:
    try:
        return msgspec.convert(each, row, dec_hook=_month)
    except (msgspec.ValidationError, ValueError) as error:
        raise DataError(f"{where}: {error}") from error


def _month(kind: type, value: object) -> object:
    return Month.parse(value) if kind is Month and isinstance(value, str) else value
