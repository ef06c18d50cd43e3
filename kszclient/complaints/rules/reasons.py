"""The reasons of rules that more hangs on than what people read of them."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A reason of `config/complaints/rules` that the library asks for; the table must give each."""

    DEADLINE_NEAR = "DEADLINE_NEAR"
    """An appeal ends soon: it goes before everything else."""
    TERM_INTERRUPTED = "TERM_INTERRUPTED"
    """A complaint with the KBD makes a term start again."""
    TERM_ALREADY_OVER = "TERM_ALREADY_OVER"
    """It comes too late for that."""
