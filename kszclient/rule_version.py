"""Which version of the tables a decision was made with.

A result carries the version, so that whoever finds it later knows whether it would come out the
same today, and which tables to put back to see it come out as it did.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

from kszclient.errors import DataError
from kszclient.resources import read_toml, resource

_LETTERS = 12


class Decision(StrEnum):
    """What is decided with tables."""

    COMPETENCE = "competence"
    COMPLAINTS = "complaints"
    LOOKUP = "lookup"
    RECONCILIATION = "reconciliation"


_OF_PLACES = ("sources.toml", "geography", "competence")
_TABLES: dict[Decision, tuple[str, ...]] = {
    Decision.COMPETENCE: _OF_PLACES,
    Decision.COMPLAINTS: (*_OF_PLACES, "complaints"),
    Decision.LOOKUP: (*_OF_PLACES, "cadaster"),
    Decision.RECONCILIATION: (*_OF_PLACES, "cadaster", "complaints", "reconciliation"),
}
# What a result looks like on paper decides nothing.
_LAYOUT = ("complaints/letters", "reconciliation/report")


@cache
def rule_version(decision: Decision, top: Path | None = None) -> str:
    """The version of the tables that a decision rests on: the begin of their SHA-256.

    It is that of the values: comments, line endings, white space and the order of keys do not
    change it, any value does.

    Args:
        decision: What is decided.
        top: The folder of the tables; by default that of the tables in use.

    Raises:
        DataError: A table cannot be read.

    >>> rule_version(Decision.COMPETENCE) == rule_version(Decision.COMPLAINTS)
    False
    """
    content = {name: values_of(path) for name, path in sorted(table_files(decision, top))}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_day)
    return hashlib.sha256(canonical.encode()).hexdigest()[:_LETTERS]


def table_files(decision: Decision, top: Path | None = None) -> Iterator[tuple[str, Path]]:
    """The files of the tables that a decision rests on, each with its name below ``config``.

    Args:
        decision: What is decided.
        top: The folder that holds them; by default that of the tables in use.
    """
    folder = top or resource("config")
    for named in _TABLES[decision]:
        place = folder / named if top else resource("config", named)
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            name = path.relative_to(folder).as_posix()
            decides = path.suffix in {".toml", ".csv"} and not name.startswith(_LAYOUT)
            if decides and path.is_file():
                yield name, path


def values_of(path: Path) -> object:
    """What a table holds, without comments and layout: a mapping, or the rows of a CSV file.

    Raises:
        DataError: It cannot be read.
    """
    if path.suffix == ".toml":
        return read_toml(path, dict[str, object], DataError)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.reader(file) if row]


def _day(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no canonical form of {type(value).__name__}")
