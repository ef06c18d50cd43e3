"""Revocation lists: which a file holds, whom they cover, and who is on them.

The same file serves both sides: OpenSSL checks with it who answers a connection, and the lists
themselves show whether the certificate of an answer still counts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from kszclient.errors import SettingsError
from kszclient.guarded_files import read_unchanged
from kszclient.security.signature_flaws import SignatureFlaw

_KEY = "revocation_list"
_LIST = re.compile(rb"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----", re.DOTALL)


def read_revocation_lists(path: Path) -> bytes:
    """Read the lists in a file, in PEM, and nothing else that stands there.

    A certificate among them must not become one that is trusted.

    Raises:
        SettingsError: Others may change the file, it holds no list, or one that cannot be read.
    """
    found = _LIST.findall(read_unchanged(path, _KEY))
    if not found:
        raise SettingsError(f"{_KEY}: {path.name} holds no revocation list in PEM")
    lists = b"".join(each + b"\n" for each in found)
    if not revocation_lists(lists):
        raise SettingsError(f"{_KEY}: {path.name} holds a revocation list that cannot be read")
    return lists


def revocation_lists(pem: bytes) -> list[x509.CertificateRevocationList]:
    """Read every revocation list in a file; nothing where one cannot be read."""
    try:
        return [x509.load_pem_x509_crl(found) for found in _LIST.findall(pem)]
    except ValueError:
        return []


def cover(lists_pem: bytes, authorities_pem: bytes) -> bool:
    """Return whether there is a list of every authority, so that a whole chain can be checked.

    Args:
        lists_pem: Revocation lists.
        authorities_pem: Certificates of authorities.
    """
    issuers = {each.issuer for each in revocation_lists(lists_pem)}
    trusted = {each.subject for each in x509.load_pem_x509_certificates(authorities_pem)}
    return trusted <= issuers


class Revocations:
    """Which certificates no longer count; threads may share it.

    Args:
        lists: Revocation lists, of which those of an authority below count if it signed them.
        authorities: Certificates of authorities. A list of somebody else is taken as it is: the
            file is the operator's own, and it can only take trust away.

    Raises:
        SettingsError: A list bears the name of an authority that did not sign it.
    """

    def __init__(
        self,
        lists: Iterable[x509.CertificateRevocationList],
        authorities: Iterable[x509.Certificate] = (),
    ) -> None:
        known = tuple(authorities)
        self._lists = tuple(lists)
        for each in self._lists:
            _check_signature(each, [one for one in known if one.subject == each.issuer])

    def covers(self, certificate: x509.Certificate) -> bool:
        """Whether there is a list of the authority that issued a certificate."""
        return any(each.issuer == certificate.issuer for each in self._lists)

    def flaw(self, certificate: x509.Certificate, now: dt.datetime) -> SignatureFlaw | None:
        """Look a certificate up, with the rules that TLS has for them.

        A certificate of whose authority there is no list counts: it was pinned by name, and
        `kszclient doctor` reports that nobody looks.

        Args:
            certificate: The certificate.
            now: The moment, with a time zone.
        """
        lists = [each for each in self._lists if each.issuer == certificate.issuer]
        # Who was revoked once is not let in again because a list ended.
        if any(_names(each, certificate.serial_number) for each in lists):
            return SignatureFlaw.CERTIFICATE_REVOKED
        if lists and not any(_in_force(each, now) for each in lists):
            return SignatureFlaw.REVOCATION_UNKNOWN
        return None


def _names(found: x509.CertificateRevocationList, serial: int) -> bool:
    return found.get_revoked_certificate_by_serial_number(serial) is not None


def _in_force(found: x509.CertificateRevocationList, now: dt.datetime) -> bool:
    end = found.next_update_utc
    return found.last_update_utc <= now and (end is None or now <= end)


def _check_signature(
    found: x509.CertificateRevocationList, issuers: list[x509.Certificate]
) -> None:
    if issuers and not any(_signed_by(found, each) for each in issuers):
        name = found.issuer.rfc4514_string()
        raise SettingsError(f"{_KEY}: the list of {name} was not signed by that authority")


def _signed_by(found: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return found.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
