"""What a verification finds: kinds of problems, where they are, and what to do about them."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class ProblemKind(StrEnum):
    """What is wrong at a place in the trail."""

    CHANGED = "CHANGED"
    MISSING = "MISSING"
    REORDERED = "REORDERED"
    NO_KEY = "NO_KEY"
    END = "END"
    EMPTY = "EMPTY"
    ANCHOR = "ANCHOR"
    FOREIGN = "FOREIGN"
    PERMISSIONS = "PERMISSIONS"
    CLOCK = "CLOCK"
    UNFINISHED = "UNFINISHED"

    @property
    def leaves_entries(self) -> bool:
        """Whether every entry is as it was written all the same."""
        return self in {self.PERMISSIONS, self.CLOCK, self.UNFINISHED}

    @property
    def hides_ends(self) -> bool:
        """Whether the end of a consultation may be missing because of it."""
        return self in {self.CHANGED, self.MISSING, self.REORDERED, self.NO_KEY, self.END}

    @property
    def can_be_explained(self) -> bool:
        """Whether an explanation in the trail answers for it: every entry is sound all the same."""
        return self in {self.CLOCK, self.UNFINISHED}


_KEEP = "Keep the file as it is, with its files that end in -wal and -shm, and find out by whom."
_NEXT_STEPS = {
    ProblemKind.NO_KEY: "Give every key that was ever used in this trail.",
    ProblemKind.EMPTY: "Look for the file that ends in -wal where the trail was moved from, and "
    "put it back beside it before anything is written.",
    ProblemKind.ANCHOR: "Compare the trail and the file of anchors with their copies in a backup.",
    ProblemKind.FOREIGN: "Lookups refuse the file. Copy it for who inspects it, find out who put "
    "that there, and go on in a new trail.",
    ProblemKind.PERMISSIONS: "Run: chmod 600 on the file, and on the folder: chmod go-w.",
    ProblemKind.CLOCK: "Find out who set the clock of that machine, and when; the order of the "
    "entries is right, their times may not be. Write that down: kszclient audit explain.",
    ProblemKind.UNFINISHED: "See who and what with: kszclient audit unfinished. Find out what "
    "ended that process; whether the registers answered only the KSZ can say. "
    "Write down what was found out: kszclient audit explain.",
}


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong.

    Args:
        kind: What.
        sequence: At which entry, or None where it is about the whole trail.
        explanation: In a sentence.
        next_step: What to do; that of its kind where left out.
    """

    kind: ProblemKind
    sequence: int | None
    explanation: str
    next_step: str = ""

    def __post_init__(self) -> None:
        """Fill in what to do."""
        if not self.next_step:
            msgspec.structs.force_setattr(self, "next_step", _NEXT_STEPS.get(self.kind, _KEEP))
