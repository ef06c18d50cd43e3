"""Ask the registers: which of them, what they hold, and what is odd about it."""

from typing import TYPE_CHECKING

from kszclient.cadaster.client import ChildBenefitsClient
from kszclient.cadaster.conduct import Circumstance
from kszclient.cadaster.findings import Finding, FindingKind
from kszclient.cadaster.lookup import Followed, Lookup, OutcomeKind, Refusal, SourceReport, look_up
from kszclient.cadaster.outcome import Complete, Incomplete, Outcome, Refused, judge
from kszclient.cadaster.person_state import PersonState

if TYPE_CHECKING:
    from kszclient.cadaster.async_client import AsyncChildBenefitsClient

__all__ = [
    "AsyncChildBenefitsClient",
    "ChildBenefitsClient",
    "Circumstance",
    "Complete",
    "Finding",
    "FindingKind",
    "Followed",
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
    """Import the asynchronous client when it is first asked for: aiohttp takes its time to load."""
    if name != "AsyncChildBenefitsClient":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kszclient.cadaster.async_client import (  # noqa: PLC0415 - see above
        AsyncChildBenefitsClient,
    )

    return AsyncChildBenefitsClient
