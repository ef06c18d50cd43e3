"""When a lookup may begin: in opening hours, within the budget, when there is room.

One throttle holds for all tasks of a run. Speed itself is the client's rate; here is what makes a
run wait, or end before everything is asked.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import math
import time
from collections.abc import Awaitable, Callable, Iterable
from enum import StrEnum
from typing import NamedTuple

from kszclient.complaints.deadlines.calendar import public_holidays
from kszclient.transport import Congestion
from kszclient.values import BRUSSELS, OpeningHours
from kszclient.values.opening_hours import HOLIDAYS, closed_day

_LOOK_AGAIN_SECONDS = 60.0


def _utc_now() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC)


class StopReason(StrEnum):
    """Why a run ended before everything was asked."""

    SIGNAL = "signal"
    CLOSED = "closed"
    BUDGET = "budget"
    REFUSED = "refused"
    ASKED_TO_WAIT = "asked to wait"


class Stop(NamedTuple):
    """Why a run ended early.

    Args:
        reason: The reason.
        detail: When it opens again, how many were asked, with which code all were refused, or for
            how long and until when the other side wants to be left alone.
    """

    reason: StopReason
    detail: str = ""


class Pace(NamedTuple):
    """When a run asks, and how much of it.

    Args:
        hours: When the service may be asked; always where left out.
        stop_when_closed: End the run when it closes, instead of waiting until it opens again.
        budget: Most lookups that this run sends, however often one is asked again; the rest is
            left to the next one.
        alike: End the run when the first so many lookups are all refused for the same reason, for
            then something is wrong with the asking, not with the children; 0 never does.
        now: Gives the time, with a time zone.
        sleep: Waits so many seconds.
    """

    hours: OpeningHours | None = None
    stop_when_closed: bool = False
    budget: int | None = None
    alike: int = 25
    now: Callable[[], dt.datetime] = _utc_now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


ALWAYS = Pace()


class Throttle:
    """Lets lookups through.

    Args:
        pace: When, and how many.
        congestion: How many at once, as the client learns it, and whether the other side asked for
            a pause.
        patience_seconds: The longest pause that is waited for; a longer one stops the run.

    Attributes:
        stopped: Why nothing more is let through, or None.
        closed_until: When it opens again, or None while it is open.
        inside: How many lookups are under way.
        let_through: How many lookups were let through, those that left unsent not counted.
        opened_at: When it opened last, on the monotonic clock.
        changed: Called when it closes, opens or is stopped.
    """

    def __init__(self, pace: Pace, congestion: Congestion, *, patience_seconds: float) -> None:
        self._pace = pace
        self._congestion = congestion
        self._patience_seconds = patience_seconds
        self._stopping = asyncio.Event()
        self._left = asyncio.Event()
        self.inside = 0
        self.let_through = 0
        self.stopped: Stop | None = None
        self.closed_until: dt.datetime | None = None
        self.opened_at = float("-inf")
        self.changed: Callable[[], None] = lambda: None

    def stop(self, reason: StopReason, detail: str = "") -> None:
        """Let nothing more through; the first reason counts."""
        self.stopped = self.stopped or Stop(reason, detail)
        self._stopping.set()
        self.changed()

    async def enter(self) -> bool:
        """Wait for a turn; false where there will be none. Who is let in must `leave`."""
        if not await self._may_enter():
            return False
        self.inside += 1
        self.let_through += 1
        return True

    def still_open(self) -> bool:
        """Return whether one that was let in may still be sent, where it had to wait since then."""
        return (
            self.stopped is None and not self._closed_for() and not self._congestion.pause_seconds
        )

    def leave(self, *, sent: bool = True) -> None:
        """Make room for the next one.

        Args:
            sent: Whether it was sent; one that was not counts for nothing.
        """
        self.inside -= 1
        self.let_through -= not sent
        self._left.set()

    async def pause(self, seconds: float) -> None:
        """Wait, but not after somebody stopped the run."""
        waits = [
            asyncio.ensure_future(self._stopping.wait()),
            asyncio.ensure_future(self._pace.sleep(seconds)),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _may_enter(self) -> bool:
        while self.stopped is None:
            if self._pace.budget is not None and self.let_through >= self._pace.budget:
                if self.inside:  # one of these may come back unsent, and leave its part
                    await self._somebody_leaves()
                else:
                    self.stop(StopReason.BUDGET, str(self._pace.budget))
            elif seconds := self._closed_for():
                await self.pause(min(seconds, _LOOK_AGAIN_SECONDS))
            elif (seconds := self._congestion.pause_seconds) > self._patience_seconds:
                self.stop(StopReason.ASKED_TO_WAIT, self._asked_for(seconds))
            elif seconds:
                await self.pause(seconds)
            elif self.inside >= self._congestion.limit:
                await self._somebody_leaves()
            else:
                return True
        return False

    async def _somebody_leaves(self) -> None:
        self._left.clear()
        await self._left.wait()

    def _asked_for(self, seconds: float) -> str:
        until = self._pace.now() + dt.timedelta(seconds=seconds)
        return f"{math.ceil(seconds)} seconds, until {until.astimezone(BRUSSELS):%Y-%m-%d %H:%M:%S}"

    def _closed_for(self) -> float:
        """Return the seconds until it opens; stop the run where it is not to wait for that."""
        if self._pace.hours is None:
            return 0.0
        now = self._pace.now()
        opens = self._pace.hours.opens_at(now)
        seconds = (opens - now).total_seconds()
        if seconds and self._pace.stop_when_closed:
            self.stop(StopReason.CLOSED, f"{opens:%Y-%m-%d %H:%M}")
        elif bool(seconds) is not bool(self.closed_until):
            self.closed_until = opens if seconds else None
            self.opened_at = time.monotonic()
            self.changed()
        return seconds


class Refusals:
    """Looks at the first answers of a run.

    Args:
        alike: How many refusals with one code, and nothing else, are enough; 0 for never.

    >>> refusals = Refusals(2)
    >>> [refusals.suspect(number, "MSG00013") for number in (4, 7)]
    [None, 'MSG00013']
    >>> refusals.numbers
    [4, 7]
    """

    def __init__(self, alike: int) -> None:
        self._alike = alike
        self._code: str | None = None
        self._looking = alike > 0
        self.numbers: list[int] = []

    def suspect(self, number: int, code: str | None) -> str | None:
        """Take note of an answer; give the code where everybody was refused with it so far.

        Args:
            number: The lookup.
            code: Of the refusal; None where there was another answer.
        """
        if not self._looking:
            return None
        if code is None or self._code not in {None, code}:
            self._looking = False
            self.numbers.clear()
            return None
        self._code = code
        self.numbers.append(number)
        return code if len(self.numbers) >= self._alike else None


_EVERY_HOUR = "mon-sun 00:00-24:00"


def opening_hours(spans: Iterable[str], closed: Iterable[str]) -> OpeningHours | None:
    """Read opening hours; None where it never closes.

    Args:
        spans: Such as ``mon-fri 06:00-20:00``; every hour where there are none.
        closed: Days (``YYYY-MM-DD``) and the word ``holidays``, for the legal public holidays of
            Belgium.

    Raises:
        InvalidValueError: Something is not written so.

    >>> import datetime as dt
    >>> hours = opening_hours([], ["holidays"])
    >>> hours.opens_at(dt.datetime(2026, 12, 25, 9, 0, tzinfo=dt.UTC)).isoformat()
    '2026-12-26T00:00:00+01:00'
    """
    told, days = list(spans), list(closed)
    if not told and not days:
        return None
    return OpeningHours(
        told or [_EVERY_HOUR],
        closed=[day for each in days if (day := closed_day(each))],
        is_holiday=lambda day: HOLIDAYS in days and day in public_holidays(day.year),
    )
