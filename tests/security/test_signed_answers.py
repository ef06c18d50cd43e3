"""The wire and the signature together: what is read is what the service signed."""

import pytest
from lxml import etree

from kszclient.errors import SignatureRefusedError
from kszclient.security.signing import Signer
from kszclient.security.verification import Verifier
from kszclient.wire import read_answer
from tests.security.forgery import LATER, NOW, SOAP
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
