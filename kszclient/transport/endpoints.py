"""What all clients of one endpoint share in this process: its breaker and its rate.

A service in trouble is the same one for each client that was made to ask it, and so are the
questions a second that were agreed with it.
"""

from __future__ import annotations

import threading

from kszclient.transport.breaker import Breaker
from kszclient.transport.rate import RateLimit


class Endpoints:
    """Breakers and rates by endpoint and limits; safe for threads.

    >>> endpoints = Endpoints()
    >>> one = endpoints.rate("https://a.example", per_second=5)
    >>> one is endpoints.rate("https://a.example", per_second=5)
    True
    >>> one is endpoints.rate("https://b.example", per_second=5)
    False
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._breakers: dict[tuple[str, int, float], Breaker] = {}
        self._rates: dict[tuple[str, float], RateLimit] = {}

    def breaker(self, endpoint: str, *, failures: int, pause_seconds: float) -> Breaker:
        """Return the breaker of an endpoint, the same for every client with these limits."""
        key = (endpoint, failures, pause_seconds)
        with self._lock:
            if key not in self._breakers:
                self._breakers[key] = Breaker(
                    endpoint, failures=failures, pause_seconds=pause_seconds
                )
            return self._breakers[key]

    def rate(self, endpoint: str, *, per_second: float) -> RateLimit:
        """Return the rate of an endpoint, the same for every client with this limit."""
        with self._lock:
            if (endpoint, per_second) not in self._rates:
                self._rates[endpoint, per_second] = RateLimit(per_second=per_second)
            return self._rates[endpoint, per_second]

    def forget(self) -> None:
        """Begin anew, as a new process would."""
        with self._lock:
            self._breakers.clear()
            self._rates.clear()


SHARED = Endpoints()
"""Those of this process."""
