"""Options that hold what cannot be, or change nothing: refused by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
