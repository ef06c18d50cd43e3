"""What a complaint with the KBD does to a term of appeal, in sentences as sure as its rule is."""

from __future__ import annotations

from collections.abc import Iterator

from kszclient.competence import Certainty
from kszclient.complaints.decide.verdict import Verdict
from kszclient.complaints.result import Term
from kszclient.complaints.rules.reasons import Reason
from kszclient.complaints.texts import Texts


def told_of_interruption(
    term: Term, verdict: Verdict, instance: str, words: Texts
) -> Iterator[str]:
    """Say that a term stands still or started again, and the day to keep for who would be safe.

    Args:
        term: The term, interrupted by the KBD.
        verdict: What the rules say of the instance; the one about the interruption (K10) tells how
            sure it is.
        instance: The name of the instance.
        words: The language.
    """
    rule = next((rule for rule in verdict.rules if rule.reason == Reason.TERM_INTERRUPTED), None)
    certainty = rule.certainty if rule else Certainty.LIKELY
    phrase = "kbd_open" if term.first_day is None else "restart"
    yield words.certainty[certainty] + words.phrase(phrase, instance=instance)
    if term.file_by_uninterrupted and certainty is not Certainty.SURE:
        yield words.phrase("kbd_safe", instance=instance, file_by=term.file_by_uninterrupted)
