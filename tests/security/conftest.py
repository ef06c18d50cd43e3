"""Certificates and profiles that the tests of this folder share; keys are made anew each run."""

import pytest

from kszclient.security import Secret
from kszclient.testing.certificates import CertificateAuthority, write_pem, write_private

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
