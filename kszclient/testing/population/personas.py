"""Named children with the stories of the domain, from `mocks/personas/*.toml`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from kszclient.errors import SettingsError
from kszclient.resources import read_toml, resource
from kszclient.testing.population.files import flemish_file
from kszclient.testing.population.places import places
from kszclient.testing.population.reading import typed
from kszclient.testing.population.truth import (
    DomicileSpell,
    NumberState,
    Right,
    WorldChild,
    WorldFile,
)
from kszclient.values import AuthenticSource, Month, MonthPeriod, Ssin


class _Months(msgspec.Struct, frozen=True):
    begin: Month = msgspec.field(name="from")
    end: Month | None = msgspec.field(default=None, name="to")


class _PersonaFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of one persona; people are called by words that `people` gives numbers to."""

    name: str
    story: str
    ssin: Ssin
    born: dt.date
    months: _Months
    domicile: tuple[DomicileSpell, ...]
    people: dict[str, str] = {}
    file: tuple[WorldFile, ...] = ()
    rights: tuple[Right, ...] | None = None
    differs: str = ""
    number: tuple[NumberState, ...] = ()


class Persona(msgspec.Struct, frozen=True):
    """One story.

    Args:
        key: Name of its file, by which scenarios call it.
        child: The child, with what ought to be found.
        people: Numbers of the others in the story, by their word.
        files: What the registers hold.
        numbers: Numbers in an unusual state.
        differs: Why the files are not what they ought to be; empty where they are.
    """

    key: str
    child: WorldChild
    people: Mapping[str, Ssin]
    files: tuple[WorldFile, ...]
    numbers: tuple[NumberState, ...]
    differs: str


def read_persona(path: Path) -> Persona:
    """Read one persona.

    Raises:
        SettingsError: The file breaks a rule; the message names the field.
    """
    data = read_toml(path, dict[str, Any], SettingsError)
    words = {"child": data.get("ssin"), **_table(data.get("people"))}
    people = {word: typed(path, text, Ssin) for word, text in words.items()}
    read = typed(path, data, _PersonaFile, people=people)
    rights = read.rights
    if rights is None:
        rights = places().rights(read.domicile, MonthPeriod(read.months.begin, read.months.end))
    child = WorldChild(read.ssin, read.born, read.domicile, rights, read.name, read.story.strip())
    files = tuple(_completed(file) for file in read.file)
    return Persona(path.stem, child, people, files, read.number, read.differs)


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _completed(file: WorldFile) -> WorldFile:
    """Return a FLANDERS file its beneficiaries: those linked, who repeat the child's payments."""
    if file.source is not AuthenticSource.FLANDERS:
        return file
    (child,) = file.children
    return flemish_file(child, file.payer, file.period, file.kind)


@cache
def personas() -> Mapping[str, Persona]:
    """Return every persona by its key, in the order of the keys."""
    paths = sorted(resource("mocks", "personas").glob("*.toml"))
    return {path.stem: read_persona(path) for path in paths}
