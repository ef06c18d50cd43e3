"""Whom the mock KSZ lets in, and how it proves who it is itself.

Of the three ways only HTTP Basic is known for certain (contract 3: what the customers of the Smals
gateway use). That the KSZ's own hosts ask for a client certificate is inferred; that any of them
asks for a WS-Security signature is not known at all, and modelled on the social security platform.
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

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from kszclient.errors import InvalidValueError, SignatureRefusedError
from kszclient.security.identity import Identity
from kszclient.security.secrets import Secret
from kszclient.security.signature_flaws import SignatureFlaw
from kszclient.security.signing import Signer
from kszclient.security.verification import Verifier
from kszclient.testing.server.breakage import Sent
from kszclient.testing.server.certificates import CertificateAuthority, Flaw
from kszclient.testing.server.security_faults import security_fault
from kszclient.testing.server.tls_alert import TellingSslObject

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
    one is let in and the others are not. `kszclient.testing.server.credentials` writes them to
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
        context.sslobject_class = TellingSslObject
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
