"""What comes beside the body of a reply, and words from outside that may stand in an error."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

import msgspec

_REDIRECTS = frozenset({300, 301, 302, 303, 307, 308})
_HOST = re.compile(r"[A-Za-z0-9.-]{1,100}", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}", re.ASCII)
_NUMBER = re.compile(r"(?:[0-9][^0-9]?){9}")
"""Digits enough for a number of a person, whatever stands between them."""


class Beside(msgspec.Struct, frozen=True):
    """What came beside the body of a reply.

    Args:
        http_status: The HTTP status.
        content_type: The header Content-Type, or None: it names the encoding and explains a body
            that is no XML, and never decides what the body is.
        location: Where a redirect leads, or None.
    """

    http_status: int
    content_type: str | None = None
    location: str | None = None

    @property
    def status(self) -> str:
        """The status in words, with what a redirect leads to."""
        text = f"HTTP status {self.http_status}"
        if self.http_status in _REDIRECTS:
            return f"{text}, a redirect to {_place(self.location)}"
        return text

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case."""
        return (self.content_type or "").partition(";")[0].strip().lower()


def header_name(tag: str) -> str:
    """Return the name of a header block, to stand in an error.

    >>> header_name("{urn:example}Transaction")
    'Transaction'
    >>> header_name("{urn:example}N85.02.30-001.25")
    '(a name that is not shown)'
    """
    return _shown(tag.rpartition("}")[2], _NAME)


def _place(location: str | None) -> str:
    """Return the scheme and host of an address; its path and query may hold anything."""
    if not location:
        return "an address that is not named"
    try:
        url = urlsplit(location)
        host, port = url.hostname, url.port
    except ValueError:
        return "an address that cannot be read"
    if not url.netloc and not url.scheme:
        return "another path of the same host"
    if not host or url.scheme not in ("http", "https", ""):
        return "an address that cannot be read"
    scheme = f"{url.scheme}://" if url.scheme else ""
    return f"{scheme}{_host(host)}{f':{port}' if port else ''}"


def _host(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return _shown(host, _HOST)


def _shown(text: str, pattern: re.Pattern[str]) -> str:
    """Return a word from outside where it is one, and can hold no number of a person."""
    plain = pattern.fullmatch(text) and not _NUMBER.search(text)
    return text if plain else "(a name that is not shown)"
