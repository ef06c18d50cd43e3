"""The two repertories by which the KSZ finds a file, from ``config/cadaster/repertories.toml``."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

import msgspec

from kszclient.competence import Certainty
from kszclient.errors import DataError
from kszclient.resources import read_toml, resource
from kszclient.sources import check_sources
from kszclient.values.language import Translated


class FileRole(StrEnum):
    """As what a person stands in a file."""

    BENEFICIARY = "beneficiary"
    CHILD = "child"


class Quality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A quality code: as what the child benefit sector knows a person.

    Args:
        code: The code in a line of the persons repertory.
        role: What it stands for.
        sector: The sector that the line names.
        names: Its name.
        certainty: How sure all of this is for the regions of today.
        source: Key of the document in ``config/sources.toml``.
    """

    code: int
    role: FileRole
    sector: int
    names: Translated
    certainty: Certainty
    source: str


class Steps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each of the two repertories says."""

    persons: Translated
    regional: Translated
    certainty: Certainty
    source: str


class Repertories(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table: the two steps, and the quality codes of the first."""

    steps: Steps
    quality: tuple[Quality, ...]

    def cited(self) -> frozenset[str]:
        """Return the codes of every source that a row of the table names."""
        return frozenset((self.steps.source, *(each.source for each in self.quality)))

    def quality_of(self, role: FileRole) -> Quality:
        """Return the quality code of a role."""
        return next(each for each in self.quality if each.role is role)


@cache
def repertories() -> Repertories:
    """Read the table.

    Raises:
        DataError: The file is broken, a role has no code or several, or a source is unknown.

    >>> repertories().quality_of(FileRole.CHILD).code
    104
    """
    path = resource("config", "cadaster", "repertories.toml")
    table = read_toml(path, Repertories, DataError)
    if sorted(each.role for each in table.quality) != sorted(FileRole):
        raise DataError(f"{path.name}: every role needs one quality code")
    check_sources(path.name, table.cited())
    return table
