"""Where the rule tables, the contract and the mock's world are found; how a named file is read.

They stand at the top of the checkout (`config/`, `schemas/`, `mocks/`) and inside the installed
package (`kszclient/_data/`). An explicit folder named in the environment variable
``KSZCLIENT_DATA`` goes before both.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

from kszclient.errors import InputError, SettingsError

Kind = Literal["config", "schemas", "mocks"]


@cache
def _root(explicit: str | None) -> Path:
    if explicit:
        return Path(explicit)
    package = Path(__file__).parent
    packaged = package / "_data"
    return packaged if packaged.is_dir() else package.parent


def resource(kind: Kind, *parts: str) -> Path:
    """Give the path of a file or folder that the library ships with.

    Args:
        kind: Which of the three folders.
        parts: The way down from there.

    Returns:
        The path, which exists.

    Raises:
        SettingsError: There is no such file.

    >>> resource("config", "profiles", "mock.toml").name
    'mock.toml'
    """
    path = _root(os.environ.get("KSZCLIENT_DATA")).joinpath(kind, *parts)
    if not path.exists():
        raise SettingsError(
            f"data file {'/'.join((kind, *parts))} not found",
            next_step="Install kszclient anew, or correct KSZCLIENT_DATA.",
        )
    return path


MAX_INPUT_BYTES = 16 * 1024 * 1024
"""The largest file that a person may hand in by name; a history or a complaint is a few kB."""


def read_input(path: Path) -> bytes:
    """Read a small file that somebody names, never more of it than is allowed.

    Args:
        path: The file.

    Raises:
        InputError: It cannot be read, or is larger; the message names the file.
    """
    name = path.name or str(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_INPUT_BYTES + 1)
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror}") from error
    if len(content) > MAX_INPUT_BYTES:
        raise InputError(f"{name}: larger than the {MAX_INPUT_BYTES} bytes that are read")
    return content
