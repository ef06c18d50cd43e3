"""The options that say where a child lives: a place, or a domicile file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.options.choice import choice
from kszclient.cli.options.times import day_of_asking, day_of_knowing

if TYPE_CHECKING:
    from kszclient.competence import Competence, DomicileHistory
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
    typer.Option(
        "--domicile",
        metavar="FILE|-",
        help="Domicile history, as a JSON list or CSV; - reads standard input.",
    ),
]

Benefit = Annotated[
    str | None,
    typer.Option(
        "--benefit", metavar="NAME", help="Participation allowance: school, toddler, childcare."
    ),
]

_ONE_PLACE = "expected exactly one of --nis, --postcode and --domicile"


def chosen_history(
    nis: str | None, postcode: str | None, domicile: Path | None
) -> DomicileHistory | None:
    """Return the domicile history that the three options tell; None where all are left out.

    Raises:
        InputError: Several are given, or what is given is wrong.
    """
    from kszclient.competence import DomicileHistory, read_domicile
    from kszclient.errors import InputError, UnknownPlaceError

    given = [each for each in (nis, postcode, domicile) if each is not None]
    if len(given) > 1:
        raise InputError(f"{_ONE_PLACE}, found {len(given)}")
    if domicile is not None:
        return read_domicile(domicile)
    try:
        return DomicileHistory.throughout_at(nis=nis, postcode=postcode) if given else None
    except UnknownPlaceError as error:
        option = "--nis" if nis is not None else "--postcode"
        place = str(error).removeprefix("spell 1: ")
        raise UnknownPlaceError(f"{option}: {place}", next_step=error.next_step) from None


def check_answerable(period: MonthPeriod) -> None:
    """Check that the rules of competence answer for the months of ``--from`` and ``--to``.

    Raises:
        InputError: They do not.
    """
    from kszclient.competence import Timeline
    from kszclient.errors import InputError

    months = Timeline.months
    if period.intersection(months) != period:
        raise InputError(f"--from, --to: expected months between {months.begin} and {months.end}")


def needed_history(nis: str | None, postcode: str | None, domicile: Path | None) -> DomicileHistory:
    """Return the domicile history that the three options tell.

    Raises:
        InputError: None or several are given, or what is given is wrong.
    """
    from kszclient.errors import InputError

    history = chosen_history(nis, postcode, domicile)
    if history is None:
        raise InputError(f"{_ONE_PLACE}, found none")
    return history


def chosen_competence(
    nis: str | None,
    postcode: str | None,
    domicile: Path | None,
    period: MonthPeriod,
    *,
    as_of: str | None,
    known_on: str | None,
    benefit: str | None = None,
    optional: bool = False,
) -> Competence | None:
    """Resolve competence from the options that commands share.

    Args:
        nis: Value of ``--nis``.
        postcode: Value of ``--postcode``.
        domicile: Value of ``--domicile``.
        period: The months asked about.
        as_of: Value of ``--as-of``; today where left out.
        known_on: Value of ``--known-on``.
        benefit: Value of ``--benefit``.
        optional: Whether all three places may be left out.

    Returns:
        The answer; None where no place was given and none is needed.

    Raises:
        InputError: Not exactly one place is given, or what is given is wrong.
    """
    from kszclient.competence import Circumstances, resolve, rulebook

    if benefit is not None:
        choice("--benefit", benefit, rulebook().allowances)
    choose = chosen_history if optional else needed_history
    history = choose(nis, postcode, domicile)
    asked_on, known = day_of_asking(as_of), day_of_knowing(known_on)
    if history is None:
        return None
    check_answerable(period)
    return resolve(
        history,
        period,
        as_of=asked_on,
        known_on=known,
        circumstances=Circumstances(allowance=benefit),
    )
