"""The named terms, service promises and age limits of `config/complaints/terms.toml`."""

from __future__ import annotations

from functools import cache

import msgspec

from kszclient.competence import Certainty
from kszclient.complaints.datafile import load
from kszclient.complaints.terms import NamedTerm


class ServicePromise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How fast a service says it works, in calendar days after the complaint arrived.

    Args:
        name: Such as ``SLA_KBD_10_45``.
        certainty: How sure it is.
        sources: Codes of the sources.
        text: The promise in one sentence.
        acknowledge_days: Days until it acknowledges or says whether it will act.
        answer_days: Days until it answers.
        latest_answer_days: Days until it answers at the very latest.
    """

    name: str
    certainty: Certainty
    sources: tuple[str, ...]
    text: str
    acknowledge_days: int | None = None
    answer_days: int | None = None
    latest_answer_days: int | None = None


class AgeLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How old facts may be.

    Args:
        name: Such as ``DL_1Y_FACTS``.
        years: The limit.
        certainty: How sure it is.
        sources: Codes of the sources.
        text: The limit in one sentence.
    """

    name: str
    years: int
    certainty: Certainty
    sources: tuple[str, ...]
    text: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    term: tuple[NamedTerm, ...]
    service: tuple[ServicePromise, ...]
    age: tuple[AgeLimit, ...]


@cache
def _file() -> _File:
    return load(_File, "terms.toml")


@cache
def named_terms() -> dict[str, NamedTerm]:
    """Give the terms of appeal and review by name.

    >>> named_terms()["DL_FC_6M"].months
    6
    """
    return {term.name: term for term in _file().term}


@cache
def service_promises() -> dict[str, ServicePromise]:
    """Give the promises of services by name."""
    return {promise.name: promise for promise in _file().service}


@cache
def age_limits() -> dict[str, AgeLimit]:
    """Give the age limits of facts by name."""
    return {limit.name: limit for limit in _file().age}
