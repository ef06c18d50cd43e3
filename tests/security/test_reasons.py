"""Each refusal of a signed answer names what is wrong with it, and what to ask of whom."""

import copy
import re

import pytest
from lxml import etree

from kszclient.errors import SignatureRefusedError
from kszclient.security.verification import Verifier
from tests.security.forgery import DS, FORGED_BODY, LATER, WSU_ID


def twice(element):
    double = copy.deepcopy(element)
    for each in double.iter():
        each.attrib.pop(WSU_ID, None)
    element.addprevious(double)


def remove(element):
    element.getparent().remove(element)


def add(parent, name):
    etree.SubElement(parent, f"{{{DS}}}{name}")


def instruct(parent):
    parent.insert(0, etree.ProcessingInstruction("print", "now"))


# What is done to a sound answer, whether it is signed again by the service, and what is shown.
REFUSED = {
    "two signatures": (
        lambda it: twice(it.signature),
        "ambiguous: .* 2 elements Signature in one Security header",
    ),
    "two timestamps": (
        lambda it: twice(it.timestamp),
        "ambiguous: .* 2 elements Timestamp in one Security header",
    ),
    "two security headers": (
        lambda it: twice(it.security),
        "ambiguous: .* 2 Security headers for the same receiver",
    ),
    "an object": (
        lambda it: add(it.signature, "Object"),
        "malformed: .* Signature holds an Object, which nothing here reads",
    ),
    "an element of another kind": (
        lambda it: etree.SubElement(it.signature, "{urn:x}n85023000125"),
        "malformed: .* Signature holds an element that does not belong there",
    ),
    "no value": (
        lambda it: remove(it.value),
        "malformed: .* Signature holds no SignatureValue",
    ),
    "no method": (
        lambda it: remove(it.find("SignatureMethod")),
        "malformed: .* SignedInfo holds no SignatureMethod",
    ),
    "another order": (
        lambda it: it.signature.insert(0, it.value),
        "malformed: .* Signature holds its elements twice or in another order",
    ),
    "no base64": (
        lambda it: setattr(it.value, "text", "?"),
        "malformed: .* SignatureValue is no base64",
    ),
    "parameters": (
        lambda it: add(it.find("DigestMethod"), "Object"),
        "malformed: .* DigestMethod has parameters",
    ),
}


def refused(service, envelope):
    with pytest.raises(SignatureRefusedError) as caught:
        Verifier([service.certificate]).verify(envelope, LATER)
    return f"{caught.value.reason}: {caught.value}", caught.value.next_step


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_with_a_signature_is_named(forgery, service, name):
    spoil, shown = REFUSED[name]
    spoil(forgery)
    found, _ = refused(service, forgery.octets())
    assert re.fullmatch(shown, found), found
    assert "85023000125" not in found


@pytest.mark.parametrize("part", ["Timestamp", "Body"])
def test_an_answer_of_which_a_part_is_not_signed_is_first_a_question_to_the_ksz(
    forgery, service, part
):
    forgery.signed_info.remove(forgery.reference(part))
    found, next_step = refused(service, forgery.resigned(service))
    assert f"does not cover the {part}, so that" in found
    assert next_step.startswith("Do not use the answer. Ask the KSZ to sign Body and Timestamp")
    assert "if it does so already, somebody may be between you and it" in next_step


@pytest.mark.parametrize("part", ["body", "timestamp", "signed_info"])
def test_a_processing_instruction_that_is_signed_is_named(forgery, service, part):
    instruct(getattr(forgery, part))
    found, next_step = refused(service, forgery.resigned(service))
    assert found.startswith("processing-instruction: ")
    assert "Ask the KSZ to send none (SOAP 1.1, chapter 3)" in next_step


@pytest.mark.parametrize("part", ["body", "timestamp", "token", "signed_info", "header"])
def test_a_processing_instruction_that_is_not_signed_is_dropped(forgery, service, part):
    instruct(getattr(forgery, part))
    verified = Verifier([service.certificate]).verify(forgery.octets(), LATER)
    assert b"<?" not in verified.envelope


def test_an_instruction_beside_what_is_signed_hides_no_other_flaw(forgery, service):
    instruct(forgery.header)
    forgery.root.remove(forgery.body)
    body = etree.SubElement(forgery.root, forgery.body.tag, {WSU_ID: "Body"})
    body.extend(etree.fromstring(FORGED_BODY))
    found, _ = refused(service, forgery.octets())
    assert found.startswith("body-changed: ")
