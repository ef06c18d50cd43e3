"""What a person or another program may see: lines of text, and objects that show themselves.

Whatever prints an object prints its `repr`: a debugger, a test that fails, a log of somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from kszclient.foreign_text import one_line, without_hidden
from kszclient.logs.redaction import WITHHELD, redact, redact_field
from kszclient.resources import path_shown

HIDDEN = "***"
_PLAIN = (int, float, type(None))


def masked_line(text: str) -> str:
    r"""Return a text as one line with masked numbers, however they were interrupted.

    >>> print(masked_line("Fund\n\x1b[31m of 85.02.30-001.25"))
    Fund\n\x1b[31m of [number]
    >>> masked_line("of 85\x000230\u200b00125")
    'of [number]'
    """
    # The bytes of a path are letters again where they can be.
    text = redact(path_shown(text))
    bare = without_hidden(text)
    masked = redact(bare)
    return one_line(text if masked == bare else masked)


class MaskedStruct(msgspec.Struct, frozen=True):
    """A struct whose `repr` is without numbers of persons, names and bodies.

    A text whose field is personal by its name is hidden, as it is in a log; in any other, numbers
    and bodies are masked. What is neither plain nor our own is shown by its kind.

    >>> class Letter(MaskedStruct, frozen=True):
    ...     name: str
    ...     note: str
    >>> Letter("Jan Peeters", "about 85.02.30-001.25")
    Letter(name='***', note='about [number]')
    """

    hidden_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields that are hidden although their names do not say that they are about a person."""

    def __repr__(self) -> str:
        return masked_repr(self)

    def __rich_repr__(self) -> list[tuple[str, object]]:
        # What rich prints is the `repr` of these.
        return [(name, _Shown(text)) for name, text in _shown_fields(self)]


class _Shown(str):
    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def masked_repr(thing: object) -> str:
    """Return the `repr` of `MaskedStruct`, for a class that cannot have another base."""
    shown = ", ".join(f"{name}={text}" for name, text in _shown_fields(thing))
    return f"{type(thing).__name__}({shown})"


def _shown_fields(thing: object) -> Iterator[tuple[str, str]]:
    hidden = getattr(thing, "hidden_fields", ())
    for name in getattr(thing, "__struct_fields__", ()) or getattr(thing, "_fields", ()):
        value = getattr(thing, name)
        personal = isinstance(value, str) and (
            name in hidden or redact_field(name, value) == WITHHELD
        )
        yield name, repr(HIDDEN) if personal else _shown(value)


def _shown(value: object) -> str:
    if type(value) is str:
        return repr(masked_line(value))
    if isinstance(value, tuple | list | set | frozenset):
        # A tuple with names shows itself as it wishes.
        if not hasattr(value, "_fields"):
            return f"({', '.join(map(_shown, value))})"
    elif isinstance(value, dict):
        return f"{{{', '.join(f'{_shown(key)}: {_shown(each)}' for key, each in value.items())}}}"
    ours = type(value).__module__.partition(".")[0] in {"kszclient", "datetime", "uuid"}
    if ours or isinstance(value, _PLAIN):
        return masked_line(repr(value))
    return f"<{type(value).__name__}>"
