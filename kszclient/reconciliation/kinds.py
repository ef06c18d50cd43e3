"""The kinds of findings and how answers are read, from ``config/reconciliation``."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TypeVar

import msgspec

from kszclient.competence import Certainty
from kszclient.complaints.rules.themes import themes
from kszclient.errors import DataError
from kszclient.resources import read_toml, resource
from kszclient.sources import check_sources
from kszclient.values import AuthenticSource

T = TypeVar("T")


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a finding, in the three languages of the report."""

    en: str
    nl: str
    fr: str


class Basis(Sentence, frozen=True, forbid_unknown_fields=True):
    """Where rules of findings come from.

    Args:
        sources: Codes of the sources.
    """

    sources: tuple[str, ...]


class Kind(StrEnum):
    """What was found; ``config/reconciliation/findings.toml`` says what each means."""

    MATCH = "match"
    NOT_FOUND = "not_found"
    PAYMENT_MISSING = "payment_missing"
    PAYMENT_UNCLEAR = "payment_unclear"
    MONTHS_MISSING = "months_missing"
    MONTHS_EXTRA = "months_extra"
    MONTHS_SHIFTED = "months_shifted"
    FOUND_ELSEWHERE = "found_elsewhere"
    FOUND_ELSEWHERE_MOVE = "found_elsewhere_move"
    FOUND_ELSEWHERE_ORINT = "found_elsewhere_orint"
    FOUND_ELSEWHERE_PARTICIPATION = "found_elsewhere_participation"
    OTHER_PAYER = "other_payer"
    PAYER_UNCOMPARED = "payer_uncompared"
    TWO_BASIC_AMOUNTS = "two_basic_amounts"
    BASIC_AMOUNT_TWICE = "basic_amount_twice"
    NUMBER_REPLACED = "number_replaced"
    NUMBER_CANCELLED = "number_cancelled"
    NUMBER_UNKNOWN = "number_unknown"
    NOT_INTEGRATED = "not_integrated"
    NOT_AUTHORISED = "not_authorised"
    REFUSED = "refused"
    INCOMPLETE = "incomplete"
    MONTHS_WITHHELD = "months_untold"
    REGISTER_CONTRADICTION = "register_contradiction"
    COMPETENCE_UNDETERMINED = "competence_undetermined"
    UNKNOWN_CATEGORY = "unknown_category"
    TRUNCATED = "truncated"
    UNUSABLE_ANSWER = "unusable_answer"
    UNANSWERED = "unanswered"


class Severity(StrEnum):
    """How bad it is."""

    NONE = "none"
    INFO = "info"
    WARNING = "warning"
    SERIOUS = "serious"
    TECHNICAL = "technical"


class KindOfFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table of findings.

    Args:
        id: Which kind.
        severity: How bad it is.
        theme: Theme of complaints that it belongs to, or empty.
        basis: Where the rule comes from, by its name among the bases.
        certainty: How sure the rule is.
        says: The sentence, with places to fill in.
        codes: Status codes of the KSZ that lead to it.
        because: By rule of competence, a second sentence that says why.
    """

    id: Kind
    severity: Severity
    theme: str
    basis: str
    certainty: Certainty
    says: Sentence
    codes: tuple[str, ...] = ()
    because: dict[str, Sentence] = {}


class Payers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How payers are told apart.

    Args:
        apart: Registers of which no two have a payer in common.
        codes: Enterprise numbers by fund code, where they are known.
    """

    apart: frozenset[AuthenticSource]
    codes: dict[str, str]


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How answers are read.

    Args:
        most_entries: Where a list may have been cut off.
        move_months: How far from a move months are put down to it.
        payers: How payers are told apart.
        names: Language of the names of municipalities, by area.
    """

    most_entries: int
    move_months: int
    payers: Payers
    names: dict[str, str]


class _Findings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    span: Sentence
    word: dict[str, Sentence]
    basis: dict[str, Basis]
    finding: tuple[KindOfFinding, ...]


@cache
def bases() -> dict[str, Basis]:
    """Where rules of findings come from, by name.

    Raises:
        DataError: One names an unknown source.
    """
    found = _load("findings.toml", _Findings).basis
    for name, basis in found.items():
        check_sources(f"findings.toml, basis {name}", basis.sources)
    return found


@cache
def span() -> Sentence:
    """Return how months in a row are written, with a place for the ``first`` and the ``last``."""
    return _load("findings.toml", _Findings).span


@cache
def words() -> dict[str, Sentence]:
    """Return the phrases for codes, such as the names of errors and of lists of the contract."""
    return _load("findings.toml", _Findings).word


@cache
def kinds() -> dict[Kind, KindOfFinding]:
    """Return the table of findings, every kind once.

    Raises:
        DataError: A kind is missing or stands twice, or names a theme or a basis that there is not.

    >>> kinds()[Kind.TWO_BASIC_AMOUNTS].theme
    'RECOVERY_LATE_FLOW'
    """
    file = _load("findings.toml", _Findings)
    rows = file.finding
    found = {row.id: row for row in rows}
    if len(rows) != len(found) or set(found) != set(Kind):
        raise DataError("findings.toml: every kind of finding must stand there once")
    for row in rows:
        if row.theme and row.theme not in themes():
            raise DataError(f"findings.toml: {row.id.value} names a theme that there is not")
        if row.basis not in file.basis:
            raise DataError(f"findings.toml: {row.id.value} names a basis that there is not")
    return found


@cache
def kind_of_code(code: str) -> Kind | None:
    """Return the kind of finding that a status code leads to, or None.

    >>> kind_of_code("MSG00007").value
    'number_cancelled'
    """
    return next((row.id for row in kinds().values() if code in row.codes), None)


@cache
def reading() -> Reading:
    """Return how answers are read."""
    return _load("reading.toml", Reading)


def _load(name: str, shape: type[T]) -> T:
    return read_toml(resource("config", "reconciliation", name), shape, DataError)
