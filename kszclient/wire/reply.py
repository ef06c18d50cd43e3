"""What came back over HTTP: an answer, a fault of the KSZ, or something in between.

Decided by what the body is, with the HTTP status only where the body does not tell: SOAP 1.1 asks
for 500 with a fault, but gateways are known to do otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import msgspec

from kszclient.errors import ContractDriftError, GatewayError, ServiceFaultError
from kszclient.wire.answer import Answer, Severity
from kszclient.wire.contract import NAMESPACE
from kszclient.wire.decode import decode_answer, decode_fault
from kszclient.wire.parse import MAX_BYTES, MalformedXmlError, parse
from kszclient.wire.schema import check_answer

if TYPE_CHECKING:
    from lxml.etree import _Element

_SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
_ENVELOPE, _BODY, _HEADER, _FAULT = (
    _SOAP + name for name in ("Envelope", "Body", "Header", "Fault")
)
_RESPONSE = f"{{{NAMESPACE}}}consultFilesBySsinResponse"
_FAULT_DETAIL = f"{{{NAMESPACE}}}consultFilesBySsinFault"
_OUR_FAULT = frozenset(
    {
        # SOAP 1.1, section 4.4.1: the message "should not be resent without change".
        *("Client", "VersionMismatch", "MustUnderstand"),
        # SOAP Message Security 1.1, chapter 12.
        *("UnsupportedSecurityToken", "UnsupportedAlgorithm", "InvalidSecurity"),
        *("InvalidSecurityToken", "FailedAuthentication", "FailedCheck"),
        *("SecurityTokenUnavailable", "MessageExpired"),
    }
)
_OK = 200
_XML_TYPES = ("text/xml", "application/xml", "application/soap+xml")


def read_answer(
    body: bytes, *, http_status: int, content_type: str | None, max_bytes: int = MAX_BYTES
) -> Answer:
    """Read the body of a reply as an answer that obeys the contract.

    Args:
        body: The bytes, as they came.
        http_status: The HTTP status beside them.
        content_type: The content type beside them; only used to explain a body that is no XML.
        max_bytes: The longest body to look at.

    Returns:
        The answer, every element of it.

    Raises:
        ServiceFaultError: A fault with the KSZ's own detail.
        GatewayError: A fault without it, an error page, an empty body.
        ContractDriftError: Anything else that is not an answer by the contract.
    """
    try:
        root = parse(body, max_bytes=max_bytes)
    except MalformedXmlError as error:
        _refuse_unreadable(error, http_status, content_type)
    payload = _payload(root, http_status)
    if payload.tag == _FAULT:
        _raise_fault(payload, http_status)
    if payload.tag != _RESPONSE:
        raise ContractDriftError("the SOAP body holds something else than an answer")
    if http_status != _OK:
        raise ContractDriftError(f"an answer came with HTTP status {http_status}")
    outside = _check(payload)
    answer = decode_answer(payload)
    if outside:
        return msgspec.structs.replace(answer, numbers_outside_contract=outside)
    return answer


def _refuse_unreadable(
    error: MalformedXmlError, http_status: int, content_type: str | None
) -> NoReturn:
    if error.flaw == "too-long":
        raise ContractDriftError("the answer is longer than allowed") from None
    claims_xml = (content_type or "").split(";")[0].strip().lower() in _XML_TYPES
    html = error.flaw == "dtd" and (error.root or "").lower() == "html"
    if http_status == _OK and claims_xml and not html and error.flaw != "empty":
        raise ContractDriftError(f"{error} (HTTP status {http_status})") from None
    what = "an HTML page" if html else str(error)
    raise GatewayError(
        f"no SOAP answer came, but HTTP status {http_status}: {what}", http_status=http_status
    ) from None


def _payload(root: _Element, http_status: int) -> _Element:
    """Give the one element in the body of the one envelope."""
    if root.tag != _ENVELOPE:
        html = str(root.tag).rpartition("}")[2].lower() == "html"
        what = "an HTML page" if html else "XML that is no SOAP 1.1"
        raise GatewayError(f"{what} came, with HTTP status {http_status}", http_status=http_status)
    parts = [child.tag for child in root]
    if parts not in ([_BODY], [_HEADER, _BODY]):
        raise ContractDriftError("the SOAP envelope does not hold exactly one body")
    body = root[-1]
    if len(body) != 1:
        raise ContractDriftError("the SOAP body does not hold exactly one element")
    return body[0]


def _check(payload: _Element) -> tuple[str, ...]:
    """Return where numbers stand that the contract does not admit and that can be read."""
    checked = check_answer(payload)
    if violations := checked.violations:
        more = f" and {len(violations) - 1} more" if len(violations) > 1 else ""
        raise ContractDriftError(f"the answer breaks the contract at {violations[0]}{more}")
    return checked.numbers_outside


def _raise_fault(fault: _Element, http_status: int) -> NoReturn:
    detail = fault.find("detail")
    known = [] if detail is None else [child for child in detail if child.tag == _FAULT_DETAIL]
    if not known:
        raise _fault_without_detail(fault, http_status)
    _check(known[0])
    decoded = decode_fault(known[0])
    worst = [each for each in decoded.detail if each.severity is Severity.FATAL] or decoded.detail
    codes = tuple(dict.fromkeys(each.reason_code for each in worst))
    raise ServiceFaultError(
        f"the KSZ answered with a fault: {', '.join(codes)}",
        reason_codes=codes,
        ticket_cbss=decoded.information_cbss.ticket_cbss,
    )


def _fault_without_detail(fault: _Element, http_status: int) -> GatewayError:
    code = (fault.findtext("faultcode") or "none").rpartition(":")[2]
    said = code if code in {"Server", *_OUR_FAULT} else "other"
    error = GatewayError(
        f"a SOAP fault without the KSZ's detail came (fault code {said}, "
        f"HTTP status {http_status})",
        http_status=http_status,
    )
    error.fault_code = said
    if said in _OUR_FAULT:
        error.retry_can_help = False
        error.next_step = "Do not try again: the fault code finds fault with what we sent."
    return error
