"""What people read, in their language."""

from __future__ import annotations

from functools import cache
from string import Formatter
from typing import TYPE_CHECKING

import msgspec

from kszclient.competence import Certainty
from kszclient.complaints.datafile import load
from kszclient.complaints.vocabulary import Item, Outcome
from kszclient.errors import DataError
from kszclient.values import Language, Translated

if TYPE_CHECKING:
    from kszclient.complaints.rules.rule import ComplaintRule


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of one language, a file under `config/complaints/texts`.

    Args:
        outcomes: What each outcome is called.
        certainty: What goes before a sentence that is not certain.
        fields: What each field of a complaint asks.
        phrases: Sentences with places to fill in.
        facts: What each fact of a condition is called.
        items: What each thing that a complaint must hold is called.
        notices: What people read besides the steps.
        language: The language; the name of the file, not in it.
    """

    outcomes: dict[Outcome, str]
    certainty: dict[Certainty, str]
    fields: dict[str, str]
    phrases: dict[str, str]
    facts: dict[str, str]
    items: dict[Item, str]
    notices: dict[str, str]
    language: Language = Language.EN

    def phrase(self, name: str, /, **values: object) -> str:
        """Return a sentence with its places filled in.

        Args:
            name: Its name.
            values: What to fill in.
        """
        return self.phrases[name].format(**values)

    def sentence(self, rule: ComplaintRule, certainty: Certainty) -> str:
        """Return what a rule says to people; where it is not certain, the sentence says so.

        Args:
            rule: The rule.
            certainty: How sure it is in this case.
        """
        return self.certainty[certainty] + rule.text.in_language(self.language)

    def field(self, name: str) -> str:
        """Return what a field of a complaint asks."""
        return self.fields.get(name, name)


class _ChannelWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: tuple[Translated, ...]


@cache
def channel_words(language: Language) -> dict[str, str]:
    """Return the words for addresses and hours in a language, by its English words.

    >>> channel_words(Language.FR)["by appointment, working days 9.00-17.00"]
    'sur rendez-vous, jours ouvrables 9h00-17h00'
    """
    words = load(_ChannelWords, "texts", "channels.toml").words
    return {each.en: each.in_language(language) for each in words}


@cache
def texts(language: Language) -> Texts:
    """Return the texts of a language.

    Raises:
        DataError: A text lacks that the English ones have, or fills in other places.

    >>> texts(Language.EN).outcomes[Outcome.NOT_YET]
    'not yet'
    """
    found = load(Texts, "texts", f"{language.value}.toml")
    if language is not Language.EN:
        _check_complete(found, texts(Language.EN), language)
    return msgspec.structs.replace(found, language=language)


def _check_complete(found: Texts, english: Texts, language: Language) -> None:
    where = f"config/complaints/texts/{language.value}.toml"
    for part in ("outcomes", "certainty", "fields", "phrases", "facts", "items", "notices"):
        if missing := getattr(english, part).keys() - getattr(found, part).keys():
            raise DataError(f"{where}: [{part}] lacks {min(missing)}")
    for name, phrase in english.phrases.items():
        if _places(found.phrases[name]) != _places(phrase):
            expected = ", ".join(sorted(_places(phrase))) or "none"
            raise DataError(f"{where}: [phrases] {name}: expected the places {expected}")


def _places(phrase: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(phrase) if name is not None}
    except ValueError:
        return {"unreadable: a brace is open"}
