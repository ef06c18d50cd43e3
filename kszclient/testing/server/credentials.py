"""What a client of a guarded mock needs, in a folder: certificates, secrets and profiles."""

from __future__ import annotations

import secrets
from pathlib import Path

from kszclient.errors import SettingsError
from kszclient.security.secrets import Secret
from kszclient.testing.server.certificates import Flaw, write_pem, write_pkcs12, write_private
from kszclient.testing.server.guard import USER, Guard, Requirement

PROFILE = "profile.toml"

_TRUST = """\
# The mock server on this machine, over TLS. Everything here was made when it started.
endpoint = "{endpoint}"
loopback_only = true
customer_cbe_number = "0000000097"
legal_context = "MOCK:DEMONSTRATION"
user = "demonstration"
synthetic_persons = "only"
connect_timeout_seconds = 5.0
deadline_seconds = 30.0
max_answer_bytes = 33_554_432
ca_bundle = "authority.pem"
revocation_list = "revoked.pem"
"""
_BASIC = f"""
[basic]
user = "{USER}"
secret = {{ file = "basic-secret" }}
"""
_CERTIFICATE = """
[certificate]
pem = "client-{flaw}.pem"
passphrase = {{ file = "passphrase" }}
"""
_SIGNATURE = """
[signature]
answer_certificates = ["service.pem"]
"""


def write_credentials(guard: Guard, endpoint: str, folder: Path) -> Path:
    """Write everything that a client of a running mock needs.

    Beside `profile.toml`, which is let in, there is a profile for each wrong certificate, such as
    `profile-expired.toml`, where the mock looks at certificates. No file may be read by others;
    keys are encrypted, under a passphrase that stands in a file beside them, for nothing here is
    worth more than the mock itself.

    Args:
        guard: Whom the mock lets in.
        endpoint: Where it listens.
        folder: Where to write; made if it is not there.

    Returns:
        The path of the profile that is let in.

    Raises:
        SettingsError: The folder cannot be made, or a file cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        passphrase = Secret(secrets.token_urlsafe(24))
        shown = guard.require & {Requirement.MTLS, Requirement.WSSE}
        for flaw, identity in guard.clients.items():
            if flaw is not Flaw.NONE and not shown:
                continue
            write_pem(identity, folder / f"client-{flaw}.pem", passphrase)
            name = PROFILE if flaw is Flaw.NONE else f"profile-{flaw}.toml"
            write_private(folder / name, _profile(guard, endpoint, flaw))
        write_pkcs12(guard.clients[Flaw.NONE], folder / "client-valid.p12", passphrase)
        write_private(folder / "passphrase", passphrase.reveal().encode())
        write_private(folder / "basic-secret", guard.secret.reveal().encode())
        write_private(folder / "service.pem", guard.signer.certificates_pem())
        write_private(folder / "authority.pem", guard.authority.certificate_pem())
        write_private(folder / "revoked.pem", guard.authority.revocation_list_pem())
    except OSError as error:
        raise SettingsError(
            f"certificates cannot be written to {folder.name}: {error.strerror}",
            next_step="Name a folder that you may write to.",
        ) from None
    return folder / PROFILE


def _profile(guard: Guard, endpoint: str, flaw: Flaw) -> bytes:
    text = _TRUST.format(endpoint=endpoint)
    if Requirement.BASIC in guard.require:
        text += _BASIC
    if guard.require & {Requirement.MTLS, Requirement.WSSE}:
        text += _CERTIFICATE.format(flaw=flaw)
    if Requirement.WSSE in guard.require:
        text += _SIGNATURE
    return text.encode()
