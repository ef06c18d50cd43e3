"""Is a profile in order on this machine? The lines about security that `kszclient doctor` shows."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from cryptography import x509

from kszclient.errors import SettingsError
from kszclient.guarded_files import read_unchanged
from kszclient.security.identity import Identity
from kszclient.security.profile import Profile
from kszclient.security.profile_sections import SignaturePolicy
from kszclient.security.revocation import Revocations, revocation_lists
from kszclient.security.signature_flaws import SignatureFlaw
from kszclient.security.signed_messages import read_pinned, revocations_of, signing_identity
from kszclient.security.signing import Signer
from kszclient.security.tls import client_context
from kszclient.security.verification import may_sign, strong_key

_WARN_DAYS = 30
_FETCH = "Fetch the newest list before that day."


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(msgspec.Struct, frozen=True):
    """One line of an examination.

    Args:
        name: What was looked at; a key of the profile where it is about one.
        state: How bad it is.
        finding: What was found.
        next_step: What to do; empty where all is well.
    """

    name: str
    state: State
    finding: str
    next_step: str = ""


def examine(profile: Profile, now: dt.datetime) -> tuple[Check, ...]:
    """Look at the settings, secrets, files and certificates that a profile names.

    Nothing is sent; secrets are read, and shown nowhere.

    Args:
        profile: The profile.
        now: The moment for which dates are judged, with a time zone.
    """
    return (
        *_asking(profile),
        *_connection(profile, now),
        *_signature(profile, now),
    )


def _asking(profile: Profile) -> Iterator[Check]:
    yield _try("customer_cbe_number", lambda: profile.customer, "who asks is set")
    yield _try("legal_context", lambda: profile.purpose, "the purpose is set")


def _connection(profile: Profile, now: dt.datetime) -> Iterator[Check]:
    if urlsplit(profile.endpoint).scheme == "http":
        yield Check("endpoint", State.OK, "plain http, on this machine only")
    else:
        yield _try("endpoint", lambda: client_context(profile), "https, TLS 1.2 or later")
        nothing_shown = profile.basic is None and profile.certificate is None
        if nothing_shown and not profile.loopback_only:
            yield Check(
                "basic",
                State.WARN,
                "neither a user name nor a client certificate is set",
                "Set basic or certificate, unless the KSZ knows you by your address alone.",
            )
    if profile.basic is not None:
        yield _try("basic.secret", profile.basic.header, "the secret can be read")
    if profile.certificate is not None:
        yield from _identity("certificate", profile.certificate.read, now)
    if profile.ca_bundle is None:
        yield from _authorities_not_followed(profile)
    else:
        yield from _authorities(profile.ca_bundle, now)
    if profile.revocation_list is not None:
        yield from _revocations(profile.revocation_list, now)


def _authorities_not_followed(profile: Profile) -> Iterator[Check]:
    found = [each for each in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(each)]
    if found and urlsplit(profile.endpoint).scheme == "https":
        yield Check(
            "ca_bundle",
            State.OK,
            f"not set: the authorities of this machine count, not {' or '.join(found)}; "
            "authorities of your own are named here",
        )


def _authorities(path: Path, now: dt.datetime) -> Iterator[Check]:
    try:
        found = x509.load_pem_x509_certificates(read_unchanged(path, "ca_bundle"))
    except SettingsError as error:
        yield _failed("ca_bundle", error)
    except ValueError:
        yield Check(
            "ca_bundle",
            State.FAIL,
            "the file holds no certificate in PEM",
            "Put the certificates of the environment's authorities there.",
        )
    else:
        for certificate in found:
            yield _dates("ca_bundle", certificate, now)


def _revocations(path: Path, now: dt.datetime) -> Iterator[Check]:
    key = "revocation_list"
    try:
        found = revocation_lists(read_unchanged(path, key))
    except SettingsError as error:
        yield _failed(key, error)
        return
    if not found:
        yield Check(key, State.FAIL, "the file holds no revocation list in PEM", "Fetch it anew.")
    for each in found:
        yield _list_dates(each, now)


def _list_dates(found: x509.CertificateRevocationList, now: dt.datetime) -> Check:
    key, end = "revocation_list", found.next_update_utc
    of = found.issuer.rfc4514_string() or "an authority without a name"
    if end is None:
        return Check(key, State.OK, f"that of {of} is in force until further notice")
    if end < now:
        return Check(key, State.FAIL, f"that of {of} ended on {end.date()}", "Fetch the newest.")
    shown = f"that of {of} is in force until {end.date()}"
    # Many lists live for a week only, and are nothing to warn of on their first day.
    half = (end - found.last_update_utc) / 2 if found.last_update_utc else end - now
    if end - now < min(dt.timedelta(days=_WARN_DAYS), half):
        return Check(key, State.WARN, f"{shown}, {(end - now).days} days from now", _FETCH)
    return Check(key, State.OK, shown)


def _signature(profile: Profile, now: dt.datetime) -> Iterator[Check]:
    policy = profile.signature
    if policy is None:
        yield Check("signature", State.OK, "messages are not signed; TLS alone protects them")
        return
    if policy.certificate is not None:
        yield from _identity("signature.certificate", policy.certificate.read, now)
    sha1 = policy.sha1_because is not None
    yield _try(
        "signature",
        lambda: Signer(signing_identity(profile), sha1=sha1),
        "questions can be signed",
    )
    yield from _answer_certificates(profile, policy, now)
    if policy.sha1_because is not None:
        yield Check(
            "signature.sha1_because",
            State.WARN,
            f"SHA-1 is used, which is broken: {policy.sha1_because}",
            "Ask the KSZ for SHA-256 and leave the key out.",
        )


def _answer_certificates(
    profile: Profile, policy: SignaturePolicy, now: dt.datetime
) -> Iterator[Check]:
    key = "signature.answer_certificates"
    try:
        revocations = revocations_of(profile)
    except SettingsError as error:
        yield _failed("revocation_list", error)
        revocations = Revocations(())
    for path in policy.answer_certificates:
        try:
            pinned = read_pinned(path)
        except SettingsError as error:
            yield _failed(key, error)
            continue
        for certificate in pinned:
            yield _dates(key, certificate, now)
            name, ask = _name(certificate), "Ask the KSZ which certificate it signs answers with."
            if not may_sign(certificate):
                yield Check(key, State.FAIL, f"{name} is not a certificate to sign with", ask)
            if strong_key(certificate.public_key()) is None:
                yield Check(key, State.FAIL, f"{name} has no key to rely on", ask)
            if revocations.flaw(certificate, now) is SignatureFlaw.CERTIFICATE_REVOKED:
                yield Check(key, State.FAIL, f"{name} was revoked", ask)
            if profile.revocation_list is not None and not revocations.covers(certificate):
                yield Check(
                    key,
                    State.WARN,
                    f"no list covers {name}: whether it was revoked is not looked at",
                    "Add the list of its authority to revocation_list.",
                )


def _identity(key: str, read: Callable[[str], Identity], now: dt.datetime) -> Iterator[Check]:
    try:
        identity = read(key)
    except SettingsError as error:
        yield _failed(key, error)
    else:
        for certificate in (identity.certificate, *identity.chain):
            yield _dates(key, certificate, now)


def _dates(key: str, certificate: x509.Certificate, now: dt.datetime) -> Check:
    renew = "Ask for a new certificate and set it before that day."
    if certificate.not_valid_before_utc > now:
        begin = certificate.not_valid_before_utc.date()
        return Check(
            key,
            State.FAIL,
            f"{_name(certificate)} is valid from {begin} only",
            "Check the clock of this machine, or wait.",
        )
    return check_end(key, _name(certificate), certificate.not_valid_after_utc, now, renew)


def check_end(key: str, name: str, end: dt.datetime, now: dt.datetime, renew: str) -> Check:
    """Judge the last day of a certificate: a warning is given thirty days ahead.

    Args:
        key: What it is.
        name: Whose it is.
        end: Its end, with a time zone.
        now: The moment for which it is judged, with a time zone.
        renew: What to do about it.
    """
    label = f"{name} is valid until {end.date()}"
    if end < now:
        return Check(key, State.FAIL, f"{name} expired on {end.date()}", renew)
    if end < now + dt.timedelta(days=_WARN_DAYS):
        return Check(key, State.WARN, f"{label}, {(end - now).days} days from now", renew)
    return Check(key, State.OK, label)


def _name(certificate: x509.Certificate) -> str:
    """Name a certificate by its subject: an institution or a server, never a person."""
    return certificate.subject.rfc4514_string() or "a certificate without a subject"


def _try(key: str, use: Callable[[], object], fine: str) -> Check:
    try:
        use()
    except SettingsError as error:
        return _failed(key, error)
    return Check(key, State.OK, fine)


def _failed(key: str, error: SettingsError) -> Check:
    finding = str(error).removeprefix(f"{key}: ")
    return Check(key, State.FAIL, finding, error.next_step or "Correct this key of the profile.")
