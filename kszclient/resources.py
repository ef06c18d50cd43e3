"""Where the rule tables, the contract and the mock's world are found; how a named file is read.

They stand at the top of the checkout (`config/`, `schemas/`, `mocks/`) and inside the installed
package (`kszclient/_data/`). An explicit folder named in the environment variable
``KSZCLIENT_DATA`` goes before both, where nobody else may change it; the schemas are always those
that ship.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from kszclient.errors import InputError, KszError, SettingsError
from kszclient.file_kinds import BEGIN_BYTES, kind_but_rows, kind_of
from kszclient.guarded_files import check_unchanged

Kind = Literal["config", "schemas", "mocks"]
T = TypeVar("T")

DATA_VARIABLE = "KSZCLIENT_DATA"
"""The environment variable that names a folder with data of one's own."""


@cache
def _shipped_folder() -> Path:
    package = Path(__file__).parent
    packaged = package / "_data"
    return packaged if packaged.is_dir() else package.parent


def resource(kind: Kind, *parts: str) -> Path:
    """Return the path of a file or folder that the library ships with.

    Args:
        kind: Which of the three folders.
        parts: The way down from there.

    Returns:
        The path, which exists.

    Raises:
        SettingsError: There is no such file, or it lies in the folder that the environment names
            and others may change it.

    >>> resource("config", "profiles", "mock.toml").name
    'mock.toml'
    """
    # Schemas decide what an answer may be: they change with the code, not with a setting.
    own = kind != "schemas" and not shipped()
    folder = data_folder() if own else _shipped_folder()
    path = folder.joinpath(kind, *parts)
    if not path.exists():
        raise SettingsError(
            f"data file {'/'.join((kind, *parts))} not found",
            next_step="Install kszclient anew, or correct KSZCLIENT_DATA.",
        )
    if own:
        check_unchanged(folder, kind, *parts, key=DATA_VARIABLE)
    return path


def shipped() -> bool:
    """Return whether the data in use are those that the library ships with and tests."""
    return not os.environ.get(DATA_VARIABLE)


def data_folder() -> Path:
    """Return the folder that holds the data in use, one's own where the environment names one."""
    explicit = os.environ.get(DATA_VARIABLE)
    return Path(explicit) if explicit else _shipped_folder()


def read_toml(path: Path, shape: type[T], error: type[KszError]) -> T:
    """Read a TOML file.

    Args:
        path: The file.
        shape: What it must hold.
        error: What is raised where it does not.

    Raises:
        KszError: Of that class: the file cannot be read or holds something else; the message names
            the file with its folder, and the line or the key.
    """
    folder = data_folder()
    inside = path.is_relative_to(folder)
    name = path.relative_to(folder) if inside else Path(*path.parts[-2:])
    try:
        return decode_toml(path.read_bytes(), shape, error)
    except OSError as problem:
        raise error(f"{name}: cannot be read: {problem.strerror}") from None
    except error as problem:
        raise error(f"{name}: {problem}") from None


def decode_toml(content: bytes, shape: type[T], error: type[KszError]) -> T:
    r"""Decode TOML that is in UTF-8.

    Args:
        content: The TOML.
        shape: What it must hold.
        error: What is raised where it does not.

    Raises:
        KszError: Of that class: it is no TOML or holds something else; the message names the line
            or the key.

    >>> decode_toml(b"country = 1", dict[str, str], InputError)
    Traceback (most recent call last):
    kszclient.errors.InputError: Expected `str`, got `int` - at `$[...]`
    >>> decode_toml(b"# A mapping\n# made in Li\xe8ge", dict[str, str], InputError)
    Traceback (most recent call last):
    kszclient.errors.InputError: cannot be read: line 2 is not in UTF-8
    """
    if kind := kind_but_rows(content[:BEGIN_BYTES], io.BytesIO(content)):
        raise error(f"cannot be read: this is {kind.name}, not TOML")
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode()
        return msgspec.toml.decode(text, type=shape)
    except UnicodeDecodeError as problem:
        line = problem.object.count(b"\n", 0, problem.start) + 1
        raise error(f"cannot be read: line {line} is not in UTF-8") from None
    except RecursionError:
        raise error("cannot be read: not TOML: nested too deep") from None
    except msgspec.ValidationError as problem:
        raise error(str(problem)) from problem
    except (msgspec.DecodeError, ValueError) as problem:
        raise error(f"cannot be read: not TOML: {problem}") from None


