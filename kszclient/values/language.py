"""The languages of the product, and text that exists in each of them."""

from enum import StrEnum

import msgspec


class Language(StrEnum):
    """A language; where a text exists in some of them only, its docstring lists which."""

    EN = "en"
    NL = "nl"
    FR = "fr"
    DE = "de"


class Translated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in four languages, one attribute each: ``en``, ``nl``, ``fr``, ``de``.

    An official name stands in its own language where it has no official translation.
    """

    en: str
    nl: str
    fr: str
    de: str

    def in_language(self, language: Language) -> str:
        """Return the text in one language.

        >>> Translated(en="free", nl="gratis", fr="gratuit", de="kostenlos").in_language(
        ...     Language.DE
        ... )
        'kostenlos'
        """
        text: str = getattr(self, language.value)
        return text
