"""One revocation list for both sides: who answers a connection, and who signed the answer."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from kszclient.errors import SettingsError, SignatureRefusedError
from kszclient.security import Profile, client_context, message_security
from kszclient.security.signing import Signer
from kszclient.testing.server.certificates import CertificateAuthority, Flaw, write_private
from tests.security.forgery import ENVELOPE, LATER, NOW

CERTIFICATE = '[certificate]\npem = "client.pem"\npassphrase = { environment = "KEY_PASSPHRASE" }\n'
SIGNATURE = '[signature]\nanswer_certificates = ["service.pem"]\n'
TRUST = 'ca_bundle = "authorities.pem"\nrevocation_list = "revoked.pem"\n'
DAY = dt.timedelta(days=1)


def revocation_list(name, key, *serials, begin=-DAY, end=DAY):
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name)
        .last_update(NOW + begin)
        .next_update(NOW + end)
    )
    for serial in serials:
        revoked = x509.RevokedCertificateBuilder().serial_number(serial)
        builder = builder.add_revoked_certificate(revoked.revocation_date(NOW + begin).build())
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


@pytest.fixture
def answered(profile_file, folder):
    """Verify an answer of a signer under a profile with these lists; return the reason or None."""

    def verify(signer, lists, *, now=LATER):
        write_private(folder / "service.pem", signer.certificates_pem())
        write_private(folder / "revoked.pem", lists)
        profile = Profile.load(profile_file(TRUST + CERTIFICATE + SIGNATURE))
        try:
            message_security(profile).verify(Signer(signer).sign(ENVELOPE, NOW), now)
        except SignatureRefusedError as error:
            return error.reason
        return None

    return verify


@pytest.fixture
def its_list(authority):
    """Write a list of the authority itself."""
    return lambda *serials, **times: revocation_list(
        authority.certificate.subject, authority._key, *serials, **times
    )


def test_an_answer_of_a_revoked_certificate_is_refused(answered, authority, service):
    revoked = authority.signer(Flaw.REVOKED)
    lists = authority.revocation_list_pem()
    assert answered(revoked, lists) == "certificate-revoked"
    assert answered(service, lists) is None


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        ({}, None),
        ({"begin": -2 * DAY, "end": -DAY}, "revocation-unknown"),
        ({"begin": DAY, "end": 2 * DAY}, "revocation-unknown"),
    ],
)
def test_a_list_counts_while_it_is_in_force(answered, its_list, service, times, reason):
    assert answered(service, its_list(**times)) == reason


def test_of_two_lists_one_in_force_is_enough(answered, its_list, service):
    old = its_list(begin=-2 * DAY, end=-DAY)
    assert answered(service, old + its_list()) is None
    named = its_list(service.certificate.serial_number, begin=-2 * DAY, end=-DAY)
    assert answered(service, named + its_list()) == "certificate-revoked"


def test_the_same_number_of_another_authority_is_another_certificate(answered, its_list):
    other = CertificateAuthority("Other authority").signer()
    assert answered(other, its_list(other.certificate.serial_number)) is None


def test_a_list_in_the_name_of_an_authority_must_be_its_own(answered, authority, service):
    forged = revocation_list(authority.certificate.subject, ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(SettingsError, match="was not signed by that authority"):
        answered(service, forged)


def test_a_list_of_somebody_whom_we_do_not_trust_can_only_refuse(answered, its_list):
    key = ec.generate_private_key(ec.SECP256R1())
    other = CertificateAuthority("Other authority").signer()
    for serials, reason in ((), None), ((other.certificate.serial_number,), "certificate-revoked"):
        theirs = revocation_list(other.certificate.issuer, key, *serials)
        assert answered(other, its_list() + theirs) == reason


def test_a_certificate_among_the_lists_is_not_trusted(profile_file, folder, authority):
    """Neither for TLS nor for answers."""
    other = CertificateAuthority("Other authority")
    lists = other.certificate_pem() + authority.revocation_list_pem() + other.certificate_pem()
    write_private(folder / "revoked.pem", lists)
    context = client_context(Profile.load(profile_file(TRUST)))
    (trusted,) = context.get_ca_certs()
    assert trusted["subject"] == ((("commonName", "Mock authority"),),)
    assert context.cert_store_stats()["crl"] == 1


@pytest.mark.parametrize(
    ("lists", "says"),
    [
        (b"", "holds no revocation list in PEM"),
        (b"nothing", "holds no revocation list in PEM"),
        (
            b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
            "holds a revocation list that cannot be read",
        ),
    ],
)
def test_a_file_without_a_list_is_refused_by_both_sides(
    answered, profile_file, service, lists, says
):
    with pytest.raises(SettingsError, match=says):
        answered(service, lists)
    with pytest.raises(SettingsError, match=says):
        client_context(Profile.load(profile_file(TRUST)))


def test_a_certificate_alone_is_no_list(answered, authority, service):
    with pytest.raises(SettingsError, match="no revocation list"):
        answered(service, authority.certificate_pem())
