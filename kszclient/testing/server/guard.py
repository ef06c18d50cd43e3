"""Whom the mock KSZ lets in, and how it proves who it is itself.

Of the three ways only HTTP Basic is known for certain (contract 3: what the customers of the Smals
gateway use). That the KSZ's own hosts ask for a client certificate is inferred; that any of them
asks for a WS-Security signature is not known at all, and modelled on the social security platform.

How the KSZ would refuse a wrong signature is not known either. The mock follows the standard
(OASIS, SOAP Message Security 1.1, chapter 12): a SOAP fault with a code of WS-Security and no
detail, under HTTP status 500. The social security platform, another one, is known to send a fault
``SOA-01001`` (contract 3).
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
import ssl
from base64 import b64encode
from collections.abc import Collection
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from kszclient.errors import InvalidValueError, SettingsError, SignatureRefusedError
from kszclient.security.identity import Identity
from kszclient.security.secrets import Secret
from kszclient.security.signature_flaws import SignatureFlaw
from kszclient.security.signing import Signer
from kszclient.security.verification import Verifier
from kszclient.security.wsse import SOAP, WSSE
from kszclient.testing.server.breakage import Sent
from kszclient.testing.server.certificates import (
    CertificateAuthority,
    Flaw,
    write_pem,
    write_pkcs12,
    write_private,
)

USER = "mock-customer"
_STRANGER = "another-customer.invalid"


class Requirement(StrEnum):
    """What a client must show."""

    BASIC = "basic"
    MTLS = "mtls"
    WSSE = "wsse"


class Guard:
    """Serves TLS, and asks clients for a user name, a certificate or a signature.

    It makes its own small authority, and for the client one certificate of each kind: the valid
    one is let in and the others are not. `kszclient.testing.server.guard` writes them to
    files.

    Args:
        require: What a client must show; without any, TLS alone.
        shows: What is wrong with the certificate that the server shows.
        authority: Who issues the certificates.

    >>> guard = Guard({Requirement.BASIC})
    >>> guard.admit(None).http_status
    401

    For example:

        guard = Guard({Requirement.MTLS})
        with MockKsz(world, guard=guard) as ksz:
            profile = Profile.load(write_credentials(guard, ksz.endpoint, folder))
    """

    def __init__(
        self,
        require: Collection[Requirement] = (),
        *,
        shows: Flaw = Flaw.NONE,
        authority: CertificateAuthority | None = None,
    ) -> None:
        self.require = frozenset(require)
        self.authority = authority or CertificateAuthority()
        self.server = self.authority.server(shows)
        self.secret = Secret(secrets.token_urlsafe(24))
        """The password that goes with `USER`."""

    @cached_property
    def clients(self) -> dict[Flaw, Identity]:
        """A certificate of each kind for a client, all with one key."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return {
            flaw: self.authority.client(
                flaw, key=key, name=_STRANGER if flaw is Flaw.WRONG_NAME else USER + ".invalid"
            )
            for flaw in Flaw
        }

    @cached_property
    def signer(self) -> Identity:
        """What answers are signed with."""
        return self.authority.signer()

    def tls(self) -> ssl.SSLContext:
        """Make the TLS of the server; who shows a wrong certificate gets an alert and no answer."""
        # Certificates are issued before the revocation list is: the list names one of them.
        _ = self.clients
        asks = Requirement.MTLS in self.require
        context = self.authority.server_context(self.server, ask_client=asks)
        context.sslobject_class = AlertingSslObject
        return context

    def admit(self, authorization: str | None, certificate: bytes | None = None) -> Sent | None:
        """Look at what came with a request, outside its body.

        Args:
            authorization: The header Authorization.
            certificate: What the client showed when it connected, in DER.

        Returns:
            Nothing where all is right, else the page that comes instead of an answer: 401 for a
            wrong password, 403 for the certificate of somebody who is no customer.
        """
        if Requirement.MTLS in self.require and certificate not in self._customers:
            return _page(403, "Forbidden")
        given, right = (authorization or "").encode(errors="replace"), self._authorization
        if Requirement.BASIC in self.require and not hmac.compare_digest(given, right):
            page = _page(401, "Unauthorized")
            return msgspec.structs.replace(
                page, headers={"WWW-Authenticate": 'Basic realm="mock KSZ"'}
            )
        return None

    def open(self, envelope: bytes, now: dt.datetime) -> bytes | Sent:
        """Check the signature of a request.

        Args:
            envelope: The request as it came.
            now: The moment of receiving, with a time zone.

        Returns:
            The request to read, or the SOAP fault that comes instead of an answer.
        """
        if Requirement.WSSE not in self.require:
            return envelope
        try:
            verified = self._verifier.verify(envelope, now)
        except SignatureRefusedError as error:
            return security_fault(SignatureFlaw(error.reason))
        if self.authority.is_revoked(verified.certificate):
            return security_fault(SignatureFlaw.CERTIFICATE_NOT_PINNED)
        return verified.envelope

    def seal(self, sent: Sent, now: dt.datetime) -> Sent:
        """Sign a reply where signatures are asked; what is no SOAP goes as it is.

        Args:
            sent: The reply.
            now: What the service takes for the time, with a time zone.
        """
        if Requirement.WSSE not in self.require:
            return sent
        try:
            return msgspec.structs.replace(sent, body=self._signer.sign(sent.body, now))
        except InvalidValueError:
            return sent

    @cached_property
    def _authorization(self) -> bytes:
        return b"Basic " + b64encode(f"{USER}:{self.secret.reveal()}".encode())

    @cached_property
    def _customers(self) -> frozenset[bytes]:
        """The certificates of the customer, right and wrong, but none of somebody else."""
        own = (each for flaw, each in self.clients.items() if flaw is not Flaw.WRONG_NAME)
        return frozenset(each.certificate.public_bytes(Encoding.DER) for each in own)

    @cached_property
    def _signer(self) -> Signer:
        return Signer(self.signer)

    @cached_property
    def _verifier(self) -> Verifier:
        return Verifier([x509.load_der_x509_certificate(each) for each in self._customers])


