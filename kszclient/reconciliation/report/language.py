"""The languages of the report."""

from enum import StrEnum


class Language(StrEnum):
    """A language that the page is written in."""

    EN = "en"
    NL = "nl"
    FR = "fr"
