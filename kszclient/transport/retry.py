"""Asking again after a technical failure, within one deadline for everything.

The rules stand above decoding, because "busy" may stand inside an answer of HTTP status 200:

- Asked again is what failed with `retry_can_help`, and what the caller calls partial. A refusal
  is an answer and is never asked again, nor is an answer that breaks the contract.
- Each attempt has a ticket of its own, so that an answered ticket is never sent twice.
- The wait is drawn evenly between nothing and a bound that doubles ("full jitter"), so that many
  who failed together do not come back together. A Retry-After is waited for on top of that.
- What was not sent for want of time is not tried again: there is none.
- One deadline holds for attempts and waits together and clips each attempt. A wait that would
  outlast it is not begun: the failure is reported at once.
"""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from kszclient.errors import ConsultationError, DeadlineExceededError, SettingsError
from kszclient.transport.deadline import Deadline
from kszclient.transport.waiting import run_blocking, sleep_async
from kszclient.values import Ticket

if TYPE_CHECKING:
    import tenacity

Result = TypeVar("Result")
_DOUBLINGS = 30  # by then every bound stands at its longest; more would overflow


class Attempt(msgspec.Struct, frozen=True):
    """One attempt, for the record.

    Args:
        ticket: Under which it was sent.
        ended: ``ANSWERED``, ``PARTIAL``, or the name of the error.
    """

    ticket: Ticket
    ended: str


class Retried(msgspec.Struct, Generic[Result], frozen=True):
    """What came in the end, and every attempt up to it.

    Args:
        result: The last result; a partial one where nothing better came.
        attempts: Oldest first.
    """

    result: Result
    attempts: tuple[Attempt, ...]


class Retry(msgspec.Struct, frozen=True, kw_only=True):
    """How often and how long to try; frozen, so that threads share it.

    Args:
        attempts: How many at most, the first included; 1 never asks again.
        total_seconds: For all attempts and waits together.
        attempt_seconds: For one attempt, so that a silent first one leaves time for a second.
        first_wait_seconds: Bound of the first wait; it doubles with each one after.
        longest_wait_seconds: Where the bound stops doubling.

    Raises:
        SettingsError: A number is not more than 0.
    """

    attempts: int = 3
    total_seconds: float = 60.0
    attempt_seconds: float = 30.0
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 10.0

    def __post_init__(self) -> None:
        """Refuse numbers that make no sense."""
        for key in self.__struct_fields__:
            if getattr(self, key) <= 0:
                raise SettingsError(f"{key}: must be more than 0")


class Retrier:
    """Runs calls under a policy, blocking or asynchronous; holds no state between calls.

    Args:
        policy: How often and how long.
        clock: Returns monotonic seconds.
        sleep: Waits, in `run`.
        sleep_async: Waits, in `run_async`.
        draw: Returns a number between its two arguments.
        new_ticket: Makes the ticket of each attempt.
    """

    def __init__(  # noqa: PLR0913 - every source of time and chance, for tests to bring their own
        self,
        policy: Retry,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        sleep_async: Callable[[float], Awaitable[None]] = sleep_async,
        draw: Callable[[float, float], float] = random.uniform,
        new_ticket: Callable[[], Ticket] = Ticket.new,
    ) -> None:
        self.policy = policy
        self.clock = clock
        self.draw = draw
        self.new_ticket = new_ticket
        self.sleep = sleep
        self.sleep_async = sleep_async

    def allowed(self) -> Deadline:
        """Return what all attempts have together, from now."""
        return Deadline(self.policy.total_seconds, clock=self.clock)

    def run(
        self,
        call: Callable[[Ticket, Deadline], Result],
        *,
        partial: Callable[[Result], bool] = lambda _: False,
    ) -> Retried[Result]:
        """Call until it is answered in full, nothing more helps, or the time is over.

        Args:
            call: Makes one attempt; it may ask only for what earlier attempts left open.
            partial: Returns whether a result is worth another attempt.

        Returns:
            The last result and every attempt. Where the attempts after a partial result failed, in
            whatever way, the partial result stands, and they show how.

        Raises:
            ConsultationError: Of the last attempt, with the tickets of those before it.
        """

        async def once(ticket: Ticket, deadline: Deadline) -> Result:
            return call(ticket, deadline)

        async def sleep(seconds: float) -> None:
            self.sleep(seconds)

        return run_blocking(self.run_async(once, partial=partial, sleep=sleep))

    async def run_async(
        self,
        call: Callable[[Ticket, Deadline], Awaitable[Result]],
        *,
        partial: Callable[[Result], bool] = lambda _: False,
        new_ticket: Callable[[], Ticket] | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
    ) -> Retried[Result]:
        """Do as `run` does, for a call that is awaited.

        Args:
            call: Makes one attempt.
            partial: Returns whether a result is worth another attempt.
            new_ticket: Makes the tickets of this call, instead of that of the retrier.
            sleep: Waits, instead of the asynchronous sleep of the retrier.
        """
        course = _Course(self, partial, new_ticket)
        try:
            result = await call(*course.begin())
        except ConsultationError as error:
            course.first_failed(error)
        else:
            if not partial(result):
                return course.answered(result)
            course.first_came(result)

        async def attempt() -> Result:
            return course.first() if course.at_first else await call(*course.begin())

        import tenacity  # noqa: PLC0415 - most lookups need no second attempt, and never load it

        rest = tenacity.AsyncRetrying(sleep=sleep or self.sleep_async, **course.rules())
        return course.done(await rest(attempt))


