"""The attack corpus, second part: certificates, algorithms, and what is missing or broken."""

import copy
import datetime as dt
from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from kszclient.errors import SignatureRefusedError
from kszclient.security.identity import Identity
from kszclient.security.signing import Signer
from kszclient.security.verification import Verifier
from kszclient.testing.server.certificates import CertificateAuthority, Flaw
from tests.security.forgery import (
    DS,
    ENVELOPE,
    LATER,
    NOW,
    SHA1,
    WSSE,
    WSU,
    WSU_ID,
    Forgery,
    bare_certificate,
    other_signature_value,
)
from tests.security.other_stacks import message, reference, signed_by_xmlsec, token

# The certificate


def test_a_certificate_that_is_not_pinned_is_refused(authority, refusal):
    other = authority.signer()
    assert refusal(Signer(other).sign(ENVELOPE, NOW)) == "certificate-not-pinned"


def test_the_same_name_from_another_authority_is_refused(refusal):
    impostor = CertificateAuthority().signer()
    assert refusal(Signer(impostor).sign(ENVELOPE, NOW)) == "certificate-not-pinned"


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [(Flaw.EXPIRED, "certificate-expired"), (Flaw.WRONG_USE, "certificate-wrong-use")],
)
def test_a_pinned_certificate_must_be_in_order(authority, refusal, flaw, reason):
    identity = authority.signer(flaw)
    assert refusal(Signer(identity).sign(ENVELOPE, NOW), pinned=identity) == reason


def test_a_certificate_that_names_no_use_may_sign(service):
    plain = bare_certificate(service)
    envelope = Signer(Identity(service.key, plain, ())).sign(ENVELOPE, NOW)
    assert Verifier([plain]).verify(envelope, LATER)


def test_a_certificate_of_the_future_is_refused(refusal):
    future = CertificateAuthority(now=NOW + dt.timedelta(days=999)).signer()
    reason = refusal(Signer(future).sign(ENVELOPE, NOW), pinned=future)
    assert reason == "certificate-not-yet-valid"


def test_a_short_key_is_refused(authority, refusal):
    weak = authority.signer(key=rsa.generate_private_key(public_exponent=65537, key_size=1024))
    assert refusal(Signer(weak).sign(ENVELOPE, NOW), pinned=weak) == "weak-key"


def test_a_key_of_another_kind_than_the_signature_is_refused(forgery, authority, refusal):
    server = authority.server()
    forgery.with_token_of(server)
    assert refusal(forgery.octets(), pinned=server) == "algorithm-mismatch"


def test_a_token_put_over_the_signature_of_another_is_refused(authority, service, refusal):
    """The certificate is the pinned one, but the key that signed is another."""
    other = authority.signer()
    forgery = Forgery(Signer(other).sign(ENVELOPE, NOW))
    forgery.with_token_of(service)
    assert refusal(forgery.octets()) == "signature-wrong"


def test_a_token_that_was_signed_must_stay(service, authority):
    """Both certificates are pinned and hold the same key; the token was signed as the other."""
    renewed = authority.signer(key=service.key)
    forgery = Forgery(Signer(service, sign_token=True).sign(ENVELOPE, NOW))
    forgery.with_token_of(Identity(service.key, renewed.certificate, ()))
    with pytest.raises(SignatureRefusedError) as caught:
        Verifier([service.certificate, renewed.certificate]).verify(forgery.octets(), LATER)
    assert caught.value.reason == "token-changed"


def key_value(forgery):
    numbers = "<ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus></ds:RSAKeyValue>"
    return f'<ds:KeyValue xmlns:ds="{DS}">{numbers}</ds:KeyValue>'


def another_token(forgery):
    return (
        f'<w:SecurityTokenReference xmlns:w="{WSSE}"><w:Reference URI="#Elsewhere"/>'
        "</w:SecurityTokenReference>"
    )


@pytest.mark.parametrize("named", [key_value, another_token])
def test_a_key_named_in_another_way_is_refused(forgery, refusal, named):
    forgery.key_info[0] = etree.fromstring(named(forgery))
    assert refusal(forgery.octets()) == "key-substituted"


def test_two_keys_are_refused(forgery, refusal):
    forgery.key_info.append(copy.deepcopy(forgery.key_info[0]))
    assert refusal(forgery.octets()) == "key-substituted"


# Algorithms and transforms


def test_sha1_is_refused_unless_the_profile_says_why(service, refusal):
    weak = Signer(service, sha1=True).sign(ENVELOPE, NOW)
    assert refusal(weak) == "weak-algorithm"
    assert Verifier([service.certificate], sha1=True).verify(weak, LATER)
    strong = Signer(service).sign(ENVELOPE, NOW)
    assert Verifier([service.certificate], sha1=True).verify(strong, LATER)


@pytest.mark.parametrize("name", ["DigestMethod", "SignatureMethod"])
def test_one_weak_algorithm_is_enough_to_refuse(forgery, service, refusal, name):
    weak = SHA1.digest if name == "DigestMethod" else SHA1.signature
    forgery.find(name).set("Algorithm", weak)
    assert refusal(forgery.resigned(service)) == "weak-algorithm"


@pytest.mark.parametrize(
    "algorithm",
    [
        f"{DS}hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
        "http://www.w3.org/2007/05/xmldsig-more#sha1-rsa-MGF1",
    ],
)
def test_an_algorithm_that_proves_nothing_is_refused(forgery, refusal, algorithm):
    """With HMAC the public key would become the secret."""
    forgery.find("SignatureMethod").set("Algorithm", algorithm)
    assert refusal(forgery.octets()) == "weak-algorithm"


