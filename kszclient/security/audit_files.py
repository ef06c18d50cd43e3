"""Where consultations are written down."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kszclient.errors import SettingsError

_DAYS = 30
_MOST_DAYS = 3650


class AuditFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where consultations are written down, and whether bodies are kept.

    Args:
        trail: The SQLite file, made beforehand with ``kszclient audit create``.
        keys: File with the keys of the trail; the environment's KSZCLIENT_AUDIT_KEYS if left out.
        bodies: Folder in which bodies are kept, encrypted; none are kept where it is left out.
        keep_bodies_days: How long each of them may be kept, 1 to 3650; 30 where left out.
        purpose_required: Whether nobody is asked about without a purpose in the asking
            organisation's own words, such as a file reference.

    Raises:
        SettingsError: The days are out of their bounds, or there is no folder that they hold for.
    """

    trail: Path
    keys: Path | None = None
    bodies: Path | None = None
    keep_bodies_days: int | None = None
    purpose_required: bool = False

    def __post_init__(self) -> None:
        """Refuse days without bodies, and bodies without an end."""
        if self.keep_bodies_days is None:
            return
        if self.bodies is None:
            raise SettingsError("keep_bodies_days: has no meaning without bodies")
        if not 1 <= self.keep_bodies_days <= _MOST_DAYS:
            raise SettingsError(f"keep_bodies_days: expected 1 to {_MOST_DAYS}")

    @property
    def days(self) -> int:
        """How long bodies may be kept."""
        return self.keep_bodies_days or _DAYS
