"""The summary of a reconciliation: `summary.json`, as it is written and as the report reads it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kszclient.competence import Certainty
from kszclient.errors import InputError
from kszclient.values import plain


class SourceCount(msgspec.Struct):
    """How often a register was asked, held a file, and did not answer."""

    asked: int = 0
    found: int = 0
    silent: int = 0


class EntityChange(msgspec.Struct, frozen=True):
    """How many children moved from one entity to another."""

    from_entity: str | None
    to_entity: str | None
    children: int


class Ground(msgspec.Struct, frozen=True):
    """Where the rule of a kind of finding comes from, and how sure it is."""

    basis: str
    certainty: Certainty


class RuleVersion(msgspec.Struct, frozen=True):
    """Which version of the tables was used."""

    version: str


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a run amounts to.

    Args:
        as_of: The day of asking.
        months: First and last month of the dossiers.
        margin: How many months beside them were asked about.
        every_source: Whether every register was asked, and not only who should hold the months.
        dossiers: Rows compared.
        rejected: Rows set aside.
        lookups: Children asked about.
        outcomes: Lookups by outcome.
        findings: Findings by kind, matches among them.
        grounds: What each of these kinds rests on; one finding may be less sure, by its rule.
        sources: Registers.
        moves: Moves between entities, by the domiciles.
        rules: The version of the tables behind the findings.
        environment: The profile with which the registers were asked; None where the journal of an
            older version does not have it.
    """

    as_of: str
    months: dict[str, str | None]
    margin: int | None = None
    every_source: bool | None = None
    dossiers: int
    rejected: int
    lookups: int
    outcomes: dict[str, int]
    findings: dict[str, int]
    grounds: dict[str, Ground] = {}
    sources: dict[str, SourceCount]
    moves: tuple[EntityChange, ...]
    rules: RuleVersion | None = None
    environment: str | None = None


def read_summary(summary: Mapping[str, object] | msgspec.Struct) -> Summary:
    """Read a summary; what it holds besides is left alone, and what earlier versions lack is None.

    Raises:
        InputError: A key is missing or holds something else; the message names it.
    """
    try:
        return msgspec.convert(plain(summary), Summary)
    except msgspec.ValidationError as error:
        raise InputError(f"summary: {error}") from None
