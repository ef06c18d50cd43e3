"""An answer over HTTP, and what of it is refused unread: the same for both transports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import msgspec

from kszclient.errors import ContractDriftError

UNCOMPRESSED = {"Accept-Encoding": "identity"}
"""Goes with every request: a small body that unfolds into a giant has no place here."""

CHUNK_BYTES = 65_536
_LONGEST_NUMBER = 18


class HttpAnswer(msgspec.Struct, frozen=True):
    """What came back, not yet looked into.

    Args:
        status: HTTP status.
        content_type: As the peer named it, or None.
        body: The whole body, as sent.
        retry_after: The header Retry-After, or None.
        date: The header Date, or None.
    """

    status: int
    content_type: str | None
    body: bytes
    retry_after: str | None = None
    date: str | None = None

    def __repr__(self) -> str:
        return f"HttpAnswer(status={self.status}, {len(self.body)} bytes)"

    @classmethod
    def of(cls, status: int, headers: Mapping[str, str], body: bytes) -> Self:
        """Put together what came.

        Args:
            status: HTTP status.
            headers: Every header, under its name in upper or lower case.
            body: The whole body.
        """
        said = headers.get
        return cls(status, said("Content-Type"), body, said("Retry-After"), said("Date"))


def refuse_unread(headers: Mapping[str, str], most_bytes: int) -> bool:
    """Refuse a body by its headers.

    Args:
        headers: Every header, under its name in upper or lower case.
        most_bytes: The longest body that may be read.

    Returns:
        Whether the headers promise a body that is not too long, so that it may be read at once.

    Raises:
        ContractDriftError: It is compressed, which nobody asked for, or too large.
    """
    if headers.get("Content-Encoding", "identity") != "identity":
        raise ContractDriftError("the answer is compressed, though no compression was asked")
    length = headers.get("Content-Length", "")
    if "Transfer-Encoding" in headers or not (length.isascii() and length.isdigit()):
        return False
    if len(length) > _LONGEST_NUMBER or int(length) > most_bytes:
        raise too_large(most_bytes)
    return True


def too_large(most_bytes: int) -> ContractDriftError:
    """Give the error for a body of more bytes than are read."""
    return ContractDriftError(f"the answer is larger than {most_bytes} bytes")
