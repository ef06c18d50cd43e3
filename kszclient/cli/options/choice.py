"""A word that must be one of several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Word = TypeVar("Word", bound=str)


def choice(option: str, word: str, known: Iterable[Word]) -> Word:
    """Return the one of those known that a word names.

    Args:
        option: What the word was given for, such as ``--language``.
        word: What was typed, in any case; no message repeats it.
        known: Those known, such as an enumeration.

    Raises:
        InputError: It is none of them.

    >>> choice("--engine", "cloud", ("local", "dask"))
    Traceback (most recent call last):
    kszclient.errors.InputError: --engine: expected one of local, dask
    """
    from kszclient.errors import InputError

    words = {str(each): each for each in known}
    by_any_case = {each.casefold(): found for each, found in words.items()}
    if word.casefold() not in by_any_case:
        raise InputError(f"{option}: expected one of {', '.join(words)}")
    return by_any_case[word.casefold()]
