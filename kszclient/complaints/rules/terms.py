"""The terms, promises and age limits of `config/complaints/terms.toml`, each as it stands on a day.

A value of law can change from a day on: a row lists its changes with that day, and names the day of
a case that decides which version applies.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from functools import cache
from typing import Any, Self, TypeVar

import msgspec

from kszclient.competence import Certainty
from kszclient.complaints.datafile import load
from kszclient.complaints.vocabulary import Instance
from kszclient.errors import DataError
from kszclient.sources import check_sources

_WHERE = "config/complaints/terms.toml"
_Row = TypeVar("_Row", bound="Dated")


class Shift(StrEnum):
    """Whether an end on a Saturday, Sunday or holiday moves to the next working day (art. 53)."""

    SAFE = "safe"
    OPEN = "open"


class WithoutRemedies(StrEnum):
    """What becomes of a term when the decision does not name the remedies, if no other one runs."""

    NEVER_STARTS = "never_starts"
    OPEN = "open"


class Dated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row whose values change from a day on.

    Args:
        name: Such as ``DL_GC_3M``; it stays when the values change.
        certainty: How sure the row is.
        sources: Codes of `config/sources.toml`.
        text: The rule in one sentence.
        dated_by: The day of a case that decides which version applies: a field of the complaint.
        changes: What is otherwise from a day on, the earliest first: the day as ``from``, and new
            values by the names of their fields.
    """

    name: str
    certainty: Certainty
    sources: tuple[str, ...]
    text: str
    dated_by: str = "filing_date"
    changes: tuple[dict[str, Any], ...] = ()

    @property
    def turns(self) -> tuple[dt.date, ...]:
        """The days from which it is otherwise, in order."""
        return tuple(change["from"] for change in self.changes)

    @property
    def cited(self) -> tuple[str, ...]:
        """The codes of its sources, on any day."""
        changed = [code for change in self.changes for code in change.get("sources", ())]
        return (*self.sources, *changed)

    def on(self, day: dt.date) -> Self:
        """The version of a day, with the values that apply then.

        Args:
            day: What `dated_by` names.
        """
        values: dict[str, Any] = {}
        for change in self.changes:
            if change["from"] <= day:
                values |= change
        values.pop("from", None)
        return msgspec.structs.replace(self, **values) if values else self


