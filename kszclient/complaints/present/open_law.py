"""Why nobody can say whether an appeal comes too late, in a sentence."""

from __future__ import annotations

import datetime as dt

from kszclient.complaints.result import Term
from kszclient.complaints.texts import Texts


def told_of_open_law(term: Term | None, filed: dt.date, words: Texts) -> str:
    """Say which doubt keeps an appeal open.

    Up to the most lenient end it is how to count; past it, only that the letter does not name the
    remedies and no source says what that does to this term (arts 89, 90 and 104).

    Args:
        term: The term of the appeal.
        filed: The day of filing.
        words: The language.
    """
    over = term is not None and term.latest_arguable is not None and filed > term.latest_arguable
    return words.phrase("open_remedies" if over else "open_law")
