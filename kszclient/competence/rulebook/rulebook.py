"""The rule tables of `config/competence`, read and checked together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol, Self, TypeVar

import msgspec

from kszclient.competence.rulebook.factors import (
    Allowance,
    Circumstances,
    CountsAs,
    Factor,
    Situation,
)
from kszclient.competence.rulebook.settings import (
    DayReading,
    NoticeRule,
    OpenPoint,
    ReferenceDay,
    Settings,
)
from kszclient.competence.rulebook.tables import (
    CompetenceTexts,
    by_id,
    listed_rows,
    named_rows,
    read_texts,
)
from kszclient.competence.rulebook.terms import Certainty, Entity
from kszclient.competence.rulebook.timeline import Rule, Timeline, per_area
from kszclient.errors import DataError, SettingsError
from kszclient.geography import Area, Notice, gazetteer
from kszclient.resources import read_toml, resource
from kszclient.sources import Source, check_sources, sources
from kszclient.values import AuthenticSource, Language, Month

_Row = TypeVar("_Row")


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
    readings: Mapping[str, DayReading]
    allowances: Mapping[str, Allowance]
    notices: Mapping[str, NoticeRule]
    texts: Mapping[Language, CompetenceTexts]
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
            readings=named_rows(folder / "readings.toml", DayReading),
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
        """Return the same rules with the open points read otherwise.

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
        """Return the row of a factor that holds for an area on a day of asking."""
        return next(each for each in self.factors if each.id == name and each.holds(area, as_of))

    def notice(self, code: str, **facts: object) -> Notice:
        """Return a notice, in English; its facts fill the words of any language."""
        words = {name: str(fact) for name, fact in facts.items()}
        return Notice(code, self._fill(Language.EN, code, words), words)

    def notice_text(self, notice: Notice, language: Language) -> str:
        """Return the text of a notice in a language."""
        if notice.code not in self.notices:
            return notice.text
        return self._fill(language, notice.code, notice.facts)

    def asked_besides(self, points: Iterable[str]) -> frozenset[AuthenticSource]:
        """The sources to ask beside the one of an answer, as long as open points are not settled.

        >>> sorted(source.value for source in rulebook().asked_besides(["D1"]))
        ['EASTBELGIUM', 'WALLONIA']
        """
        return frozenset[AuthenticSource]().union(*(self.open_points[each].ask for each in points))

    def about_open_point(self, name: str, language: Language) -> str:
        """Return the sentence about an open point."""
        texts = self.texts[language]
        return texts.sentences["open_point"].format(id=name, text=texts.open_points[name])

    def _fill(self, language: Language, code: str, facts: Mapping[str, str]) -> str:
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
    """Return the rules that the library ships with; they are read once.

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


FACTORS = {"domicile", *Circumstances.__struct_fields__} - {"situation", "allowance"}
"""The places that a caller can name."""
SITUATIONS = ("no-domicile", "abroad")
"""The situations that a domicile history shows by itself."""


class _Grounded(Protocol):
    @property
    def certainty(self) -> Certainty: ...
    @property
    def basis(self) -> str: ...
    @property
    def references(self) -> tuple[str, ...]: ...


def check_book(book: Rulebook) -> None:
    """Check the tables against each other.

    Raises:
        DataError: Some row is missing, given twice, or names what does not exist; the message names
            the file and the row.
    """
    check_factors(book.factors)
    _check_open_points(book)
    _check_names(book)
    _check_situations(book)
    _check_allowances(book)
    _check_references(book)


def check_factors(factors: Iterable[Factor]) -> None:
    """Check that the factors have one strict order, without a gap, and begin with the domicile.

    Raises:
        DataError: They do not; the message names the row.
    """
    rows = sorted(factors, key=lambda each: each.number)
    general = by_id("factors.toml", (each for each in rows if each.area is None))
    for rank, each in enumerate(general.values(), start=1):
        if each.number != rank:
            raise DataError(f"factors.toml, factor {each.id}: rank {each.number}, expected {rank}")
    if next(iter(general), None) != CountsAs.DOMICILE:
        raise DataError("factors.toml: expected the domicile as the first factor")
    special = [each for each in rows if each.area is not None]
    for each in special:
        row = f"factors.toml, factor {each.id} of area {each.area}"
        if each.id not in general or general[each.id].number != each.number:
            raise DataError(f"{row}: expected a general row of the same rank")
        same = [(other.id, other.area, other.as_of_from) for other in special]
        if same.count((each.id, each.area, each.as_of_from)) > 1:
            raise DataError(f"{row}: given twice")


def _check_names(book: Rulebook) -> None:
    """Check that what the tables name has words, and that nothing else has."""
    english = book.texts[Language.EN]
    sentences = {each.sentence or each.id for each in book.factors}
    points = {point for _, row_points, _ in _pointing(book) for point in row_points}
    for file, found, needed in (
        ("factors.toml and the library", {each.id for each in book.factors}, FACTORS),
        ("readings.toml and the library", set(book.readings), set(ReferenceDay)),
        ("factors.toml and texts/en.toml", sentences, set(english.factors)),
        ("situations.toml and texts/en.toml", set(book.situations), set(english.situations)),
        ("situations.toml and texts/en.toml", set(book.situations), set(english.situation_names)),
        ("allowances.toml and texts/en.toml", set(book.allowances), set(english.allowances)),
        ("notices.toml and texts/en.toml", set(book.notices), set(english.notices)),
        (
            "timeline.toml and texts/en.toml",
            {rule.why for rule in book.timeline.rules if rule.why},
            set(english.reasons),
        ),
        ("open_points.toml and texts/en.toml", points, set(english.open_points)),
    ):
        if unmatched := found ^ needed:
            names = ", ".join(sorted(unmatched))
            raise DataError(f"{file}: {names} stands in one of them only")


def _check_situations(book: Rulebook) -> None:
    for name in SITUATIONS:
        if name not in book.situations:
            raise DataError(f"situations.toml: expected a situation {name}")
    for name, situation in book.situations.items():
        if unknown := set(situation.excludes) - FACTORS:
            raise DataError(
                f"situations.toml, situation {name}: excludes unknown factor {', '.join(unknown)}"
            )
        for factor in situation.excludes:
            if f"situation-against-{factor}" not in book.notices:
                raise DataError(
                    f"situations.toml, situation {name}: no notice situation-against-{factor}"
                )


def _check_allowances(book: Rulebook) -> None:
    """Check that all are granted and held alike: a payment does not show which of them it is."""
    if len({(each.entity, each.source) for each in book.allowances.values()}) != 1:
        raise DataError("allowances.toml: expected one entity and one source for all of them")


def _grounded(book: Rulebook) -> Iterator[tuple[str, _Grounded]]:
    for rule in book.timeline.rules:
        yield f"timeline.toml, rule {rule.id}", rule
    for factor in book.factors:
        yield f"factors.toml, factor {factor.id}", factor
    for situation in book.situations.values():
        yield f"situations.toml, situation {situation.id}", situation
    for allowance in book.allowances.values():
        yield f"allowances.toml, allowance {allowance.id}", allowance


def _pointing(book: Rulebook) -> Iterator[tuple[str, tuple[str, ...], Certainty | None]]:
    """Yield each row with the open points that it names and how sure it claims to be."""
    for rule in book.timeline.rules:
        certainty = rule.certainty if rule.entity else None
        yield f"timeline.toml, rule {rule.id}", rule.open_points, certainty
    for factor in book.factors:
        yield f"factors.toml, factor {factor.id}", factor.open_points, factor.certainty
    for each in book.situations.values():
        yield f"situations.toml, situation {each.id}", each.open_points, each.certainty
    for code, notice in book.notices.items():
        if notice.open_point is not None:
            yield f"notices.toml, {code}", (notice.open_point,), None


def _check_open_points(book: Rulebook) -> None:
    for row, points, certainty in _pointing(book):
        if unknown := set(points) - book.open_points.keys():
            raise DataError(f"{row}: no open point {', '.join(sorted(unknown))}")
        least = Certainty.least(book.open_points[point].certainty for point in points)
        if certainty not in {None, least}:
            raise DataError(
                f"{row}: certainty {certainty}, but the open points that it names make it {least}"
            )
    for row, grounds in _grounded(book):
        if not grounds.basis.strip():
            raise DataError(f"{row}: basis must be given")


def _check_references(book: Rulebook) -> None:
    for row, references in cited_rows(book):
        check_sources(row, references)


def cited_rows(book: Rulebook) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each row of the tables with the codes of the sources that it names."""
    for row, grounds in _grounded(book):
        yield row, grounds.references
    for key, point in book.open_points.items():
        yield f"open_points.toml, point {key}", point.references
    for key, reading in book.readings.items():
        yield f"readings.toml, {key}", reading.references
    for key, notice in book.notices.items():
        yield f"notices.toml, {key}", notice.references


class Participation(NamedTuple):
    """What holds of every participation allowance, wherever the child lives.

    Args:
        entity: Who grants it.
        source: The register that holds it.
        begin: The first month for which there is any.
    """

    entity: Entity
    source: AuthenticSource
    begin: Month


@cache
def participation() -> Participation:
    """Return what holds of every participation allowance.

    Source: ``config/competence/allowances.toml``, of which all rows name one entity and one source.

    >>> found = participation()
    >>> found.entity.value, found.source.value, str(found.begin)
    ('OPGROEIEN', 'FLANDERS', '2019-01')
    """
    rows = tuple(rulebook().allowances.values())
    return Participation(rows[0].entity, rows[0].source, min(each.months_from for each in rows))