class NamedTerm(Dated, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One term of law.

    Args:
        event: The complaint's field that holds the day from which it is counted.
        months: How long it lasts.
        start_months: Months between the event and the first day that counts.
        start_days: Days between the two, on top of those months.
        lenient_start_days: The same by the reading that favours the person.
        shift: Whether the move to the next working day is sure.
        postal: Whether art. 53bis applies to letters.
        interrupted_by: The instance with which a complaint makes it start again; nobody if empty.
        without_remedies: The term that runs instead when the decision does not name the remedies,
            or ``never_starts``, or ``open``.
        waits: Whether it must be over before one can go there, and opens the way the day after.
        fact: The fact of conditions that says that it is over; none where empty.
    """

    event: str
    months: int
    start_months: int = 0
    start_days: int = 0
    lenient_start_days: int = 0
    shift: Shift = Shift.OPEN
    postal: bool = False
    interrupted_by: Instance | None = None
    without_remedies: str = WithoutRemedies.OPEN
    waits: bool = False
    fact: str = ""

    def instead(self, *, remedies_stated: bool) -> NamedTerm:
        """The term that runs, by whether the decision names the remedies."""
        if remedies_stated:
            return self
        return named_terms().get(self.without_remedies, self)


class ServicePromise(Dated, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How fast a service says it works, in calendar days after the complaint arrived.

    Args:
        acknowledge_days: Days until it acknowledges or says whether it will act.
        answer_days: Days until it answers.
        latest_answer_days: Days until it answers at the very latest.
    """

    acknowledge_days: int | None = None
    answer_days: int | None = None
    latest_answer_days: int | None = None


class LastDay(StrEnum):
    """Whether the last day of an age limit still counts as young enough."""

    INCLUDED = "included"
    EXCLUDED = "excluded"


class AgeLimit(Dated, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How old facts may be.

    Args:
        years: The limit.
        last_day: Whether facts exactly so old are young enough.
        fact: The fact of conditions that says that they are.
    """

    years: int
    last_day: LastDay
    fact: str


class Interruption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a complaint with an instance makes a term start again.

    Args:
        filed: The complaint's field that holds the day on which the instance got it.
        closed: The field that holds the day on which it closed the case.
        restart: What the term is called that runs from then.
    """

    filed: str
    closed: str
    restart: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    term: tuple[dict[str, Any], ...]
    service: tuple[dict[str, Any], ...]
    age: tuple[dict[str, Any], ...]
    interruption: dict[Instance, Interruption]


@cache
def _file() -> _File:
    return load(_File, "terms.toml")


@cache
def named_terms() -> dict[str, NamedTerm]:
    """The terms of appeal and review by name.

    Raises:
        DataError: A row is broken; the message names it.

    >>> named_terms()["DL_FC_6M"].months
    6
    """
    found = _rows(_file().term, NamedTerm)
    known = {*found, *WithoutRemedies}
    for term in found.values():
        if term.without_remedies not in known:
            raise DataError(f"{_WHERE}, {term.name}: unknown term {term.without_remedies!r}")
        if term.interrupted_by and term.interrupted_by not in interruptions():
            raise DataError(f"{_WHERE}, {term.name}: no [interruption.{term.interrupted_by}]")
    return found


@cache
def service_promises() -> dict[str, ServicePromise]:
    """The promises of services by name."""
    return _rows(_file().service, ServicePromise)


@cache
def age_limits() -> dict[str, AgeLimit]:
    """The age limits of facts by name."""
    return _rows(_file().age, AgeLimit)


def interruptions() -> dict[Instance, Interruption]:
    """How a complaint interrupts a term, by the instance that has it."""
    return _file().interruption


def _rows(rows: tuple[dict[str, Any], ...], kind: type[_Row]) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    stated: dict[str, dict[str, Any]] = {}
    for row in rows:
        name = row.get("name", "without name")
        whole = {**_inherited(row, stated), **row}
        whole.pop("like", None)
        try:
            read = msgspec.convert(whole, kind, strict=False)
            _check_changes(read, kind)
        except (msgspec.ValidationError, DataError) as error:
            raise DataError(f"{_WHERE}, {name}: {error}") from None
        for codes in (
            read.sources,
            *(change.get("sources", read.sources) for change in read.changes),
        ):
            check_sources(f"{_WHERE}, {name}", codes)
        if name in found:
            raise DataError(f"{_WHERE}, {name}: stands twice")
        found[name], stated[name] = read, whole
    return found


def _inherited(row: dict[str, Any], stated: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a row has from the one that it is like: all that it does not say itself."""
    model = row.get("like")
    if model is None:
        return {}
    if model not in stated:
        raise DataError(f"{_WHERE}, {row.get('name')}: like {model!r}, which does not stand above")
    changes = [
        {key: value for key, value in change.items() if key == "from" or key not in row}
        for change in stated[model].get("changes", ())
    ]
    return {**stated[model], "changes": [change for change in changes if len(change) > 1]}


def _check_changes(row: Dated, kind: type[Dated]) -> None:
    """Check that changes have a day each, in order, and values that the row can have."""
    for change in row.changes:
        if not isinstance(change.get("from"), dt.date):
            raise DataError("changes: each needs `from`, a day")
        values = {key: value for key, value in change.items() if key != "from"}
        if not values or {"name", "changes", "dated_by"} & values.keys():
            raise DataError(f"changes from {change['from']}: no value that can change")
        msgspec.convert({**msgspec.to_builtins(row), **values}, kind, strict=False)
    if list(row.turns) != sorted(set(row.turns)):
        raise DataError("changes: the earliest first, each day once")
