"""Why no secure connection came about, and what to do: on the client side or the service side?

The one place that knows what an error of OpenSSL means; both transports and the doctor ask here.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from kszclient.errors import TlsRefusedError


class TlsFlaw(StrEnum):
    """The reasons of a `TlsRefusedError`.

    >>> TlsFlaw.WRONG_NAME.client_side, TlsFlaw.EXPIRED.client_side
    (True, False)
    """

    UNKNOWN_AUTHORITY = "unknown-authority"
    INTERMEDIATE_MISSING = "intermediate-missing"
    BUNDLE_INCOMPLETE = "bundle-incomplete"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    REVOKED = "revoked"
    WRONG_NAME = "wrong-name"
    WRONG_USE = "wrong-use"
    WEAK = "weak"
    CHAIN_INVALID = "chain-invalid"
    REVOCATION_UNKNOWN = "revocation-unknown"
    NOT_TRUSTED = "not-trusted"
    CLIENT_CERTIFICATE_MISSING = "client-certificate-missing"
    CLIENT_CERTIFICATE_REFUSED = "client-certificate-refused"
    NAME_UNKNOWN = "name-unknown"
    NO_SECURE_RENEGOTIATION = "no-secure-renegotiation"
    NO_TLS = "no-tls"
    NO_COMMON_GROUND = "no-common-ground"

    @property
    def client_side(self) -> bool:
        """Whether it is first for us to look, in the profile or on this machine."""
        return _MEANINGS[self].client_side


# The numbers that OpenSSL gives its reasons to refuse a certificate (x509_vfy.h, X509_V_ERR_*).
_VERIFY_CODES = {
    2: TlsFlaw.BUNDLE_INCOMPLETE,
    3: TlsFlaw.REVOCATION_UNKNOWN,
    5: TlsFlaw.REVOCATION_UNKNOWN,
    7: TlsFlaw.CHAIN_INVALID,
    8: TlsFlaw.REVOCATION_UNKNOWN,
    9: TlsFlaw.NOT_YET_VALID,
    10: TlsFlaw.EXPIRED,
    11: TlsFlaw.REVOCATION_UNKNOWN,
    12: TlsFlaw.REVOCATION_UNKNOWN,
    15: TlsFlaw.REVOCATION_UNKNOWN,
    16: TlsFlaw.REVOCATION_UNKNOWN,
    18: TlsFlaw.UNKNOWN_AUTHORITY,
    19: TlsFlaw.UNKNOWN_AUTHORITY,
    20: TlsFlaw.UNKNOWN_AUTHORITY,
    21: TlsFlaw.UNKNOWN_AUTHORITY,
    22: TlsFlaw.CHAIN_INVALID,
    23: TlsFlaw.REVOKED,
    24: TlsFlaw.CHAIN_INVALID,
    25: TlsFlaw.CHAIN_INVALID,
    26: TlsFlaw.WRONG_USE,
    29: TlsFlaw.CHAIN_INVALID,
    30: TlsFlaw.CHAIN_INVALID,
    31: TlsFlaw.CHAIN_INVALID,
    32: TlsFlaw.CHAIN_INVALID,
    33: TlsFlaw.REVOCATION_UNKNOWN,
    34: TlsFlaw.CHAIN_INVALID,
    35: TlsFlaw.REVOCATION_UNKNOWN,
    36: TlsFlaw.REVOCATION_UNKNOWN,
    37: TlsFlaw.CHAIN_INVALID,
    41: TlsFlaw.CHAIN_INVALID,
    44: TlsFlaw.REVOCATION_UNKNOWN,
    47: TlsFlaw.CHAIN_INVALID,
    48: TlsFlaw.CHAIN_INVALID,
    54: TlsFlaw.REVOCATION_UNKNOWN,
    62: TlsFlaw.WRONG_NAME,
    64: TlsFlaw.WRONG_NAME,
    66: TlsFlaw.WEAK,
    67: TlsFlaw.WEAK,
    68: TlsFlaw.WEAK,
    79: TlsFlaw.CHAIN_INVALID,
}

# How OpenSSL's words end for what else ends a handshake: alerts that the other side sends (RFC
# 8446, section 6.2), and what this side sees by itself.
_REASONS = {
    "CERTIFICATE_REQUIRED": TlsFlaw.CLIENT_CERTIFICATE_MISSING,
    "ALERT_NO_CERTIFICATE": TlsFlaw.CLIENT_CERTIFICATE_MISSING,
    "BAD_CERTIFICATE": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "UNSUPPORTED_CERTIFICATE": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "CERTIFICATE_REVOKED": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "CERTIFICATE_EXPIRED": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "CERTIFICATE_UNKNOWN": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "UNKNOWN_CA": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "ACCESS_DENIED": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "ALERT_DECRYPT_ERROR": TlsFlaw.CLIENT_CERTIFICATE_REFUSED,
    "UNRECOGNIZED_NAME": TlsFlaw.NAME_UNKNOWN,
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED": TlsFlaw.NO_SECURE_RENEGOTIATION,
    "WRONG_VERSION_NUMBER": TlsFlaw.NO_TLS,
    "HTTP_REQUEST": TlsFlaw.NO_TLS,
    "DH_KEY_TOO_SMALL": TlsFlaw.WEAK,
    "EE_KEY_TOO_SMALL": TlsFlaw.WEAK,
    "CA_MD_TOO_WEAK": TlsFlaw.WEAK,
}

# A line that broke, or a server in trouble: nobody refused anything, and trying again may help.
_BROKEN = {
    "APPLICATION_DATA_AFTER_CLOSE_NOTIFY",
    "BAD_RECORD_TYPE",
    "DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
    "SSLV3_ALERT_BAD_RECORD_MAC",
    "TLSV1_ALERT_INTERNAL_ERROR",
    "TLSV1_ALERT_USER_CANCELLED",
}


class _Meaning(NamedTuple):
    message: str
    next_step: str
    client_side: bool = False


_MEANINGS = {
    TlsFlaw.UNKNOWN_AUTHORITY: _Meaning(
        "the service's certificate comes from an authority that we do not trust",
        "Set ca_bundle to the authorities of the environment; if it is set, ask the KSZ whether "
        "its authority changed or its server leaves out a part of the chain, and your network desk "
        "whether it opens secure connections.",
        client_side=True,
    ),
    TlsFlaw.INTERMEDIATE_MISSING: _Meaning(
        "the service sent its certificate without that of its issuer, which ca_bundle does not "
        "hold: an intermediate certificate is missing, unless its authority is another one",
        "Ask the KSZ to send the whole chain; until it does, add the intermediate certificate, "
        "fetched from the authority itself, to ca_bundle.",
    ),
    TlsFlaw.BUNDLE_INCOMPLETE: _Meaning(
        "ca_bundle holds an intermediate certificate without the one that is above it",
        "Add to ca_bundle what is above it, up to the root, fetched from the authority itself.",
        client_side=True,
    ),
    TlsFlaw.EXPIRED: _Meaning(
        "the service's certificate has expired",
        "Check the clock of this machine; if it is right, the KSZ must renew its certificate, "
        "unless that of an authority in ca_bundle is the one that expired.",
    ),
    TlsFlaw.NOT_YET_VALID: _Meaning(
        "the service's certificate is not valid yet",
        "Check the clock of this machine; if it is right, the KSZ used its certificate too early.",
    ),
    TlsFlaw.REVOKED: _Meaning(
        "the service's certificate was revoked",
        "Send nothing; ask the KSZ help desk.",
    ),
    TlsFlaw.WRONG_NAME: _Meaning(
        "the service's certificate is for another name than that of the endpoint",
        "Correct the host name in endpoint, or find out who answers at that address. A name in "
        "the certificate's common name alone, without a subjectAltName, does not count.",
        client_side=True,
    ),
    TlsFlaw.WRONG_USE: _Meaning(
        "the service's certificate is not one for servers",
        "Find out who answers at that address; the KSZ must use a server certificate.",
    ),
    TlsFlaw.WEAK: _Meaning(
        "the service uses a key or signature that is too weak to be trusted",
        "Ask the KSZ for RSA keys of 2048 bits or more (or an elliptic curve) and SHA-256.",
    ),
    TlsFlaw.CHAIN_INVALID: _Meaning(
        "the chain of the service's certificate breaks the rules of its authorities",
        "Send nothing; show this line to the KSZ help desk.",
    ),
    TlsFlaw.REVOCATION_UNKNOWN: _Meaning(
        "no revocation list in force covers the service's certificate",
        "Fetch the newest list of its authority into revocation_list.",
        client_side=True,
    ),
    TlsFlaw.NOT_TRUSTED: _Meaning(
        "the service's certificate cannot be trusted",
        "Run kszclient doctor and show its lines to the KSZ help desk.",
    ),
    TlsFlaw.CLIENT_CERTIFICATE_MISSING: _Meaning(
        "the service asks for a client certificate and we showed none",
        "Set certificate in the profile.",
        client_side=True,
    ),
    TlsFlaw.CLIENT_CERTIFICATE_REFUSED: _Meaning(
        "the service refused our client certificate",
        "Check certificate in the profile: its end date, which the doctor names, that its file "
        "holds the whole chain, and that the KSZ has registered this one.",
        client_side=True,
    ),
    TlsFlaw.NAME_UNKNOWN: _Meaning(
        "the other side does not serve the name of the endpoint",
        "Correct the host name in endpoint, or find out who answers at that address.",
        client_side=True,
    ),
    TlsFlaw.NO_SECURE_RENEGOTIATION: _Meaning(
        "the service does not support secure renegotiation (RFC 5746)",
        "The KSZ must update its server, or whatever opens TLS before it; show it this line.",
    ),
    TlsFlaw.NO_TLS: _Meaning(
        "the other side does not speak TLS at this port",
        "Correct the port in endpoint, or find out who answers at that address.",
        client_side=True,
    ),
    TlsFlaw.NO_COMMON_GROUND: _Meaning(
        "no secure connection could be agreed on",
        "Check that the endpoint speaks TLS 1.2 or later at this port, and whether it asks for "
        "a client certificate.",
    ),
}


_HUNG_UP = (ssl.SSLEOFError, ssl.SSLSyscallError, ssl.SSLZeroReturnError)


def explain_tls(causes: Iterable[BaseException]) -> TlsRefusedError | None:
    """Turn an error of OpenSSL into ours, with what to do next.

    Args:
        causes: An error of a connection and what is behind it, the deepest last. What the libraries
            wrap around an error of OpenSSL may be of its class, without what OpenSSL wrote into it.

    Returns:
        Our error, or None where nobody refused anything: another kind of error, or the other
        side merely hung up.
    """
    errors = [each for each in causes if isinstance(each, ssl.SSLError)]
    flaw = _flaw(errors[-1]) if errors else None
    if flaw is None:
        return None
    message, next_step, _ = _MEANINGS[flaw]
    return TlsRefusedError(message, reason=flaw.value, next_step=next_step)


def _flaw(error: ssl.SSLError) -> TlsFlaw | None:
    if isinstance(error, _HUNG_UP):
        return None
    if isinstance(error, ssl.SSLCertVerificationError):
        # Set in the handshake by `kszclient.security.tls`, where the chain that came is at hand.
        if getattr(error, "issuer_not_sent", False):
            return TlsFlaw.INTERMEDIATE_MISSING
        return _VERIFY_CODES.get(getattr(error, "verify_code", 0), TlsFlaw.NOT_TRUSTED)
    reason = getattr(error, "reason", None) or ""
    if reason in _BROKEN:
        return None
    known = (flaw for end, flaw in _REASONS.items() if reason.endswith(end))
    return next(known, TlsFlaw.NO_COMMON_GROUND)
