"""HTTP Basic: the user name and secret that the gateway asks for."""

from __future__ import annotations

from base64 import b64encode

import msgspec

from kszclient.errors import SettingsError
from kszclient.security.secrets import SecretSource


class BasicLogin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user name and where its secret is found.

    Args:
        user: The user name, as given by the gateway.
        secret: Where the secret is read from.

    Raises:
        SettingsError: The user name is empty or holds a colon (RFC 7617, section 2).
    """

    user: str
    secret: SecretSource

    def __post_init__(self) -> None:
        """Refuse a user name that the header cannot carry."""
        if not self.user or ":" in self.user or not self.user.isprintable():
            raise SettingsError("user: expected a name without a colon")

    def header(self) -> str:
        """Give the value of the Authorization header; the secret is read anew each time.

        Raises:
            SettingsError: The secret cannot be read.
        """
        secret = self.secret.read("basic.secret")
        return "Basic " + b64encode(f"{self.user}:{secret.reveal()}".encode()).decode()
