"""The rule tables of `config/competence`, read and checked together."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from kszclient.competence.factors import Allowance, Factor, Situation
from kszclient.competence.settings import ReferenceDay, Settings
from kszclient.competence.terms import Certainty
from kszclient.competence.texts import Language, Texts, read_texts
from kszclient.competence.timeline import Rule, Timeline
from kszclient.errors import DataError, SettingsError
from kszclient.geography import Notice
from kszclient.resources import resource
from kszclient.values import Month, MonthPeriod

_Key = TypeVar("_Key")
_Row = TypeVar("_Row")


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the domicile of one day decides for a month."""

    basis: str
    references: tuple[str, ...]


class NoticeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How sure the months are that a notice names."""

    references: tuple[str, ...]
    certainty: Certainty = Certainty.SURE


class OpenPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where sources disagree or are silent, and how it is read here."""

    id: str
    question: str
    reading: str
    certainty: Certainty
    references: tuple[str, ...]


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document behind a rule."""

    title: str


class Rulebook(msgspec.Struct, frozen=True, kw_only=True):
    """All rules of competence, as one value.

    Args:
        timeline: Who is competent, by area, month and day of asking.
        factors: The connecting factors in their order; one for an area before the general one.
        situations: Children without a plain domicile, by id.
        readings: Why one day's domicile decides, by reference day.
        allowances: Benefits that follow something else than the domicile, by id.
        notices: What is known of notices, by code.
        texts: The words for people, by language.
        open_points: Where sources disagree or are silent.
        references: The documents, by key.
        settings: How the open points are read.
    """

    timeline: Timeline
    factors: tuple[Factor, ...]
    situations: Mapping[str, Situation]
    readings: Mapping[ReferenceDay, Reading]
    allowances: Mapping[str, Allowance]
    notices: Mapping[str, NoticeRule]
    texts: Mapping[Language, Texts]
    open_points: tuple[OpenPoint, ...]
    references: Mapping[str, Reference]
    settings: Settings

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read and check the tables of a folder.

        Raises:
            DataError: A table is broken; the message names the file and the row.
            SettingsError: ``settings.toml`` is wrong.
        """
        table = _read(folder / "timeline.toml")
        try:
            span = MonthPeriod.parse(str(table["first_month"]), str(table["last_month"]))
        except (KeyError, ValueError) as error:
            raise DataError(f"timeline.toml: first_month and last_month: {error}") from error
        factors = _list(folder / "factors.toml", "factor", Factor)
        situations = _list(folder / "situations.toml", "situation", Situation)
        allowances = _list(folder / "allowances.toml", "allowance", Allowance)
        book = cls(
            timeline=Timeline(span, tuple(_list(folder / "timeline.toml", "rule", Rule))),
            factors=tuple(sorted(factors, key=lambda each: (each.number, each.area is None))),
            situations={situation.id: situation for situation in situations},
            allowances={allowance.id: allowance for allowance in allowances},
            readings=_mapping(folder / "readings.toml", ReferenceDay, Reading),
            notices=_mapping(folder / "notices.toml", str, NoticeRule),
            open_points=tuple(_list(folder / "open_points.toml", "point", OpenPoint)),
            references=_mapping(folder / "references.toml", str, Reference),
            texts=read_texts(folder / "texts"),
            settings=Settings(),
        )
        book._check_needed()
        book._check_references()
        try:
            settings = msgspec.convert(_read(folder / "settings.toml"), Settings)
        except msgspec.ValidationError as error:
            raise SettingsError(f"settings.toml: {error}") from error
        return book.reading(settings)

    def reading(self, settings: Settings) -> Self:
        """Give the same rules with the open points read otherwise.

        Raises:
            SettingsError: A source is set for a rule that does not exist.

        >>> book = rulebook().reading(Settings(reference_day=ReferenceDay.FIRST_DAY))
        >>> book.settings.reference_day.value
        'first_day_of_the_month'
        """
        unknown = settings.sources.keys() - {rule.id for rule in self.timeline.rules}
        if unknown:
            raise SettingsError(f"sources: there is no rule {', '.join(sorted(unknown))}")
        rules = tuple(
            msgspec.structs.replace(rule, source=settings.sources.get(rule.id, rule.source))
            for rule in self.timeline.rules
        )
        timeline = Timeline(self.timeline.months, rules)
        return msgspec.structs.replace(self, timeline=timeline, settings=settings)

    def notice(self, code: str, **facts: object) -> Notice:
        """Give a notice, in English; its facts fill the words of any language."""
        words = {name: str(fact) for name, fact in facts.items()}
        return Notice(code, self.texts[Language.EN].notices[code].format(**words), words)

    def _check_needed(self) -> None:
        english = self.texts[Language.EN]
        for file, rows, needed in (
            ("situations.toml", set(self.situations), set(english.situations)),
            ("factors.toml", {factor.id for factor in self.factors}, set(english.factors)),
            ("readings.toml", set(self.readings), set(ReferenceDay)),
            ("notices.toml", set(self.notices), set(english.notices)),
        ):
            if unmatched := needed ^ rows:
                names = ", ".join(sorted(unmatched))
                raise DataError(f"{file} and texts/en.toml: {names} stands in one of them only")

    def _check_references(self) -> None:
        cited: list[tuple[str, tuple[str, ...]]] = [
            *((f"timeline.toml, rule {rule.id}", rule.references) for rule in self.timeline.rules),
            *((f"factors.toml, factor {each.id}", each.references) for each in self.factors),
            *(
                (f"situations.toml, situation {each.id}", each.references)
                for each in self.situations.values()
            ),
            *(
                (f"allowances.toml, allowance {each.id}", each.references)
                for each in self.allowances.values()
            ),
            *((f"open_points.toml, point {each.id}", each.references) for each in self.open_points),
            *((f"readings.toml, {key}", each.references) for key, each in self.readings.items()),
            *((f"notices.toml, {key}", each.references) for key, each in self.notices.items()),
        ]
        for row, references in cited:
            unknown = set(references) - self.references.keys()
            if unknown or not references:
                raise DataError(
                    f"{row}: references must name documents of references.toml"
                    + (f", not {', '.join(sorted(unknown))}" if unknown else "")
                )


def rulebook() -> Rulebook:
    """Give the rules that the library ships with; they are read once.

    Raises:
        DataError: A table is broken.
        SettingsError: A table is missing, or ``settings.toml`` is wrong.
    """
    return _load(resource("config", "competence"))


@cache
def _load(folder: Path) -> Rulebook:
    return Rulebook.load(folder)


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"{path.name}: cannot be read: {error}") from error


def _month(kind: type, value: object) -> object:
    return Month.parse(value) if kind is Month and isinstance(value, str) else value


def _list(path: Path, key: str, row: type[_Row]) -> Iterable[_Row]:
    file = path.name
    rows = _read(path).get(key)
    if not isinstance(rows, list) or not rows:
        raise DataError(f"{file}: expected rows [[{key}]]")
    for number, each in enumerate(rows, start=1):
        try:
            yield msgspec.convert(each, row, dec_hook=_month)
        except msgspec.ValidationError as error:
            name = each.get("id", number) if isinstance(each, dict) else number
            raise DataError(f"{file}, {key} {name}: {error}") from error


def _mapping(path: Path, key: type[_Key], row: type[_Row]) -> dict[_Key, _Row]:
    try:
        return msgspec.convert(_read(path), dict[key, row])  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        raise DataError(f"{path.name}: {error}") from error
