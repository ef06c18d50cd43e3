"""Who reads a trail: reading is written down in it too, before anything is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from kszclient.audit.asker import check_account_text
from kszclient.audit.events import Inspected
from kszclient.audit.keys import AuditKeys
from kszclient.audit.trail import AuditTrail
from kszclient.errors import AuditError, SettingsError

_HOW = (
    "Read it as the account that owns it. Copy an archive, with its file that ends in -wal, to a "
    "folder of your own: the entry goes to the copy. --unrecorded reads a damaged trail."
)


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads a trail, and why.

    Args:
        user: The account of the reader.
        purpose: Why, in the reader's own words, such as the reference of an inspection.
        unrecorded: Whether a trail is read too that takes no entry, such as a damaged one. The
            entry is tried first in any case.

    Raises:
        SettingsError: Nobody is named, or a text must not stand in a trail.

    >>> Reader(user="officer-2", purpose="85.02.30-001.25")
    Traceback (most recent call last):
    kszclient.errors.SettingsError: purpose: must not hold a national number
    """

    user: str
    purpose: str | None = None
    unrecorded: bool = False

    def __post_init__(self) -> None:
        """Refuse an account that would be worth nothing in the trail."""
        if not self.user.strip():
            raise SettingsError("user: not set, and no trail is read without it")
        for key in ("user", "purpose"):
            check_account_text(key, getattr(self, key) or "")

    def record(self, path: Path, keys: AuditKeys, action: str, **selection: Any) -> None:
        """Write down that the trail is read.

        Args:
            path: The trail.
            keys: Its keys.
            action: ``verify``, ``export`` or ``unfinished``.
            selection: What is read; fields of `Inspected`.

        Raises:
            AuditError: It cannot be written down, and `unrecorded` does not allow for that.
        """
        event = Inspected(user=self.user, purpose=self.purpose, action=action, **selection)
        try:
            with AuditTrail(path, keys) as trail:
                trail.append(event)
        except AuditError as error:
            if not self.unrecorded:
                message = f"the trail is not read, for that cannot be written down in it: {error}"
                raise AuditError(message, next_step=_HOW) from None
