"""How a client behaves towards a service.

Who asks, how messages are protected, how fast and how often it asks, when it leaves the service
alone, and where every consultation is written down.

Blocking and asynchronous clients share this; only the sending differs.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from kszclient.audit import Asker
from kszclient.errors import SettingsError
from kszclient.security import MessageSecurity, Profile, Secret, client_context, message_security
from kszclient.transport import SHARED, Breaker, RateLimit, Retrier, Retry
from kszclient.transport.waiting import sleep_async
from kszclient.values import Ticket

if TYPE_CHECKING:
    import ssl

    from kszclient.audit import AuditTrail, Trail
    from kszclient.audit.bodies import KeptBodies

_TRAIL_SECONDS = 30.0


def utc_now() -> dt.datetime:
    """Return the time."""
    return dt.datetime.now(tz=dt.UTC)


class Environment(NamedTuple):
    """Where time and chance come from; tests bring their own, so that none of them waits.

    Args:
        now: Returns the time that is written into messages, with a time zone.
        new_ticket: Makes the ticket of each attempt.
        clock: Returns monotonic seconds.
        sleep: Waits so many seconds.
        sleep_async: Waits so many seconds without holding up others.
        draw: Returns a number between its two arguments.
    """

    now: Callable[[], dt.datetime] = utc_now
    new_ticket: Callable[[], Ticket] = Ticket.new
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    sleep_async: Callable[[float], Awaitable[None]] = sleep_async
    draw: Callable[[float, float], float] = random.uniform


class Headers(Mapping[str, str]):
    """Headers of which the secret one shows only to who takes it out, in order to send it.

    >>> Headers({"Accept": "text/xml"}, Secret("Basic open sesame"))
    Headers(Accept, Authorization)
    """

    __slots__ = ("_authorization", "_others")

    def __init__(self, others: Mapping[str, str], authorization: Secret | None = None) -> None:
        self._others = others
        self._authorization = authorization

    def __getitem__(self, name: str) -> str:
        if name == "Authorization" and self._authorization is not None:
            return self._authorization.reveal()
        return self._others[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._others
        if self._authorization is not None:
            yield "Authorization"

    def __len__(self) -> int:
        return len(self._others) + (self._authorization is not None)

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"


def headers_of(profile: Profile, service_headers: Mapping[str, str]) -> Headers:
    """Return the headers of every message under a profile.

    Args:
        profile: The profile, with the login of a gateway where it asks for one.
        service_headers: What goes beside every message to the service.

    Raises:
        SettingsError: The secret of the gateway cannot be read.
    """
    login = Secret(profile.basic.header()) if profile.basic else None
    return Headers(service_headers, login)


class TransportOptions(TypedDict):
    """What both transports are made with: see `BlockingTransport`."""

    connect_timeout_seconds: float
    max_answer_bytes: int
    tls: ssl.SSLContext | None
    proxy: str | None


def transport_options(profile: Profile) -> TransportOptions:
    """Return how a profile has the service reached.

    Raises:
        SettingsError: A file or secret that the profile names cannot be used.
    """
    return {
        "connect_timeout_seconds": profile.connect_timeout_seconds,
        "max_answer_bytes": profile.max_answer_bytes,
        "tls": client_context(profile),
        "proxy": profile.proxy,
    }


class ClientConfig(NamedTuple):
    """Everything about a client that does not change from one question to the next.

    Args:
        profile: The policy that it follows.
        asker: Who asks, on whose behalf and for which purpose.
        headers: What goes beside every message; the password of the gateway among it hides itself.
        security: What is done to messages before they are sent and before answers are read.
        retrier: How often, how long.
        breaker: Leaves a failing endpoint alone.
        rate: How fast; None is no limit.
        trail: Where consultations are written down; None on this machine only.
        bodies: Where bodies are kept, encrypted; None where the profile does not ask for it.
        now: Returns the time that is written into messages.
        own_trail: The trail where the profile named it, not the caller: it is closed with the
            client.
    """

    profile: Profile
    asker: Asker
    headers: Headers
    security: MessageSecurity
    retrier: Retrier
    breaker: Breaker
    rate: RateLimit | None
    trail: Trail | None
    bodies: KeptBodies | None
    now: Callable[[], dt.datetime]
    own_trail: AuditTrail | None

    def close(self) -> None:
        """Close what was opened for the client."""
        if self.own_trail is not None:
            self.own_trail.close()

    def __repr__(self) -> str:
        return f"ClientConfig({self.asker!r})"


def client_config(  # noqa: PLR0913 - what a client depends on, by name
    profile: Profile,
    service_headers: Mapping[str, str],
    *,
    user: str | None = None,
    purpose: str | None = None,
    trail: Trail | None = None,
    environment: Environment | None = None,
) -> ClientConfig:
    """Make the configuration of a client from its profile.

    Args:
        profile: The policy.
        service_headers: What goes beside every message to the service, but for a login.
        user: Who asks; the profile's where left out.
        purpose: Why, in the organisation's own words.
        trail: Where consultations are written down; the profile's where left out.
        environment: Where time and chance come from. Without one, the clients of an endpoint share
            its breaker and its rate; a clock of one's own needs a breaker of its own.

    Raises:
        SettingsError: It is not set who asks, for which purpose, or where that is written down; or
            a file or secret that the profile names cannot be used.
        AuditError: The trail cannot be opened.
    """
    given = environment or Environment()
    profile.check_purpose(purpose)
    asker = Asker(
        user=user or profile.user or "",
        organisation=profile.customer,
        legal_context=profile.purpose,
        purpose=purpose,
    )
    retry = Retry(
        attempts=profile.attempts,
        total_seconds=profile.deadline_seconds,
        attempt_seconds=profile.longest_attempt_seconds,
    )
    own_trail = _trail(profile) if trail is None else None
    return ClientConfig(
        profile=profile,
        asker=asker,
        headers=headers_of(profile, service_headers),
        security=message_security(profile),
        retrier=Retrier(
            retry,
            clock=given.clock,
            sleep=given.sleep,
            sleep_async=given.sleep_async,
            draw=given.draw,
            new_ticket=given.new_ticket,
        ),
        breaker=_breaker(profile, environment),
        rate=_rate(profile, environment),
        trail=trail if trail is not None else own_trail,
        bodies=_bodies(profile),
        now=given.now,
        own_trail=own_trail,
    )


def _breaker(profile: Profile, given: Environment | None) -> Breaker:
    failures, pause = profile.breaker_failures, profile.breaker_pause_seconds
    if given is None:
        return SHARED.breaker(profile.endpoint, failures=failures, pause_seconds=pause)
    return Breaker(profile.endpoint, failures=failures, pause_seconds=pause, clock=given.clock)


def _rate(profile: Profile, given: Environment | None) -> RateLimit | None:
    if profile.requests_per_second is None:
        return None
    if given is None:
        return SHARED.rate(profile.endpoint, per_second=profile.requests_per_second)
    return RateLimit(
        per_second=profile.requests_per_second,
        clock=given.clock,
        sleep=given.sleep,
        sleep_async=given.sleep_async,
    )


def _bodies(profile: Profile) -> KeptBodies | None:
    files = profile.audit
    if files is None or files.bodies is None:
        return None
    # cryptography takes its time to load; only who keeps bodies pays.
    from kszclient.audit.bodies import KeptBodies  # noqa: PLC0415 - see above
    from kszclient.audit.keys import AuditKeys  # noqa: PLC0415 - see above

    return KeptBodies(files.bodies, AuditKeys.load(files.keys), keep_days=files.days)


def _trail(profile: Profile) -> AuditTrail | None:
    if profile.audit is not None:
        # SQLite takes its time to load; only who keeps a trail pays.
        from kszclient.audit import AuditKeys, AuditTrail  # noqa: PLC0415 - see above

        keys = AuditKeys.load(profile.audit.keys)
        wait = min(_TRAIL_SECONDS, profile.deadline_seconds)
        return AuditTrail(profile.audit.trail, keys, wait_seconds=wait)
    if profile.loopback_only:
        return None
    raise SettingsError(
        "audit: not set, and nothing is asked without a trail",
        next_step="Make one with: kszclient audit create; then name it under [audit].",
    )
