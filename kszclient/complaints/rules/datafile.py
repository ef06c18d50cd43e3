"""Reading the data files of this package into typed structures."""

from __future__ import annotations

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
    """Give the TOML files of a folder under `config/complaints`, sorted."""
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
