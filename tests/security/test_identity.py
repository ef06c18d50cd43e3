import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from kszclient.errors import SettingsError
from kszclient.security import CertificateFiles, SecretSource
from kszclient.testing.server.certificates import Flaw, write_pem, write_pkcs12, write_private
from tests.security.conftest import PASSPHRASE

ENVIRONMENT = SecretSource(environment="KEY_PASSPHRASE")


def read(**files):
    return CertificateFiles(passphrase=ENVIRONMENT, **files).read("certificate")


def test_pem_and_pkcs12_give_the_same_identity(folder, customer):
    write_pkcs12(customer, folder / "client.p12", PASSPHRASE)
    for identity in (read(pem=folder / "client.pem"), read(pkcs12=folder / "client.p12")):
        assert identity.certificate == customer.certificate
        assert identity.key.private_numbers() == customer.key.private_numbers()


def test_our_certificate_is_found_among_its_chain(folder, authority, customer):
    chain = authority.certificate_pem() + customer.certificates_pem()
    write_private(folder / "chain.pem", chain + customer.key_pem(PASSPHRASE))
    identity = read(pem=folder / "chain.pem")
    assert identity.certificate == customer.certificate
    assert identity.chain == (authority.certificate,)


@pytest.mark.parametrize("name", ["client.pem", "client.p12"])
def test_a_key_that_others_may_read_is_refused(folder, customer, name):
    write_pkcs12(customer, folder / "client.p12", PASSPHRASE)
    (folder / name).chmod(0o640)
    kind = {"client.pem": "pem", "client.p12": "pkcs12"}[name]
    with pytest.raises(SettingsError, match=rf"certificate\.{kind}: {name} has loose permissions"):
        read(**{kind: folder / name})


def test_a_wrong_passphrase_is_told_by_the_file(folder, customer, monkeypatch):
    write_pkcs12(customer, folder / "client.p12", PASSPHRASE)
    monkeypatch.setenv("KEY_PASSPHRASE", "open barley")
    for kind, name in (("pem", "client.pem"), ("pkcs12", "client.p12")):
        with pytest.raises(SettingsError, match=f"{name} .*passphrase does not open it") as caught:
            read(**{kind: folder / name})
        assert "barley" not in str(caught.value)


def test_a_key_that_is_not_encrypted_is_refused(folder, customer):
    open_key = customer.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = write_private(folder / "open.key", open_key)
    with pytest.raises(SettingsError, match=r"certificate\.key: .* is not encrypted") as caught:
        read(pem=folder / "client.pem", key=path)
    assert "openssl pkcs8 -topk8" in caught.value.next_step


def test_a_key_of_another_certificate_is_refused(folder, authority):
    path = write_private(folder / "other.key", authority.client().key_pem(PASSPHRASE))
    with pytest.raises(SettingsError, match="belongs to no certificate"):
        read(pem=folder / "client.pem", key=path)


def test_a_key_of_a_kind_we_do_not_use_is_refused(folder):
    key = ed25519.Ed25519PrivateKey.generate()
    raw = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(PASSPHRASE.reveal().encode()),
    )
    with pytest.raises(SettingsError, match="RSA key or one on an elliptic curve"):
        read(pem=folder / "client.pem", key=write_private(folder / "ed.key", raw))


@pytest.mark.parametrize("raw", [b"", b"nothing", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_files_that_hold_no_certificate_are_refused(folder, raw):
    path = write_private(folder / "broken", raw)
    with pytest.raises(SettingsError, match="no certificate in PEM"):
        read(pem=path)
    with pytest.raises(SettingsError, match=r"no PKCS#12 file"):
        read(pkcs12=path)


def test_pkcs12_without_a_key_is_refused(folder, customer):
    raw = serialization.pkcs12.serialize_key_and_certificates(
        None,
        None,
        None,
        [customer.certificate],
        serialization.BestAvailableEncryption(b"open sesame"),
    )
    with pytest.raises(SettingsError, match="no private key"):
        read(pkcs12=write_private(folder / "empty.p12", raw))


def test_an_identity_shows_no_key(customer):
    assert "key" not in repr(customer).lower().replace("kszclient", "")


def test_expired_is_no_reason_not_to_read(folder, authority):
    path = write_pem(authority.client(Flaw.EXPIRED), folder / "old.pem", PASSPHRASE)
    assert read(pem=path).certificate.not_valid_after_utc < authority.now
