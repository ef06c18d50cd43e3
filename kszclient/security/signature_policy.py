"""WS-Security: how our questions are signed and what an answer's signature must be."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kszclient.errors import SettingsError
from kszclient.security.certificate_files import CertificateFiles

LONGEST_LIFE_SECONDS = 300
"""A Timestamp lives at most five minutes, as on the Belgian social security platform."""


class SignaturePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """X.509 signatures over Timestamp and Body, with SHA-2 and exclusive canonicalisation.

    Questions are signed with RSA and SHA-256, or with ECDSA where the key is on a curve. Answers
    are held to the same rules; there is no way to have questions signed
    and answers taken unsigned.

    Args:
        answer_certificates: PEM files with the certificates that answers may be signed with.
        certificate: What we sign with, where it is not the client certificate of the profile.
        lifetime_seconds: How long a question is good for, at most 300.
        answer_lifetime_seconds: How long an answer is good for whose Timestamp states no end, at
            most 300.
        clock_skew_seconds: How far the other clock may be off, at most 300.
        sign_token: Whether the BinarySecurityToken is signed too (the social security platform
            asks for it; nothing is published on the KSZ's own endpoints).
        sha1_because: Why SHA-1 is used, such as the agreement that asks for it. Named, it makes
            us sign with SHA-1 and take it in answers; `kszclient doctor` reports it.

    Raises:
        SettingsError: A setting is out of its bounds.
    """

    answer_certificates: tuple[Path, ...]
    certificate: CertificateFiles | None = None
    lifetime_seconds: int = LONGEST_LIFE_SECONDS
    answer_lifetime_seconds: int = LONGEST_LIFE_SECONDS
    clock_skew_seconds: int = 30
    sign_token: bool = False
    sha1_because: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would weaken the check."""
        if not self.answer_certificates:
            raise SettingsError("answer_certificates: expected at least one file")
        for key in ("lifetime_seconds", "answer_lifetime_seconds"):
            if not 0 < getattr(self, key) <= LONGEST_LIFE_SECONDS:
                raise SettingsError(f"{key}: expected 1 to {LONGEST_LIFE_SECONDS}")
        if not 0 <= self.clock_skew_seconds <= LONGEST_LIFE_SECONDS:
            raise SettingsError(f"clock_skew_seconds: expected 0 to {LONGEST_LIFE_SECONDS}")
        if self.sha1_because is not None and not self.sha1_because.strip():
            raise SettingsError("sha1_because: expected the reason, or no such key")
