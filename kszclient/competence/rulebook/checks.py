"""What must hold between the tables of competence, beyond each row by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from kszclient.competence.rulebook.factors import Circumstances, CountsAs
from kszclient.competence.rulebook.settings import ReferenceDay
from kszclient.competence.rulebook.tables import by_id
from kszclient.competence.rulebook.terms import Certainty
from kszclient.errors import DataError
from kszclient.sources import check_sources
from kszclient.values import Language

if TYPE_CHECKING:
    from kszclient.competence.rulebook.factors import Factor
    from kszclient.competence.rulebook.rulebook import Rulebook

FACTORS = {"domicile", *Circumstances.__struct_fields__} - {"situation", "allowance"}
"""The places that the library can be told."""
SITUATIONS = ("no-domicile", "abroad")
"""The situations that a domicile history tells by itself."""


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
    """Check that all are granted and held alike: a payment does not tell which of them it is."""
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
    """Give each row with the open points that it names and how sure it says it is."""
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
