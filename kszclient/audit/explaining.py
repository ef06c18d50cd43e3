"""What somebody found out about a finding stands in the trail, and answers for it from then on.

A killed process or a clock that was set leaves a finding that nothing mends. Explained, it counts
no more, and the account stands in the trail, sealed like every entry: who, when and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from kszclient.audit import store
from kszclient.audit.asker import check_account_text
from kszclient.audit.events import Explained, Inspected
from kszclient.audit.keys import AuditKeys
from kszclient.audit.open_questions import UNDER_WAY
from kszclient.audit.trail import AuditTrail, utc_now
from kszclient.audit.verification import verify
from kszclient.errors import AuditError, InputError, SettingsError


def explain(  # noqa: PLR0913 - what is explained, by whom, and when
    path: Path,
    keys: AuditKeys,
    entry: int,
    *,
    user: str,
    why: str,
    now: Callable[[], dt.datetime] = utc_now,
    longest: dt.timedelta = UNDER_WAY,
) -> tuple[Explained, ...]:
    """Write down what is behind the findings at an entry: ``UNFINISHED``, ``CLOCK`` or both.

    Args:
        path: The trail.
        keys: All that were ever used in it.
        entry: The place at which a verification finds something.
        user: Who found out.
        why: What was found out; no name and no number of a person.
        now: Returns the time, with a time zone.
        longest: How long a consultation may be under way.

    Returns:
        What was written, one for each finding.

    Raises:
        InputError: Nothing is found there that can be explained, or user or reason will not do.
        AuditError: The trail is not as it was written, or takes no entry.
    """
    if not (user.strip() and why.strip()):
        raise InputError("user and why: both must be given")
    try:
        check_account_text("user", user)
        check_account_text("why", why)
    except SettingsError as error:
        raise InputError(str(error), next_step=error.next_step) from None
    found = verify(path, keys, now=now, longest=longest)
    if not found.as_written:
        raise AuditError(
            "the trail is not as it was written: nothing is explained in it",
            next_step="See what is wrong with it: kszclient audit verify.",
        )
    ticket = _ticket(path, entry)
    events = tuple(
        Explained(user=user, why=why, entry=entry, finding=kind, ticket=ticket)
        for kind in dict.fromkeys(
            each.kind
            for each in found.problems
            if each.sequence == entry and each.kind.can_be_explained
        )
    )
    if not events:
        raise InputError(
            f"entry: nothing is found at {entry} that can be explained",
            next_step="kszclient audit verify lists what is found, and at which entries.",
        )
    with AuditTrail(path, keys, now=now) as trail:
        for event in events:
            trail.append(event)
    return events


def _ticket(path: Path, place: int) -> str | None:
    with store.snapshot(path) as connection:
        sealed = next(store.read_entries(connection, after=place - 1), None)
    entry = sealed.read() if sealed is not None and sealed.sequence == place else None
    if entry is None or isinstance(entry.event, Inspected):
        return None
    return entry.event.ticket