class _Course(Generic[Result]):
    """One run of attempts.

    The first attempt is made without tenacity, for most need no other and its bookkeeping costs
    more than all of ours. Where another may help, tenacity begins with how the first one ended.
    """

    def __init__(
        self,
        retrier: Retrier,
        partial: Callable[[Result], bool],
        new_ticket: Callable[[], Ticket] | None = None,
    ) -> None:
        self._retrier = retrier
        self._new_ticket = new_ticket or retrier.new_ticket
        self._policy = retrier.policy
        self._whole = retrier.allowed()
        self._partial = partial
        self._attempts: list[Attempt] = []
        self._best: list[Result] = []
        self._first: tenacity.Future | None = None

    def rules(self) -> dict[str, Any]:
        return {
            "retry": self._worth_another,
            "wait": self._wait_seconds,
            "stop": self._over,
            "retry_error_callback": self._give_up,
        }

    def begin(self) -> tuple[Ticket, Deadline]:
        self._ticket = self._new_ticket()
        return self._ticket, self._whole.attempt(self._policy.attempt_seconds)

    def first_came(self, result: Result) -> None:
        self._first = _ended()
        self._first.set_result(result)

    def first_failed(self, error: ConsultationError) -> None:
        self._first = _ended()
        self._first.set_exception(error)

    @property
    def at_first(self) -> bool:
        return self._first is not None

    def first(self) -> Result:
        """Let the first attempt end once more as it did."""
        first, self._first = self._first, None
        result: Result = first.result()  # type: ignore[union-attr]
        return result

    def answered(self, result: Result) -> Retried[Result]:
        return Retried(result, (Attempt(self._ticket, "ANSWERED"),))

    def done(self, result: Result) -> Retried[Result]:
        return Retried(result, tuple(self._attempts))

    def _worth_another(self, state: tenacity.RetryCallState) -> bool:
        error = _error(state)
        if error is None:
            result: Result = state.outcome.result()  # type: ignore[union-attr]
            self._best = [result]
            again = self._partial(result)
            self._attempts.append(Attempt(self._ticket, "PARTIAL" if again else "ANSWERED"))
            return again
        earlier = tuple(attempt.ticket.text for attempt in self._attempts)
        self._attempts.append(Attempt(self._ticket, type(error).__name__))
        if not isinstance(error, ConsultationError):
            return False
        error.ticket, error.earlier_tickets = self._ticket.text, earlier
        # What cannot be helped ends it too (see _over), but not before what was known is kept.
        return error.retry_can_help or bool(self._best)

    def _wait_seconds(self, state: tenacity.RetryCallState) -> float:
        doubled = self._policy.first_wait_seconds * 2.0 ** min(state.attempt_number - 1, _DOUBLINGS)
        wait = self._retrier.draw(0.0, min(self._policy.longest_wait_seconds, doubled))
        error = _error(state)
        asked = error.retry_after_seconds if isinstance(error, ConsultationError) else None
        return wait + (asked or 0.0)

    def _over(self, state: tenacity.RetryCallState) -> bool:
        # tenacity works out the wait before it asks whether to stop.
        error = _error(state)
        return (
            (isinstance(error, ConsultationError) and not error.retry_can_help)
            or (isinstance(error, DeadlineExceededError) and not error.sent)
            or state.attempt_number >= self._policy.attempts
            or state.upcoming_sleep >= self._whole.left_seconds()
        )

    def _give_up(self, state: tenacity.RetryCallState) -> Result:
        if self._best:
            return self._best[0]
        raise _error(state)  # type: ignore[misc]


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _ended() -> tenacity.Future:
    """Return what tenacity takes for the end of a first attempt."""
    import tenacity  # noqa: PLC0415 - as in `Retrier.run_async`

    return tenacity.Future(1)
