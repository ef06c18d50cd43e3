"""How a client behaves towards the service.

Who asks, how messages are protected, how fast and how often it asks, when it leaves the service
alone, and where every consultation is written down.

Blocking and asynchronous clients share this; only the sending differs.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from kszclient.audit import Asker
from kszclient.cadaster.headers import Headers, headers_of
from kszclient.errors import SettingsError
from kszclient.security import MessageSecurity, Profile, message_security
from kszclient.transport import SHARED, Breaker, RateLimit, Retrier, Retry
from kszclient.transport.waiting import sleep_async
from kszclient.values import Ticket

if TYPE_CHECKING:
    from kszclient.audit import AuditTrail, Trail
    from kszclient.audit.bodies import KeptBodies

_TRAIL_SECONDS = 30.0


def utc_now() -> dt.datetime:
    """Give the time."""
    return dt.datetime.now(tz=dt.UTC)


class Circumstance(NamedTuple):
    """Where time and chance come from; tests bring their own, so that none of them waits.

    Args:
        now: Gives the time that is written into questions, with a time zone.
        new_ticket: Gives the ticket of each attempt.
        clock: Gives monotonic seconds.
        sleep: Waits so many seconds.
        sleep_async: Waits so many seconds without holding up others.
        draw: Gives a number between its two arguments.
    """

    now: Callable[[], dt.datetime] = utc_now
    new_ticket: Callable[[], Ticket] = Ticket.new
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    sleep_async: Callable[[float], Awaitable[None]] = sleep_async
    draw: Callable[[float, float], float] = random.uniform


class Conduct(NamedTuple):
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
        now: Gives the time that is written into questions.
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
        return f"Conduct({self.asker!r})"


def conduct_of(
    profile: Profile,
    *,
    user: str | None = None,
    purpose: str | None = None,
    trail: Trail | None = None,
    circumstance: Circumstance | None = None,
) -> Conduct:
    """Make the conduct of a client from its profile.

    Args:
        profile: The policy.
        user: Who asks; the profile's where left out.
        purpose: Why, in the organisation's own words.
        trail: Where consultations are written down; the profile's where left out.
        circumstance: Where time and chance come from. Without one, the clients of an endpoint share
            its breaker and its rate; a clock of one's own needs a breaker of its own.

    Raises:
        SettingsError: It is not said who asks, for which purpose, or where that is written down;
            or a file or secret that the profile names cannot be used.
        AuditError: The trail cannot be opened.
    """
    given = circumstance or Circumstance()
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
    return Conduct(
        profile=profile,
        asker=asker,
        headers=headers_of(profile),
        security=message_security(profile),
        retrier=Retrier(
            retry,
            clock=given.clock,
            sleep=given.sleep,
            sleep_async=given.sleep_async,
            draw=given.draw,
            new_ticket=given.new_ticket,
        ),
        breaker=_breaker(profile, circumstance),
        rate=_rate(profile, circumstance),
        trail=trail if trail is not None else own_trail,
        bodies=_bodies(profile),
        now=given.now,
        own_trail=own_trail,
    )


def _breaker(profile: Profile, given: Circumstance | None) -> Breaker:
    failures, pause = profile.breaker_failures, profile.breaker_pause_seconds
    if given is None:
        return SHARED.breaker(profile.endpoint, failures=failures, pause_seconds=pause)
    return Breaker(profile.endpoint, failures=failures, pause_seconds=pause, clock=given.clock)


def _rate(profile: Profile, given: Circumstance | None) -> RateLimit | None:
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
