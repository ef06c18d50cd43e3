"""The options that say where a child lives: a place, or a domicile file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kszclient.competence import Circumstances, Competence, DomicileHistory
    from kszclient.values import MonthPeriod

Nis = Annotated[
    str | None,
    typer.Option("--nis", metavar="CODE", help="Municipality code of the domicile, five digits."),
]
Postcode = Annotated[
    str | None,
    typer.Option("--postcode", metavar="CODE", help="Postcode of the domicile, four digits."),
]
DomicileFile = Annotated[
    Path | None,
    typer.Option("--domicile", metavar="FILE", help="Domicile history, as a JSON list or CSV."),
]


def chosen_competence(
    nis: str | None,
    postcode: str | None,
    domicile: Path | None,
    period: MonthPeriod,
    *,
    as_of: str | None,
    known_on: str | None,
    circumstances: Circumstances | None = None,
    optional: bool = False,
) -> Competence | None:
    """Resolve competence from the options of a command.

    Args:
        nis: Value of ``--nis``.
        postcode: Value of ``--postcode``.
        domicile: Value of ``--domicile``.
        period: The months asked about.
        as_of: Value of ``--as-of``; today where left out.
        known_on: Value of ``--known-on``.
        circumstances: What is known besides the domicile.
        optional: Whether all three may be left out.

    Returns:
        The answer; None where no place was given and none is needed.

    Raises:
        InputError: Not exactly one of the three is given, or what is given is wrong.
    """
    from kszclient.cli.times import day
    from kszclient.competence import resolve

    history = _history(nis, postcode, domicile, optional=optional)
    asked_on = day("--as-of", as_of) if as_of else dt.datetime.now(tz=dt.UTC).date()
    known = day("--known-on", known_on) if known_on else None
    if history is None:
        return None
    return resolve(history, period, as_of=asked_on, known_on=known, circumstances=circumstances)


def _history(
    nis: str | None, postcode: str | None, domicile: Path | None, *, optional: bool
) -> DomicileHistory | None:
    from kszclient.competence import DomicileHistory, read_domicile
    from kszclient.errors import InputError

    given = [each for each in (nis, postcode, domicile) if each is not None]
    if not given and optional:
        return None
    if len(given) != 1:
        found = "several" if given else "none"
        raise InputError(f"expected exactly one of --nis, --postcode and --domicile, found {found}")
    if domicile is not None:
        return read_domicile(domicile)
    return DomicileHistory.throughout_at(nis=nis, postcode=postcode)
