"""What changed between two versions of the tables, row by row, in words.

Tables are compared as values: comments, the order of rows and the file in which a rule stands are
no change. A row is known by its ``id``, ``name``, ``code`` or first name, whichever it has.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from kszclient.errors import InputError
from kszclient.rule_version import Decision, table_files, values_of

_KEYS = ("id", "name", "code", "names", "from", "nis", "postcode")
_NAMED_IN_ROW = ("id", "name", "code")


class TableChange(msgspec.Struct, frozen=True):
    """One value that differs between two versions of the tables.

    Args:
        row: The row, such as ``rule K8`` or ``term DL_GC_3M, from 2027-01-01``.
        field: The field of it; empty where the whole row is new or gone.
        before: What stood there, or None where the row or field is new.
        after: What stands there, or None where it is gone.
    """

    row: str
    field: str
    before: str | None
    after: str | None

    def sentence(self) -> str:
        """The change as a person reads it.

        >>> TableChange("rule K8", "certainty", "likely", "sure").sentence()
        'rule K8, certainty: was likely, is sure'
        >>> TableChange("rule K9", "", None, "when = late").sentence()
        'rule K9: new (when = late)'
        """
        place = f"{self.row}, {self.field}" if self.field else self.row
        if self.before is None:
            return f"{place}: new ({self.after})"
        if self.after is None:
            return f"{place}: gone (was {self.before})"
        return f"{place}: was {self.before}, is {self.after}"


def changes(old: Path, decision: Decision) -> list[TableChange]:
    """Compare older tables with those in use.

    Args:
        old: A folder that holds what ``config`` held, or a folder with ``config`` in it.
        decision: Whose tables.

    Returns:
        Each difference, by row.

    Raises:
        DataError: A table cannot be read.
        InputError: The folder holds none of these tables.
    """
    before = _rows(table_files(decision, config_folder(old)))
    if not before:
        raise InputError(f"{old.name}: holds no tables of {decision}; name a copy of config/")
    after = _rows(table_files(decision))
    return [
        change
        for row in sorted(before.keys() | after.keys())
        for change in _row_changes(row, before.get(row), after.get(row))
    ]


def config_folder(old: Path) -> Path:
    """The folder of tables in what a user named: itself, or ``config`` within it.

    Raises:
        InputError: It is no folder.
    """
    if not old.is_dir():
        raise InputError(f"{old.name}: no folder; name a copy of config/ as it was")
    return old / "config" if (old / "config").is_dir() else old


def copy_tables(old: Path, to: Path) -> None:
    """Copy older tables to where `KSZCLIENT_DATA` can name them.

    Args:
        old: As for `changes`.
        to: An empty folder of our own.
    """
    shutil.copytree(config_folder(old), to / "config")


def _row_changes(
    row: str, before: Mapping[str, str] | None, after: Mapping[str, str] | None
) -> Iterator[TableChange]:
    if before is None or after is None:
        yield TableChange(row, "", _summary(before), _summary(after))
        return
    for field in sorted(before.keys() | after.keys()):
        was, now = before.get(field), after.get(field)
        if was != now:
            yield TableChange(row, field, was, now)


def _summary(fields: Mapping[str, str] | None) -> str | None:
    """A row in one line, without its sentences in other languages."""
    if fields is None:
        return None
    shown = [
        f"{key} = {value}"
        for key, value in fields.items()
        if key not in _NAMED_IN_ROW and not key.startswith("text.")
    ]
    return "; ".join(shown) or "; ".join(f"{key} = {value}" for key, value in fields.items())


def _rows(files: Iterator[tuple[str, Path]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, path in files:
        table = values_of(path)
        # A rule keeps its name wherever it stands; single settings are named by their file.
        for row, field, value in _values("" if _has_rows(table) else name, table):
            found.setdefault(row or name, {})[field] = value
    return found


def _has_rows(table: object) -> bool:
    return isinstance(table, dict) and any(_are_rows(value) for value in table.values())


def _are_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _values(row: str, value: object, field: str = "") -> Iterator[tuple[str, str, str]]:
    """Each single value below a table: its row, its field, and itself as text."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, list) and _are_rows(inner):
                yield from _nested(row, key, inner)
            else:
                yield from _values(row, inner, f"{field}.{key}" if field else str(key))
    elif _are_rows(value) and isinstance(value, list):
        yield from _nested(row, field or "row", value)
    else:
        yield row, field, _text(value)


def _nested(row: str, kind: str, rows: list[dict[str, object]]) -> Iterator[tuple[str, str, str]]:
    seen: dict[str, int] = {}
    for each in rows:
        name = _name(kind, each)
        seen[name] = seen.get(name, 0) + 1
        place = name if seen[name] == 1 else f"{name} ({seen[name]})"
        yield from _values(f"{row}, {place}" if row else place, each)


def _name(kind: str, row: Mapping[str, object]) -> str:
    key = next((key for key in _KEYS if key in row), None)
    if key == "from":
        return f"from {_text(row[key])}"
    if key:
        named = row[key]
        return f"{kind} {_text(named[0] if isinstance(named, list) else named)}"
    if "outcome" in row and "reason" in row:
        return f"answer {row['outcome']} {row['reason']}"
    return kind


def _text(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_text(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_text(each)}" for key, each in value.items()) + "}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
