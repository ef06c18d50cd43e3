"""The options of time that commands share: months asked, day of asking, day of knowing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kszclient.values import Month, MonthPeriod

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
