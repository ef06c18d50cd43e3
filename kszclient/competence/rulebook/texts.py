"""The words for people, in four languages, as data: `config/competence/texts`."""

import string
from collections.abc import Mapping
from pathlib import Path

import msgspec

from kszclient.competence.rulebook.terms import Cadaster, Certainty, Entity, Keeper
from kszclient.errors import DataError
from kszclient.geography import Area
from kszclient.resources import read_toml
from kszclient.values import Language

_SENTENCES = {
    *("months", "month", "competent", "held", "held_by_nobody_known"),
    *("undetermined", "open_point", "rule", "known_on"),
}


class Texts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of one language.

    Args:
        areas: Names of areas, as they stand after "lives in"; in German with "im".
        entities: Names of entities.
        cadasters: Names of registers.
        keepers: Names of those who run a register.
        factors: A sentence for each connecting factor, by id.
        situations: Why an entity cannot be said, by situation.
        situation_names: Names of situations, as they follow "the situation".
        allowances: Names of participation allowances.
        reasons: Why the rules of a row of the timeline hold, by its ``why``.
        open_points: What is open, by open point.
        certainties: A sentence for each certainty.
        sentences: The sentences of an explanation, by what they say.
        notices: The text of each notice, by code.
    """

    areas: Mapping[Area, str]
    entities: Mapping[Entity, str]
    cadasters: Mapping[Cadaster, str]
    keepers: Mapping[Keeper, str]
    factors: Mapping[str, str]
    situations: Mapping[str, str]
    situation_names: Mapping[str, str]
    allowances: Mapping[str, str]
    reasons: Mapping[str, str]
    open_points: Mapping[str, str]
    certainties: Mapping[Certainty, str]
    sentences: Mapping[str, str]
    notices: Mapping[str, str]

    def slots(self) -> dict[str, set[str]]:
        """Give the words to fill in, for every text: ``{"notices.gap": {"first", ...}}``."""
        return {
            f"{table}.{key}": {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for table in self.__struct_fields__
            for key, text in getattr(self, table).items()
        }


def read_texts(folder: Path) -> dict[Language, Texts]:
    """Read the texts of all languages and check that they say the same things.

    Raises:
        DataError: A text is missing, or is filled in otherwise than in English.
    """
    texts = {
        language: read_toml(folder / f"{language}.toml", Texts, DataError) for language in Language
    }
    english = texts[Language.EN]
    expected = english.slots()
    needed: dict[str, set[str]] = {
        "areas": set(Area),
        "entities": set(Entity),
        "cadasters": set(Cadaster),
        "keepers": set(Keeper),
        "certainties": set(Certainty),
        "sentences": _SENTENCES,
    }
    for table, keys in needed.items():
        if missing := keys - set(getattr(english, table)):
            raise DataError(f"texts/en.toml: {table} lacks {', '.join(sorted(missing))}")
    for language, each in texts.items():
        slots = each.slots()
        for table in each.__struct_fields__:
            for key, text in getattr(each, table).items():
                if not text.strip():
                    raise DataError(f"texts/{language}.toml: {table}.{key} is empty")
        for key in expected.keys() | slots.keys():
            if slots.get(key) != expected.get(key):
                raise DataError(f"texts/{language}.toml: {key} does not match texts/en.toml")
    return texts