def _page(status: int, title: str) -> Sent:
    page = f"<html><head><title>{status}</title></head><body><h1>{title}</h1></body></html>"
    return Sent(status, page.encode(), "text/html; charset=utf-8")


_TEXTS = {
    "UnsupportedAlgorithm": "An unsupported signature or encryption algorithm was used",
    "UnsupportedSecurityToken": "An unsupported token was provided",
    "InvalidSecurity": "An error was discovered processing the Security header",
    "FailedAuthentication": "The security token could not be authenticated or authorized",
    "FailedCheck": "The signature or decryption was invalid",
    "MessageExpired": "The message has expired",
}

_CODES = {
    SignatureFlaw.WEAK_ALGORITHM: "UnsupportedAlgorithm",
    SignatureFlaw.UNSUPPORTED_ALGORITHM: "UnsupportedAlgorithm",
    SignatureFlaw.UNSUPPORTED_KEY_NAMING: "UnsupportedSecurityToken",
    SignatureFlaw.CERTIFICATE_NOT_PINNED: "FailedAuthentication",
    SignatureFlaw.CERTIFICATE_EXPIRED: "FailedAuthentication",
    SignatureFlaw.CERTIFICATE_NOT_YET_VALID: "FailedAuthentication",
    SignatureFlaw.CERTIFICATE_WRONG_USE: "FailedAuthentication",
    SignatureFlaw.CERTIFICATE_REVOKED: "FailedAuthentication",
    SignatureFlaw.WEAK_KEY: "FailedAuthentication",
    SignatureFlaw.ALGORITHM_MISMATCH: "FailedCheck",
    SignatureFlaw.SIGNATURE_WRONG: "FailedCheck",
    SignatureFlaw.TOKEN_CHANGED: "FailedCheck",
    SignatureFlaw.TIMESTAMP_CHANGED: "FailedCheck",
    SignatureFlaw.BODY_CHANGED: "FailedCheck",
    SignatureFlaw.EXTRA_PART_CHANGED: "FailedCheck",
    SignatureFlaw.TIMESTAMP_EXPIRED: "MessageExpired",
}


