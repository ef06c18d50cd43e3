"""Calendar months, the grain in which rights to child benefits are counted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import total_ordering
from itertools import groupby
from typing import Self

from kszclient.errors import InvalidValueError

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)


@total_ordering
class Month:
    """One calendar month from 0001-01 to 9999-12.

    Args:
        year: 1 to 9999.
        month: 1 to 12.

    Attributes:
        number: Twelve times the year, and the month less one: for counting and for columns.

    Raises:
        InvalidValueError: Rule ``range`` is broken.

    >>> Month(2021, 12).next()
    Month('2022-01')
    >>> Month(2024, 2).last_day
    datetime.date(2024, 2, 29)
    >>> Month.parse("2021-03") - Month.parse("2020-12")
    3
    """

    __slots__ = ("number",)
    number: int

    def __init__(self, year: int, month: int) -> None:
        if not (1 <= year <= dt.MAXYEAR and 1 <= month <= 12):  # noqa: PLR2004 - a calendar
            raise InvalidValueError("month", "range", "must lie between 0001-01 and 9999-12")
        object.__setattr__(self, "number", year * 12 + month - 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``YYYY-MM``.

        Raises:
            InvalidValueError: Rule ``form`` or ``range`` is broken.

        >>> Month.parse("2021-7")
        Traceback (most recent call last):
        kszclient.errors.InvalidValueError: month: must be written YYYY-MM (rule form)
        """
        match = _MONTH.fullmatch(text)
        if match is None:
            raise InvalidValueError("month", "form", "must be written YYYY-MM")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """Return the month in which a day lies."""
        return cls(day.year, day.month)

    @property
    def year(self) -> int:
        """The calendar year."""
        return self.number // 12

    @property
    def month(self) -> int:
        """The month of the year, 1 to 12."""
        return self.number % 12 + 1

    @property
    def first_day(self) -> dt.date:
        """The first day of the month."""
        return dt.date(self.year, self.month, 1)

    @property
    def last_day(self) -> dt.date:
        """The last day of the month."""
        if self.number == dt.MAXYEAR * 12 + 11:
            return dt.date.max
        return self.next().first_day - dt.timedelta(days=1)

    def next(self) -> Self:
        """Return the month after this one."""
        return self.plus(1)

    def previous(self) -> Self:
        """Return the month before this one."""
        return self.plus(-1)

    def plus(self, months: int) -> Self:
        """Return the month that lies so many months later, or earlier where negative."""
        index = self.number + months
        return type(self)(index // 12, index % 12 + 1)

    def __sub__(self, other: Month) -> int:
        return self.number - other.number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Month) and self.number == other.number

    def __lt__(self, other: Month) -> bool:
        return self.number < other.number

    def __hash__(self) -> int:
        return hash(self.number)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __repr__(self) -> str:
        return f"Month('{self}')"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a month cannot be changed ({name})")

    def __reduce__(self) -> tuple[type[Self], tuple[int, int]]:
        return type(self), (self.year, self.month)


def runs(months: Iterable[Month]) -> Iterator[tuple[Month, Month]]:
    """Return the first and the last month of each unbroken run of months, in order.

    >>> [f"{first} - {last}" for first, last in runs(map(Month.parse, ["2021-02", "2021-01"]))]
    ['2021-01 - 2021-02']
    """
    # Along a run, months and places grow alike.
    placed = enumerate(sorted(set(months)))
    for _, run in groupby(placed, key=lambda pair: pair[1].number - pair[0]):
        found = [month for _, month in run]
        yield found[0], found[-1]


class MonthPeriod:
    """A run of months, both ends included; the end may be left open.

    Args:
        begin: First month.
        end: Last month, or None for an open end.

    Raises:
        InvalidValueError: Rule ``order``: the end lies before the begin; rule ``type``: one is no
            `Month`.

    >>> period = MonthPeriod(Month(2021, 11), Month(2022, 1))
    >>> [str(month) for month in period]
    ['2021-11', '2021-12', '2022-01']
    >>> Month(2030, 1) in MonthPeriod(Month(2021, 11))
    True
    """

    __slots__ = ("begin", "end")
    begin: Month
    end: Month | None

    def __init__(self, begin: Month, end: Month | None = None) -> None:
        if not (isinstance(begin, Month) and (end is None or isinstance(end, Month))):
            raise InvalidValueError("period", "type", "expected Month; use MonthPeriod.parse")
        if end is not None and end < begin:
            raise InvalidValueError(
                "period", "order", f"the end ({end}) lies before the begin ({begin})"
            )
        object.__setattr__(self, "begin", begin)
        object.__setattr__(self, "end", end)

    @classmethod
    def parse(cls, begin: str, end: str | None = None) -> Self:
        """Read a begin and an end month, each ``YYYY-MM``; no end is an open end.

        Raises:
            InvalidValueError: Rule ``form``, ``range`` or ``order`` is broken.
        """
        return cls(Month.parse(begin), Month.parse(end) if end else None)

    def __contains__(self, month: Month) -> bool:
        return self.begin <= month and (self.end is None or month <= self.end)

    def __iter__(self) -> Iterator[Month]:
        """Return every month in order.

        Raises:
            InvalidValueError: Rule ``closed``: the period has no end.
        """
        if self.end is None:
            raise InvalidValueError("period", "closed", "an open period has no list of months")
        month = self.begin
        while month < self.end:
            yield month
            month = month.next()
        yield month

    def __bool__(self) -> bool:
        """Be true: a period holds a month at least, also where its length is open."""
        return True

    def __len__(self) -> int:
        """Return the number of months of a closed period."""
        if self.end is None:
            raise InvalidValueError("period", "closed", "an open period has no length")
        return self.end - self.begin + 1

    def intersection(self, other: MonthPeriod) -> MonthPeriod | None:
        """Return the months that both periods hold, or None where there are none.

        >>> MonthPeriod.parse("2020-01").intersection(MonthPeriod.parse("2019-05", "2020-03"))
        MonthPeriod('2020-01', '2020-03')
        """
        begin = max(self.begin, other.begin)
        ends = [end for end in (self.end, other.end) if end is not None]
        end = min(ends) if ends else None
        return None if end is not None and end < begin else MonthPeriod(begin, end)

    def overlaps(self, other: MonthPeriod) -> bool:
        """Return whether the two periods share a month."""
        return self.intersection(other) is not None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MonthPeriod):
            return NotImplemented
        return (self.begin, self.end) == (other.begin, other.end)

    def __hash__(self) -> int:
        return hash((self.begin, self.end))

    def __str__(self) -> str:
        return f"{self.begin}..{self.end or ''}"

    def __repr__(self) -> str:
        end = f", '{self.end}'" if self.end is not None else ""
        return f"MonthPeriod('{self.begin}'{end})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a period cannot be changed ({name})")

    def __reduce__(self) -> tuple[type[Self], tuple[Month, Month | None]]:
        return type(self), (self.begin, self.end)
