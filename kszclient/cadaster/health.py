"""Is everything in order between us and the registers: on the client side, and on the service's?

The client side (``ours``) is what this machine answers for: settings, certificates, schemas, trail,
and what a probe shows to be for us to mend, such as a password that is refused. The service side
(``theirs``) is the rest of what the probe shows.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kszclient.audit import AuditKeys, AuditTrail
from kszclient.cadaster.probe import probe
from kszclient.errors import AuditError, DataError, SettingsError
from kszclient.resources import DATA_VARIABLE, data_folder, shipped
from kszclient.security import Profile
from kszclient.security.examination import Check, State, examine
from kszclient.wire import schema_files

_SPACE_MIB = 256


class Health(msgspec.Struct, frozen=True):
    """What was looked at, line by line.

    Args:
        ours: The client side: what this machine answers for.
        theirs: The service side, as far as it was reached.
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
    here = (*examine(profile, now), _data(), _schemas(), *_trail(profile))
    there = tuple(probe(profile, now))
    return Health(
        ours=(*here, *(seen.check for seen in there if seen.client_side)),
        theirs=tuple(seen.check for seen in there if not seen.client_side),
    )


def _data() -> Check:
    if shipped():
        return Check("data", State.OK, "profiles, rules and schemas are those that ship")
    finding = f"{DATA_VARIABLE} puts {data_folder()} before what ships"
    step = f"Unset {DATA_VARIABLE}, unless the profiles, rules and schemas there are meant."
    return Check("data", State.WARN, finding, step)


def _schemas() -> Check:
    try:
        files = schema_files()
    except (DataError, SettingsError) as error:
        step = error.next_step or "Install kszclient anew."
        return Check("schemas", State.FAIL, str(error), step)
    return Check(
        "schemas", State.OK, f"the WSDL and {len(files)} schemas are those of the manifest"
    )


def _trail(profile: Profile) -> Iterator[Check]:
    files = profile.audit
    if files is None:
        if profile.loopback_only:
            yield Check("audit", State.OK, "none is needed on this machine")
        else:
            yield Check("audit", State.FAIL, "not set", "Make one with: kszclient audit create.")
        return
    try:
        keys = AuditKeys.load(files.keys)
        with AuditTrail(files.trail, keys) as trail:
            trail.rehearse()
    except (AuditError, SettingsError) as error:
        yield Check("audit", State.FAIL, str(error), error.next_step)
        return
    yield Check("audit", State.OK, "the trail opens, its end fits its keys, it can be written to")
    yield _space("audit", files.trail.parent)
    if files.bodies is not None:
        yield _bodies(files.bodies, keys, files.days)


def _bodies(folder: Path, keys: AuditKeys, days: int) -> Check:
    # cryptography takes its time to load; only who keeps bodies pays.
    from kszclient.audit.bodies import KeptBodies  # noqa: PLC0415 - see above

    try:
        KeptBodies(folder, keys, keep_days=days).check()
    except AuditError as error:
        return Check("audit.bodies", State.FAIL, str(error), error.next_step)
    if _space("audit.bodies", folder).state is not State.OK:
        return _space("audit.bodies", folder)
    return Check("audit.bodies", State.OK, "bodies can be kept, and nobody else looks into them")


def _space(key: str, folder: Path) -> Check:
    free = shutil.disk_usage(folder).free // 2**20
    space = f"{free:,} MiB are free on its disk"
    if free >= _SPACE_MIB:
        return Check(key, State.OK, space)
    step = "Free the disk: where the trail cannot be written, nothing is asked."
    return Check(key, State.WARN, space, step)
