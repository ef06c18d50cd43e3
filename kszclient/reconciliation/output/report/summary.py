"""The summary of a reconciliation as the report reads it: `summary.json`."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kszclient.errors import InputError
from kszclient.values import plain


class Months(msgspec.Struct, frozen=True):
    """The months that were asked about; each end may be unknown.

    Args:
        begin: First month, ``YYYY-MM``.
        end: Last month, ``YYYY-MM``.
    """

    begin: str | None = msgspec.field(name="from", default=None)
    end: str | None = msgspec.field(name="to", default=None)


class SourceCounts(msgspec.Struct, frozen=True):
    """What one register answered.

    Args:
        asked: How often it was asked.
        found: How often it held a file.
        silent: How often it did not answer.
    """

    asked: int
    found: int
    silent: int


class Move(msgspec.Struct, frozen=True):
    """Children whose competent entity changes.

    Args:
        begin: The entity before; None where it is undetermined.
        end: The entity after.
        children: How many.
    """

    begin: str | None = msgspec.field(name="from_entity")
    end: str | None = msgspec.field(name="to_entity")
    children: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The totals of a reconciliation; what else the file holds is left alone.

    Args:
        as_of: The day of asking, ``YYYY-MM-DD``.
        months: The months of the dossiers.
        margin: How many months beside them were asked about; None where that is not told.
        every_source: Whether every register was asked; None where that is not told.
        dossiers: How many were read.
        rejected: How many rows were set aside.
        lookups: How many children were looked up.
        outcomes: How the lookups ended.
        findings: Findings by kind, with the matches.
        sources: What each register answered.
        moves: Children whose competent entity changes.
    """

    as_of: str
    months: Months
    margin: int | None = None
    every_source: bool | None = None
    dossiers: int
    rejected: int
    lookups: int
    outcomes: dict[str, int]
    findings: dict[str, int]
    sources: dict[str, SourceCounts]
    moves: tuple[Move, ...]


def read_summary(summary: Mapping[str, object] | msgspec.Struct) -> Summary:
    """Read the totals of a reconciliation.

    Raises:
        InputError: A key is missing or holds something else; the message names it.
    """
    try:
        return msgspec.convert(plain(summary), Summary)
    except msgspec.ValidationError as error:
        raise InputError(f"summary: {error}") from None
