"""The languages that answers are told in; what is told in some of them only says in which."""

from enum import StrEnum


class Language(StrEnum):
    """A language."""

    EN = "en"
    NL = "nl"
    FR = "fr"
    DE = "de"
