"""The question of a run: which dossiers, against which domiciles, for which months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from kszclient.competence import rulebook
from kszclient.errors import InputError, InvalidValueError
from kszclient.logs import masked_repr
from kszclient.reconciliation.input.domiciles import placed, read_domiciles
from kszclient.reconciliation.input.dossiers import read_dossiers
from kszclient.reconciliation.input.mapping import Mapping
from kszclient.reconciliation.input.table import Source, is_url
from kszclient.reconciliation.plan.plan import Plan
from kszclient.reconciliation.plan.planner import make_plan
from kszclient.values import Month, Ssin, today
from kszclient.values.month_numbers import MonthRange


class Question(NamedTuple):
    """What is to be reconciled.

    Args:
        dossiers: A CSV or Parquet file, the URL of a database, or a frame.
        domiciles: The same with domicile histories; the dossiers' own domiciles where left out.
        mapping: Under which names they hold what is needed.
        as_of: The day of asking; today in Belgium where left out.
        margin: How many months before and after those of a child's dossiers are asked about too:
            without, no months too many and no shift are found beyond them. 0 where the months are
            only those that you want to check. It asks no further register and no lookup more.
        every_source: Ask every register, not only those that competence names: without, what
            another one holds, and a basic amount in two of them, is not found. Who is entitled to
            ask them needs a reason to: the months of a child are asked for where they should be.
        strict: Whether the first bad row ends everything.
    """

    dossiers: Source
    domiciles: Source | None = None
    mapping: Mapping = Mapping()
    as_of: dt.date | None = None
    margin: int = 3
    every_source: bool = False
    strict: bool = False

    def __repr__(self) -> str:
        domiciles = None if self.domiciles is None else _shown(self.domiciles)
        return masked_repr(self._replace(dossiers=_shown(self.dossiers), domiciles=domiciles))


def _shown(source: Source) -> Source:
    """Return a source as it is shown: the URL of a database may hold a password in many places."""
    if isinstance(source, str) and is_url(source):
        return f"{source.partition('://')[0]}://..."
    return source


def plan_of(question: Question, admit: Callable[[Ssin], None]) -> Plan:
    """Read the input and plan the lookups; nothing is sent.

    Args:
        question: What is to be reconciled.
        admit: Refuses persons that the environment must not be asked about.

    Raises:
        InputError: The input cannot be read, or holds no row that can be used; or the margin is
            less than 0.
    """
    if question.margin < 0:
        raise InvalidValueError("margin", "negative", "expected 0 months or more")
    as_of = question.as_of or today()
    table = rulebook().timeline.months
    months = MonthRange(table.begin.number, Month.of(as_of).number)
    dossiers = read_dossiers(
        question.dossiers,
        question.mapping,
        months=months,
        admit=admit,
        placed=question.domiciles is None,
        strict=question.strict,
    )
    if dossiers.rows.is_empty() and dossiers.rejected.is_empty():
        raise InputError(
            "there are no dossiers: the input holds a heading and no rows",
            next_step="See whether the export, or the query, ended as it should.",
        )
    if dossiers.rows.is_empty():
        number, column, reason = dossiers.rejected.row(0)
        raise InputError(
            f"none of {dossiers.rejected.height} rows can be used; "
            f"row {number}, column {column or '?'}: {reason}",
            next_step="See whether the columns are those that are meant (--mapping).",
        )
    spells = None
    if question.domiciles is not None:
        spells = read_domiciles(question.domiciles, question.mapping)
        dossiers = dossiers._replace(rows=placed(dossiers.rows, spells))
    return make_plan(
        dossiers,
        spells,
        as_of=as_of,
        months=months,
        margin=question.margin,
        every_source=question.every_source,
    )
