"""The sources behind the rules, by code: one list for competence, complaints and answers.

A row of any table names its sources by code, and a row that names an unknown one is refused when it
is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache

import msgspec

from kszclient.errors import DataError
from kszclient.resources import read_toml, resource
from kszclient.values import Language


class SourceKind(StrEnum):
    """What a source is."""

    LAW = "law"
    PAGE = "page"
    PAYER = "payer"
    PRACTICE = "practice"
    INFERENCE = "inference"


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of ``config/sources.toml``.

    Args:
        en: Its title in English, with the article or page.
        kind: What it is.
        checked: The day on which it was last read again.
        nl: Its title in Dutch; none where it is the same.
        fr: Its title in French; none where it is the same.
        de: Its title in German; none where it is the same.
        address: Where it is found, without a scheme; empty where that is not known.
    """

    en: str
    kind: SourceKind
    checked: dt.date
    nl: str | None = None
    fr: str | None = None
    de: str | None = None
    address: str = ""

    def title(self, language: Language = Language.EN) -> str:
        """Its title in a language."""
        title: str | None = getattr(self, language.value)
        return title or self.en


@cache
def sources() -> Mapping[str, Source]:
    """Every source by its code.

    Raises:
        DataError: The list is broken; the message names the place.

    >>> sources()["GD104"].title(Language.FR)
    'Groeipakketdecreet du 27 avril 2018, art. 104'
    """
    return read_toml(resource("config", "sources.toml"), dict[str, Source], DataError)


def checked_before(day: dt.date, among: Mapping[str, Source]) -> dict[str, Source]:
    """The sources that nobody has read again since a day, the oldest first.

    Args:
        day: The day.
        among: Which sources, by code.

    >>> list(checked_before(dt.date(1900, 1, 1), sources()))
    []
    """
    old = [(code, source) for code, source in among.items() if source.checked < day]
    return dict(sorted(old, key=lambda each: (each[1].checked, each[0])))


def check_sources(where: str, codes: Iterable[str]) -> None:
    """Refuse a row that names no source, or one that there is not.

    Args:
        where: The row, for the message.
        codes: What it names.

    Raises:
        DataError: It does.

    >>> check_sources("rule K1", ["GD104", "GD9999"])
    Traceback (most recent call last):
    kszclient.errors.DataError: rule K1: unknown source 'GD9999' (config/sources.toml)
    """
    named = set(codes)
    if not named:
        raise DataError(f"{where}: no source")
    if unknown := named - sources().keys():
        raise DataError(f"{where}: unknown source {min(unknown)!r} (config/sources.toml)")
