"""The rule tables of `config/competence`, read and checked together."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from kszclient.competence.rulebook.checks import check_book, cited_rows
from kszclient.competence.rulebook.factors import Allowance, Factor, Situation
from kszclient.competence.rulebook.settings import Settings
from kszclient.competence.rulebook.tables import by_id, listed_rows, named_rows
from kszclient.competence.rulebook.terms import Certainty
from kszclient.competence.rulebook.texts import Texts, read_texts
from kszclient.competence.rulebook.timeline import Rule, Timeline, per_area
from kszclient.errors import SettingsError
from kszclient.geography import Area, Notice, gazetteer
from kszclient.resources import read_toml, resource
from kszclient.sources import Source, sources
from kszclient.values import Language

_Row = TypeVar("_Row")


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the domicile of one day decides for a month."""

    basis: str
    references: tuple[str, ...]


class NoticeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is behind a notice; with an open point: the month that it names rests on that."""

    references: tuple[str, ...]
    open_point: str | None = None


class OpenPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where sources disagree or are silent, and how it is read here."""

    id: str
    question: str
    reading: str
    certainty: Certainty
    references: tuple[str, ...]


class Rulebook(msgspec.Struct, frozen=True, kw_only=True):
    """All rules of competence, as one value.

    Args:
        timeline: Who is competent, by area, month and day of asking.
        factors: The connecting factors in their order; one for an area before the general one.
        situations: Children without a plain domicile, by id.
        readings: Why one day's domicile decides, by the value of `ReferenceDay`.
        allowances: Benefits that follow something else than the domicile, by id.
        notices: What is known of notices, by code.
        texts: The words for people, by language.
        open_points: Where sources disagree or are silent, by id.
        settings: How the open points are read.
    """

    timeline: Timeline
    factors: tuple[Factor, ...]
    situations: Mapping[str, Situation]
    readings: Mapping[str, Reading]
    allowances: Mapping[str, Allowance]
    notices: Mapping[str, NoticeRule]
    texts: Mapping[Language, Texts]
    open_points: Mapping[str, OpenPoint]
    settings: Settings

    @property
    def references(self) -> dict[str, Source]:
        """The documents that its rows name, by code."""
        named = {code for _, codes in cited_rows(self) for code in codes}
        return {code: source for code, source in sources().items() if code in named}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read and check the tables of a folder.

        Raises:
            DataError: A table is broken; the message names the file and the row.
            SettingsError: ``settings.toml`` is wrong.
        """
        factors = listed_rows(folder / "factors.toml", "factor", Factor)
        book = cls(
            timeline=Timeline(listed_rows(folder / "timeline.toml", "rule", Rule, per_area)),
            factors=tuple(sorted(factors, key=_precedence)),
            situations=_by_id(folder / "situations.toml", "situation", Situation),
            allowances=_by_id(folder / "allowances.toml", "allowance", Allowance),
            readings=named_rows(folder / "readings.toml", Reading),
            notices=named_rows(folder / "notices.toml", NoticeRule),
            open_points=_by_id(folder / "open_points.toml", "point", OpenPoint),
            texts=read_texts(folder / "texts"),
            settings=Settings(),
        )
        check_book(book)
        return book.reading(read_toml(folder / "settings.toml", Settings, SettingsError))

    def __repr__(self) -> str:
        return f"Rulebook({self.settings})"

    def reading(self, settings: Settings) -> Self:
        """Give the same rules with the open points read otherwise.

        Raises:
            SettingsError: A source is set for a rule that does not exist.

        >>> from kszclient.competence import ReferenceDay
        >>> book = rulebook().reading(Settings(reference_day=ReferenceDay.FIRST_DAY))
        >>> book.settings.reference_day.value
        'first_day_of_the_month'
        """
        answering = {rule.id for rule in self.timeline.rules if rule.source is not None}
        if unknown := settings.sources.keys() - answering:
            raise SettingsError(f"sources: no rule with a source is {', '.join(sorted(unknown))}")
        rules = tuple(
            msgspec.structs.replace(rule, source=settings.sources.get(rule.id, rule.source))
            for rule in self.timeline.rules
        )
        return msgspec.structs.replace(self, timeline=Timeline(rules), settings=settings)

    def factor(self, name: str, area: Area, as_of: dt.date) -> Factor:
        """Give the row of a factor that holds for an area on a day of asking."""
        return next(each for each in self.factors if each.id == name and each.holds(area, as_of))

    def notice(self, code: str, **facts: object) -> Notice:
        """Give a notice, in English; its facts fill the words of any language."""
        words = {name: str(fact) for name, fact in facts.items()}
        return Notice(code, self._said(Language.EN, code, words), words)

    def said(self, notice: Notice, language: Language) -> str:
        """Give the text of a notice in a language."""
        if notice.code not in self.notices:
            return notice.text
        return self._said(language, notice.code, notice.facts)

    def about_open_point(self, name: str, language: Language) -> str:
        """Tell in a sentence what is open."""
        texts = self.texts[language]
        return texts.sentences["open_point"].format(id=name, text=texts.open_points[name])

    def _said(self, language: Language, code: str, facts: Mapping[str, str]) -> str:
        texts = self.texts[language]
        words = dict(facts)
        # What is a code among the facts is a word in a sentence.
        for fact, table in (("allowance", texts.allowances), ("situation", texts.situation_names)):
            if fact in words:
                words[fact] = table[words[fact]]
        if "nis" in words:
            words["name"] = gazetteer().municipality(words["nis"]).name(language)
        return texts.notices[code].format(**words)


def _precedence(factor: Factor) -> tuple[int, bool, int]:
    """Sort by rank, then one for an area before the general one, then the latest first."""
    known = factor.as_of_from or dt.date.min
    return factor.number, factor.area is None, -known.toordinal()


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


def _by_id(path: Path, key: str, row: type[_Row]) -> dict[str, _Row]:
    return by_id(path.name, listed_rows(path, key, row))
