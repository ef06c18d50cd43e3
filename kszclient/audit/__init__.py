"""Who asked what, about whom and why: a trail that only grows, and that shows where it was changed.

Imports nothing but values and errors: whoever asks brings plain values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kszclient.audit.anchors import Anchor, AnchorFile
    from kszclient.audit.asker import Asker
    from kszclient.audit.consultation import Consultation
    from kszclient.audit.events import (
        Answered,
        Asked,
        Entry,
        Event,
        Explained,
        Failed,
        Inspected,
        KnownAnchors,
        Refused,
        Unanswered,
    )
    from kszclient.audit.keys import AuditKeys
    from kszclient.audit.open_questions import (
        UnfinishedConsultation,
        UnfinishedConsultations,
        unfinished,
    )
    from kszclient.audit.problem import Problem, ProblemKind
    from kszclient.audit.reader import Reader
    from kszclient.audit.selection import Selection, explain, export
    from kszclient.audit.trail import AuditTrail, Trail
    from kszclient.audit.verification import Verification, verify

_HOMES = {
    "Anchor": "anchors",
    "AnchorFile": "anchors",
    "Answered": "events",
    "Asked": "events",
    "Asker": "asker",
    "AuditKeys": "keys",
    "AuditTrail": "trail",
    "Consultation": "consultation",
    "Entry": "events",
    "Event": "events",
    "Explained": "events",
    "Failed": "events",
    "Inspected": "events",
    "KnownAnchors": "events",
    "Problem": "problem",
    "ProblemKind": "problem",
    "Reader": "reader",
    "Refused": "events",
    "Selection": "selection",
    "Trail": "trail",
    "Unanswered": "events",
    "UnfinishedConsultation": "open_questions",
    "UnfinishedConsultations": "open_questions",
    "Verification": "verification",
    "explain": "selection",
    "export": "selection",
    "unfinished": "open_questions",
    "verify": "verification",
}

__all__ = [
    "Anchor",
    "AnchorFile",
    "Answered",
    "Asked",
    "Asker",
    "AuditKeys",
    "AuditTrail",
    "Consultation",
    "Entry",
    "Event",
    "Explained",
    "Failed",
    "Inspected",
    "KnownAnchors",
    "Problem",
    "ProblemKind",
    "Reader",
    "Refused",
    "Selection",
    "Trail",
    "Unanswered",
    "UnfinishedConsultation",
    "UnfinishedConsultations",
    "Verification",
    "explain",
    "export",
    "unfinished",
    "verify",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for.

    Who keeps no trail needs no SQLite.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - see above

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
