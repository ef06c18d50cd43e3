"""Why no secure connection came about, and what to do: ours or theirs?"""

from __future__ import annotations

import ssl
from enum import StrEnum

from kszclient.errors import TlsRefusedError


class TlsFlaw(StrEnum):
    """The reasons of a `TlsRefusedError`."""

    UNKNOWN_AUTHORITY = "unknown-authority"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    REVOKED = "revoked"
    WRONG_NAME = "wrong-name"
    WRONG_USE = "wrong-use"
    REVOCATION_UNKNOWN = "revocation-unknown"
    NOT_TRUSTED = "not-trusted"
    CLIENT_CERTIFICATE_MISSING = "client-certificate-missing"
    CLIENT_CERTIFICATE_REFUSED = "client-certificate-refused"
    NO_COMMON_GROUND = "no-common-ground"


# The numbers that OpenSSL gives its reasons to refuse a certificate (x509_vfy.h, X509_V_ERR_*).
_VERIFY_CODES = {
    2: TlsFlaw.UNKNOWN_AUTHORITY,
    3: TlsFlaw.REVOCATION_UNKNOWN,
    9: TlsFlaw.NOT_YET_VALID,
    10: TlsFlaw.EXPIRED,
    12: TlsFlaw.REVOCATION_UNKNOWN,
    18: TlsFlaw.UNKNOWN_AUTHORITY,
    19: TlsFlaw.UNKNOWN_AUTHORITY,
    20: TlsFlaw.UNKNOWN_AUTHORITY,
    21: TlsFlaw.UNKNOWN_AUTHORITY,
    23: TlsFlaw.REVOKED,
    26: TlsFlaw.WRONG_USE,
    62: TlsFlaw.WRONG_NAME,
    64: TlsFlaw.WRONG_NAME,
}

# Alerts that the other side sends (RFC 8446, section 6.2), by their names in OpenSSL.
_ALERTS = {
    "CERTIFICATE_REQUIRED": TlsFlaw.CLIENT_CERTIFICATE_MISSING,
    "BAD_CERTIFICATE": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "UNSUPPORTED_CERTIFICATE": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "CERTIFICATE_REVOKED": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "CERTIFICATE_EXPIRED": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "CERTIFICATE_UNKNOWN": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "UNKNOWN_CA": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "ACCESS_DENIED": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
}

_EXPLANATIONS = {
    TlsFlaw.UNKNOWN_AUTHORITY: (
        "the service's certificate comes from an authority that we do not trust",
        (
            "Set ca_bundle to the authorities of the environment; if it is set, ask the KSZ "
            "whether its authority changed."
        ),
    ),
    TlsFlaw.EXPIRED: (
        "the service's certificate has expired",
        "Check the clock of this machine; if it is right, the KSZ must renew its certificate.",
    ),
    TlsFlaw.NOT_YET_VALID: (
        "the service's certificate is not valid yet",
        "Check the clock of this machine.",
    ),
    TlsFlaw.REVOKED: (
        "the service's certificate was revoked",
        "Send nothing; ask the KSZ help desk.",
    ),
    TlsFlaw.WRONG_NAME: (
        "the service's certificate is for another name than that of the endpoint",
        "Correct the host name in endpoint, or find out who answers at that address.",
    ),
    TlsFlaw.WRONG_USE: (
        "the service's certificate is not one for servers",
        "Find out who answers at that address; the KSZ must use a server certificate.",
    ),
    TlsFlaw.REVOCATION_UNKNOWN: (
        "no revocation list in force covers the service's certificate",
        "Fetch the newest list of its authority into revocation_list.",
    ),
    TlsFlaw.NOT_TRUSTED: (
        "the service's certificate cannot be trusted",
        "Run kszclient doctor and show its lines to the KSZ help desk.",
    ),
    TlsFlaw.CLIENT_CERTIFICATE_MISSING: (
        "the service asks for a client certificate and we showed none",
        "Set certificate in the profile.",
    ),
    TlsFlaw.CLIENT_CERTIFICATE_REFUSED: (
        "the service refused our client certificate",
        "Check its end date, which the doctor names, and that the KSZ has registered this one.",
    ),
    TlsFlaw.NO_COMMON_GROUND: (
        "no secure connection could be agreed on",
        (
            "Check that the endpoint speaks TLS 1.2 or later at this port, and whether it asks for "
            "a client certificate."
        ),
    ),
}


_HUNG_UP = (ssl.SSLEOFError, ssl.SSLSyscallError, ssl.SSLZeroReturnError)


def explain_tls(error: BaseException) -> TlsRefusedError | None:
    """Turn an error of OpenSSL into ours, with what to do next.

    Args:
        error: Any error of a connection.

    Returns:
        Our error, or None where nobody refused anything: another kind of error, or the other
        side merely hung up.
    """
    if not isinstance(error, ssl.SSLError) or isinstance(error, _HUNG_UP):
        return None
    if isinstance(error, ssl.SSLCertVerificationError):
        flaw = _VERIFY_CODES.get(error.verify_code, TlsFlaw.NOT_TRUSTED)
    else:
        alert = error.reason or ""
        refused = (kind for name, kind in _ALERTS.items() if alert.endswith(name))
        flaw = next(refused, TlsFlaw.NO_COMMON_GROUND)
    message, next_step = _EXPLANATIONS[flaw]
    return TlsRefusedError(message, reason=flaw.value, next_step=next_step)
