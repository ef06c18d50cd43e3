"""The sources of the rules, by code."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

import msgspec

from kszclient.complaints.datafile import load


class SourceKind(StrEnum):
    """What a source is."""

    LAW = "law"
    PAGE = "page"
    PAYER = "payer"
    PRACTICE = "practice"
    INFERENCE = "inference"


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One source.

    Args:
        title: Its title, with the article or page.
        kind: What it is.
    """

    title: str
    kind: SourceKind


@cache
def sources() -> dict[str, Source]:
    """Give every source by its code.

    >>> sources()["GD104"].title
    'Groeipakketdecreet of 27 April 2018, art. 104'
    """
    return load(dict[str, Source], "sources.toml")


def basis(codes: tuple[str, ...]) -> str:
    """Give the titles of sources in one line.

    >>> basis(("S1", "GD85"))
    'Kind en Gezin, Klachtendienst; Groeipakketdecreet of 27 April 2018, art. 85'
    """
    return "; ".join(sources()[code].title for code in codes)
