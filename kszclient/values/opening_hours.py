"""Opening hours: when a service may be asked, as people write it on a door."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kszclient.errors import InvalidValueError
from kszclient.values.days import BRUSSELS, day_in_belgium, parse_day

HOLIDAYS = "holidays"
"""Stands for the legal public holidays of Belgium, among the days on which nothing opens."""
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FORM = re.compile(
    r"(?P<days>[a-z,-]+) (?P<begin>[0-9]{2}:[0-9]{2})-(?P<end>[0-9]{2}:[0-9]{2})", re.ASCII
)
_MIDNIGHT = "24:00"
_ONE_DAY = dt.timedelta(days=1)
_LONGEST_CLOSED_DAYS = 400
_EXAMPLE = "expected days and times, such as 'mon-fri 06:00-20:00'"


class _Span(NamedTuple):
    """Hours on some days of the week; an end that is not later lies on the next day."""

    days: frozenset[int]
    begin: dt.time
    end: dt.time


class OpeningHours:
    """Hours in which a service may be asked, by the clock of Brussels.

    Args:
        spans: Such as ``mon-fri 06:00-20:00`` or ``sat,sun 22:00-04:00``, which goes on into the
            next day.
        closed: Days on which nothing opens, and hours of the day before end at midnight.
        is_holiday: Returns whether a day is a further such day.

    Raises:
        InvalidValueError: Hours are not written so, or it never opens.

    >>> hours = OpeningHours(["mon-fri 06:00-20:00"])
    >>> friday_night = dt.datetime(2026, 11, 20, 21, 30, tzinfo=BRUSSELS)
    >>> hours.opens_at(friday_night).isoformat()
    '2026-11-23T06:00:00+01:00'
    """

    def __init__(
        self,
        spans: Iterable[str],
        *,
        closed: Iterable[dt.date] = (),
        is_holiday: Callable[[dt.date], bool] = lambda _: False,
    ) -> None:
        self._spans = [_span(each.strip().lower()) for each in spans]
        self._closed = frozenset(closed)
        self._is_holiday = is_holiday
        if not self._spans:
            raise InvalidValueError("opening hours", "empty", _EXAMPLE)

    def opens_at(self, moment: dt.datetime) -> dt.datetime:
        """Return the moment itself where it is open then, and else the next at which it opens.

        Args:
            moment: With a time zone.

        Raises:
            InvalidValueError: Rule ``closed``: it does not open for more than a year.
        """
        # Moments of one zone are compared by the clock on the wall, which goes back in autumn.
        now = moment.astimezone(dt.UTC)
        today = day_in_belgium(moment)
        for ahead in range(-1, _LONGEST_CLOSED_DAYS):
            day = today + ahead * _ONE_DAY
            later = [max(begin, now) for begin, end in self._on(day) if end > now]
            if later:
                return min(later).astimezone(BRUSSELS) if min(later) > now else moment
        raise InvalidValueError("opening hours", "closed", "it does not open for more than a year")

    def _on(self, day: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        if self._is_closed(day):
            return
        for span in self._spans:
            if day.weekday() in span.days:
                until = day if span.end > span.begin else day + _ONE_DAY
                end = dt.time() if until > day and self._is_closed(until) else span.end
                yield _moment(day, span.begin), _moment(until, end)

    def _is_closed(self, day: dt.date) -> bool:
        return day in self._closed or self._is_holiday(day)


def closed_day(text: str) -> dt.date | None:
    """Read a day on which nothing opens; None for the word ``holidays``.

    Raises:
        InvalidValueError: It is neither.
    """
    if text == HOLIDAYS:
        return None
    try:
        return parse_day(text)
    except InvalidValueError:
        raise InvalidValueError(
            "closed", "day", f"expected a day written YYYY-MM-DD, or {HOLIDAYS}"
        ) from None


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, BRUSSELS).astimezone(dt.UTC)


def _span(text: str) -> _Span:
    found = _FORM.fullmatch(text)
    if found is None:
        raise InvalidValueError("opening hours", "form", _EXAMPLE)
    days = frozenset(day for part in found["days"].split(",") for day in _days(part))
    end = "00:00" if found["end"] == _MIDNIGHT else found["end"]
    try:
        return _Span(days, dt.time.fromisoformat(found["begin"]), dt.time.fromisoformat(end))
    except ValueError:
        raise InvalidValueError("opening hours", "time", "expected times such as 06:00") from None


def _days(part: str) -> Iterator[int]:
    first, dash, last = part.partition("-")
    last = last if dash else first
    if first not in _DAYS or last not in _DAYS:
        raise InvalidValueError("opening hours", "day", f"expected days from {', '.join(_DAYS)}")
    begin, end = _DAYS.index(first), _DAYS.index(last)
    while True:
        yield begin
        if begin == end:
            return
        begin = (begin + 1) % len(_DAYS)
