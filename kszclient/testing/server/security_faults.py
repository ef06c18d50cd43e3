"""What the mock KSZ answers to a request whose signature is wrong.

How the KSZ itself would say so is not known. The mock follows the standard (OASIS, SOAP Message
Security 1.1, chapter 12): a SOAP fault with a code of WS-Security and no detail, under HTTP status
500. The social security platform, another one, is known to send a fault ``SOA-01001`` (contract 3).
"""

from __future__ import annotations

from kszclient.security.signature_flaws import SignatureFlaw
from kszclient.security.wsse import SOAP, WSSE
from kszclient.testing.server.breakage import Sent

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
    """Give the fault for a flaw.

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
