"""A circuit breaker: an endpoint that keeps failing is left alone for a while.

After so many failures in a row the circuit opens and nothing is sent. When the pause is over one
caller, and only one, goes through as a probe: if it is answered the circuit closes, if it fails
the pause begins anew. The others are refused at once until the probe is back.

What counts is the other side's trouble alone: errors of which `retry_can_help` says that they may
pass. A refusal, a wrong password or an answer of another form shows that somebody is there. Our
own bad input, what was never sent, or a probe that was cancelled, shows nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kszclient.errors import CircuitOpenError, ConsultationError, SettingsError


class Breaker:
    """The circuit of one endpoint; one object for all threads and tasks.

    Args:
        endpoint: Its address, for messages.
        failures: How many in a row open the circuit.
        pause_seconds: How long it stays open before a probe.
        clock: Returns monotonic seconds.

    Raises:
        SettingsError: A number is not more than 0.

    For example:

        with breaker.guard():
            answer = transport.post(...)
    """

    def __init__(
        self,
        endpoint: str,
        *,
        failures: int = 5,
        pause_seconds: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if failures <= 0 or pause_seconds <= 0:
            raise SettingsError("failures and pause_seconds: must be more than 0")
        self._endpoint = endpoint
        self._limit = failures
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._last_failure = ""
        self._opened_at: float | None = None
        self._probing = False
        # Grows with each opening: what began in an earlier round shows nothing of this one.
        self._round = 0

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Let one call through and learn from how it ends; for `await` inside it too.

        Raises:
            CircuitOpenError: Nothing may be sent now; it carries when to come back.
        """
        round_ = self._enter()
        answered: bool | None = None
        try:
            yield
            answered = True
        except ConsultationError as error:
            answered = not error.retry_can_help if error.sent else None
            if answered is False:
                self._last_failure = str(error)
            raise
        finally:
            self._leave(round_, answered=answered)

    def _enter(self) -> int:
        with self._lock:
            if self._opened_at is not None:
                left = self._opened_at + self._pause_seconds - self._clock()
                if left > 0 or self._probing:
                    raise CircuitOpenError(
                        f"nothing sent: {self._endpoint} failed {self._limit} times in a row, "
                        f"at last because {self._last_failure}",
                        retry_after_seconds=max(0.0, left),
                    )
                self._probing = True
            return self._round

    def _leave(self, round_: int, *, answered: bool | None) -> None:
        with self._lock:
            if round_ != self._round:
                return
            self._probing = False
            if answered:
                self._in_a_row, self._opened_at = 0, None
            elif answered is False:
                self._in_a_row += 1
                if self._opened_at is not None or self._in_a_row >= self._limit:
                    self._opened_at = self._clock()
                    self._round += 1
