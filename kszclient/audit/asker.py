"""Who asks, on whose behalf and why: without it no question is sent."""

from __future__ import annotations

import msgspec

from kszclient.errors import SettingsError
from kszclient.values import CbeNumber, Organisation
from kszclient.values.numbers_in_text import holds_number

_LONGEST = 200


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """The account of a consultation that stands in the trail.

    Args:
        user: The account or staff number of who asks; for a batch, of who started it.
        organisation: On whose behalf, as the KSZ knows it.
        legal_context: The purpose agreed with the KSZ.
        purpose: Why, in the organisation's own words, such as a file reference; may be left out.

    Raises:
        SettingsError: A part is missing, too long, not printable, or holds the number of a
            person, however it is written; the message names it.

    >>> Asker(user="", organisation=CbeNumber("0000000097"), legal_context="PCSA:SOCIAL_INQUIRY")
    Traceback (most recent call last):
    kszclient.errors.SettingsError: user: not set, and nothing is asked without it
    """

    user: str
    organisation: Organisation
    legal_context: str
    purpose: str | None = None

    def __post_init__(self) -> None:
        """Refuse an account that would be worth nothing in the trail."""
        for key in ("user", "legal_context"):
            if not getattr(self, key).strip():
                raise SettingsError(
                    f"{key}: not set, and nothing is asked without it",
                    next_step=f"Set {key}: the audit trail must say who asks, and why.",
                )
        for key in ("user", "legal_context", "purpose"):
            check_account_text(key, getattr(self, key) or "")

    @property
    def organisation_text(self) -> str:
        """The organisation as it stands in the trail.

        >>> Asker(user="u1", organisation=CbeNumber("0000000097"),
        ...       legal_context="X").organisation_text
        'CBE 0000000097'
        """
        if isinstance(self.organisation, CbeNumber):
            return f"CBE {self.organisation.digits}"
        return f"sector {self.organisation.sector} institution {self.organisation.institution}"


def check_account_text(key: str, text: str) -> None:
    """Refuse a text about who acts and why that must not stand in a trail.

    Args:
        key: What it says, for messages.
        text: The text.

    Raises:
        SettingsError: It is too long, not printable, or holds what looks like a national number.
    """
    if len(text) > _LONGEST:
        raise SettingsError(f"{key}: must be at most {_LONGEST} characters")
    if not text.isprintable():
        raise SettingsError(f"{key}: must hold printable characters only")
    if holds_number(text):
        raise SettingsError(
            f"{key}: must not hold a national number",
            next_step="Name an account, a staff number or a file reference instead.",
        )
