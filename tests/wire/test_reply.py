"""Every kind of thing that can come back, and the one error or answer it becomes."""

import copy

import pytest
from lxml import etree

from kszclient.errors import ContractDriftError, GatewayError, ServiceFaultError
from kszclient.wire import Answer, read_answer
from tests.wire.corpus import full

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
RESPONSE, FAULT = "consultFilesBySsinResponse", "consultFilesBySsinFault"
XML, HTML = "text/xml; charset=utf-8", "text/html"
PAGE = b"<!DOCTYPE html><html><body>85023000125</body></html>"


def envelope(*payloads, header=False):
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    if header:
        etree.SubElement(root, f"{{{SOAP}}}Header")
    body = etree.SubElement(root, f"{{{SOAP}}}Body")
    body.extend(copy.deepcopy(payload) for payload in payloads)
    return root


def fault(*details, code="soap:Server", text="failed for 85023000125"):
    element = etree.Element(f"{{{SOAP}}}Fault", nsmap={"soap": SOAP})
    etree.SubElement(element, "faultcode").text = code
    etree.SubElement(element, "faultstring").text = text
    if details:
        etree.SubElement(element, "detail").extend(details)
    return element


def read(body, status=200, content_type=XML):
    raw = body if isinstance(body, bytes) else etree.tostring(body)
    return read_answer(raw, http_status=status, content_type=content_type)


@pytest.mark.parametrize("header", [False, True])
def test_an_answer_is_read(header):
    assert isinstance(read(envelope(full(RESPONSE), header=header)), Answer)


def test_the_content_type_does_not_decide():
    assert isinstance(read(envelope(full(RESPONSE)), content_type=None), Answer)


@pytest.mark.parametrize("status", [200, 500])
def test_a_fault_with_the_ksz_detail_is_a_fault_of_the_service(status):
    detail = full(FAULT)
    message = detail.find("detail")
    message.find("severity").text = "WARNING"
    message.find("reasonCode").text = "MSG00099"
    worst = copy.deepcopy(message)
    worst.find("severity").text = "FATAL"
    worst.find("reasonCode").text = "MSG00003"
    message.addnext(worst)
    with pytest.raises(ServiceFaultError, match="MSG00003") as caught:
        read(envelope(fault(detail)), status)
    assert caught.value.reason_codes == ("MSG00003",)
    assert caught.value.ticket_cbss == detail.findtext("informationCBSS/ticketCBSS")
    assert caught.value.retry_can_help
    assert "85023000125" not in str(caught.value)


def test_without_a_fatal_message_every_reason_is_named():
    detail = full(FAULT)
    detail.find("detail/severity").text = "WARNING"
    detail.find("detail/reasonCode").text = "CHB00002"
    with pytest.raises(ServiceFaultError) as caught:
        read(envelope(fault(detail)), 500)
    assert caught.value.reason_codes == ("CHB00002",)


@pytest.mark.parametrize("code", ["85023000125", "Jan Janssens", "=1+1", "@SUM", "[/]", "x\u202e"])
def test_a_reason_that_is_no_code_is_other_in_the_error(code):
    detail = full(FAULT)
    detail.find("detail/severity").text = "FATAL"
    detail.find("detail/reasonCode").text = code
    with pytest.raises(ServiceFaultError) as caught:
        read(envelope(fault(detail)), 500)
    assert caught.value.reason_codes == ("other",)
    assert code not in f"{caught.value} {caught.value!r} {vars(caught.value)}"


@pytest.mark.parametrize(
    ("body", "status", "content_type", "says"),
    [
        (envelope(fault()), 500, XML, "fault code Server"),
        (envelope(fault(code="soap:85023000125")), 500, XML, "fault code other"),
        (envelope(fault(etree.Element("other"))), 500, XML, "without the KSZ's detail"),
        (PAGE, 502, HTML, "502"),
        (PAGE, 200, HTML, "200"),
        (PAGE, 200, XML, "200"),
        (b"<html><body>85023000125</body></html>", 502, HTML, "an HTML page"),
        (b"", 503, None, "empty"),
        (b"", 200, XML, "empty"),
        (b" \n", 200, XML, "empty"),
        (b"upstream failed 85023000125", 502, "text/plain", "not well-formed"),
        (b"upstream failed 85023000125", 200, "text/plain", "not well-formed"),
        (b"\x00\xff85023000125", 200, None, "not well-formed"),
        (b"<a/>", 200, XML, "no SOAP 1.1"),
    ],
)
def test_what_something_in_between_says_is_a_gateway_error(body, status, content_type, says):
    with pytest.raises(GatewayError, match=says) as caught:
        read(body, status, content_type)
    assert caught.value.http_status == status
    assert "85023000125" not in str(caught.value)
    assert caught.value.__cause__ is None


def broken(path, text):
    payload = full(RESPONSE)
    payload.find(path).text = text
    return envelope(payload)


WHOLE = etree.tostring(envelope(full(RESPONSE)))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (WHOLE[:-20], "not well-formed"),
        (WHOLE + WHOLE, "not well-formed"),
        (b"<!DOCTYPE x [<!ENTITY e 'x'>]>" + WHOLE, "document type"),
        (envelope(), "exactly one element"),
        (envelope(full(RESPONSE), full(RESPONSE)), "exactly one element"),
        (envelope(full("consultFilesBySsinRequest")), "something else"),
        (broken("criteria/ssin", "85993000125"), "/ssin: pattern"),
        (broken("status/value", "MAYBE"), "value: enumeration"),
        (broken("results/resultByAuthenticSource/status/value", "NO_RESULT"), "enumeration"),
    ],
)
def test_what_does_not_obey_the_contract_is_drift(body, says):
    with pytest.raises(ContractDriftError, match=says) as caught:
        read(body)
    assert "85993000125" not in str(caught.value)
    assert not caught.value.retry_can_help


def test_an_envelope_with_two_bodies_is_drift():
    root = envelope(full(RESPONSE))
    root.append(copy.deepcopy(root[0]))
    with pytest.raises(ContractDriftError, match="exactly one body"):
        read(root)


def test_an_answer_with_a_failed_http_status_is_drift():
    with pytest.raises(ContractDriftError, match="500"):
        read(envelope(full(RESPONSE)), 500)


def test_a_fault_whose_detail_breaks_the_contract_is_drift():
    detail = full(FAULT)
    detail.remove(detail.find("informationCBSS"))
    with pytest.raises(ContractDriftError, match="contract"):
        read(envelope(fault(detail)), 500)


def test_an_answer_over_the_limit_is_not_parsed():
    with pytest.raises(ContractDriftError, match="longer"):
        read_answer(WHOLE, http_status=200, content_type=XML, max_bytes=len(WHOLE) - 1)


@pytest.mark.parametrize(
    ("code", "helps"),
    [
        ("soap:Server", True),
        ("soap:Client", False),
        ("wsse:FailedCheck", False),
        ("wsse:MessageExpired", False),
        ("soap:Strange", True),
    ],
)
def test_a_fault_that_finds_fault_with_the_question_is_not_asked_again(code, helps):
    with pytest.raises(GatewayError) as caught:
        read(envelope(fault(code=code)), 500)
    assert caught.value.retry_can_help is helps
    assert ("Do not try again" in caught.value.next_step) is not helps
