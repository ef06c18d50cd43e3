"""Ask the registers: which of them, what they hold, and what is odd about it."""

from kszclient.cadaster.client import ChildBenefitsClient
from kszclient.cadaster.conduct import Circumstance
from kszclient.cadaster.findings import Finding, FindingKind
from kszclient.cadaster.lookup import Lookup, OutcomeKind, Refusal, SourceReport, look_up
from kszclient.cadaster.outcome import Complete, Incomplete, Outcome, Refused, judge
from kszclient.cadaster.person_state import PersonState

__all__ = [
    "ChildBenefitsClient",
    "Circumstance",
    "Complete",
    "Finding",
    "FindingKind",
    "Incomplete",
    "Lookup",
    "Outcome",
    "OutcomeKind",
    "PersonState",
    "Refusal",
    "Refused",
    "SourceReport",
    "judge",
    "look_up",
]
