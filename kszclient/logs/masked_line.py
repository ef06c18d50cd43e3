"""One line without what acts, what hides, and numbers of persons: for a terminal or a log."""

from __future__ import annotations

from kszclient.foreign_text import one_line, without_hidden
from kszclient.logs.redaction import redact
from kszclient.resources import path_shown


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
