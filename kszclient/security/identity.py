"""Who we are: a certificate, its chain and its private key, in memory."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from kszclient.errors import SettingsError
from kszclient.guarded_files import read_private, read_unchanged
from kszclient.security.profile_sections import CertificateFiles
from kszclient.security.secrets import Secret

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
"""The keys that we present: RSA, or one on an elliptic curve."""


class Identity:
    """A certificate with its private key.

    Args:
        key: The private key.
        certificate: The certificate of that key.
        chain: The certificates between it and the root.
    """

    __slots__ = ("certificate", "chain", "key")

    def __init__(
        self, key: PrivateKey, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]
    ) -> None:
        self.key = key
        self.certificate = certificate
        self.chain = chain

    def certificates_pem(self) -> bytes:
        """Return the certificate and its chain in PEM, our own first."""
        return b"".join(
            each.public_bytes(serialization.Encoding.PEM)
            for each in (self.certificate, *self.chain)
        )

    def key_pem(self, passphrase: Secret) -> bytes:
        """Return the private key in PEM, encrypted."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(passphrase.reveal().encode()),
        )


def read_identity(files: CertificateFiles, key: str) -> Identity:
    """Read a certificate and decrypt its key.

    Args:
        files: Where they stand.
        key: The setting that they belong to, for messages.

    Raises:
        SettingsError: A file has loose permissions, the key is not encrypted, the passphrase
            does not open it, or the key is not that of the certificate.
    """
    passphrase = files.passphrase.read(f"{key}.passphrase")
    if files.pkcs12 is not None:
        return _from_pkcs12(files.pkcs12, f"{key}.pkcs12", passphrase)
    pem = files.pem or Path()
    return _from_pem(pem, files.key or pem, key, passphrase)


def _from_pkcs12(path: Path, key: str, passphrase: Secret) -> Identity:
    raw = read_private(path, key)
    try:
        private, certificate, chain = pkcs12.load_key_and_certificates(
            raw, passphrase.reveal().encode()
        )
    except ValueError:
        raise SettingsError(
            f"{key}: {path.name} is no PKCS#12 file, or the passphrase does not open it"
        ) from None
    if private is None or certificate is None:
        raise SettingsError(f"{key}: {path.name} holds no private key with its certificate")
    return Identity(_known(private, key), certificate, tuple(chain))


def _from_pem(pem: Path, key_path: Path, key: str, passphrase: Secret) -> Identity:
    key_setting = f"{key}.pem" if key_path == pem else f"{key}.key"
    secret_raw = read_private(key_path, key_setting)
    raw = secret_raw if key_path == pem else read_unchanged(pem, f"{key}.pem")
    try:
        certificates = x509.load_pem_x509_certificates(raw)
    except ValueError:
        raise SettingsError(f"{key}.pem: {pem.name} holds no certificate in PEM") from None
    try:
        private = serialization.load_pem_private_key(secret_raw, passphrase.reveal().encode())
    except TypeError:
        raise SettingsError(
            f"{key_setting}: the private key in {key_path.name} is not encrypted",
            next_step=f"Encrypt it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in {key_path}",
        ) from None
    except ValueError:
        raise SettingsError(
            f"{key_setting}: {key_path.name} holds no private key, or the passphrase does not "
            "open it"
        ) from None
    known = _known(private, key_setting)
    for certificate in certificates:
        if certificate.public_key() == known.public_key():
            chain = tuple(each for each in certificates if each is not certificate)
            return Identity(known, certificate, chain)
    raise SettingsError(f"{key_setting}: the private key belongs to no certificate in {pem.name}")


def _known(private: object, key: str) -> PrivateKey:
    if not isinstance(private, PrivateKey):
        raise SettingsError(f"{key}: expected an RSA key or one on an elliptic curve")
    return private