MAX_INPUT_BYTES = 16 * 1024 * 1024
"""The largest file that a person may hand in by name; a history or a complaint is a few kB."""


STANDARD_INPUT = Path("-")
"""What a person names to hand something in on standard input."""


def input_name(path: Path) -> str:
    """Return the name under which messages speak of what somebody hands in.

    >>> input_name(Path("cases/mine.json")), input_name(Path("-"))
    ('mine.json', 'standard input')
    """
    return "standard input" if path == STANDARD_INPUT else path.name or str(path)


_ESCAPED_BYTES = re.compile("[\udc80-\udcff]+")


def path_shown(path: Path | str) -> str:
    r"""Return a path as text that can be written anywhere, whatever bytes it is made of.

    Where the locale has no letters beyond ASCII, Python holds others as halves of pairs, which no
    encoding takes.

    >>> path_shown(Path("Li\udcc3\udca8ge.csv"))
    'Liège.csv'
    """
    return _ESCAPED_BYTES.sub(
        lambda found: found[0].encode(errors="surrogateescape").decode(errors="replace"), str(path)
    )


def read_input(path: Path) -> bytes:
    """Read a small file that somebody names, never more of it than is allowed.

    Args:
        path: The file; ``-`` is standard input.

    Raises:
        InputError: It cannot be read, is larger, or is no plain text but, say, a workbook; the
            message names the file.
    """
    name = input_name(path)
    try:
        if path == STANDARD_INPUT:
            content = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
        else:
            with path.open("rb") as file:
                content = file.read(MAX_INPUT_BYTES + 1)
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror}") from error
    if len(content) > MAX_INPUT_BYTES:
        raise InputError(f"{name}: larger than the {MAX_INPUT_BYTES} bytes that are read")
    if kind := kind_of(content[:BEGIN_BYTES], io.BytesIO(content)):
        raise InputError(f"{name}: this is {kind.name}", next_step=kind.remedy)
    return content


# A key that looks like no key may be a name or a number put in the wrong place.
_KEY = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}", re.ASCII)


def key_shown(key: str) -> str:
    """Return a key of somebody's JSON as a message may show it.

    >>> key_shown("nis"), key_shown("85023000125")
    ('nis', '(a key)')
    """
    return key if _KEY.fullmatch(key) else "(a key)"


def decode_json(content: bytes | str, what: str) -> object:
    """Decode JSON that somebody wrote; a key that stands twice in one object is refused.

    Nobody can know which of the two was meant, and most readers silently take the last.

    Args:
        content: The JSON, in UTF-8.
        what: What it is, for messages.

    Raises:
        InputError: It is no JSON, or has a key twice; the message repeats no value.

    >>> decode_json('{"nis": "11002", "nis": "21004"}', "the complaint")
    Traceback (most recent call last):
    kszclient.errors.InputError: field nis: given twice
    >>> decode_json('{"nis": "11002"', "the complaint")
    Traceback (most recent call last):
    kszclient.errors.InputError: the complaint is not JSON: Input data was truncated
    """
    if isinstance(content, bytes):
        content = content.removeprefix(codecs.BOM_UTF8)  # Windows writes it
    try:
        decoded: object = msgspec.json.decode(content)
        json.loads(content, object_pairs_hook=_once)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        problem = "expected UTF-8"
        if isinstance(error, msgspec.DecodeError):
            problem = str(error).removeprefix("JSON is malformed: ")
        raise InputError(f"{what} is not JSON: {problem}") from None
    except RecursionError:
        raise InputError(f"{what} is not JSON: nested too deep") from None
    return decoded


def _once(pairs: Iterable[tuple[str, object]]) -> None:
    seen = set()
    for key, _ in pairs:
        if key in seen:
            raise InputError(f"field {key_shown(key)}: given twice")
        seen.add(key)
