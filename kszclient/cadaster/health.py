"""Is everything in order between us and the registers: ours, or theirs?

Ours is what this machine answers for: settings, certificates, schemas, trail, and what going there
shows to be for us to mend, such as a password that is refused. Theirs is the rest of what is seen
by going there.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from kszclient.audit import AuditKeys, AuditTrail
from kszclient.cadaster.trial import go_there
from kszclient.errors import AuditError, DataError, SettingsError
from kszclient.security import Profile
from kszclient.security.examination import Check, State, examine
from kszclient.wire import schema_files


class Health(msgspec.Struct, frozen=True):
    """What was looked at, line by line.

    Args:
        ours: What this machine answers for.
        theirs: What the other side answers for, as far as it was reached.
    """

    ours: tuple[Check, ...]
    theirs: tuple[Check, ...]

    @property
    def worst(self) -> State:
        """The worst state of all lines."""
        states = {check.state for check in (*self.ours, *self.theirs)}
        return next(each for each in (State.FAIL, State.WARN, State.OK) if each in states)


def check_health(profile: Profile, now: dt.datetime) -> Health:
    """Look at everything a lookup needs; nobody is asked about.

    Args:
        profile: The profile.
        now: The time, with a time zone.
    """
    here = (*examine(profile, now), _schemas(), _trail(profile))
    there = tuple(go_there(profile, now))
    return Health(
        ours=(*here, *(seen.check for seen in there if seen.ours)),
        theirs=tuple(seen.check for seen in there if not seen.ours),
    )


def _schemas() -> Check:
    try:
        files = schema_files()
    except DataError as error:
        return Check("schemas", State.FAIL, str(error), "Install kszclient anew.")
    return Check(
        "schemas", State.OK, f"the WSDL and {len(files)} schemas are those of the manifest"
    )


def _trail(profile: Profile) -> Check:
    if profile.audit is None:
        if profile.loopback_only:
            return Check("audit", State.OK, "none is needed on this machine")
        return Check("audit", State.FAIL, "not set", "Make one with: kszclient audit create.")
    try:
        AuditTrail(profile.audit.trail, AuditKeys.load(profile.audit.keys)).close()
    except (AuditError, SettingsError) as error:
        return Check("audit", State.FAIL, str(error), error.next_step)
    return Check("audit", State.OK, "the trail opens and its end fits its keys")
