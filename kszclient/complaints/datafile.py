"""Reading the data files of this package into typed structures."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, TypeVar

import msgspec

from kszclient.errors import DataError
from kszclient.resources import read_toml, resource

T = TypeVar("T")


def load(shape: type[T], *path: str) -> T:
    """Read one TOML file under `config/complaints`.

    Args:
        shape: What the file must hold.
        path: The way to the file.

    Raises:
        DataError: The file is not TOML or does not have that shape; the message names the place.
    """
    return read_toml(resource("config", "complaints", *path), shape, DataError)


def names(folder: str) -> list[str]:
    """Return the TOML files of a folder under `config/complaints`, sorted."""
    return sorted(file.name for file in resource("config", "complaints", folder).glob("*.toml"))


def convert_row(row: Any, shape: type[T], where: str) -> T:
    """Read a row of a file into a typed structure.

    Args:
        row: As TOML has it.
        shape: What it must hold.
        where: What the row is, for messages.

    Raises:
        DataError: It does not have that shape; the message names the row and the field.
    """
    try:
        return msgspec.convert(row, shape)
    except msgspec.ValidationError as error:
        raise DataError(f"{where}: {error}") from None


_INSTANCE_CODE = re.compile(r"[A-Z][A-Z0-9_]*", re.ASCII)
_BODY_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class InstanceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: an instance, with the bodies whose desk it is.

    Cards and bodies are read where their words are known (`instances`, `bodies`).

    Args:
        code: What complaint files, rules and results call the instance.
        rank: Its place among the steps, the lighter before the heavier.
        card: What people read of it, by area.
        body: The bodies whose act or service can be complained about there.
        payer_channels: The kinds of channels of the payer's own row that reach it too.
        decision_day: Of who decides on appeals: the complaint's field that holds the day on which
            one was informed of its decision.
        decision_subject: The subject of a complaint about that decision.
    """

    code: str
    rank: int
    card: tuple[dict[str, Any], ...]
    body: tuple[dict[str, Any], ...] = ()
    payer_channels: tuple[str, ...] = ()
    decision_day: str = ""
    decision_subject: str = ""


@cache
def entries() -> tuple[InstanceFile, ...]:
    """Every instance in the order of steps.

    Raises:
        DataError: A file is broken, or a code or rank stands twice; the message names the file.

    >>> [entry.code for entry in entries()][:2]
    ['EMERGENCY', 'INFO_LINE']
    """
    found: list[InstanceFile] = []
    for name in names("instances"):
        entry = load(InstanceFile, "instances", name)
        for other in found:
            if entry.code == other.code or entry.rank == other.rank:
                raise DataError(f"{_where(name)}: {other.code} has this code or rank")
        if not _INSTANCE_CODE.fullmatch(entry.code):
            raise DataError(f"{_where(name)}: code: expected capitals, digits and _")
        found.append(entry)
    _check_bodies(found)
    return tuple(sorted(found, key=lambda entry: entry.rank))


def instance_codes() -> list[str]:
    """The codes of all instances, in the order of steps."""
    return [entry.code for entry in entries()]


def body_codes() -> list[str]:
    """The codes of all bodies that can be complained about."""
    return [row["code"] for entry in entries() for row in entry.body]


def _check_bodies(found: list[InstanceFile]) -> None:
    codes = set[str]()
    for entry in found:
        for row in entry.body:
            code = row.get("code")
            if not isinstance(code, str) or not _BODY_CODE.fullmatch(code):
                raise DataError(
                    f"instance {entry.code}: [[body]] needs a code in small letters, digits and _"
                )
            if code in codes:
                raise DataError(f"instance {entry.code}: body {code} stands twice")
            codes.add(code)


def _where(name: str) -> str:
    return f"config/complaints/instances/{name}"
