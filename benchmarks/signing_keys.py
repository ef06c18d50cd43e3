"""One key and certificate for both sides of a signed lookup, in a folder of its own.

Both sides sign with the same one: zeep verifies answers with its own certificate and no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kszclient.resources import resource
from kszclient.security.identity import Identity
from kszclient.security.profile import Profile
from kszclient.security.secrets import Secret
from kszclient.security.signed_messages import signed_messages
from kszclient.testing.server.certificates import CertificateAuthority, write_pem, write_private

_SIGNATURE = """
[signature]
answer_certificates = ["service.pem"]
certificate = { pem = "identity.pem", passphrase = { file = "passphrase" } }
"""


def write_keys(folder: Path) -> Path:
    """Write keys for a benchmark into a new folder; zeep's is plain, for it takes no other."""
    folder.mkdir()
    identity: Identity = CertificateAuthority().signer()
    passphrase = Secret("of no worth")
    plain = identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_pem(identity, folder / "identity.pem", passphrase)
    write_private(folder / "key.pem", plain)
    write_private(folder / "passphrase", passphrase.reveal().encode())
    write_private(folder / "service.pem", identity.certificate.public_bytes(Encoding.PEM))
    plain_profile = resource("config", "profiles", "mock.toml").read_text(encoding="utf-8")
    write_private(folder / "profile.toml", (plain_profile + _SIGNATURE).encode())
    return folder


def signer(folder: str) -> Callable[[bytes], bytes]:
    """Return what signs an answer, now."""
    messages = signed_messages(Profile.load(Path(folder, "profile.toml")))
    return lambda answer: messages.sign(answer, dt.datetime.now(tz=dt.UTC))
