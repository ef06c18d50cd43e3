"""What the parser of the command line says of a wrong word, in the words of all other messages."""

from __future__ import annotations

import re

_OURS = (
    (r"Invalid value for '(.*?)': ", r"\1: "),
    (r"Input should be a valid integer.*", "expected a whole number"),
    (r"Input should be a valid number.*", "expected a number"),
    (r"Input should be greater than or equal to (\S+)", r"expected \1 or more"),
    (r"Input should be less than or equal to (\S+)", r"expected \1 or less"),
)


def in_our_words(message: str) -> str:
    """Say what the parser says, in the way of the other messages.

    >>> in_our_words("Invalid value for '--seed': Input should be a valid integer, unable to parse")
    '--seed: expected a whole number'
    >>> in_our_words("Invalid value for '--rate': Input should be a valid number, unable to parse")
    '--rate: expected a number'
    """
    for theirs, ours in _OURS:
        message = re.sub(theirs, ours, message)
    return message
