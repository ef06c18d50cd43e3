"""From a profile on disk to signed questions and verified answers."""

import datetime as dt

import pytest

from kszclient.errors import SettingsError, SignatureRefusedError
from kszclient.security import Profile, message_security
from kszclient.security.signed_messages import signed_messages, signing_identity
from kszclient.security.signing import Signer
from kszclient.security.verification import Verifier
from kszclient.testing.server.certificates import write_pem
from tests.security.conftest import PASSPHRASE
from tests.security.forgery import ENVELOPE, LATER, NOW, Forgery

CERTIFICATE = '[certificate]\npem = "client.pem"\npassphrase = { environment = "KEY_PASSPHRASE" }\n'
SIGNATURE = '[signature]\nanswer_certificates = ["service.pem"]\n'


@pytest.fixture
def secured(profile_file):
    return lambda text: message_security(Profile.load(profile_file(text)))


def test_questions_are_signed_and_answers_verified(secured, customer, signed):
    security = secured(CERTIFICATE + SIGNATURE)
    question = security.sign(ENVELOPE, NOW)
    assert Verifier([customer.certificate]).verify(question, LATER)
    assert b"<months>12</months>" in security.verify(signed, LATER)


def test_an_unsigned_answer_is_refused(secured):
    with pytest.raises(SignatureRefusedError, match="not signed"):
        secured(CERTIFICATE + SIGNATURE).verify(ENVELOPE, LATER)


def test_our_own_question_sent_back_is_no_answer(secured):
    security = secured(CERTIFICATE + SIGNATURE)
    with pytest.raises(SignatureRefusedError, match="unknown certificate"):
        security.verify(security.sign(ENVELOPE, NOW), LATER)


def test_signing_may_have_a_certificate_of_its_own(secured, folder, authority):
    other = authority.client()
    write_pem(other, folder / "signing.pem", PASSPHRASE)
    own = CERTIFICATE.replace("[certificate]", "[signature.certificate]")
    security = secured(CERTIFICATE + SIGNATURE + own.replace("client.pem", "signing.pem"))
    assert Verifier([other.certificate]).verify(security.sign(ENVELOPE, NOW), LATER)


def test_the_settings_reach_the_signature(secured, service):
    text = 'lifetime_seconds = 60\nclock_skew_seconds = 0\nsign_token = true\nsha1_because = "x"\n'
    security = secured(CERTIFICATE + SIGNATURE + text)
    forgery = Forgery(security.sign(ENVELOPE, NOW))
    created, expires = (dt.datetime.fromisoformat(each.text) for each in forgery.timestamp)
    assert expires - created == dt.timedelta(seconds=60)
    assert forgery.reference("Token") is not None
    assert forgery.find("SignatureMethod").get("Algorithm").endswith("rsa-sha1")
    security.verify(Signer(service, sha1=True).sign(ENVELOPE, NOW), LATER)
    with pytest.raises(SignatureRefusedError, match="future"):
        security.verify(Signer(service).sign(ENVELOPE, NOW + dt.timedelta(seconds=9)), LATER)


def test_without_a_signature_section_messages_go_as_they_are(secured):
    security = secured("")
    assert security.verify(security.sign(ENVELOPE, NOW), NOW) == ENVELOPE


def test_who_asks_for_signatures_must_have_set_them(profile_file):
    profile = Profile.load(profile_file(""))
    with pytest.raises(SettingsError, match="signature: not set"):
        signed_messages(profile)
    with pytest.raises(SettingsError, match=r"signature\.certificate: not set"):
        signing_identity(profile)


@pytest.mark.parametrize("raw", [b"", b"nothing"])
def test_a_pin_that_is_no_certificate_is_refused(secured, folder, raw):
    (folder / "service.pem").write_bytes(raw)
    with pytest.raises(SettingsError, match=r"answer_certificates: service\.pem holds no"):
        secured(CERTIFICATE + SIGNATURE)


def test_a_pin_that_others_may_change_is_refused(secured, folder):
    (folder / "service.pem").chmod(0o666)
    with pytest.raises(SettingsError, match="others may change it"):
        secured(CERTIFICATE + SIGNATURE)
