"""How the command line speaks: results to standard output, messages to standard error."""

from __future__ import annotations

import re
import sys
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from kszclient.errors import KszError


_WIDE = 200


class Exit(IntEnum):
    """The exit codes, the same for every command."""

    DONE = 0
    FINDINGS = 1
    BAD_INPUT = 2
    REFUSED = 3
    TECHNICAL = 4


OUTCOME_EXITS = {"COMPLETE": Exit.DONE, "INCOMPLETE": Exit.FINDINGS, "REFUSED": Exit.REFUSED}
"""The exit code of each outcome of a lookup."""


def print_json(result: object) -> None:
    """Write a whole result to standard output as indented JSON."""
    import msgspec

    from kszclient.values import plain

    write_json(msgspec.json.format(msgspec.json.encode(plain(result)), indent=2).decode())


def write_json(text: str) -> None:
    """Write JSON to standard output, with escapes for letters that its encoding does not have.

    A program that reads it must not find letters replaced.
    """
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = re.sub("[^\\x00-\\x7f]", _escaped, text)
    sys.stdout.write(text + "\n")


def _escaped(letter: re.Match[str]) -> str:
    import json

    return json.dumps(letter[0]).strip('"')


def console() -> Console:
    """Give the console for readable results on standard output."""
    from rich.console import Console

    # In a file or a pipe there is no edge to fold at.
    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)


def say(message: str) -> None:
    """Write a message to standard error; a number of a person in it is masked."""
    from kszclient.logs import redact

    sys.stderr.write(redact(message) + "\n")


def explain_error(error: KszError) -> None:
    """Write what failed, for which ticket, and what to do next to standard error."""
    say(f"kszclient: {error}")
    ticket = getattr(error, "ticket", None)
    if ticket:
        say(f"  ticket: {ticket}")
    if error.next_step:
        say(f"  {error.next_step}")
