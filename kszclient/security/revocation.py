"""Revocation lists: which a file holds, and whether they cover everybody we trust."""

from __future__ import annotations

import re

from cryptography import x509

_LIST = re.compile(rb"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----", re.DOTALL)


def revocation_lists(pem: bytes) -> list[x509.CertificateRevocationList]:
    """Read every revocation list in a file; nothing where one cannot be read."""
    try:
        return [x509.load_pem_x509_crl(found) for found in _LIST.findall(pem)]
    except ValueError:
        return []


def cover(lists_pem: bytes, authorities_pem: bytes) -> bool:
    """Tell whether there is a list of every authority, so that a whole chain can be checked.

    Args:
        lists_pem: Revocation lists.
        authorities_pem: Certificates of authorities.
    """
    issuers = {each.issuer for each in revocation_lists(lists_pem)}
    trusted = {each.subject for each in x509.load_pem_x509_certificates(authorities_pem)}
    return trusted <= issuers
