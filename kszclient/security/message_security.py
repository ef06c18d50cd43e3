"""What a profile asks of every message: to be signed and verified, or nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol, TypeAlias

from kszclient.security.profile import Profile

if TYPE_CHECKING:
    from lxml.etree import _Element

Envelope: TypeAlias = "bytes | _Element"
"""A message before it is signed: written out, or a tree."""


class MessageSecurity(Protocol):
    """What is done to a message before it is sent, and before an answer is read."""

    def sign(self, envelope: Envelope, now: dt.datetime) -> bytes:
        """Return the bytes to send."""
        ...

    def verify(self, envelope: bytes, now: dt.datetime) -> bytes:
        """Return the bytes to read.

        Raises:
            SignatureRefusedError: The answer is not proven to be the KSZ's.
        """
        ...


class TlsAlone:
    """Messages go as they are: the profile asks for no signature, TLS alone protects them."""

    def __init__(self) -> None:
        # Who reads profiles alone needs no lxml, which takes its time to load.
        from lxml import etree  # noqa: PLC0415 - see above

        self._to_bytes = etree.tostring

    def sign(
        self,
        envelope: Envelope,
        now: dt.datetime,  # noqa: ARG002 - the protocol's
    ) -> bytes:
        """Return the envelope as it is."""
        if isinstance(envelope, bytes):
            return envelope
        return self._to_bytes(envelope, xml_declaration=True, encoding="UTF-8")

    def verify(self, envelope: bytes, now: dt.datetime) -> bytes:  # noqa: ARG002 - the protocol's
        """Return the envelope as it is."""
        return envelope


def message_security(profile: Profile) -> MessageSecurity:
    """Make the signature section of a profile into what is done to messages.

    Raises:
        SettingsError: A file or secret that the profile names cannot be used.

    >>> message_security(Profile.load("mock")).__class__.__name__
    'TlsAlone'
    """
    if profile.signature is None:
        return TlsAlone()
    # cryptography costs 90 ms to import; only who signs pays.
    from kszclient.security.signed_messages import signed_messages  # noqa: PLC0415 - see above

    return signed_messages(profile)
