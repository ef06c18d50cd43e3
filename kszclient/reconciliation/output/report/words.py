"""The words of the report, in three languages, as data: `config/reconciliation/report`."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import cache
from typing import TypeVar

import msgspec

from kszclient.competence import Certainty
from kszclient.errors import DataError, InputError
from kszclient.resources import read_toml, resource
from kszclient.values import Language

T = TypeVar("T")

# The names of columns also stand in the style sheet, which shows them on a phone.
_STYLE_SAFE = re.compile(r"[\w .-]+")
NOTHING_NAMED = "none"


class KindWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of one kind of finding.

    Args:
        name: What it is called.
        means: What it means.
        do: What to do about it, step by step.
    """

    name: str
    means: str
    do: tuple[str, ...]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one language.

    Args:
        thousands: What stands between groups of three digits.
        columns: The names of the columns of a table of findings.
        phrases: Sentences and headings, with places to fill in.
        kinds: What is said of each kind of finding.
        sources: Names of registers, by their value on the wire.
        entities: Short names of entities.
        outcomes: What each outcome of a lookup is called.
        severities: What each severity is called.
        certainty: What each certainty is called.
    """

    thousands: str
    columns: tuple[str, ...]
    phrases: dict[str, str]
    kinds: dict[str, KindWords]
    sources: dict[str, str]
    entities: dict[str, str]
    outcomes: dict[str, str]
    severities: dict[str, str]
    certainty: dict[Certainty, str]

    def say(self, name: str, /, **values: object) -> str:
        """Return a phrase with its places filled in; whole numbers are grouped.

        >>> words_in(Language.NL).say("strip", total=1234)
        'bevindingen: 1.234'
        """
        told = {key: self.count(each) if isinstance(each, int) else each
                for key, each in values.items()}  # fmt: skip
        return self.phrases[name].format(**told)

    def count(self, number: int) -> str:
        """Return a number with its digits in groups of three.

        >>> words_in(Language.EN).count(1234567)
        '1,234,567'
        """
        return f"{number:,}".replace(",", self.thousands)

    def kind(self, code: str) -> KindWords:
        """Return the sentence about a kind; one that is not known keeps its code."""
        return self.kinds.get(code) or KindWords(name=code, means="", do=())

    def source(self, code: str | None) -> str:
        """Return the name of a register; one that is not known keeps its code."""
        return _named(self.sources, code)

    def entity(self, code: str | None) -> str:
        """Return the short name of an entity; one that is not known keeps its code."""
        return _named(self.entities, code)


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What comes first.

    Args:
        kinds: Kinds of finding, the most urgent first.
        severities: Severities, the gravest first.
    """

    kinds: tuple[str, ...]
    severities: tuple[str, ...]


@cache
def words_in(language: Language) -> Words:
    """Return the words of a language.

    Raises:
        DataError: The file lacks what English says, or is filled in otherwise.
    """
    words = _read(Words, f"{language.value}.toml")
    if bad := [name for name in words.columns if not _STYLE_SAFE.fullmatch(name)]:
        raise DataError(f"{language.value}.toml: column {bad[0]} has a sign that a style cannot")
    if language is not Language.EN and (odd := _slots(words) ^ _slots(words_in(Language.EN))):
        raise DataError(f"{language.value}.toml: {min(odd)} does not match en.toml")
    return words


@cache
def order() -> Order:
    """Return what comes first in the report.

    Raises:
        DataError: The file cannot be read.
    """
    return _read(Order, "order.toml")


def _named(names: Mapping[str, str], code: str | None) -> str:
    return names[NOTHING_NAMED] if code is None else names.get(code, code)


def _read(shape: type[T], name: str) -> T:
    return read_toml(resource("config", "reconciliation", "report", name), shape, DataError)


def _slots(words: Words) -> set[str]:
    """Return every text by its place in the file, with what is filled in there."""
    tables = ("phrases", "kinds", "sources", "entities", "outcomes", "severities", "certainty")
    texts = {f"{table}.{key}": text for table in tables
             for key, text in getattr(words, table).items()}  # fmt: skip
    return {
        f"{key} {sorted(_places(text)) if isinstance(text, str) else len(text.do)}"
        for key, text in texts.items()
    }


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


LANGUAGES = (Language.EN, Language.NL, Language.FR)


def report_language(language: str) -> Language:
    """Return a language in which findings are written.

    Raises:
        InputError: They are told in other languages only; the message names these.

    >>> report_language("de")
    Traceback (most recent call last):
    kszclient.errors.InputError: language: expected one of en, nl, fr
    """
    if language not in LANGUAGES:
        raise InputError(f"language: expected one of {', '.join(LANGUAGES)}")
    return Language(language)
