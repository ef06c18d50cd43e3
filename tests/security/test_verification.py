"""The attack corpus: each is refused for its own reason; what is read is what was signed."""

import copy
import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kszclient.errors import SignatureRefusedError
from kszclient.security.signing import Signer
from kszclient.security.verification import Verifier
from tests.security.forgery import (
    DS,
    ENVELOPE,
    FORGED_BODY,
    LATER,
    NOW,
    SOAP,
    WSU_ID,
)


def moment(seconds):
    return (NOW + dt.timedelta(seconds=seconds)).isoformat()


# What is accepted


@pytest.mark.parametrize("sign_token", [False, True])
def test_what_comes_back_is_the_body_that_was_signed_and_nothing_else(service, sign_token):
    envelope = Signer(service, sign_token=sign_token).sign(ENVELOPE, NOW)
    verified = Verifier([service.certificate]).verify(envelope, LATER)
    root = etree.fromstring(verified.envelope)
    assert [each.tag for each in root] == [f"{{{SOAP}}}Body"]
    assert root.findtext(".//months") == "12"
    assert verified.certificate == service.certificate


def test_what_is_not_signed_cannot_be_read(forgery, service):
    """A header of somebody else does no harm: it is not in what comes back."""
    forgery.header.append(etree.fromstring(b"<evil>0</evil>"))
    verified = Verifier([service.certificate]).verify(forgery.octets(), LATER)
    assert b"evil" not in verified.envelope


def test_a_comment_cannot_cut_a_text_in_two(signed, service):
    commented = signed.replace(b">12<", b">1<!-- -->2<")
    verified = Verifier([service.certificate]).verify(commented, LATER)
    assert etree.fromstring(verified.envelope).findtext(".//months") == "12"


def test_a_body_in_no_namespace_stays_in_none(service):
    envelope = ENVELOPE.replace(b"q:answer", b"answer")
    verified = Verifier([service.certificate]).verify(Signer(service).sign(envelope, NOW), LATER)
    assert etree.fromstring(verified.envelope).find(".//answer") is not None


def test_either_of_two_pinned_certificates_counts(service, authority, signed):
    successor = authority.signer()
    verifier = Verifier([service.certificate, successor.certificate])
    assert verifier.verify(signed, LATER).certificate == service.certificate
    renewed = Signer(successor).sign(ENVELOPE, NOW)
    assert verifier.verify(renewed, LATER).certificate == successor.certificate


# The Body


def test_a_changed_body_is_refused(signed, refusal):
    assert refusal(signed.replace(b">12<", b">0<")) == "body-changed"


def test_a_body_wrapped_in_the_header_is_refused(forgery, refusal):
    wrapper = etree.SubElement(forgery.header, "{urn:evil}Wrapper")
    wrapper.append(forgery.body)
    forgery.root.append(etree.fromstring(FORGED_BODY))
    assert refusal(forgery.octets()) == "body-not-signed"


def test_a_body_wrapped_in_the_signature_is_refused(forgery, refusal):
    forged = etree.fromstring(FORGED_BODY)
    forgery.root.replace(forgery.body, forged)
    etree.SubElement(forgery.signature, f"{{{DS}}}Object").append(forgery.body)
    assert refusal(forgery.octets()) == "malformed"


def test_a_body_wrapped_in_the_body_is_refused(forgery, refusal):
    forged = etree.fromstring(FORGED_BODY)
    forgery.root.replace(forgery.body, forged)
    forged.append(forgery.body)
    assert refusal(forgery.octets()) == "body-not-signed"


@pytest.mark.parametrize("attribute", [WSU_ID, "Id", "ID", "id"])
def test_two_elements_with_the_same_id_are_refused(forgery, refusal, attribute):
    forged = etree.fromstring(FORGED_BODY)
    forged.set(WSU_ID, "Body")
    forgery.root.replace(forgery.body, forged)
    wrapper = etree.SubElement(forgery.header, "{urn:evil}Wrapper")
    wrapper.append(forgery.body)
    if attribute != WSU_ID:
        del forgery.body.attrib[WSU_ID]
        forgery.body.set(attribute, "Body")
    assert refusal(forgery.octets()) == "duplicate-id"


def test_two_bodies_are_refused(forgery, refusal):
    forgery.root.append(etree.fromstring(FORGED_BODY))
    assert refusal(forgery.octets()) == "not-soap"