TRANSFORMS = [
    f"{DS}enveloped-signature",
    "http://www.w3.org/TR/1999/REC-xpath-19991116",
    "http://www.w3.org/TR/1999/REC-xslt-19991116",
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform",
]
CANONICALISATIONS = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": "REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11": "xml-c14n11",
    "http://www.w3.org/2010/xml-c14n2": "xml-c14n2",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": "xml-exc-c14n#WithComments",
}


@pytest.mark.parametrize("algorithm", TRANSFORMS)
def test_another_transform_is_refused(forgery, refusal, algorithm):
    forgery.reference("Body")[0][0].set("Algorithm", algorithm)
    assert refusal(forgery.octets()) == "extra-transforms"


@pytest.mark.parametrize("algorithm", TRANSFORMS)
def test_a_transform_more_is_refused(forgery, refusal, algorithm):
    etree.SubElement(forgery.reference("Body")[0], f"{{{DS}}}Transform", Algorithm=algorithm)
    assert refusal(forgery.octets()) == "extra-transforms"


def test_a_transform_with_something_in_it_is_refused(forgery, refusal):
    etree.SubElement(forgery.reference("Body")[0][0], f"{{{DS}}}XPath").text = "/"
    assert refusal(forgery.octets()) == "extra-transforms"


def test_no_transform_is_refused(forgery, refusal):
    transforms = forgery.reference("Body")[0]
    transforms.remove(transforms[0])
    assert refusal(forgery.octets()) == "extra-transforms"


@pytest.mark.parametrize("where", ["CanonicalizationMethod", "Transform"])
@pytest.mark.parametrize(("algorithm", "name"), CANONICALISATIONS.items())
def test_another_canonicalisation_is_refused_by_its_name(forgery, service, where, algorithm, name):
    """The Basic Security Profile of WS-I allows the exclusive one alone."""
    forgery.find(where).set("Algorithm", algorithm)
    with pytest.raises(SignatureRefusedError, match=f"not supported: {name}$") as caught:
        Verifier([service.certificate]).verify(forgery.octets(), LATER)
    assert caught.value.reason == "unsupported-algorithm"


# What is missing, doubled or broken


@pytest.mark.parametrize("part", ["security", "signature"])
def test_what_is_not_signed_is_refused(forgery, refusal, part):
    element = getattr(forgery, part)
    element.getparent().remove(element)
    assert refusal(forgery.octets()) == "missing-signature"


def test_what_is_signed_without_a_timestamp_is_refused_by_that_name(service, refusal):
    text = message(tokens=token(service), signed=("Body",))
    root = etree.fromstring(signed_by_xmlsec(text, service, reference(service)))
    timestamp = root.find(f".//{{{WSU}}}Timestamp")
    timestamp.getparent().remove(timestamp)
    assert refusal(etree.tostring(root)) == "timestamp-missing"


def test_a_token_that_is_referred_to_must_be_there(forgery, refusal):
    forgery.security.remove(forgery.token)
    assert refusal(forgery.octets()) == "key-substituted"


def test_an_envelope_that_never_was_signed_is_refused(refusal):
    assert refusal(ENVELOPE) == "missing-signature"
    assert refusal(ENVELOPE.replace(b"<s:Header/>", b"")) == "missing-signature"


@pytest.mark.parametrize("part", ["security", "signature", "timestamp"])
def test_what_stands_there_twice_is_refused(forgery, refusal, part):
    element = getattr(forgery, part)
    double = copy.deepcopy(element)
    for each in double.iter():
        each.attrib.pop(WSU_ID, None)
    element.addprevious(double)
    assert refusal(forgery.octets()) == "ambiguous"


def test_a_wrong_signature_value_is_refused(forgery, refusal):
    forgery.value.text = other_signature_value(forgery.value.text)
    assert refusal(forgery.octets()) == "signature-wrong"


@pytest.mark.parametrize("text", ["", "AAAA", b64encode(bytes(256)).decode()])
def test_a_signature_value_that_is_none_is_refused(forgery, refusal, text):
    forgery.value.text = text
    assert refusal(forgery.octets()) == "signature-wrong"


@pytest.mark.parametrize("name", ["SignatureValue", "DigestValue"])
@pytest.mark.parametrize("text", ["?", "AAA", "\u00e9"])
def test_a_value_that_is_not_base64_is_refused(forgery, refusal, name, text):
    forgery.find(name).text = text
    assert refusal(forgery.octets()) == "malformed"


@pytest.mark.parametrize("name", ["SignatureMethod", "CanonicalizationMethod", "SignatureValue"])
def test_a_signature_without_one_of_its_parts_is_refused(forgery, refusal, name):
    element = forgery.find(name)
    element.getparent().remove(element)
    assert refusal(forgery.octets()) == "malformed"


def test_a_signature_with_nothing_in_it_is_refused(forgery, refusal):
    for child in list(forgery.signed_info):
        forgery.signed_info.remove(child)
    assert refusal(forgery.octets()) == "malformed"


@pytest.mark.parametrize(
    "octets", [b"", b"no XML", b"<html/>", b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"]
)
def test_what_is_no_envelope_is_refused(refusal, octets):
    assert refusal(octets) == "not-soap"


def test_an_envelope_with_a_dtd_is_refused(signed, refusal):
    declaration, rest = signed.split(b"\n", 1)
    assert refusal(declaration + b"<!DOCTYPE x>" + rest) == "not-soap"


def test_a_signature_of_the_timestamp_in_another_namespace_is_missing(forgery, refusal):
    forgery.timestamp.tag = forgery.timestamp.tag.replace(WSU, "urn:other")
    assert refusal(forgery.octets()) == "timestamp-missing"
