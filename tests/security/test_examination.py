import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kszclient.security import Profile
from kszclient.security.examination import State, examine
from kszclient.security.identity import Identity
from kszclient.testing.server.certificates import (
    CertificateAuthority,
    Flaw,
    write_pem,
    write_private,
)
from tests.security.conftest import PASSPHRASE

NOW = dt.datetime.now(tz=dt.UTC)
CERTIFICATE = '[certificate]\npem = "client.pem"\npassphrase = { environment = "KEY_PASSPHRASE" }\n'
SIGNATURE = '[signature]\nanswer_certificates = ["service.pem"]\n'
TRUST = 'ca_bundle = "authorities.pem"\nrevocation_list = "revoked.pem"\n'
BASIC = '[basic]\nuser = "ocmw"\nsecret = { environment = "GATEWAY_SECRET" }\n'


@pytest.fixture
def examined(profile_file):
    """Examine a profile and give its lines that are not ok."""

    def look(text, now=NOW):
        checks = examine(Profile.load(profile_file(text)), now)
        assert all(each.next_step for each in checks if each.state is not State.OK)
        assert "sesame" not in repr(checks)
        return {
            (each.name, each.state.value): each.finding for each in checks if each.state != "ok"
        }

    return look


def test_all_is_well_with_a_whole_profile(examined, monkeypatch):
    monkeypatch.setenv("GATEWAY_SECRET", "open sesame")
    assert examined(TRUST + BASIC + CERTIFICATE + SIGNATURE) == {}


def test_the_mock_needs_nothing():
    checks = examine(Profile.load("mock"), NOW)
    assert {each.state for each in checks} == {State.OK}
    assert [each.name for each in checks] == [
        "customer_cbe_number",
        "legal_context",
        "endpoint",
        "signature",
    ]


def test_authorities_that_the_environment_names_are_told(profile_file, monkeypatch):
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    for value, says in (("/authorities.pem", True), ("", False)):
        monkeypatch.setenv("SSL_CERT_FILE", value)
        checks = {each.name: each for each in examine(Profile.load(profile_file("")), NOW)}
        assert ("ca_bundle" in checks) is says
        if says:
            assert "count, not SSL_CERT_FILE; " in checks["ca_bundle"].finding
    checks = examine(Profile.load("mock"), NOW)
    assert "ca_bundle" not in {each.name for each in checks}


def test_production_as_shipped_says_what_is_still_to_be_set():
    checks = {each.name: each.state for each in examine(Profile.load("prod"), NOW)}
    assert checks["customer_cbe_number"] is State.FAIL
    assert checks["legal_context"] is State.FAIL
    assert checks["basic"] is State.WARN


def test_a_secret_that_is_not_there_fails(examined):
    assert ("basic.secret", "fail") in examined(BASIC)


@pytest.mark.parametrize(("days", "state"), [(-1, "fail"), (1, "warn"), (29, "warn"), (31, None)])
def test_the_end_of_a_certificate_is_told_thirty_days_ahead(examined, customer, days, state):
    now = customer.certificate.not_valid_after_utc - dt.timedelta(days=days)
    found = examined(CERTIFICATE, now)
    assert {level for name, level in found if name == "certificate"} == (
        {state} if state else set()
    )


def test_a_certificate_of_the_future_fails(examined, customer):
    now = customer.certificate.not_valid_before_utc - dt.timedelta(days=1)
    assert "valid from" in examined(CERTIFICATE, now)["certificate", "fail"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("client.pem", "certificate"),
        ("authorities.pem", "ca_bundle"),
        ("revoked.pem", "revocation_list"),
        ("service.pem", "signature.answer_certificates"),
    ],
)
def test_loose_permissions_fail_by_their_key(examined, folder, name, key):
    (folder / name).chmod(0o666)
    found = examined(TRUST + CERTIFICATE + SIGNATURE)
    assert "loose permissions" in found[key, "fail"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("authorities.pem", "ca_bundle"),
        ("revoked.pem", "revocation_list"),
        ("service.pem", "signature.answer_certificates"),
    ],
)
def test_files_that_hold_something_else_fail_by_their_key(examined, folder, name, key):
    (folder / name).write_bytes(b"nothing")
    assert (key, "fail") in examined(TRUST + CERTIFICATE + SIGNATURE)


