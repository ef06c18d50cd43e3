"""Tickets: the reference under which a question is known to both sides."""

from __future__ import annotations

import re
import uuid
from typing import Self

import msgspec

from kszclient.errors import InvalidValueError

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class Ticket(msgspec.Struct, frozen=True):
    """A UUID, in lower case: the KSZ keeps other tickets only to their 32nd character.

    >>> Ticket.parse("3F0C2D1E-0000-4000-8000-000000000001").text
    '3f0c2d1e-0000-4000-8000-000000000001'
    """

    text: str

    @classmethod
    def new(cls) -> Self:
        """Make a ticket that nobody has."""
        return cls(str(uuid.uuid4()))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a UUID in its usual form, upper or lower case.

        Raises:
            InvalidValueError: Rule ``form`` is broken.
        """
        lowered = text.lower()
        if _UUID.fullmatch(lowered) is None:
            raise InvalidValueError("ticket", "form", "must be a UUID")
        return cls(lowered)

    def __str__(self) -> str:
        return self.text
