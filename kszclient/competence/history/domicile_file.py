"""Domicile files: a history as a JSON list or as CSV, with a heading.

Fields: ``from``, ``to`` (days; an empty ``to`` is open), one of ``nis``, ``postcode``, ``country``,
and optionally ``known_on``. The headings of a CSV file and countries may be in capitals or not.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING

from kszclient.competence.history.history import DomicileHistory
from kszclient.competence.history.spells import Spell
from kszclient.errors import DomicileError, InputError, InvalidValueError, UnknownPlaceError
from kszclient.resources import decode_json, input_name, key_shown, read_input
from kszclient.values import parse_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_DAYS = ("from", "to", "known_on")
_CODES = ("nis", "postcode", "country")
_FIELDS = frozenset((*_DAYS, *_CODES))
_HEADING = "from, to (days), one of nis, postcode, country, and optionally known_on"
_NEXT_STEP = f"A domicile file is a JSON list or CSV with a heading; its fields are {_HEADING}."


def read_domicile(path: Path) -> DomicileHistory:
    """Read the domicile history of one child.

    Args:
        path: A JSON file (it begins with ``[``) or a CSV file, in UTF-8; CSV cells may be
            separated by commas or semicolons. ``-`` is standard input.

    Raises:
        InputError: The file cannot be read, or is neither JSON nor CSV.
        DomicileError: A row is wrong; the message names the file, the row and the field.
        UnknownPlaceError: A code or postcode is in no table; the message names the row.
    """
    return decode_domicile(read_input(path), input_name(path))


def decode_domicile(content: bytes, name: str) -> DomicileHistory:
    """Read the domicile history of one child from the content of a file, as `read_domicile` does.

    Args:
        content: JSON or CSV, in UTF-8.
        name: What messages call it.

    Raises:
        InputError: It is no UTF-8 text.
        DomicileError: A row is wrong; the message names the row and the field.
        UnknownPlaceError: A code or postcode is in no table; the message names the row.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: expected UTF-8 text", next_step=_NEXT_STEP) from error
    try:
        rows = _json_rows(text) if text.lstrip().startswith(("[", "{")) else _csv_rows(text)
        return history_from(rows)
    except (DomicileError, UnknownPlaceError) as error:
        raise type(error)(f"{name}: {error}", next_step=error.next_step or _NEXT_STEP) from error


def history_from(rows: Iterable[object]) -> DomicileHistory:
    """Read a domicile history from rows of plain data, such as a part of a JSON file.

    Args:
        rows: One mapping a spell, with the fields of a domicile file.

    Raises:
        DomicileError: A row is wrong; the message names the row and the field.
        UnknownPlaceError: A code or postcode is in no table; the message names the spell.

    >>> history_from([{"from": "2019-05-01", "nis": "63023"}]).stays[0].area
    <Area.DG: 'DG'>
    """
    spells = []
    for number, row in enumerate(rows, start=1):
        try:
            spells.append(_spell(row))
        except DomicileError as error:
            raise DomicileError(f"row {number}, {error}") from None
    return DomicileHistory(spells)


def _json_rows(text: str) -> list[object]:
    try:
        rows = decode_json(text, "the history")
    except InputError as error:
        raise DomicileError(str(error)) from None
    if not isinstance(rows, list):
        raise DomicileError("expected a list of spells")
    return rows


def _csv_rows(text: str) -> list[dict[str | None, object]]:
    file = io.StringIO(text, newline="")  # lines end in any way
    heading = file.readline()
    if not heading.strip():
        raise DomicileError("the file is empty")
    file.seek(0)
    reader = csv.DictReader(file, delimiter=";" if ";" in heading else ",")
    try:
        names = [name.strip().lower() for name in reader.fieldnames or ()]
    except csv.Error as error:
        raise DomicileError(f"the heading: {error}") from None
    for name in names:
        if names.count(name) > 1:
            raise DomicileError(f"field {key_shown(name)}: given twice in the heading")
    _check_heading(names)
    reader.fieldnames = names
    rows: list[dict[str | None, object]] = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        raise DomicileError(f"row {len(rows) + 1}, {error}") from None
    return rows


def _check_heading(names: list[str]) -> None:
    """Check that the first line names fields; a file without a heading would pass as empty."""
    unknown = [name for name in names if name not in _FIELDS]
    if unknown or "from" not in names or not {*names} & {*_CODES}:
        found = f"; {_unknown(unknown)}" if unknown else ""
        raise DomicileError(
            f"the heading: expected {_HEADING}{found}",
            next_step="Begin the file with a line that names its fields, such as from,to,nis.",
        )


def _unknown(names: Iterable[object]) -> str:
    # A cell of a file without a heading must not come back in a message.
    shown = sorted(str(n) for n in names if re.fullmatch("[A-Za-z_]{1,20}", str(n)))
    return f"unknown field {', '.join(shown) or '(not a name)'}"


def _spell(row: object) -> Spell:
    if not isinstance(row, dict):
        raise DomicileError("expected the fields of one spell")
    if None in row:
        raise DomicileError("more cells than the heading has fields")
    unknown = row.keys() - _FIELDS
    if unknown:
        raise DomicileError(_unknown(unknown))
    given = {name: cell for name, cell in row.items() if cell not in (None, "")}
    if "from" not in given:
        raise DomicileError("field from: expected a day, written YYYY-MM-DD")
    days = {name: _day(name, given[name]) for name in _DAYS if name in given}
    codes = {name: _code(name, given[name]) for name in _CODES if name in given}
    return Spell(
        begin=days["from"],
        end=days.get("to"),
        known_on=days.get("known_on"),
        nis=codes.get("nis"),
        postcode=codes.get("postcode"),
        country=codes["country"].upper() if "country" in codes else None,
    )


def _day(name: str, cell: object) -> dt.date:
    text = cell.strip() if isinstance(cell, str) else ""
    try:
        return parse_day(text)
    except InvalidValueError:
        raise DomicileError(f"field {name}: expected a day, written YYYY-MM-DD") from None


def _code(name: str, cell: object) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    raise DomicileError(f"field {name}: expected text")
