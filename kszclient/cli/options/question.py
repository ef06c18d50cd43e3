"""What is asked: the person, the months and days, the place or the complaint.

A person's number is never typed where others can read it.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.options.checks import choice

if TYPE_CHECKING:
    from kszclient.competence import Competence, DomicileHistory
    from kszclient.complaints import Complaint
    from kszclient.values import Month, MonthPeriod, Ssin

Person = Annotated[
    str,
    typer.Argument(
        metavar="SSIN",
        help="- to read the number of the child or beneficiary from standard input; the number of "
        "an invented person may be typed instead.",
    ),
]
_HOW = (
    "Every user of this machine can read a command line: give - instead, and the number on "
    "standard input, such as: kszclient lookup - ... < number.txt"
)
_MOST_AFTER = 65_536


def given_person(word: str) -> Ssin:
    """Read a number from standard input where the word is ``-``, else the word itself.

    Args:
        word: What was typed.

    Raises:
        InputError: It is no number, or one that was typed and may be somebody's.
    """
    from kszclient.errors import InputError, InvalidValueError
    from kszclient.values import Ssin

    if word == "-":
        return person_on_stdin()
    try:
        person = Ssin.parse(word)
    except InvalidValueError as error:
        error.next_step = _HOW
        raise
    if not person.synthetic:
        raise InputError("SSIN: the number of a real person must not be typed", next_step=_HOW)
    return person


def person_on_stdin() -> Ssin:
    """Read a number from the one line on standard input.

    Raises:
        InputError: There are more lines: each would need an answer of its own.
        InvalidValueError: It is no number.
    """
    from kszclient.errors import InputError
    from kszclient.values import Ssin

    first = sys.stdin.readline()
    # Who types it at a terminal has no end to give.
    if not sys.stdin.isatty() and sys.stdin.read(_MOST_AFTER).strip():
        raise InputError("SSIN: expected one line on standard input, found more")
    return Ssin.parse(first.removeprefix("\ufeff").strip())


FromMonth = Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="First month.")]
ToMonth = Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="Last month.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DAY", help="Day of asking; today if left out.")
]
KnownOn = Annotated[
    str | None,
    typer.Option("--known-on", metavar="DAY", help="Answer from what was known on this day."),
]


def period_asked(begin: str, end: str) -> MonthPeriod:
    """Read the values of ``--from`` and ``--to``.

    Raises:
        InvalidValueError: One is no month, or the end lies before the begin; it names the option.
    """
    from kszclient.values import MonthPeriod

    return MonthPeriod(_month("--from", begin), _month("--to", end))


def _month(option: str, text: str) -> Month:
    from kszclient.errors import InvalidValueError
    from kszclient.values import Month

    try:
        return Month.parse(text)
    except InvalidValueError as error:
        raise InvalidValueError(option, error.rule, "expected a month written YYYY-MM") from None


def day(option: str, text: str) -> dt.date:
    """Read a day given to an option.

    Raises:
        InvalidValueError: It is no day written YYYY-MM-DD.

    >>> day("--as-of", "2022-05-01")
    datetime.date(2022, 5, 1)
    """
    from kszclient.errors import InvalidValueError
    from kszclient.values import parse_day

    try:
        return parse_day(text)
    except InvalidValueError:
        raise InvalidValueError(option, "day", "expected a day written YYYY-MM-DD") from None


def day_of_asking(as_of: str | None) -> dt.date:
    """Read the value of ``--as-of``; today where left out."""
    from kszclient.values import today

    return today() if as_of is None else day("--as-of", as_of)


def day_of_knowing(known_on: str | None) -> dt.date | None:
    """Read the value of ``--known-on``."""
    return None if known_on is None else day("--known-on", known_on)


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
    """Return the domicile history that the three options describe; None where all are left out.

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
    """Return the domicile history that the three options describe.

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


ComplaintFile = Annotated[
    Path, typer.Argument(metavar="FILE|-", help="The complaint as JSON; - reads standard input.")
]


def given_complaint(file: Path, *, to_look_up: bool = False) -> Complaint:
    """Read the complaint that a command was given.

    Args:
        file: A path, or ``-``.
        to_look_up: Whether the registers will be asked about the child.

    Raises:
        InputError: It cannot be read; the message names the file and the field.
    """
    from kszclient.complaints import read_complaint
    from kszclient.errors import IntakeError
    from kszclient.resources import input_name, read_input

    text = read_input(file)
    try:
        return read_complaint(text, to_look_up=to_look_up)
    except IntakeError as error:
        raise IntakeError(f"{input_name(file)}: {error}", next_step=error.next_step) from error
