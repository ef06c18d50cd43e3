"""The status codes and texts that the mock uses, from `mocks/codes.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from kszclient.resources import resource
from kszclient.testing.population.reading import read_typed
from kszclient.testing.server.answer_xml import Status


class Meaning(msgspec.Struct, frozen=True):
    """With which value a code comes, and its text."""

    value: str
    description: str


class FaultText(msgspec.Struct, frozen=True):
    """The text of a fault's reason code."""

    diagnostic: str


class Codes(msgspec.Struct, frozen=True):
    """Codes of a whole answer, of one source, and of a fault; names of categories by language."""

    status: dict[str, Meaning]
    source: dict[str, Meaning]
    fault: dict[str, FaultText]
    category: dict[str, dict[str, str]]


@cache
def codes() -> Codes:
    """Read `mocks/codes.toml`.

    >>> codes().status["MSG00005"].value
    'NO_RESULT'
    """
    return read_typed(resource("mocks", "codes.toml"), Codes)


def status_of(code: str, information: Mapping[str, str] | None = None) -> Status:
    """Build the status of a whole answer from its code.

    >>> status_of("MSG00007").value
    'NO_RESULT'
    """
    meaning = codes().status[code]
    return Status(meaning.value, code, meaning.description, information or {})


def source_status_of(code: str, information: Mapping[str, str] | None = None) -> Status:
    """Build the status of one source from its code."""
    meaning = codes().source[code]
    return Status(meaning.value, code, meaning.description, information or {})
