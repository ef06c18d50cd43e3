"""What people complain about, in their own terms: themes that lead to subjects."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

import msgspec

from kszclient.competence import Certainty
from kszclient.complaints.datafile import load
from kszclient.complaints.vocabulary import Subject
from kszclient.errors import DataError, IntakeError
from kszclient.sources import check_sources
from kszclient.values import Translated


class ThemeKind(StrEnum):
    """Whether a remedy is sought, or only that something be heard."""

    COMPLAINT = "complaint"
    SIGNAL = "signal"


class Theme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One theme of `config/complaints/themes.toml`.

    Args:
        id: Its name.
        number: Its number in the research.
        kind: Whether it is a complaint or a signal.
        subjects: The subjects that it can mean, the usual one first.
        sources: Codes of its sources.
        certainty: How sure its route is.
        says: What people say.
        ask: What to ask first.
        presets: What it implies for other fields of a complaint.
        answered_by: The fields of a complaint that answer the question.
    """

    id: str
    number: str
    kind: ThemeKind
    subjects: tuple[Subject, ...]
    sources: tuple[str, ...]
    certainty: Certainty
    says: Translated
    ask: Translated
    presets: dict[str, str | bool] = {}
    answered_by: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    theme: tuple[Theme, ...]


@cache
def themes() -> dict[str, Theme]:
    """Return every theme by its name.

    Raises:
        DataError: A theme names an unknown source or no subject, or a signal seeks a remedy.

    >>> [theme.id for theme in themes().values() if theme.kind == "signal"][:2]
    ['INCOME_LIMIT_INDEX', 'ALARM_BELL']
    """
    found = {theme.id: theme for theme in load(_File, "themes.toml").theme}
    for theme in found.values():
        check_sources(f"theme {theme.id}", theme.sources)
        if not theme.subjects:
            raise DataError(f"theme {theme.id}: no subject")
        signal = theme.subjects[0] is Subject.POLICY_OR_REGULATION
        if signal is not (theme.kind is ThemeKind.SIGNAL):
            raise DataError(f"theme {theme.id}: a signal leads to POLICY_OR_REGULATION first")
    return found


def fill_in_by_theme(complaint: dict[str, object]) -> dict[str, object]:
    """Fill in what the theme of a complaint implies and the complaint leaves out.

    Args:
        complaint: The complaint as it came in, with or without a theme.

    Raises:
        IntakeError: The theme is not known, or does not go with the subject.

    >>> fill_in_by_theme({"theme": "RECOVERY_LATE_FLOW"})["subject"]
    'RECOVERY'
    """
    name = complaint.get("theme")
    if name is None:
        return complaint
    theme = themes().get(name) if isinstance(name, str) else None
    if theme is None:
        raise IntakeError(f"field theme: expected one of {', '.join(themes())}")
    subject = complaint.get("subject")
    if subject is not None and subject not in theme.subjects:
        fitting = ", ".join(theme.subjects)
        raise IntakeError(f"field subject: does not go with the theme; expected one of {fitting}")
    filled: dict[str, object] = {**theme.presets, **complaint}
    filled.setdefault("subject", theme.subjects[0].value)
    return filled
