"""The words of an answer: who is competent, which register, who keeps it, how sure it is."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Entity(StrEnum):
    """Who is competent for the child benefit of a month."""

    FEDERAL = "FEDERAL"
    """FAMIFED and its funds, for the account of the entities."""
    OPGROEIEN = "OPGROEIEN"
    """The Flemish Community, through Opgroeien regie."""
    AVIQ = "AVIQ"
    """The Walloon Region, through AVIQ."""
    IRISCARE = "IRISCARE"
    """The Common Community Commission in Brussels, through Iriscare."""
    DG = "DG"
    """The German-speaking Community, through its Ministry."""


class Cadaster(StrEnum):
    """The register that holds the months, on the day of asking."""

    FEDERAL = "FEDERAL"
    GROEIPAKKET = "GROEIPAKKET"
    ORINT = "ORINT"
    """The interregional register, until 31 December 2023."""
    AVIQ = "AVIQ"
    IRISCARE = "IRISCARE"


class Keeper(StrEnum):
    """Who runs a register on the day of asking; not always the competent entity."""

    FAMIFED = "FAMIFED"
    ORINT = "ORINT"
    OPGROEIEN = "OPGROEIEN"
    AVIQ = "AVIQ"
    IRISCARE = "IRISCARE"


class AnswerPart(StrEnum):
    """What an answer holds, each as sure as the open points about it let it be."""

    ENTITY = "entity"
    CADASTER = "cadaster"
    SOURCE = "source"


class Certainty(StrEnum):
    """How sure a rule is."""

    SURE = "sure"
    """An official source says so."""
    LIKELY = "likely"
    """One source says so, or it follows from several."""
    UNSURE = "unsure"
    """Inferred; an open point."""

    @classmethod
    def least(cls, certainties: Iterable[Certainty]) -> Certainty:
        """Return the least sure: an answer is as sure as its weakest part.

        >>> Certainty.least([Certainty.SURE, Certainty.UNSURE, Certainty.LIKELY])
        <Certainty.UNSURE: 'unsure'>
        """
        return max(certainties, key=list(cls).index, default=cls.SURE)
