"""The sources of rules about complaints, as an answer shows them."""

from __future__ import annotations

from kszclient.complaints.texts import texts
from kszclient.sources import sources
from kszclient.values import Language


def basis(codes: tuple[str, ...], language: Language = Language.EN) -> str:
    """The titles of sources in one line.

    >>> basis(("S1", "GD85"))
    'Kind en Gezin, Klachtendienst; Groeipakketdecreet of 27 April 2018, art. 85'
    """
    between = texts(language).phrase("between_remarks")
    return between.join(sources()[code].title(language) for code in codes)
