"""Messages that are signed and verified as a profile asks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cryptography import x509
from lxml.etree import _Element

from kszclient.errors import SettingsError
from kszclient.guarded_files import read_unchanged
from kszclient.security.identity import Identity
from kszclient.security.profile import Profile
from kszclient.security.revocation import Revocations, read_revocation_lists, revocation_lists
from kszclient.security.signing import Signer
from kszclient.security.verification import Verifier
from kszclient.wire.reply import check_header


class SignedMessages:
    """Signs questions and verifies answers; threads may share it.

    Args:
        signer: Signs what we send.
        verifier: Verifies what we receive.
    """

    def __init__(self, signer: Signer, verifier: Verifier) -> None:
        self._signer = signer
        self._verifier = verifier

    def sign(self, envelope: bytes | _Element, now: dt.datetime) -> bytes:
        """Return the envelope with a Security header."""
        return self._signer.sign(envelope, now)

    def verify(self, envelope: bytes, now: dt.datetime) -> bytes:
        """Return a new envelope with what was signed, and nothing else.

        Raises:
            SignatureRefusedError: The signature does not count.
            ContractDriftError: A header beside it must be understood and is not.
        """
        verified = self._verifier.verify(envelope, now)
        check_header(verified.header)
        return verified.envelope


def signed_messages(profile: Profile) -> SignedMessages:
    """Read the certificates that a profile signs with and pins.

    Raises:
        SettingsError: A file or secret cannot be used, or the profile has no signature section.
    """
    policy = profile.signature
    if policy is None:
        raise SettingsError("signature: not set")
    sha1 = policy.sha1_because is not None
    return SignedMessages(
        Signer(
            signing_identity(profile),
            lifetime_seconds=policy.lifetime_seconds,
            sign_token=policy.sign_token,
            sha1=sha1,
        ),
        Verifier(
            [each for path in policy.answer_certificates for each in read_pinned(path)],
            clock_skew_seconds=policy.clock_skew_seconds,
            life_seconds=policy.answer_lifetime_seconds,
            sha1=sha1,
            revocations=revocations_of(profile),
        ),
    )


def revocations_of(profile: Profile) -> Revocations:
    """Read the revocation lists of a profile, which count for answers as they do for TLS.

    Raises:
        SettingsError: The file cannot be used, or a list is not that of its authority.
    """
    if profile.revocation_list is None or profile.ca_bundle is None:
        return Revocations(())
    authorities = read_unchanged(profile.ca_bundle, "ca_bundle")
    try:
        trusted = x509.load_pem_x509_certificates(authorities)
    except ValueError:
        trusted = []  # which TLS refuses, by its name
    return Revocations(revocation_lists(read_revocation_lists(profile.revocation_list)), trusted)


def signing_identity(profile: Profile) -> Identity:
    """Read what a profile signs with: a certificate of its own, or the client certificate.

    Raises:
        SettingsError: A file or secret cannot be used, or the profile names no certificate.
    """
    if profile.signature is not None and profile.signature.certificate is not None:
        return profile.signature.certificate.read("signature.certificate")
    if profile.certificate is None:
        raise SettingsError("signature.certificate: not set, nor certificate to sign with")
    return profile.certificate.read("certificate")


def read_pinned(path: Path) -> list[x509.Certificate]:
    """Read the certificates in a PEM file that answers may be signed with.

    Raises:
        SettingsError: Others may change the file, or it holds no certificate.
    """
    key = "signature.answer_certificates"
    raw = read_unchanged(path, key)
    try:
        return x509.load_pem_x509_certificates(raw)
    except ValueError:
        raise SettingsError(f"{key}: {path.name} holds no certificate in PEM") from None
