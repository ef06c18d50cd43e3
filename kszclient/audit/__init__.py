"""Who asked what, about whom and why: a trail that only grows, and that shows where it was changed.

Imports nothing but values and errors: whoever asks brings plain values.
"""

from kszclient.audit.asker import Asker
from kszclient.audit.consultation import Consultation
from kszclient.audit.events import Answered, Asked, Entry, Event, Failed, Refused, Unanswered
from kszclient.audit.export import Selection, export
from kszclient.audit.keys import AuditKeys
from kszclient.audit.trail import AuditTrail, Trail
from kszclient.audit.verify import Anchor, Problem, ProblemKind, Verification, verify

__all__ = [
    "Anchor",
    "Answered",
    "Asked",
    "Asker",
    "AuditKeys",
    "AuditTrail",
    "Consultation",
    "Entry",
    "Event",
    "Failed",
    "Problem",
    "ProblemKind",
    "Refused",
    "Selection",
    "Trail",
    "Unanswered",
    "Verification",
    "export",
    "verify",
]