def test_a_signature_over_the_timestamp_alone_is_refused(forgery, service, refusal):
    forgery.signed_info.remove(forgery.reference("Body"))
    assert refusal(forgery.resigned(service)) == "body-not-signed"


def test_a_signature_over_the_body_alone_is_refused(forgery, service, refusal):
    forgery.signed_info.remove(forgery.reference("Timestamp"))
    assert refusal(forgery.resigned(service)) == "timestamp-not-signed"


@pytest.mark.parametrize("uri", ["", "http://127.0.0.1/body", "file:///etc/passwd", "#xpointer(/)"])
def test_a_reference_that_names_no_part_is_not_followed(forgery, refusal, uri):
    forgery.reference("Body").set("URI", uri)
    assert refusal(forgery.octets()) == "body-not-signed"


def test_a_body_without_an_id_is_named_by_nothing(forgery, refusal):
    del forgery.body.attrib[WSU_ID]
    for uri in ("#", "#None", "#Body"):
        forgery.reference("Timestamp").getnext().set("URI", uri)
        assert refusal(forgery.octets()) == "body-not-signed"


def test_a_part_named_twice_is_refused(forgery, service, refusal):
    forgery.signed_info.append(copy.deepcopy(forgery.reference("Body")))
    assert refusal(forgery.resigned(service)) == "foreign-reference"


# Time


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        ((moment(-400), moment(-100)), "timestamp-expired"),
        ((moment(100), moment(300)), "timestamp-in-future"),
        ((moment(-10), moment(291)), "timestamp-too-long"),
        ((moment(10), moment(-10)), "timestamp-malformed"),
        (("yesterday", moment(10)), "timestamp-malformed"),
        ((NOW.replace(tzinfo=None).isoformat(), moment(10)), "timestamp-malformed"),
        (("", ""), "timestamp-malformed"),
    ],
)
def test_a_timestamp_that_is_not_of_now_is_refused(forgery, service, refusal, times, reason):
    forgery.created(*times)
    assert refusal(forgery.resigned(service)) == reason


def test_a_timestamp_that_was_prolonged_is_refused(forgery, refusal):
    forgery.created(moment(0), moment(299))
    assert refusal(forgery.octets()) == "timestamp-changed"


@pytest.mark.parametrize(
    ("seconds", "taken"), [(-29, True), (-31, False), (329, True), (331, False)]
)
def test_a_clock_may_be_off_by_so_much(signed, service, seconds, taken):
    verifier = Verifier([service.certificate], clock_skew_seconds=30)
    now = NOW + dt.timedelta(seconds=seconds)
    if taken:
        verifier.verify(signed, now)
        return
    with pytest.raises(SignatureRefusedError, match=r"future|over"):
        verifier.verify(signed, now)


def test_an_answer_that_came_before_is_refused(signed, service):
    verifier = Verifier([service.certificate])
    verifier.verify(signed, LATER)
    with pytest.raises(SignatureRefusedError, match="received before") as caught:
        verifier.verify(signed.replace(b"<s:Header>", b"<s:Header >"), LATER)
    assert caught.value.reason == "replayed"


def test_of_the_same_answer_received_at_once_one_is_taken(signed, service):
    verifier = Verifier([service.certificate])
    start = threading.Barrier(8)

    def receive(_):
        start.wait()
        try:
            verifier.verify(signed, LATER)
        except SignatureRefusedError as error:
            return error.reason
        return "taken"

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(receive, range(8)))
    assert outcomes == ["replayed"] * 7 + ["taken"]


def test_a_forgery_does_not_use_up_the_answer(signed, service):
    verifier = Verifier([service.certificate])
    with pytest.raises(SignatureRefusedError):
        verifier.verify(signed.replace(b">12<", b">0<"), LATER)
    verifier.verify(signed, LATER)


def test_what_has_no_canonical_form_is_refused(signed, refusal):
    assert refusal(signed.replace(b"<months>", b'<months xmlns:r="../relative">')) == "malformed"


@given(st.data())
def test_no_changed_octet_is_ever_read(signed, service, data):
    """Whatever octet changes, the answer is refused or what is read is still what was signed."""
    place = data.draw(st.integers(0, len(signed) - 1))
    octet = data.draw(st.binary(min_size=0, max_size=2))
    changed = signed[:place] + octet + signed[place + 1 :]
    verifier = Verifier([service.certificate])
    original = Verifier([service.certificate]).verify(signed, LATER).envelope
    read = original
    with suppress(SignatureRefusedError):
        read = verifier.verify(changed, LATER).envelope
    assert read == original
