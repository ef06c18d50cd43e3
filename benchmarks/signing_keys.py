"""One key and certificate for both sides of a signed lookup, in a folder of its own.

Both sides sign with the same one: zeep verifies answers with its own certificate and no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kszclient.security.identity import Identity
from kszclient.security.profile import Profile
from kszclient.security.secrets import Secret
from kszclient.security.signed_messages import signed_messages
from kszclient.testing.certificates import CertificateAuthority, write_pem, write_private

_PROFILE = """\
endpoint = "http://127.0.0.1:1/"
loopback_only = true
customer_cbe_number = "0000000097"
legal_context = "MOCK:DEMONSTRATION"
user = "demonstration"
synthetic_persons = "only"
connect_timeout_seconds = 5.0
deadline_seconds = 30.0
max_answer_bytes = 33_554_432

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
    write_private(folder / "profile.toml", _PROFILE.encode())
    return folder


def signer(folder: str) -> Callable[[bytes], bytes]:
    """Give what signs an answer, now."""
    messages = signed_messages(Profile.load(Path(folder, "profile.toml")))
    return lambda answer: messages.sign(answer, dt.datetime.now(tz=dt.UTC))
