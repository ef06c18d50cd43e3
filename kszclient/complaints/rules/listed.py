"""Kinds of words whose members are data: a row more in a file is a member more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import EnumType
from typing import Any, TypeVar

T = TypeVar("T")


class Listed(EnumType):
    """An enumeration whose members a table lists; it is read when the class is made.

    For example:

        class Instance(StrEnum, metaclass=Listed, codes=instance_codes):
            ...

    Members are found as those of every enumeration: by `Instance.KBD`, `Instance("KBD")` and
    iteration; msgspec and pickle treat them so too. The name of a member is its code in capitals.

    Args:
        codes: Lists the codes.
    """

    def __new__(
        metacls,
        cls: str,
        bases: tuple[type, ...],
        classdict: Any,
        *,
        codes: Callable[[], Iterable[str]],
    ) -> Any:
        """Make the class with a member for each code."""
        for code in codes():
            classdict[code.upper()] = code
        return super().__new__(metacls, cls, bases, classdict)

    def __getattr__(cls: type[T], name: str) -> T:
        """Refuse a name that is no member; members are found without being asked for here."""
        raise AttributeError(f"{cls.__name__} has no {name}")
