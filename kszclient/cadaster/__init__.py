"""Ask the registers: which of them, what they hold, and what is odd about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.cadaster.client import ChildBenefitsClient
from kszclient.cadaster.outcome import Complete, Incomplete, Outcome, Refused, judge

if TYPE_CHECKING:
    from kszclient.cadaster.findings import Finding, FindingKind
    from kszclient.cadaster.lookup import Lookup, OutcomeKind, Refusal, SourceReport, look_up
    from kszclient.cadaster.person_state import PersonState

_HOMES = {
    "Finding": "findings",
    "FindingKind": "findings",
    "Lookup": "lookup",
    "OutcomeKind": "lookup",
    "PersonState": "person_state",
    "Refusal": "lookup",
    "SourceReport": "lookup",
    "look_up": "lookup",
}

__all__ = [
    "ChildBenefitsClient",
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


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: a client alone needs no competence."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - see above

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
