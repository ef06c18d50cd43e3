"""The languages of the findings and of the page about them."""

from kszclient.errors import InputError
from kszclient.values import Language

LANGUAGES = (Language.EN, Language.NL, Language.FR)


def report_language(language: str) -> Language:
    """Give a language in which findings are told.

    Raises:
        InputError: They are told in other languages only; the message names these.

    >>> report_language("de")
    Traceback (most recent call last):
    kszclient.errors.InputError: language: expected one of en, nl, fr
    """
    if language not in LANGUAGES:
        raise InputError(f"language: expected one of {', '.join(LANGUAGES)}")
    return Language(language)
