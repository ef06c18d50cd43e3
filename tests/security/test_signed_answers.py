"""The wire and the signature together: what is read is what the service signed."""

import pytest
from lxml import etree

from kszclient.cadaster.reading import read_received
from kszclient.errors import ContractDriftError, SignatureRefusedError
from kszclient.security.signed_messages import SignedMessages
from kszclient.security.signing import Signer
from kszclient.security.verification import Verifier
from kszclient.security.wsse import WSU
from kszclient.transport import HttpAnswer
from kszclient.wire import read_answer
from tests.security.forgery import LATER, NOW, SOAP
from tests.security.other_stacks import ADDRESSING, message, reference, signed_by_xmlsec, token
from tests.wire.corpus import full

READ = {"http_status": 200, "content_type": "text/xml"}


@pytest.fixture(params=[0, 1])
def answer(request):
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soapenv": SOAP})
    body = etree.SubElement(root, f"{{{SOAP}}}Body")
    body.append(full("consultFilesBySsinResponse", request.param))
    return etree.tostring(root)


def test_a_signed_answer_reads_as_the_same_answer_unsigned(answer, service):
    signed = Signer(service).sign(answer, NOW)
    verified = Verifier([service.certificate]).verify(signed, LATER)
    assert read_answer(verified.envelope, **READ) == read_answer(answer, **READ)


def test_no_text_of_a_signed_answer_can_change(answer, service):
    signed = etree.fromstring(Signer(service).sign(answer, NOW))
    verifier = Verifier([service.certificate])
    texts = [each for each in signed[1].iter() if not len(each)]
    assert len(texts) > 40
    for element in texts:
        before, element.text = element.text, f"{element.text or ''}0"
        with pytest.raises(SignatureRefusedError) as caught:
            verifier.verify(etree.tostring(signed), LATER)
        assert caught.value.reason == "body-changed"
        element.text = before
    assert verifier.verify(etree.tostring(signed), LATER)


def received(answer, service, *, content_type="text/xml", change=lambda signed: signed):
    """Return what is read of a signed answer that came as `change` made it."""
    security = SignedMessages(Signer(service), Verifier([service.certificate]))
    sent = change(Signer(service).sign(answer, NOW))
    return read_received(HttpAnswer(200, content_type, sent), security, LATER, max_bytes=10**6)


def test_a_signed_answer_is_read_in_the_encoding_that_its_header_names(answer, service):
    text = answer.decode().replace("</description>", " \u00e9</description>")

    def in_latin_1(signed):
        return signed.decode().partition("?>")[2].encode("latin-1")

    read = received(
        text.encode(), service, content_type="text/xml; charset=ISO-8859-1", change=in_latin_1
    )
    assert read == read_answer(text.encode(), **READ)


@pytest.mark.parametrize(
    ("actor", "refused"), [("", True), ("urn:somebody-else", False)], ids=["us", "others"]
)
def test_an_unsigned_header_beside_a_signed_answer_must_be_understood(
    answer, service, actor, refused
):
    """The header is not in what was verified, and asks us all the same."""

    def with_header(signed):
        root = etree.fromstring(signed)
        block = etree.SubElement(root[0], "{urn:x}Transaction")
        block.set(f"{{{SOAP}}}mustUnderstand", "1")
        block.set(f"{{{SOAP}}}actor", actor)
        return etree.tostring(root)

    if refused:
        with pytest.raises(ContractDriftError, match=r"must be understood.*Transaction"):
            received(answer, service, change=with_header)
    else:
        assert received(answer, service, change=with_header) == read_answer(answer, **READ)


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "not signed"])
def test_an_answer_that_wcf_addressed_is_read(answer, service, signed):
    """Action must be understood, and may be among what was signed."""
    root = etree.fromstring(answer)
    body = root[0]
    body.set(f"{{{WSU}}}Id", "Body")
    headers = (
        f'<a:Action soap:mustUnderstand="1" wsu:Id="Action" xmlns:a="{ADDRESSING}">urn:x</a:Action>'
    )
    covered = ("Timestamp", "Body", *(["Action"] if signed else []))
    text = message(tokens=token(service), headers=headers, signed=covered)
    outer = etree.fromstring(text)
    outer.replace(outer[1], body)
    envelope = signed_by_xmlsec(etree.tostring(outer), service, reference(service))
    assert received(answer, service, change=lambda _: envelope) == read_answer(answer, **READ)
