"""Certificates and profiles that the tests of this folder share; keys are made anew each run."""

import pytest

from kszclient.errors import SignatureRefusedError
from kszclient.security import Secret
from kszclient.security.signing import Signer
from kszclient.security.verification import Verifier
from kszclient.testing.server.certificates import CertificateAuthority, write_pem, write_private
from tests.security.forgery import ENVELOPE, LATER, NOW, Forgery

PASSPHRASE = Secret("open sesame")


@pytest.fixture(scope="session")
def authority():
    return CertificateAuthority()


@pytest.fixture(scope="session")
def customer(authority):
    return authority.client()


@pytest.fixture(scope="session")
def service(authority):
    return authority.signer()


@pytest.fixture
def folder(tmp_path, authority, customer, service, monkeypatch):
    """A folder as an operator would keep it: profile, key, authorities, all with tight bits."""
    monkeypatch.setenv("KEY_PASSPHRASE", PASSPHRASE.reveal())
    write_pem(customer, tmp_path / "client.pem", PASSPHRASE)
    write_private(tmp_path / "authorities.pem", authority.certificate_pem())
    write_private(tmp_path / "revoked.pem", authority.revocation_list_pem())
    write_private(tmp_path / "service.pem", service.certificates_pem())
    return tmp_path


MINIMAL = """\
endpoint = "https://localhost:1/x"
loopback_only = true
synthetic_persons = "only"
customer_cbe_number = "0000000097"
legal_context = "MOCK:DEMONSTRATION"
connect_timeout_seconds = 5.0
deadline_seconds = 10.0
max_answer_bytes = 1_000_000
"""


@pytest.fixture
def profile_file(folder):
    """Write a profile that names these settings and give its path."""

    def write(text, *, endpoint="https://localhost:1/x"):
        return write_private(
            folder / "mine.toml",
            (MINIMAL.replace("https://localhost:1/x", endpoint) + text).encode(),
        )

    return write


@pytest.fixture(scope="session")
def signed(service):
    return Signer(service).sign(ENVELOPE, NOW)


@pytest.fixture
def forgery(signed):
    return Forgery(signed)


@pytest.fixture
def refusal(service):
    """Give the reason for which an envelope is refused."""

    def judge(envelope, *, pinned=service, now=LATER):
        with pytest.raises(SignatureRefusedError) as caught:
            Verifier([pinned.certificate]).verify(envelope, now)
        assert caught.value.next_step
        assert not caught.value.retry_can_help
        return caught.value.reason

    return judge
