"""The options of time that commands share: months asked, day of asking, day of knowing."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

FromMonth = Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="First month.")]
ToMonth = Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="Last month.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DAY", help="Day of asking; today if left out.")
]
KnownOn = Annotated[
    str | None,
    typer.Option("--known-on", metavar="DAY", help="Answer from what was known on this day."),
]


def day(option: str, text: str) -> dt.date:
    """Read a day given to an option.

    Raises:
        InvalidValueError: It is no day written YYYY-MM-DD.

    >>> day("--as-of", "2022-05-01")
    datetime.date(2022, 5, 1)
    """
    from kszclient.errors import InvalidValueError

    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidValueError(option, "day", "expected a day written YYYY-MM-DD") from None


def today() -> dt.date:
    """Give the day it is where this program runs."""
    return dt.datetime.now().astimezone().date()
