import datetime as dt
import stat

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from kszclient.security.secrets import Secret
from kszclient.testing.server.certificates import (
    CertificateAuthority,
    Flaw,
    write_pem,
    write_pkcs12,
)

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def authority():
    return CertificateAuthority(now=NOW)


@pytest.mark.parametrize("flaw", list(Flaw))
def test_every_certificate_is_signed_by_the_authority(authority, flaw):
    for identity in (authority.server(flaw), authority.client(flaw)):
        identity.certificate.verify_directly_issued_by(authority.certificate)


def test_each_flaw_is_the_only_one(authority):
    for flaw in Flaw:
        certificate = authority.server(flaw).certificate
        extensions = certificate.extensions
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        uses = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        found = {
            Flaw.EXPIRED: certificate.not_valid_after_utc < NOW,
            Flaw.REVOKED: authority.is_revoked(certificate),
            Flaw.WRONG_NAME: "localhost" not in names.get_values_for_type(x509.DNSName),
            Flaw.WRONG_USE: ExtendedKeyUsageOID.SERVER_AUTH not in uses,
        }
        assert [each for each, is_so in found.items() if is_so] == (
            [flaw] if flaw.value != "valid" else []
        )


def test_the_revocation_list_is_signed_and_names_who_was_revoked(authority):
    revoked = authority.client(Flaw.REVOKED).certificate
    found = x509.load_pem_x509_crl(authority.revocation_list_pem())
    assert found.is_signature_valid(authority.certificate.public_key())
    assert found.get_revoked_certificate_by_serial_number(revoked.serial_number)


@pytest.mark.parametrize("write", [write_pem, write_pkcs12])
def test_keys_on_disk_are_encrypted_and_only_ours(authority, tmp_path, write):
    path = write(authority.client(), tmp_path / "client", Secret("open sesame"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"BEGIN PRIVATE KEY" not in path.read_bytes()
