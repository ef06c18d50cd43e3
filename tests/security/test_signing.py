"""Two verifiers that share no code with ours accept what we sign, and refuse it once changed.

libxmlsec1 (C, by its Python binding) and Bergshamra (Rust).
"""

import datetime as dt

import pybergshamra
import pytest
import xmlsec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from kszclient.errors import InvalidValueError, SettingsError
from kszclient.security.signing import Signer
from kszclient.security.verification import Verifier
from kszclient.security.wsse import EXCLUSIVE_C14N
from tests.security.conftest import PASSPHRASE
from tests.security.forgery import DS, ENVELOPE, WSSE, WSU, WSU_ID, Forgery

NOW = dt.datetime.now(tz=dt.UTC)


def by_libxmlsec1(envelope, certificate):
    root = etree.fromstring(envelope)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(
        certificate.public_bytes(Encoding.PEM), xmlsec.constants.KeyDataFormatCertPem
    )
    for element in root.iter(etree.Element):
        if element.get(WSU_ID):
            context.register_id(element, "Id", WSU)
    try:
        context.verify(root.find(f".//{{{DS}}}Signature"))
    except xmlsec.VerificationError:
        return False
    return True


def by_bergshamra(envelope, certificate):
    keys = pybergshamra.KeysManager()
    keys.add_key(pybergshamra.load_x509_cert_pem(certificate.public_bytes(Encoding.PEM)))
    context = pybergshamra.DsigContext(keys)
    # Its strict mode wants what is signed beside or above the signature; in SOAP it is neither.
    context.strict_verification = False
    result = pybergshamra.verify(context, envelope.decode())
    return bool(result) and all(each.digest_verified for each in result.references)


VERIFIERS = pytest.mark.parametrize("accepts", [by_libxmlsec1, by_bergshamra])


@VERIFIERS
@pytest.mark.parametrize("sha1", [False, True])
@pytest.mark.parametrize("sign_token", [False, True])
def test_others_accept_what_we_sign(accepts, customer, sha1, sign_token):
    signer = Signer(customer, sha1=sha1, sign_token=sign_token)
    assert accepts(signer.sign(ENVELOPE, NOW), customer.certificate)


@VERIFIERS
def test_others_refuse_it_once_changed(accepts, customer):
    signed = Signer(customer).sign(ENVELOPE, NOW)
    assert not accepts(signed.replace(b">12<", b">13<"), customer.certificate)


@VERIFIERS
def test_others_refuse_it_under_another_certificate(accepts, customer, service):
    assert not accepts(Signer(customer).sign(ENVELOPE, NOW), service.certificate)


def test_what_libxmlsec1_signs_we_accept_with_prefixes_written_out(service):
    """Java's WSS4J names prefixes that exclusive canonicalisation must write out besides."""
    forgery = Forgery(Signer(service).sign(ENVELOPE, NOW))
    for parent in (forgery.find("CanonicalizationMethod"), forgery.reference("Body")[0][0]):
        etree.SubElement(parent, f"{{{EXCLUSIVE_C14N}}}InclusiveNamespaces", PrefixList="q s")
    for value in forgery.signature.iter(f"{{{DS}}}DigestValue", f"{{{DS}}}SignatureValue"):
        value.text = None
    context = xmlsec.SignatureContext()
    pem = service.key_pem(PASSPHRASE)
    context.key = xmlsec.Key.from_memory(
        pem, xmlsec.constants.KeyDataFormatPem, PASSPHRASE.reveal()
    )
    for element in (forgery.timestamp, forgery.body):
        context.register_id(element, "Id", WSU)
    context.sign(forgery.signature)
    verified = Verifier([service.certificate]).verify(forgery.octets(), NOW)
    assert b"<months>12</months>" in verified.envelope


def test_the_header_says_what_was_agreed(customer):
    moment = dt.datetime(2026, 3, 2, 13, 0, 0, 5000, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    forgery = Forgery(Signer(customer, lifetime_seconds=60).sign(ENVELOPE, moment))
    assert [each.text for each in forgery.timestamp] == [
        "2026-03-02T12:00:00.005Z",
        "2026-03-02T12:01:00.005Z",
    ]
    references = forgery.signed_info.findall(f"{{{DS}}}Reference")
    assert [each.get("URI") for each in references] == ["#Timestamp", "#Body"]
    algorithms = {
        each.get("Algorithm") for each in forgery.signature.iter() if each.get("Algorithm")
    }
    assert not any("sha1" in each for each in algorithms)


def test_a_header_is_added_where_there_is_none(customer):
    signed = Signer(customer).sign(ENVELOPE.replace(b"<s:Header/>", b""), NOW)
    assert Forgery(signed).header[0].tag == f"{{{WSSE}}}Security"


def test_what_stands_in_the_body_is_not_touched(customer):
    signed = Signer(customer).sign(ENVELOPE, NOW)
    assert b"<q:answer><months>12</months></q:answer>" in signed


@pytest.mark.parametrize(
    "envelope",
    [b"", b"no XML", b"<a/>", ENVELOPE.replace(b"s:Body", b"s:Rump"), b"<!DOCTYPE a>" + ENVELOPE],
)
def test_what_is_no_envelope_is_not_signed(customer, envelope):
    with pytest.raises(InvalidValueError, match="soap"):
        Signer(customer).sign(envelope, NOW)


def test_nothing_is_signed_twice(customer):
    signer = Signer(customer)
    with pytest.raises(InvalidValueError, match="signature already"):
        signer.sign(signer.sign(ENVELOPE, NOW), NOW)


@VERIFIERS
@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_others_accept_what_a_key_on_a_curve_signs(accepts, authority, curve):
    identity = authority.signer(key=ec.generate_private_key(curve))
    signed = Signer(identity).sign(ENVELOPE, NOW)
    assert accepts(signed, identity.certificate)
    assert not accepts(signed.replace(b">12<", b">13<"), identity.certificate)
    assert Verifier([identity.certificate]).verify(signed, NOW)


@pytest.mark.parametrize(("curve", "sha1"), [(ec.SECP256K1(), False), (ec.SECP256R1(), True)])
def test_another_key_does_not_sign(authority, curve, sha1):
    with pytest.raises(SettingsError, match="RSA"):
        Signer(authority.signer(key=ec.generate_private_key(curve)), sha1=sha1)
