"""Secrets: where they come from, and a value that hides itself."""

from __future__ import annotations

import codecs
import hmac
import os
from pathlib import Path
from typing import NoReturn

import msgspec

from kszclient.errors import SettingsError
from kszclient.guarded_files import read_private

_COMMAND_SECONDS = 30
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAVE = "Write the secret as UTF-8 text of one line, such as: umask 077; cat > file"


class Secret:
    """A password or passphrase: shown as stars, never pickled, revealed only on request.

    >>> secret = Secret("open sesame")
    >>> secret
    Secret(***)
    >>> f"{secret}"
    '***'
    >>> secret.reveal()
    'open sesame'
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, _: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(
            self._text.encode(), other._text.encode()
        )

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled or copied to another process")


class SecretSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a secret is read from; exactly one of the three.

    There is no way to write a secret into a profile, or to give one on a command line, where
    every user of the machine can read it.

    Args:
        environment: Name of an environment variable.
        file: A file that only we may read: one line of UTF-8; a byte order mark and the line end
            are left out.
        command: Program and arguments that write such a line to standard output; no shell.
    """

    environment: str | None = None
    file: Path | None = None
    command: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse none and more than one."""
        named = [name for name in self.__struct_fields__ if getattr(self, name) is not None]
        if len(named) != 1:
            raise SettingsError("expected exactly one of environment, file, command")
        if not getattr(self, named[0]):
            raise SettingsError(f"{named[0]}: must not be empty")

    def read(self, key: str) -> Secret:
        """Read the secret.

        Args:
            key: The setting that it belongs to, for messages, such as ``"basic.secret"``.

        Raises:
            SettingsError: There is none, or it must not be read from there.
        """
        if self.environment is not None:
            text = os.environ.get(self.environment, "")
            origin = f"environment variable {self.environment}"
        elif self.file is not None:
            text = _decode(read_private(self.file, f"{key}.file"), f"{key}.file")
            origin = f"file {self.file.name}"
        else:
            text = _run(self.command or (), f"{key}.command")
            origin = "command"
        if not text:
            raise SettingsError(f"{key}: the {origin} gives nothing")
        return Secret(text)


def _run(command: tuple[str, ...], key: str) -> str:
    import subprocess  # noqa: PLC0415 - only who has a command pays for loading it

    try:
        done = subprocess.run(  # noqa: S603 - the owner of the profile chose the program
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SettingsError(f"{key}: no secret within {_COMMAND_SECONDS} seconds") from None
    except OSError as error:
        raise SettingsError(f"{key}: cannot be run: {error.strerror}") from None
    if done.returncode:
        raise SettingsError(
            f"{key}: ended with exit code {done.returncode}",
            next_step="Run the command by hand to see why; its output is not shown here.",
        )
    return _decode(done.stdout, key)


def _decode(raw: bytes, key: str) -> str:
    """Read one line of UTF-8, with or without the marks of an editor: byte order and line end."""
    if raw.startswith(_UTF16_MARKS) or b"\0" in raw:
        raise SettingsError(f"{key}: the secret is UTF-16 text, or no text", next_step=_SAVE)
    try:
        text = raw.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        raise SettingsError(f"{key}: the secret is not UTF-8 text", next_step=_SAVE) from None
    text = text.removesuffix("\n").removesuffix("\r")
    if "\n" in text or "\r" in text:
        raise SettingsError(f"{key}: the secret has more than one line", next_step=_SAVE)
    return text
