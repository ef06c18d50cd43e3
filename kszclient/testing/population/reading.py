"""Reading the mock world's files: TOML into typed values, with errors that name the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kszclient.errors import InputError, KszError, SettingsError
from kszclient.resources import read_toml
from kszclient.values import Month, Ssin

T = TypeVar("T")


def read_typed(path: Path, kind: type[T]) -> T:
    """Read a file of the mock world.

    Args:
        path: The file.
        kind: The struct that describes it.

    Raises:
        SettingsError: The file cannot be read or holds something else; the message names the line
            or the field.
    """
    return typed(path, read_toml(path, dict[str, Any], SettingsError), kind)


def typed(
    path: Path, data: object, kind: type[T], *, people: Mapping[str, Ssin] | None = None
) -> T:
    """Turn plain data of a file into typed values.

    Raises:
        SettingsError: The data are of another kind; the message names the field.
    """
    own: dict[type, Callable[[Any], object]] = {
        Month: Month.parse,
        Ssin: partial(_number, people=people or {}),
    }
    try:
        return msgspec.convert(data, kind, dec_hook=lambda wanted, value: own[wanted](value))
    except (msgspec.ValidationError, KszError) as error:
        raise SettingsError(f"{path.name}: {error}") from error


def _number(text: object, people: Mapping[str, Ssin]) -> Ssin:
    if not isinstance(text, str):
        raise InputError("a number is written between quotes")
    if text in people:
        return people[text]
    if not looks_like_number(text):
        raise InputError(f"nobody is called {text!r} in `people`")
    return synthetic_ssin(text)


def looks_like_number(text: str) -> bool:
    """Return whether a text is meant as a number, and so must not be repeated in a message.

    >>> looks_like_number("85.02.30-001.25"), looks_like_number("eupen-2024")
    (True, False)
    """
    return any(each.isdigit() for each in text) and not any(each.isalpha() for each in text)


def synthetic_ssin(text: str) -> Ssin:
    """Read a number that a file of the mock world holds.

    Raises:
        InputError: It is not in order, or somebody could have it.
    """
    number = Ssin.parse(text)
    if not number.synthetic:
        raise InputError("a number in the mock world must be synthetic")
    return number
