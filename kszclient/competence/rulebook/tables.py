"""Rule tables as TOML: each row read by itself, so that a broken one is named."""

import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from kszclient.competence.rulebook.terms import Cadaster, Certainty, Entity, Keeper
from kszclient.errors import DataError
from kszclient.geography import Area
from kszclient.resources import read_toml
from kszclient.values import Language, Month

_Row = TypeVar("_Row")


Spread = Callable[[dict[str, object]], Iterable[dict[str, object]]]


def as_it_is(row: dict[str, object]) -> Iterable[dict[str, object]]:
    """One row for one entry of the file."""
    return (row,)


def listed_rows(path: Path, key: str, row: type[_Row], spread: Spread = as_it_is) -> Iterator[_Row]:
    """Read the rows of a list, such as ``[[rule]]``.

    Args:
        path: The file.
        key: The name of the list.
        row: What each row must hold.
        spread: Makes of an entry of the file the rows that it stands for.

    Raises:
        DataError: A row is broken; the message names the file and the row, by its id or else its
            number.
    """
    table = read_toml(path, dict[str, object], DataError)
    rows = table.pop(key, None)
    if not isinstance(rows, list) or not rows:
        raise DataError(f"{path.name}: expected rows [[{key}]]")
    if table:
        raise DataError(f"{path.name}: expected rows [[{key}]] only, found {', '.join(table)}")
    for number, each in enumerate(rows, start=1):
        for one in spread(each) if isinstance(each, dict) else [each]:
            name = one.get("id", number) if isinstance(one, dict) else number
            yield _row(f"{path.name}, {key} {name}", one, row)


def named_rows(path: Path, row: type[_Row]) -> dict[str, _Row]:
    """Read rows that each stand under a name, such as ``[gap]``.

    Raises:
        DataError: A row is broken; the message names the file and the row.
    """
    return {
        name: _row(f"{path.name}, {name}", each, row)
        for name, each in read_toml(path, dict[str, object], DataError).items()
    }


def by_id(file: str, rows: Iterable[_Row]) -> dict[str, _Row]:
    """Return rows by their ids.

    Raises:
        DataError: An id is given twice.
    """
    found: dict[str, _Row] = {}
    for row in rows:
        name = str(getattr(row, "id", ""))
        if name in found:
            raise DataError(f"{file}, {name}: the id is given twice")
        found[name] = row
    return found


def _row(where: str, each: object, row: type[_Row]) -> _Row:
    try:
        return msgspec.convert(each, row, dec_hook=_month)
    except (msgspec.ValidationError, ValueError) as error:
        raise DataError(f"{where}: {error}") from error


def _month(kind: type, value: object) -> object:
    return Month.parse(value) if kind is Month and isinstance(value, str) else value


_SENTENCES = {
    *("months", "month", "competent", "held", "held_by_nobody_known"),
    *("undetermined", "open_point", "rule", "known_on"),
}


class CompetenceTexts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of one language.

    Args:
        areas: Names of areas, as they stand after "lives in"; in German with "im".
        entities: Names of entities.
        cadasters: Names of registers.
        keepers: Names of those who run a register.
        factors: A sentence for each connecting factor, by id.
        situations: Why an entity is undetermined, by situation.
        situation_names: Names of situations, as they follow "the situation".
        allowances: Names of participation allowances.
        reasons: Why the rules of a row of the timeline hold, by its ``why``.
        open_points: What is open, by open point.
        certainties: A sentence for each certainty.
        sentences: The sentences of an explanation, by what they state.
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
        """Return the words to fill in, for every text: ``{"notices.gap": {"first", ...}}``."""
        return {
            f"{table}.{key}": {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for table in self.__struct_fields__
            for key, text in getattr(self, table).items()
        }


def read_texts(folder: Path) -> dict[Language, CompetenceTexts]:
    """Read the texts of all languages and check that they match each other.

    Raises:
        DataError: A text is missing, or is filled in otherwise than in English.
    """
    texts = {
        language: read_toml(folder / f"{language}.toml", CompetenceTexts, DataError)
        for language in Language
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
