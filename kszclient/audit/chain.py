"""How entries hang together: each is sealed, and holds the seal of the one before it.

The head is kept beside the entries: how many there are and how the last one is sealed, under a
seal of its own. Who has no key can neither change an entry nor add one, and cannot cut entries off
the end, for the head of the shorter trail is not to be made without a key.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import msgspec

from kszclient.audit.events import Entry, Event
from kszclient.audit.keys import AuditKeys
from kszclient.errors import AuditError

_ENTRY = msgspec.json.Encoder()
_READER = msgspec.json.Decoder(Entry)


class Sealed(msgspec.Struct, frozen=True):
    """An entry as it is stored.

    Args:
        sequence: Its place; None where somebody put something else than a number there.
        entry: The entry as JSON; the seal is over these very bytes.
        seal: Made with the key that the entry names.
    """

    sequence: int | None
    entry: bytes
    seal: str

    def read(self) -> Entry | None:
        """Return the entry, or None where the text is none."""
        try:
            return _READER.decode(self.entry)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None


class Head(msgspec.Struct, frozen=True):
    """Where a trail ends.

    Args:
        trail: Which trail, drawn at random when it was made.
        sequence: The place of its last entry; 0 for none.
        seal: Of its last entry; of the trail's name where there is none.
        key: The key of the head's own seal.
        head_seal: Over all of these.
    """

    trail: str
    sequence: int
    seal: str
    key: str
    head_seal: str

    @classmethod
    def make(cls, keys: AuditKeys, trail: str, sequence: int, seal: str) -> Head:
        """Seal a head with the key in use."""
        text = _head_text(trail, sequence, seal)
        return cls(trail, sequence, seal, keys.current, keys.seal(keys.current, "head", text))

    @classmethod
    def of_new(cls, keys: AuditKeys, trail: str) -> Head:
        """Return the head of a trail that holds nothing yet."""
        return cls.make(keys, trail, 0, first_link(trail))

    def check(self, keys: AuditKeys) -> None:
        """Refuse a head that no key of ours has made.

        Raises:
            AuditError: The key is not there, or the seal does not fit.
        """
        if not keys.knows(self.key):
            raise AuditError("the audit trail was last written with a key that is not given here")
        text = _head_text(self.trail, self.sequence, self.seal)
        if not keys.fits(self.head_seal, self.key, "head", text):
            raise AuditError(
                "the end of the audit trail was changed, or a key is not the right one",
                next_step="Keep the file as it is, and have `kszclient audit verify` look at it.",
            )

    def follow(self, keys: AuditKeys, event: Event, at: dt.datetime) -> tuple[Sealed, Head]:
        """Seal an event as the next entry, and the head that goes with it."""
        entry = Entry(
            sequence=self.sequence + 1,
            at=at,
            key=keys.current,
            previous=self.seal,
            event=event,
        )
        text = _ENTRY.encode(entry)
        sealed = Sealed(entry.sequence, text, keys.seal(keys.current, "entry", text))
        return sealed, Head.make(keys, self.trail, entry.sequence, sealed.seal)


def first_link(trail: str) -> str:
    """Return what the first entry of a trail holds as the seal before it."""
    return hashlib.sha256(trail.encode()).hexdigest()


def _head_text(trail: str, sequence: int, seal: str) -> bytes:
    return f"{trail} {sequence} {seal}".encode()
