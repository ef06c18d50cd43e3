"""A small certificate authority for tests and for the mock: right certificates and wrong ones.

Keys are made while the program runs and live no longer than the files one asks for.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kszclient.security.identity import Identity, PrivateKey
from kszclient.security.secrets import Secret
from kszclient.security.tls import present, trust

_LIFE = dt.timedelta(days=365)


class Flaw(StrEnum):
    """What is wrong with a certificate."""

    NONE = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    WRONG_NAME = "wrong-name"
    WRONG_USE = "wrong-use"


class CertificateAuthority:
    """Issues certificates to servers on this machine and to their clients.

    Args:
        name: The name of the authority.
        now: The moment around which its certificates are valid.

    >>> authority = CertificateAuthority()
    >>> server = authority.server(Flaw.EXPIRED)
    >>> server.certificate.not_valid_after_utc < authority.now
    True
    """

    def __init__(self, name: str = "Mock authority", *, now: dt.datetime | None = None) -> None:
        self.now = now or dt.datetime.now(tz=dt.UTC)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self._revoked: list[int] = []
        builder = self._builder(self._name, self._key.public_key())
        self.certificate = (
            builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(sign=True, authority=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        """The certificate to trust."""

    def server(self, flaw: Flaw = Flaw.NONE) -> Identity:
        """Issue a certificate for a server on this machine (localhost, 127.0.0.1, ::1)."""
        use = ExtendedKeyUsageOID.SERVER_AUTH
        host = "elsewhere.invalid" if flaw is Flaw.WRONG_NAME else "localhost"
        return self._issue(host, ec.generate_private_key(ec.SECP256R1()), use, flaw)

    def client(
        self,
        flaw: Flaw = Flaw.NONE,
        *,
        name: str = "customer.invalid",
        key: PrivateKey | None = None,
    ) -> Identity:
        """Issue a certificate for a client: for TLS, and to sign messages with.

        Args:
            flaw: What shall be wrong with it.
            name: Whose it is.
            key: The key to issue it for, as in a renewal; none makes a new one, of RSA.
        """
        key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return self._issue(name, key, ExtendedKeyUsageOID.CLIENT_AUTH, flaw)

    def signer(
        self,
        flaw: Flaw = Flaw.NONE,
        *,
        name: str = "service.invalid",
        key: PrivateKey | None = None,
    ) -> Identity:
        """Issue a certificate for a service to sign its answers with; see `client`."""
        return self.client(flaw, name=name, key=key)

    def revoke(self, identity: Identity) -> None:
        """Put a certificate on the next revocation list."""
        self._revoked.append(identity.certificate.serial_number)

    def is_revoked(self, certificate: x509.Certificate) -> bool:
        """Return whether a certificate was revoked."""
        return certificate.serial_number in self._revoked

    def certificate_pem(self) -> bytes:
        """Return the certificate to trust, in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def revocation_list_pem(self) -> bytes:
        """Return the revocation list of this moment, in PEM."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._name)
            .last_update(self.now - dt.timedelta(hours=1))
            .next_update(self.now + _LIFE)
        )
        for serial in self._revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(serial)
                .revocation_date(self.now - dt.timedelta(hours=1))
                .build()
            )
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def server_context(self, identity: Identity, *, ask_client: bool = False) -> ssl.SSLContext:
        """Make the TLS of a server.

        Args:
            identity: What it shows.
            ask_client: Whether a client must show a certificate of this authority that is not
                revoked at this moment.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        present(context, identity)
        if ask_client:
            context.verify_mode = ssl.CERT_REQUIRED
            trust(context, self.certificate_pem() + self.revocation_list_pem(), "authority")
            context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF
        return context

    def _issue(
        self, host: str, key: PrivateKey, use: x509.ObjectIdentifier, flaw: Flaw
    ) -> Identity:
        names: list[x509.GeneralName] = [x509.DNSName(host)]
        if host == "localhost":
            names += [x509.IPAddress(ipaddress.ip_address(each)) for each in ("127.0.0.1", "::1")]
        end = self.now - dt.timedelta(days=1) if flaw is Flaw.EXPIRED else None
        wrong_use = flaw is Flaw.WRONG_USE
        use = ExtendedKeyUsageOID.CODE_SIGNING if wrong_use else use
        certificate = (
            self._builder(_named(host), key.public_key(), end)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(sign=not wrong_use, authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        identity = Identity(key, certificate, ())
        if flaw is Flaw.REVOKED:
            self.revoke(identity)
        return identity

    def _builder(
        self,
        subject: x509.Name,
        key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
        end: dt.datetime | None = None,
    ) -> x509.CertificateBuilder:
        issuer_key = self._key.public_key()
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - _LIFE)
            .not_valid_after(end or self.now + _LIFE)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False
            )
        )


def write_pem(identity: Identity, path: Path, passphrase: Secret) -> Path:
    """Write a certificate and its encrypted key into one PEM file that only we may read."""
    return write_private(path, identity.certificates_pem() + identity.key_pem(passphrase))


def write_pkcs12(identity: Identity, path: Path, passphrase: Secret) -> Path:
    """Write a certificate and its encrypted key into a PKCS#12 file that only we may read."""
    raw = pkcs12.serialize_key_and_certificates(
        None,
        identity.key,
        identity.certificate,
        identity.chain,
        serialization.BestAvailableEncryption(passphrase.reveal().encode()),
    )
    return write_private(path, raw)


def write_private(path: Path, content: bytes) -> Path:
    """Write a file that only we may read."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)
    return path


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(*, sign: bool, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=False,
        key_encipherment=not authority,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
