"""What came instead of an answer: whether asking again can help, and what else does.

The one table for every client and every desk. Asking again is for what passes by itself. What finds
fault with us (a password, an address, a message) stays as it is, and repeating a refused password
may lock an account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Remedy(NamedTuple):
    """What to do about a failure.

    Args:
        again: Whether the same question may be answered later.
        next_step: What the caller can do, in one sentence.
    """

    again: bool
    next_step: str


LATER = Remedy(
    again=True,
    next_step="Try again later; if it stays, show the HTTP status to your network desk.",
)
LOGIN = Remedy(
    again=False,
    next_step="Check user name, secret and certificate, and that the KSZ knows the address of "
    "this machine.",
)
PROXY = Remedy(
    again=False,
    next_step="A proxy on the way asks who you are: ask your network desk for a way to the KSZ "
    "without it.",
)
ADDRESS = Remedy(again=False, next_step="Nobody answers under this address: check the endpoint.")
REDIRECT = Remedy(
    again=False,
    next_step="A redirect is never followed, for it may lead personal data elsewhere: check the "
    "endpoint, or ask your network desk which page stands in between.",
)
HTTPS = Remedy(again=False, next_step="The endpoint asks for TLS: begin it with https.")
REFUSED = Remedy(
    again=False, next_step="Do not try again: the HTTP status finds fault with what we sent."
)
MESSAGE = Remedy(
    again=False, next_step="Do not try again: the fault code finds fault with what we sent."
)
SECURITY = Remedy(
    again=False,
    next_step="Do not try again: the fault code finds fault with our signature or login; check "
    "certificate, secret and clock.",
)
DIALECT = Remedy(
    again=False,
    next_step="The service speaks plain SOAP 1.1: check the endpoint, and ask your network desk "
    "which gateway stands in between.",
)

_BY_STATUS: Mapping[int, Remedy] = {
    200: LATER,  # something else than an answer: a page of a moment, or nothing at all
    401: LOGIN,
    403: LOGIN,
    404: ADDRESS,
    405: ADDRESS,
    406: DIALECT,
    407: PROXY,
    408: LATER,
    410: ADDRESS,
    415: DIALECT,
    421: ADDRESS,
    425: LATER,
    426: DIALECT,
    429: LATER,
    495: LOGIN,  # nginx: the client certificate is refused
    496: LOGIN,  # nginx: no client certificate was shown
    497: HTTPS,  # nginx: plain HTTP came to a port of TLS
    501: ADDRESS,
    505: DIALECT,
    506: ADDRESS,
    508: ADDRESS,
    510: DIALECT,
    511: PROXY,
}
_BY_CLASS: Mapping[int, Remedy] = {1: DIALECT, 2: ADDRESS, 3: REDIRECT, 4: REFUSED, 5: LATER}
"""By the first digit of a status that the table above does not name."""

_BY_FAULT_CODE: Mapping[str, Remedy] = {
    # SOAP 1.1, section 4.4.1: resent without change, these fail again; Server may succeed later.
    **dict.fromkeys(("Client", "VersionMismatch", "MustUnderstand"), MESSAGE),
    "Server": LATER,
    # SOAP 1.2, part 1, section 5.4.6: Sender and Receiver are the Client and Server of SOAP 1.1.
    **dict.fromkeys(("Sender", "DataEncodingUnknown"), MESSAGE),
    "Receiver": LATER,
    # SOAP Message Security 1.1, chapter 12.
    **dict.fromkeys(
        (
            *("UnsupportedSecurityToken", "UnsupportedAlgorithm", "InvalidSecurity"),
            *("InvalidSecurityToken", "FailedAuthentication", "FailedCheck"),
            *("SecurityTokenUnavailable", "MessageExpired"),
            "SecurityError",  # WSS4J: in the place of all others, to keep the cause to itself
            # WS-Trust 1.4, section 11; WS-SecureConversation 1.4, section 9.
            *("AuthenticationBadElements", "ExpiredData", "InvalidTimeRange"),
            *("BadContextToken", "UnsupportedContextToken"),
        ),
        SECURITY,
    ),
    # What stands behind the dot in practice; SOAP 1.1 has Client.Authentication for its example.
    **dict.fromkeys(
        (
            *("Authentication", "AuthenticationFailed", "AuthenticationFailure"),
            *("AuthenticationError", "AuthenticationRequired", "Unauthenticated"),
            *("Authorization", "AuthorizationFailed", "AuthorizationFailure"),
            *("AuthorizationError", "Unauthorized", "NotAuthorized", "InvalidCredentials"),
            *("AccessDenied", "PermissionDenied", "Forbidden"),
        ),
        LOGIN,
    ),
    # WS-Addressing 1.0, SOAP binding, section 6.4.
    **dict.fromkeys(("DestinationUnreachable", "ActionNotSupported"), ADDRESS),
    **dict.fromkeys(
        (
            *("InvalidAddressingHeader", "MessageAddressingHeaderRequired"),
            *("InvalidAddress", "InvalidEPR", "InvalidCardinality", "MissingAddressInEPR"),
            *("DuplicateMessageID", "ActionMismatch", "OnlyAnonymousAddressSupported"),
            "OnlyNonAnonymousAddressSupported",
        ),
        DIALECT,
    ),
    "EndpointUnavailable": LATER,
    # WCF: the message cannot be read as one of the service's, or the service failed.
    "DeserializationFailed": MESSAGE,
    "InternalServiceFault": LATER,
}

_BY_REASON: Mapping[str, bool] = {
    # Contract of the service: what is not available, or failed behind the KSZ, may come back.
    **dict.fromkeys(("MSG00001", "MSG00002", "MSG00003"), True),
    # The structure of the message, and what the customer may not do, stay as they are.
    **dict.fromkeys(("MSG00004", "MSG00008"), False),
    **dict.fromkeys(("MSG00013", "MSG00014", "MSG00015", "MSG00016", "MSG00027"), False),
}
_LOCAL_NAME = re.compile(r"[^:}/#]*$")
"""What a code ends with; before it goes a prefix, or the namespace as in ``{urn:x}Client``."""

_FOLDED = {name.casefold(): name for name in _BY_FAULT_CODE}


def by_status(status: int) -> Remedy:
    """Return what to do about an HTTP status that came without an answer.

    >>> by_status(503).again, by_status(401).again, by_status(307).again
    (True, False, False)
    """
    return _BY_STATUS.get(status) or _BY_CLASS.get(status // 100, LATER)


def known_fault_code(codes: Iterable[str]) -> str | None:
    """Return the most specific name in the fault codes that the table knows, or None.

    Args:
        codes: Fault codes from the general to the specific, as written: a prefix or namespace, a
            dot and white space around a name change nothing, nor does its case.

    >>> known_fault_code([" S:Client.Authentication "])
    'Authentication'
    >>> known_fault_code(["env:Sender", "wsse:FailedCheck"])
    'FailedCheck'
    >>> known_fault_code(["soapenv:Server.userException"])
    'Server'
    """
    local = [found[0] for code in codes if (found := _LOCAL_NAME.search(code.strip()))]
    names = [name for code in local for name in code.split(".")]
    folded = (_FOLDED.get(name.strip().casefold()) for name in reversed(names))
    return next(filter(None, folded), None)


def by_fault_code(name: str | None) -> Remedy:
    """Return what to do about a SOAP fault without the KSZ's own detail.

    Args:
        name: What `known_fault_code` returned; a code that is not in the table may pass like
            ``Server``.
    """
    return _BY_FAULT_CODE.get(name or "", LATER)


def by_reasons(reasons: Iterable[str], fault_code: str | None) -> bool:
    """Return whether asking again can help after a fault with the KSZ's own detail.

    Args:
        reasons: The KSZ's reason codes; one that stays as it is decides.
        fault_code: What `known_fault_code` returned, for reasons that are not known.

    >>> by_reasons(["MSG00003"], "Server"), by_reasons(["MSG00004"], "Server")
    (True, False)
    """
    unknown = by_fault_code(fault_code).again
    return all(_BY_REASON.get(reason, unknown) for reason in reasons)
