"""The areas that decide who is competent."""

from enum import StrEnum


class Area(StrEnum):
    """One of the four language areas (cooperation agreement of 6 September 2017, article 1).

    They are not the regions: nine municipalities of the Walloon Region form the German-language
    area. The names in four languages stand in ``config/competence/texts``.
    """

    VL = "VL"
    """Dutch-language area: the Flemish Community is competent."""
    BR = "BR"
    """Bilingual area Brussels-Capital: the Common Community Commission is competent."""
    WA = "WA"
    """French-language area: the Walloon Region is competent."""
    DG = "DG"
    """German-language area: the German-speaking Community is competent."""
