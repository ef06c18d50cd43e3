"""Whose number is asked about: never typed where others can read it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kszclient.values import Ssin

Person = Annotated[
    str,
    typer.Argument(
        metavar="SSIN",
        help="- to read the number of the child or beneficiary from standard input; the number of "
        "an invented person may be typed instead.",
    ),
]
_HOW = (
    "Every user of this machine can read a command line: give - instead, and the number on "
    "standard input, such as: kszclient lookup - ... < number.txt"
)
_MOST_AFTER = 65_536


def given_person(word: str) -> Ssin:
    """Read a number from standard input where the word is ``-``, else the word itself.

    Args:
        word: What was typed.

    Raises:
        InputError: It is no number, or one that was typed and may be somebody's.
    """
    from kszclient.errors import InputError, InvalidValueError
    from kszclient.values import Ssin

    if word == "-":
        return person_on_stdin()
    try:
        person = Ssin.parse(word)
    except InvalidValueError as error:
        error.next_step = _HOW
        raise
    if not person.synthetic:
        raise InputError("SSIN: the number of a real person must not be typed", next_step=_HOW)
    return person


def person_on_stdin() -> Ssin:
    """Read a number from the one line on standard input.

    Raises:
        InputError: There are more lines: each would need an answer of its own.
        InvalidValueError: It is no number.
    """
    from kszclient.errors import InputError
    from kszclient.values import Ssin

    first = sys.stdin.readline()
    # Who types it at a terminal has no end to give.
    if not sys.stdin.isatty() and sys.stdin.read(_MOST_AFTER).strip():
        raise InputError("SSIN: expected one line on standard input, found more")
    return Ssin.parse(first.removeprefix("\ufeff").strip())