def security_fault(flaw: SignatureFlaw) -> Sent:
    """Return the fault for a flaw.

    >>> b"wsse:FailedCheck" in security_fault(SignatureFlaw.BODY_CHANGED).body
    True
    """
    code = _CODES.get(flaw, "InvalidSecurity")
    fault = (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}">'
        f'<soapenv:Body><soapenv:Fault xmlns:wsse="{WSSE}"><faultcode>wsse:{code}</faultcode>'
        f"<faultstring>{_TEXTS[code]}</faultstring></soapenv:Fault></soapenv:Body>"
        "</soapenv:Envelope>"
    )
    return Sent(500, fault.encode())


class AlertingSslObject(ssl.SSLObject):
    """A TLS connection whose alert goes out; for `ssl.SSLContext.sslobject_class`.

    When a handshake fails, asyncio drops the connection with OpenSSL's alert still unsent, so that
    a client cannot know a refused certificate from a broken line. Here a failed handshake asks to
    be continued once: asyncio then sends what is waiting, and the failure is raised when the client
    has left or sends more.
    """

    _failure: ssl.SSLError | None = None

    def do_handshake(self) -> None:
        """Go on with the handshake.

        Raises:
            SSLWantReadError: It goes on, or has just failed.
            SSLError: It failed before.
        """
        if self._failure is not None:
            raise self._failure
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            self._failure = error
            raise ssl.SSLWantReadError from None


PROFILE = "profile.toml"

_TRUST = """\
# The mock server on this machine, over TLS. Everything here was made when it started.
endpoint = "{endpoint}"
loopback_only = true
customer_cbe_number = "0000000097"
legal_context = "MOCK:DEMONSTRATION"
user = "demonstration"
synthetic_persons = "only"
connect_timeout_seconds = 5.0
deadline_seconds = 30.0
max_answer_bytes = 33_554_432
ca_bundle = "authority.pem"
revocation_list = "revoked.pem"
"""
_BASIC = f"""
[basic]
user = "{USER}"
secret = {{ file = "basic-secret" }}
"""
_CERTIFICATE = """
[certificate]
pem = "client-{flaw}.pem"
passphrase = {{ file = "passphrase" }}
"""
_SIGNATURE = """
[signature]
answer_certificates = ["service.pem"]
"""


def write_credentials(guard: Guard, endpoint: str, folder: Path) -> Path:
    """Write everything that a client of a running mock needs.

    Beside `profile.toml`, which is let in, there is a profile for each wrong certificate, such as
    `profile-expired.toml`, where the mock looks at certificates. No file may be read by others;
    keys are encrypted, under a passphrase that stands in a file beside them, for nothing here is
    worth more than the mock itself.

    Args:
        guard: Whom the mock lets in.
        endpoint: Where it listens.
        folder: Where to write; made if it is not there.

    Returns:
        The path of the profile that is let in.

    Raises:
        SettingsError: The folder cannot be made, or a file cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        passphrase = Secret(secrets.token_urlsafe(24))
        shown = guard.require & {Requirement.MTLS, Requirement.WSSE}
        for flaw, identity in guard.clients.items():
            if flaw is not Flaw.NONE and not shown:
                continue
            write_pem(identity, folder / f"client-{flaw}.pem", passphrase)
            name = PROFILE if flaw is Flaw.NONE else f"profile-{flaw}.toml"
            write_private(folder / name, _profile(guard, endpoint, flaw))
        write_pkcs12(guard.clients[Flaw.NONE], folder / "client-valid.p12", passphrase)
        write_private(folder / "passphrase", passphrase.reveal().encode())
        write_private(folder / "basic-secret", guard.secret.reveal().encode())
        write_private(folder / "service.pem", guard.signer.certificates_pem())
        write_private(folder / "authority.pem", guard.authority.certificate_pem())
        write_private(folder / "revoked.pem", guard.authority.revocation_list_pem())
    except OSError as error:
        raise SettingsError(
            f"certificates cannot be written to {folder.name}: {error.strerror}",
            next_step="Name a folder that you may write to.",
        ) from None
    return folder / PROFILE


def _profile(guard: Guard, endpoint: str, flaw: Flaw) -> bytes:
    text = _TRUST.format(endpoint=endpoint)
    if Requirement.BASIC in guard.require:
        text += _BASIC
    if guard.require & {Requirement.MTLS, Requirement.WSSE}:
        text += _CERTIFICATE.format(flaw=flaw)
    if Requirement.WSSE in guard.require:
        text += _SIGNATURE
    return text.encode()
