"""What came back over HTTP: an answer, a fault of the KSZ, or something in between.

Decided by what the body is, with the HTTP status only where the body does not show it: SOAP 1.1
asks for 500 with a fault, but gateways are known to do otherwise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

import msgspec

from kszclient.errors import ContractDriftError, GatewayError, ServiceFaultError
from kszclient.foreign_text import code_or_other
from kszclient.remedies import (
    DIALECT,
    by_fault_code,
    by_reasons,
    by_status,
    known_fault_code,
)
from kszclient.wire.answer import Answer, Severity
from kszclient.wire.beside import Beside, header_name
from kszclient.wire.contract import NAMESPACE
from kszclient.wire.decode import decode_answer, decode_fault
from kszclient.wire.encoding import as_utf8
from kszclient.wire.header_blocks import not_understood
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
_ENCRYPTED = "{http://www.w3.org/2001/04/xmlenc#}EncryptedData"
_SOAP_12 = "{http://www.w3.org/2003/05/soap-envelope}"
_FAULTS = frozenset({_FAULT, f"{_SOAP_12}Fault"})
_DETAILS = frozenset({"detail", f"{_SOAP_12}Detail"})
_OK = 200
_XML_TYPES = ("text/xml", "application/xml", "application/soap+xml")
_ENCODING_FLAWS = frozenset(
    {"compressed", "encoding-unknown", "encoding-wrong", "encodings-differ"}
)

_OTHER_FORMATS = {
    "application/dime": "DIME",
    "application/fastinfoset": "Fast Infoset",
    "application/soap+fastinfoset": "Fast Infoset",
    "application/soap+msbin1": "the binary format of WCF",
    "application/soap+msbinsession1": "the binary format of WCF",
}
"""Forms of SOAP that are no XML, by media type: who speaks them does so again."""

_HTML = re.compile(rb"\s*<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)

_ENCODING = "Do not use the answer; show its encoding to whoever runs the service or a gateway."
_DAMAGED = (
    "Do not use the answer; if it stays, show the KSZ help desk and your network desk that it is "
    "damaged."
)
_TOO_LONG = "Ask for fewer months or sources, or allow larger answers in the profile."
_ANOTHER_SERVICE = (
    "Do not use the answer; check the endpoint, for another service or operation may stand there, "
    "and ask your network desk which gateway stands in between."
)
_ENCRYPTION = "Ask the KSZ to send answers that are not encrypted: TLS protects them on the way."
_OUR_QUESTION = (
    "Do not try again: the KSZ finds fault with what was asked; quote the KSZ ticket to its help "
    "desk."
)


def read_answer(
    body: bytes,
    *,
    http_status: int,
    content_type: str | None,
    location: str | None = None,
    max_bytes: int = MAX_BYTES,
) -> Answer:
    """Read the body of a reply as an answer that obeys the contract.

    Args:
        body: The bytes, as they came.
        http_status: The HTTP status beside them.
        content_type: The content type beside them: it names the encoding and explains a body that
            is no XML.
        location: Where a redirect leads, if one came.
        max_bytes: The longest body to look at.

    Returns:
        The answer, every element of it.

    Raises:
        ServiceFaultError: A fault with the KSZ's own detail.
        GatewayError: A fault without it, a redirect, an error page, an empty body, an answer in
            several parts or of another version of SOAP.
        ContractDriftError: Anything else that is not an answer by the contract.
    """
    beside = Beside(http_status, content_type, location)
    return read_utf8(in_utf8(body, beside, max_bytes=max_bytes), beside, max_bytes=max_bytes)


def in_utf8(body: bytes, beside: Beside, *, max_bytes: int = MAX_BYTES) -> bytes:
    """Return the body of a reply in UTF-8, for whoever verifies it and `read_utf8`.

    Raises:
        GatewayError: It comes in several parts, or in no encoding that can be read.
        ContractDriftError: It claims to be an answer in an encoding that cannot be read.
    """
    if beside.media_type.startswith("multipart/") or body.lstrip().startswith(b"--"):
        raise _elsewhere(f"a multipart answer came, with {beside.status}", beside)
    if other := _OTHER_FORMATS.get(beside.media_type):
        raise _elsewhere(f"an answer in {other} came, with {beside.status}", beside)
    try:
        return as_utf8(body, beside.content_type, max_bytes=max_bytes)
    except MalformedXmlError as error:
        _refuse_unreadable(error, body, beside)


def read_utf8(body: bytes, beside: Beside, *, max_bytes: int = MAX_BYTES) -> Answer:
    """Read what `in_utf8` returned, or what was verified of it.

    Raises:
        ConsultationError: As `read_answer`.
    """
    try:
        root = parse(body, max_bytes=max_bytes)
    except MalformedXmlError as error:
        _refuse_unreadable(error, body, beside)
    payload = _payload(root, beside)
    if payload.tag in _FAULTS:
        _raise_fault(payload, beside)
    if payload.tag == _ENCRYPTED:
        raise ContractDriftError(
            "the answer is encrypted, which is not supported", next_step=_ENCRYPTION
        )
    if payload.tag != _RESPONSE:
        raise ContractDriftError(
            "the SOAP body holds something else than an answer", next_step=_ANOTHER_SERVICE
        )
    if beside.http_status != _OK:
        raise ContractDriftError(
            f"an answer came with {beside.status}",
            next_step=by_status(beside.http_status).next_step,
        )
    outside = _check(payload)
    answer = decode_answer(payload)
    if outside:
        return msgspec.structs.replace(answer, numbers_outside_contract=outside)
    return answer


def check_header(header: _Element | None) -> None:
    """Refuse an answer with a header block that must be understood and is not (SOAP 1.1, 4.2.3).

    Args:
        header: The Header of its envelope; none where it has none.

    Raises:
        ContractDriftError: There is such a block.
    """
    block = None if header is None else next(not_understood(header), None)
    if block is not None:
        raise ContractDriftError(
            f"the answer has a header that must be understood and is not known here: "
            f"{header_name(block)}",
            next_step="Do not use the answer; ask the KSZ or your network desk what the header "
            "is for.",
        )


def _refuse_unreadable(error: MalformedXmlError, body: bytes, beside: Beside) -> NoReturn:
    if error.flaw == "too-long":
        raise ContractDriftError("the answer is longer than allowed", next_step=_TOO_LONG) from None
    claims_xml = beside.media_type in _XML_TYPES or error.flaw == "compressed"
    html = error.flaw in ("dtd", "malformed") and _HTML.match(body) is not None
    if beside.http_status == _OK and claims_xml and not html and error.flaw != "empty":
        step = _ENCODING if error.flaw in _ENCODING_FLAWS else _DAMAGED
        raise ContractDriftError(f"{error} ({beside.status})", next_step=step) from None
    what = "an HTML page" if html else str(error)
    raise GatewayError(
        f"no SOAP answer came, but {beside.status}: {what}", http_status=beside.http_status
    ) from None


def _payload(root: _Element, beside: Beside) -> _Element:
    """Return the one element in the body of the one envelope."""
    if root.tag != _ENVELOPE:
        _refuse_root(root, beside)
    parts = [child.tag for child in root]
    if parts not in ([_BODY], [_HEADER, _BODY]):
        raise ContractDriftError(
            "the SOAP envelope does not hold exactly one body", next_step=_DAMAGED
        )
    check_header(root.find(_HEADER))
    body = root[-1]
    if len(body) != 1:
        raise ContractDriftError(
            "the SOAP body does not hold exactly one element", next_step=_DAMAGED
        )
    return body[0]


def _refuse_root(root: _Element, beside: Beside) -> NoReturn:
    name = str(root.tag).rpartition("}")[2]
    if root.tag in _FAULTS:
        raise _fault_without_detail(root, "a SOAP fault without an envelope came", beside)
    if root.tag == f"{_SOAP_12}Envelope":
        fault = next(root.iterfind(f"{_SOAP_12}Body/{{*}}Fault"), None)
        if fault is not None:
            raise _fault_without_detail(fault, "a SOAP 1.2 fault came", beside)
        raise _elsewhere(f"a SOAP 1.2 answer came, with {beside.status}", beside)
    if name == "Envelope":
        raise _elsewhere(f"an answer of an unknown SOAP came, with {beside.status}", beside)
    what = "an HTML page" if name.lower() == "html" else "XML that is no SOAP 1.1"
    raise GatewayError(f"{what} came, with {beside.status}", http_status=beside.http_status)


def _elsewhere(message: str, beside: Beside) -> GatewayError:
    """Return the error for an answer that another gateway or service must have written."""
    error = GatewayError(
        message, http_status=beside.http_status, next_step=by_status(beside.http_status).next_step
    )
    if error.retry_can_help:
        error.retry_can_help, error.next_step = DIALECT
    return error


def _check(payload: _Element) -> tuple[str, ...]:
    """Return where numbers stand that the contract does not admit and that can be read."""
    checked = check_answer(payload)
    if violations := checked.violations:
        more = f" and {len(violations) - 1} more" if len(violations) > 1 else ""
        raise ContractDriftError(f"the answer breaks the contract at {violations[0]}{more}")
    return checked.numbers_outside


def _raise_fault(fault: _Element, beside: Beside) -> NoReturn:
    if fault.tag != _FAULT:
        raise _fault_without_detail(fault, "a SOAP 1.2 fault in an envelope of 1.1 came", beside)
    detail = fault.find("detail")
    known = [] if detail is None else [child for child in detail if child.tag == _FAULT_DETAIL]
    if not known:
        raise _fault_without_detail(fault, "a SOAP fault without the KSZ's detail came", beside)
    _check(known[0])
    decoded = decode_fault(known[0])
    worst = [each for each in decoded.detail if each.severity is Severity.FATAL] or decoded.detail
    codes = tuple(dict.fromkeys(code_or_other(each.reason_code) for each in worst))
    error = ServiceFaultError(
        f"the KSZ answered with a fault: {', '.join(codes)}",
        reason_codes=codes,
        ticket_cbss=decoded.information_cbss.ticket_cbss,
    )
    if not by_reasons(codes, known_fault_code(_fault_codes(fault))):
        error.retry_can_help, error.next_step = False, _OUR_QUESTION
    raise error


def _fault_without_detail(fault: _Element, what: str, beside: Beside) -> GatewayError:
    code = known_fault_code(_fault_codes(fault))
    error = GatewayError(
        f"{what} (fault code {code or 'other'}, {beside.status})", http_status=beside.http_status
    )
    error.fault_code = code or "other"
    remedy = by_fault_code(code)
    # Who names a status of its own (a password, a redirect) is heard before the fault.
    if error.retry_can_help and not remedy.again:
        error.retry_can_help, error.next_step = remedy
    return error


def _fault_codes(fault: _Element) -> list[str]:
    """Return the codes of a fault as written, from the general to the specific.

    The names of both versions are looked for, whatever their namespace: gateways mix them.
    """
    return [
        "".join(each.itertext())
        for each in fault.iter()
        if str(each.tag).rpartition("}")[2] in ("faultcode", "Value")
        and not any(up.tag in _DETAILS for up in each.iterancestors())
    ]
