"""Ask the registers: which of them, what they hold, and what is odd about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kszclient.cadaster.outcome import Complete, Incomplete, Outcome, Refused, judge
from kszclient.exchange import Environment

if TYPE_CHECKING:
    from kszclient.cadaster.async_client import AsyncChildBenefitsClient
    from kszclient.cadaster.categories import is_participation
    from kszclient.cadaster.client import ChildBenefitsClient
    from kszclient.cadaster.findings import Finding, FindingKind
    from kszclient.cadaster.lookup import (
        Followed,
        Lookup,
        OutcomeKind,
        Refusal,
        SourceReport,
        look_up,
        look_up_async,
    )
    from kszclient.cadaster.person_state import PersonState

_HOMES = {
    "AsyncChildBenefitsClient": "async_client",
    "ChildBenefitsClient": "client",
    "Finding": "findings",
    "FindingKind": "findings",
    "Followed": "lookup",
    "Lookup": "lookup",
    "OutcomeKind": "lookup",
    "PersonState": "person_state",
    "Refusal": "lookup",
    "SourceReport": "lookup",
    "is_participation": "categories",
    "look_up": "lookup",
    "look_up_async": "lookup",
}

__all__ = [
    "AsyncChildBenefitsClient",
    "ChildBenefitsClient",
    "Circumstance",
    "Complete",
    "Environment",
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
    "is_participation",
    "judge",
    "look_up",
    "look_up_async",
]

Circumstance = Environment
"""The former name of `Environment`."""


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for.

    A client alone needs no competence, a blocking one no aiohttp, and an asynchronous one no
    requests.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - see above

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
