"""The sources of the rules, by code."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

import msgspec

from kszclient.complaints.datafile import load
from kszclient.complaints.texts import texts
from kszclient.values import Language


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
        en: Its title in English, with the article or page.
        kind: What it is.
        nl: Its title in Dutch; none where it is the same.
        fr: Its title in French; none where it is the same.
        de: Its title in German; none where it is the same.
    """

    en: str
    kind: SourceKind
    nl: str | None = None
    fr: str | None = None
    de: str | None = None

    def title(self, language: Language = Language.EN) -> str:
        """Give its title in a language."""
        title: str | None = getattr(self, language.value)
        return title or self.en


@cache
def sources() -> dict[str, Source]:
    """Give every source by its code.

    >>> sources()["GD104"].title(Language.FR)
    'Groeipakketdecreet du 27 avril 2018, art. 104'
    """
    return load(dict[str, Source], "sources.toml")


def basis(codes: tuple[str, ...], language: Language = Language.EN) -> str:
    """Give the titles of sources in one line.

    >>> basis(("S1", "GD85"))
    'Kind en Gezin, Klachtendienst; Groeipakketdecreet of 27 April 2018, art. 85'
    """
    return (
        texts(language)
        .phrase("between_remarks")
        .join(sources()[code].title(language) for code in codes)
    )
