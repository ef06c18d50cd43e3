"""Days: as people write them here, and which one it is in Belgium."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from kszclient.errors import InvalidValueError

BRUSSELS = ZoneInfo("Europe/Brussels")
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


def day_in_belgium(moment: dt.datetime) -> dt.date:
    """Return the day of a moment in Belgium, where rights and registers begin and end at midnight.

    Args:
        moment: With a time zone.

    >>> day_in_belgium(dt.datetime(2025, 12, 31, 23, 30, tzinfo=dt.UTC))
    datetime.date(2026, 1, 1)
    """
    return moment.astimezone(BRUSSELS).date()


def today() -> dt.date:
    """Return the day that it is in Belgium."""
    return day_in_belgium(dt.datetime.now(tz=dt.UTC))
