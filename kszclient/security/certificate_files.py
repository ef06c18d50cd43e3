"""Where our certificate and its private key stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kszclient.errors import SettingsError
from kszclient.security.secrets import SecretSource

if TYPE_CHECKING:
    from kszclient.security.identity import Identity


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
