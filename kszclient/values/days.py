"""A day as people write it here: ``YYYY-MM-DD`` and nothing else."""

import datetime as dt
import re

from kszclient.errors import InvalidValueError

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def parse_day(text: str) -> dt.date:
    """Read a day written YYYY-MM-DD; the other forms of ISO 8601 (20200101, 2020-W01-1) are none.

    Raises:
        InvalidValueError: Rule ``day``: it is not written so, or there is no such day.

    >>> parse_day("2022-05-01")
    datetime.date(2022, 5, 1)
    """
    try:
        return dt.date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise InvalidValueError("day", "day", "expected a day written YYYY-MM-DD") from None
