"""A file of settings: TOML in, a checked value out; what is wrong is reported by its key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar, get_args

import msgspec

from kszclient.errors import SettingsError
from kszclient.guarded_files import read_unchanged
from kszclient.resources import decode_toml

Settings = TypeVar("Settings", bound=msgspec.Struct)

_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_EXPECTED = re.compile(r"Expected `(\w+)")
_WORDS = {
    "array": "a list in brackets",
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "object": "a table, such as { key = value }",
    "str": "a text in quotes",
}


def read_settings(
    path: Path, kind: type[Settings], origin: str, *, guarded: bool = False
) -> Settings:
    """Read a file of settings.

    Args:
        path: The file; relative paths in it start at its folder.
        kind: What it holds, a frozen struct; its tables are structs in turn.
        origin: What the file is, for messages, such as ``"profile prod"``.
        guarded: Whether a file that others may change is refused.

    Raises:
        SettingsError: No such file, not TOML, an unknown or missing key, a wrong type or a
            contradiction. The message names the line, or the key with its table; it repeats no
            value.
    """
    try:
        content = _content(path, guarded=guarded)
        table = decode_toml(content, dict[str, object], SettingsError)
        return _convert(table, kind, path.absolute().parent)
    except SettingsError as error:
        raise SettingsError(f"{origin}: {error}", next_step=error.next_step) from None


def _content(path: Path, *, guarded: bool) -> bytes:
    if not path.exists():
        raise SettingsError("no such file")
    try:
        return read_unchanged(path, "file") if guarded else path.read_bytes()
    except OSError as error:
        raise SettingsError(f"cannot be read: {error.strerror}") from None


def _convert(table: Mapping[str, object], kind: type[Settings], folder: Path) -> Settings:
    _check_keys(table, kind, dict(_tables(kind)))
    try:
        return msgspec.convert(table, kind, dec_hook=lambda _, value: _path(value, folder))
    except msgspec.ValidationError as error:
        raise _in_our_words(error, kind) from None


def _path(value: object, folder: Path) -> Path:
    if not isinstance(value, str):
        raise SettingsError("expected a path in quotes")
    return folder / value


def _tables(kind: type[msgspec.Struct], place: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return every table that a file may hold, with its keys; the top of the file has no name."""
    yield place, kind.__struct_fields__
    for field in msgspec.structs.fields(kind):
        inner = _struct_of(field.type)
        if inner is not None:
            yield from _tables(inner, _joined(place, field.name))


def _check_keys(
    table: Mapping[str, object],
    kind: type[msgspec.Struct],
    tables: Mapping[str, tuple[str, ...]],
    place: str = "",
) -> None:
    for key in table:
        if key not in tables[place]:
            hint = _nearest(key, place, tables)
            raise SettingsError(f"{_joined(place, key)}: unknown key {_where(place)}; {hint}")
    for field in msgspec.structs.fields(kind):
        name, value = _joined(place, field.name), table.get(field.name)
        if value is None and field.required:
            raise SettingsError(f"{name}: not set")
        inner = _struct_of(field.type)
        if inner is not None and isinstance(value, Mapping):
            _check_keys(value, inner, tables, name)


def _nearest(key: str, place: str, tables: Mapping[str, tuple[str, ...]]) -> str:
    homes = [home for home, known in tables.items() if key in known]
    if homes:
        return f"it belongs {_where(homes[0])}"
    for home in (place, *tables):
        near = difflib.get_close_matches(key, tables[home], n=1)
        if near:
            return f"the nearest is {near[0]} {_where(home)}"
    return "known are " + ", ".join(tables[place])


def _where(place: str) -> str:
    return f"in [{place}]" if place else "above the first table"


def _joined(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _struct_of(annotation: object) -> type[msgspec.Struct] | None:
    return _one_of(annotation, msgspec.Struct)


Kind = TypeVar("Kind")


def _one_of(annotation: object, kind: type[Kind]) -> type[Kind] | None:
    """Return the class of this kind that an annotation such as ``X | None`` names."""
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, kind):
            return each
    return None


def _in_our_words(error: msgspec.ValidationError, kind: type[msgspec.Struct]) -> SettingsError:
    place = _PLACE.search(str(error))
    key = place[1] if place else ""
    ours = error.__cause__
    if isinstance(ours, SettingsError):
        text = str(ours)
        # A table that names one of its own keys has its name put before it.
        within = re.match(r"[a-z_0-9]+: ", text) and key
        return SettingsError(
            f"{key}.{text}" if within else f"{key}: {text}" if key else text,
            next_step=ours.next_step,
        )
    return SettingsError(f"{key}: expected {_expected(str(error), kind, key)}")


def _expected(text: str, kind: type[msgspec.Struct], key: str) -> str:
    words = _EXPECTED.match(text)
    if words and words[1] in _WORDS:
        return _WORDS[words[1]]
    annotation: object = kind
    for step in re.sub(r"\[.*?\]", "", key).split("."):
        inner = _struct_of(annotation)
        fields = {each.name: each.type for each in msgspec.structs.fields(inner)} if inner else {}
        annotation = fields.get(step)
    choice = _one_of(annotation, StrEnum)
    return f"one of {', '.join(choice)}" if choice else "another kind of value"
