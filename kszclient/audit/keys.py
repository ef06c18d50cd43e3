"""The secret keys of a trail: they make its seals and its pseudonyms, and they rotate.

A national number has so few possible values that a plain hash of it is looked up in minutes; only
a secret key makes it a pseudonym (HMAC-SHA-256). For another reason the seals are keyed too: a
chain of plain hashes is rebuilt by whoever changes an entry, to the last link, unseen.

Keys are written ``id:base64`` with white space between them, the one in use first. Older ones stay
in the list for as long as their entries are kept: they verify, and find a person in, old entries.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import hmac
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from kszclient.errors import SettingsError
from kszclient.guarded_files import read_private
from kszclient.values import Ssin

VARIABLE = "KSZCLIENT_AUDIT_KEYS"
_FEWEST_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9_.-]{1,32}", re.ASCII)
_USES = ("entry", "head", "person", "body")
_HOW = 'Write id:base64, the one in use first; make one with "openssl rand -base64 32".'


class AuditKeys:
    """The keys of a trail, the one in use first.

    Args:
        secrets: Each key's id and its bytes, at least 32, drawn at random.

    Raises:
        SettingsError: No key, a short one, or an id that cannot be written.

    >>> keys = AuditKeys({"2026": bytes(32)})
    >>> keys.current, keys
    ('2026', AuditKeys('2026'))
    >>> keys.pseudonym(Ssin.parse("85023000125"))
    '2026:aea315712d70f07919facf3761fdef1e'
    """

    def __init__(self, secrets: Mapping[str, bytes]) -> None:
        if not secrets:
            raise SettingsError("audit keys: none given", next_step=_HOW)
        self._derived: dict[tuple[str, str], bytes] = {}
        for name, secret in secrets.items():
            if _ID.fullmatch(name) is None:
                raise SettingsError("audit keys: an id must be 1 to 32 letters, digits, . _ -")
            if len(secret) < _FEWEST_BYTES:
                raise SettingsError(
                    f"audit keys: key {name} must have at least {_FEWEST_BYTES} bytes",
                    next_step=_HOW,
                )
            # A key for each use, so that what one use shows reveals nothing about another.
            for use in _USES:
                text = f"kszclient audit {use} 1".encode()
                self._derived[name, use] = hmac.digest(secret, text, "sha256")
        self.ids = tuple(secrets)

    @classmethod
    def parse(cls, text: str, *, origin: str = "audit keys") -> Self:
        """Read keys as they are written.

        Args:
            text: ``id:base64``, one or more.
            origin: Where the text comes from, for messages.

        Raises:
            SettingsError: It cannot be read; the message repeats nothing of it.
        """
        secrets: dict[str, bytes] = {}
        for place, word in enumerate(text.split(), start=1):
            name, _, encoded = word.rpartition(":")
            try:
                secret = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                secret = b""
            if not name or not secret:
                raise SettingsError(f"{origin}: key {place} is not id:base64", next_step=_HOW)
            if name in secrets:
                raise SettingsError(f"{origin}: key {place} has the id of one before it")
            secrets[name] = secret
        return cls(secrets)

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read keys from a file that is nobody else's, or else from the environment.

        Args:
            path: The file; the variable ``KSZCLIENT_AUDIT_KEYS`` where left out.

        Raises:
            SettingsError: Nothing there, unreadable, not ours, or open to other users.
        """
        if path is None:
            if not os.environ.get(VARIABLE):
                raise SettingsError(f"audit keys: {VARIABLE} is not set", next_step=_HOW)
            return cls.parse(os.environ[VARIABLE], origin=VARIABLE)
        raw = read_private(path, "audit keys").removeprefix(codecs.BOM_UTF8)
        text = raw.decode("ascii", errors="replace")
        return cls.parse(text, origin="audit keys file")

    @property
    def current(self) -> str:
        """The id of the key in use."""
        return self.ids[0]

    def knows(self, name: str) -> bool:
        """Return whether a key of this id is there."""
        return name in self.ids

    def seal(self, name: str, use: str, text: bytes) -> str:
        """Return the keyed hash of a text: 64 hexadecimal digits."""
        return hmac.digest(self._derived[name, use], text, "sha256").hex()

    def fits(self, seal: str, name: str, use: str, text: bytes) -> bool:
        """Return whether a seal is that of a text, under a key that is there."""
        return hmac.compare_digest(seal.encode(), self.seal(name, use, text).encode())

    def encryption_key(self, name: str) -> bytes:
        """Return the 32 bytes under which kept bodies are encrypted."""
        return self._derived[name, "body"]

    def pseudonym(self, ssin: Ssin, name: str | None = None) -> str:
        """Return a person's pseudonym: the key's id and 128 bits of the keyed hash.

        Args:
            ssin: The person.
            name: Under which key; the one in use where left out.
        """
        name = name or self.current
        return f"{name}:{self.seal(name, 'person', ssin.digits.encode())[:32]}"

    def pseudonyms(self, ssin: Ssin) -> frozenset[str]:
        """Return a person's pseudonym under every key."""
        return frozenset(self.pseudonym(ssin, name) for name in self.ids)

    def __repr__(self) -> str:
        return f"AuditKeys('{self.current}')"
