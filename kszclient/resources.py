"""Where the rule tables, the contract and the mock's world are found.

They stand at the top of the checkout (`config/`, `schemas/`, `mocks/`) and inside the installed
package (`kszclient/_data/`). An explicit folder named in the environment variable
``KSZCLIENT_DATA`` goes before both.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

from kszclient.errors import SettingsError

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
