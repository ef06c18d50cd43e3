"""What it means that the service refused a question about nobody, and who can mend it."""

from __future__ import annotations

from typing import NamedTuple

from kszclient.errors import (
    ConsultationError,
    GatewayError,
    ServiceFaultError,
    SignatureRefusedError,
    UnverifiedFaultError,
)
from kszclient.remedies import LOGIN, SECURITY, by_fault_code
from kszclient.security.examination import Check, State
from kszclient.security.signature_flaws import SignatureFlaw

# The codes of the KSZ (contract 2.2): what a question without content must be refused with, and
# what says that we are not let in.
_NOT_VALID = {"MSG00004", "MSG00008"}
_NOT_LET_IN = {"MSG00013", "MSG00014", "MSG00015", "MSG00016"}
_UNAUTHORISED = {401, 403}
_NOBODY_THERE = {404, 405}


_ASK_FOR_ACCESS = "Ask the KSZ whether your organisation and its login may use this service."
_CHECK_LOGIN = (
    "Check the user name and secret in basic, the certificate, and that the KSZ knows the address "
    "of this machine."
)
_LOOK_FURTHER = "Try a lookup; if it fails too, show this line to your network desk or the KSZ."
_SET_SIGNATURE = "Set signature in the profile, as agreed with the KSZ."
_OTHER_SIGNATURE = (
    "Check signature.certificate with the KSZ, sign_token too, and the clock of this machine."
)
_NOT_SIGNED = "a question about nobody is refused, but the refusal is not signed"
_NO_SIGNATURE = "Ask the KSZ whether it takes signed questions; if not, leave signature out."


class Verdict(NamedTuple):
    """A line and who can mend what it says."""

    check: Check
    ours: bool = False


def judge_reply(error: ConsultationError, *, signed: bool) -> Verdict:
    """Judge how a question about nobody was refused.

    Args:
        error: What reading the reply raised.
        signed: Whether the profile signs.
    """
    if isinstance(error, ServiceFaultError):
        return _fault(error)
    if isinstance(error, SignatureRefusedError):
        ours = error.reason == SignatureFlaw.CERTIFICATE_NOT_PINNED
        return _fail("answer signature", str(error), error.next_step, ours=ours)
    if isinstance(error, UnverifiedFaultError):
        return Verdict(Check("connection", State.WARN, _NOT_SIGNED, _LOOK_FURTHER))
    if isinstance(error, GatewayError):
        return _gateway(error, signed=signed)
    return Verdict(Check("connection", State.WARN, str(error), error.next_step))


def _fault(error: ServiceFaultError) -> Verdict:
    codes = ", ".join(error.reason_codes)
    if _NOT_VALID.intersection(error.reason_codes):
        finding = f"the service refuses a question about nobody, as it must ({codes})"
        return Verdict(Check("connection", State.OK, finding))
    if _NOT_LET_IN.intersection(error.reason_codes):
        return _fail("access", f"the service does not let us in ({codes})", _ASK_FOR_ACCESS)
    finding = f"the service answers, but is in trouble ({codes})"
    return Verdict(Check("connection", State.WARN, finding, error.next_step))


def _gateway(error: GatewayError, *, signed: bool) -> Verdict:
    status, code = error.http_status, error.fault_code
    if status in _UNAUTHORISED:
        finding = f"somebody answers, but refuses us (HTTP status {status})"
        return _fail("access", finding, _CHECK_LOGIN)
    if status in _NOBODY_THERE:
        finding = f"nobody answers under this address (HTTP status {status})"
        return _fail("connection", finding, "Check endpoint.")
    if by_fault_code(code) is LOGIN:
        finding = f"somebody answers, but refuses us (fault code {code})"
        return _fail("access", finding, _CHECK_LOGIN)
    return _signed_refused(error, code) if signed else _unsigned_refused(error, code)


def _signed_refused(error: GatewayError, code: str | None) -> Verdict:
    if code == "MustUnderstand":
        finding = "the service does not know the header that holds our signature"
        return _fail("signature", finding, _NO_SIGNATURE)
    if code == "Client":
        return Verdict(Check("connection", State.WARN, _NOT_SIGNED, _LOOK_FURTHER))
    if by_fault_code(code) is SECURITY:
        finding = f"the service refuses our signature ({code})"
        return _fail("signature", finding, _OTHER_SIGNATURE)
    return _odd(error)


def _unsigned_refused(error: GatewayError, code: str | None) -> Verdict:
    if code == "Client":
        finding = "a question about nobody is refused, as it must be (SOAP fault Client)"
        return Verdict(Check("connection", State.OK, finding))
    if by_fault_code(code) is SECURITY:
        return _fail("signature", f"the service asks for a signature ({code})", _SET_SIGNATURE)
    return _odd(error)


def _odd(error: GatewayError) -> Verdict:
    finding = f"somebody answers, but not as the service does: {error}"
    step = _LOOK_FURTHER if error.retry_can_help else error.next_step
    return Verdict(Check("connection", State.WARN, finding, step))


def _fail(name: str, finding: str, step: str, *, ours: bool = True) -> Verdict:
    return Verdict(Check(name, State.FAIL, finding, step), ours=ours)
