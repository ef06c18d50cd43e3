"""Options that hold what cannot be, or change nothing: refused by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from kszclient.errors import InputError, InvalidValueError

T = TypeVar("T")


def as_option(option: str, read: Callable[[], T]) -> T:
    """Read what an option holds.

    Args:
        option: As it is typed.
        read: Reads it.

    Raises:
        InvalidValueError: Of the same rule as that which `read` raises, under the option's name.

    >>> from kszclient.values import Month
    >>> as_option("--from", lambda: Month.parse("May"))
    Traceback (most recent call last):
    kszclient.errors.InvalidValueError: --from: must be written YYYY-MM (rule form)
    """
    try:
        return read()
    except InvalidValueError as error:
        raise error.renamed(option) from None


def has_effect(needed: str, given: bool, options: Mapping[str, object]) -> None:
    """Refuse options that change nothing without another one.

    Args:
        needed: The option without which they change nothing.
        given: Whether it is given.
        options: Their values by name; None where left out.

    Raises:
        InputError: One is given all the same.
    """
    for option, value in options.items():
        if value is not None and not given:
            raise InputError(f"{option}: has a meaning with {needed} only; give that too")


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
