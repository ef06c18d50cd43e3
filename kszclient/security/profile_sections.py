"""Sections of a profile: login of a gateway, audit files, certificate, and signatures."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kszclient.errors import SettingsError
from kszclient.security.secrets import SecretSource

if TYPE_CHECKING:
    from kszclient.security.identity import Identity


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


class BasicLogin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user name and where its secret is found.

    Args:
        user: The user name, as given by the gateway.
        secret: Where the secret is read from.

    Raises:
        SettingsError: The user name is empty or holds a colon (RFC 7617, section 2).
    """

    user: str
    secret: SecretSource

    def __post_init__(self) -> None:
        """Refuse a user name that the header cannot carry."""
        if not self.user or ":" in self.user or not self.user.isprintable():
            raise SettingsError("user: expected a name without a colon")

    def header(self) -> str:
        """Return the value of the Authorization header; the secret is read anew each time.

        Raises:
            SettingsError: The secret cannot be read.
        """
        secret = self.secret.read("basic.secret")
        return "Basic " + b64encode(f"{self.user}:{secret.reveal()}".encode()).decode()


class CertificateFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A certificate with its encrypted private key, as PEM or as PKCS#12.

    Args:
        pem: The certificate with its chain, in PEM, or else:
        pkcs12: certificate, chain and key in one PKCS#12 file.
        key: The encrypted key in PEM, where it is not in the same file.
        passphrase: Where the passphrase of the key is read from.

    Raises:
        SettingsError: Neither kind is named, or both.
    """

    pem: Path | None = None
    key: Path | None = None
    pkcs12: Path | None = None
    passphrase: SecretSource

    def __post_init__(self) -> None:
        """Refuse none and more than one."""
        if (self.pem is None) == (self.pkcs12 is None):
            raise SettingsError("expected exactly one of pem, pkcs12")
        if self.key is not None and self.pkcs12 is not None:
            raise SettingsError("key: a PKCS#12 file holds the key itself")

    def read(self, key: str) -> Identity:
        """Read the certificate and decrypt its key, in memory only.

        Args:
            key: The setting that these files belong to, such as ``"certificate"``.

        Raises:
            SettingsError: A file has loose permissions, or is not what it should be.
        """
        # cryptography costs 90 ms to import; only who has a certificate pays.
        from kszclient.security.identity import read_identity  # noqa: PLC0415 - see above

        return read_identity(self, key)


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
