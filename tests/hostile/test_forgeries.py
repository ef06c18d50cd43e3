"""No forged answer is taken: each is tried at a verifier that would take the true one."""

import datetime as dt
from base64 import b64decode, b64encode

import pytest

from kszclient.errors import SignatureRefusedError
from kszclient.security.verification import Verifier
from kszclient.security.wsse import SHA256
from tests.hostile.forgeries import (
    FORGED,
    FORGERIES,
    ORDER_P256,
    Scene,
    by_pss,
    pss_parameters,
)
from tests.security.forgery import LATER, Forgery
from tests.security.other_stacks import NAMINGS, message, reference, signed_by_xmlsec, token

NUMBER = 266


@pytest.fixture(scope="module")
def scene():
    return Scene()


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused(scene, name):
    envelope = FORGERIES[name](scene)
    with pytest.raises(SignatureRefusedError) as caught:
        Verifier(scene.pinned).verify(envelope, LATER)
    assert caught.value.next_step
    assert not caught.value.retry_can_help


def test_so_many_are_tried():
    assert len(FORGERIES) == NUMBER


@pytest.mark.parametrize("naming", NAMINGS)
def test_the_true_answer_is_taken(scene, naming):
    """Else nothing above would show anything."""
    envelope = scene.named(naming, scene.service)
    verified = Verifier(scene.pinned).verify(envelope, LATER)
    assert verified.certificate == scene.service.certificate
    assert FORGED not in verified.envelope


@pytest.mark.parametrize(
    "parameters",
    [
        "",
        pss_parameters(),
        pss_parameters(salt="32", trailer="1"),
        pss_parameters(digest_uri=SHA256.digest, mask=SHA256.digest, salt="32", trailer="1"),
    ],
)
def test_the_usual_parameters_of_pss_are_taken(scene, parameters):
    envelope = by_pss(parameters)(scene)
    assert Verifier(scene.pinned).verify(envelope, LATER)


def test_another_value_of_the_same_signature_is_the_same_answer(scene):
    """Of each signature by ECDSA there is a second one that verifies; it must not count anew."""
    text = message(tokens=token(scene.curved), algorithm=SHA256.ecdsa)
    envelope = signed_by_xmlsec(text, scene.curved, reference(scene.curved))
    forgery = Forgery(envelope)
    raw = b64decode(forgery.value.text)
    other = (ORDER_P256 - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    forgery.value.text = b64encode(raw[:32] + other).decode()
    assert Verifier(scene.pinned).verify(forgery.octets(), LATER)
    verifier = Verifier(scene.pinned)
    verifier.verify(envelope, LATER)
    with pytest.raises(SignatureRefusedError) as caught:
        verifier.verify(forgery.octets(), LATER)
    assert caught.value.reason == "replayed"


def test_another_certificate_of_the_same_key_makes_no_new_answer(scene):
    """What is said of the key is not signed, so that anybody may change it."""
    renewed = scene.authority.signer(key=scene.service.key)
    verifier = Verifier([scene.service.certificate, renewed.certificate])
    envelope = signed_by_xmlsec(message(), scene.service, NAMINGS["certificate"](scene.service))
    verifier.verify(envelope, LATER)
    for naming in NAMINGS:
        tokens = token(renewed) if naming == "binary token" else ""
        again = signed_by_xmlsec(message(tokens=tokens), scene.service, NAMINGS[naming](renewed))
        with pytest.raises(SignatureRefusedError) as caught:
            verifier.verify(again, LATER + dt.timedelta(seconds=1))
        assert caught.value.reason == "replayed"