def test_an_old_revocation_list_fails(examined, folder):
    past = CertificateAuthority(now=NOW - dt.timedelta(days=800))
    (folder / "revoked.pem").write_bytes(past.revocation_list_pem())
    assert "ended on" in examined(TRUST)["revocation_list", "fail"]


def test_sha1_is_told_with_its_reason(examined):
    found = examined(CERTIFICATE + SIGNATURE + 'sha1_because = "agreement 2026-3"\n')
    assert "agreement 2026-3" in found["signature.sha1_because", "warn"]


def test_a_pin_that_cannot_sign_fails(examined, folder, authority):
    wrong = authority.signer(Flaw.WRONG_USE)
    (folder / "service.pem").write_bytes(wrong.certificates_pem())
    found = examined(CERTIFICATE + SIGNATURE)
    assert "not a certificate to sign with" in found["signature.answer_certificates", "fail"]


def test_signing_with_another_key_than_rsa_or_a_curve_of_nist_fails(examined, folder, authority):
    odd = authority.signer(key=ec.generate_private_key(ec.SECP256K1()))
    write_pem(odd, folder / "odd.pem", PASSPHRASE)
    own = CERTIFICATE.replace("[certificate]", "[signature.certificate]")
    found = examined(SIGNATURE + own.replace("client.pem", "odd.pem"))
    assert "RSA" in found["signature", "fail"]


def test_sha1_with_a_key_that_cannot_use_it_fails(examined, folder, authority):
    write_pem(authority.server(), folder / "curve.pem", PASSPHRASE)
    own = CERTIFICATE.replace("[certificate]", "[signature.certificate]")
    found = examined(SIGNATURE + 'sha1_because = "x"\n' + own.replace("client.pem", "curve.pem"))
    assert "RSA" in found["signature", "fail"]


@pytest.mark.parametrize(
    "key",
    [
        lambda: rsa.generate_private_key(public_exponent=65537, key_size=1024),
        lambda: ec.generate_private_key(ec.SECP256K1()),
    ],
    ids=["short", "another curve"],
)
def test_a_pin_whose_key_is_weak_fails(examined, folder, authority, key):
    weak = authority.signer(key=key())
    (folder / "service.pem").write_bytes(weak.certificates_pem())
    found = examined(CERTIFICATE + SIGNATURE)
    assert "no key to rely on" in found["signature.answer_certificates", "fail"]


def test_a_pin_that_was_revoked_fails(examined, folder, authority):
    revoked = authority.signer(Flaw.REVOKED)
    (folder / "service.pem").write_bytes(revoked.certificates_pem())
    (folder / "revoked.pem").write_bytes(authority.revocation_list_pem())
    found = examined(TRUST + CERTIFICATE + SIGNATURE)
    assert "was revoked" in found["signature.answer_certificates", "fail"]


def test_a_pin_that_no_list_covers_is_reported(examined, folder):
    other = CertificateAuthority("Other authority").signer()
    (folder / "service.pem").write_bytes(other.certificates_pem())
    found = examined(TRUST + CERTIFICATE + SIGNATURE)
    assert "no list covers" in found["signature.answer_certificates", "warn"]


def test_every_certificate_that_we_show_is_looked_at(examined, folder, authority, customer):
    old = CertificateAuthority("Old authority", now=NOW - dt.timedelta(days=800))
    chained = Identity(customer.key, customer.certificate, (old.certificate,))
    write_pem(chained, folder / "client.pem", PASSPHRASE)
    assert "Old authority expired on" in examined(CERTIFICATE)["certificate", "fail"]


@pytest.mark.parametrize(("days", "state"), [(-1, "fail"), (29, "warn"), (31, None)])
def test_every_revocation_list_is_looked_at(examined, folder, authority, days, state):
    end = NOW + dt.timedelta(days=days)
    second = CertificateAuthority("Second authority", now=end - dt.timedelta(days=365))
    lists = authority.revocation_list_pem() + second.revocation_list_pem()
    write_private(folder / "revoked.pem", lists)
    found = examined(TRUST)
    assert {level for name, level in found if name == "revocation_list"} == (
        {state} if state else set()
    )
    assert all("Second authority" in each for each in found.values())
