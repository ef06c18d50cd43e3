"""Names of certificates as other stacks write them, made comparable.

Java writes RFC 2253, .NET adds spaces, quotes and its own short names, OpenSSL writes slashes and
begins at the other end. A name only chooses among pinned certificates, so that order, case and
white space do not count: what is taken for the same name still has to verify.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Iterator

from cryptography import x509

ComparableName = tuple[tuple[str, str], ...]
"""The attributes of a name, by object identifier, in one order."""

_LONGEST = 2048
# RFC 4514 (section 3), RFC 2256, RFC 2985, and what Java, .NET and OpenSSL write for the rest.
_OIDS = {
    "CN": "2.5.4.3",
    "SN": "2.5.4.4",
    "SURNAME": "2.5.4.4",
    "SERIALNUMBER": "2.5.4.5",
    "C": "2.5.4.6",
    "L": "2.5.4.7",
    "ST": "2.5.4.8",
    "S": "2.5.4.8",
    "SP": "2.5.4.8",
    "STREET": "2.5.4.9",
    "O": "2.5.4.10",
    "OU": "2.5.4.11",
    "T": "2.5.4.12",
    "TITLE": "2.5.4.12",
    "DESCRIPTION": "2.5.4.13",
    "BUSINESSCATEGORY": "2.5.4.15",
    "POSTALCODE": "2.5.4.17",
    "NAME": "2.5.4.41",
    "G": "2.5.4.42",
    "GN": "2.5.4.42",
    "GIVENNAME": "2.5.4.42",
    "I": "2.5.4.43",
    "INITIALS": "2.5.4.43",
    "GENERATION": "2.5.4.44",
    "GENERATIONQUALIFIER": "2.5.4.44",
    "DNQ": "2.5.4.46",
    "DNQUALIFIER": "2.5.4.46",
    "PSEUDONYM": "2.5.4.65",
    "ORGANIZATIONIDENTIFIER": "2.5.4.97",
    "E": "1.2.840.113549.1.9.1",
    "EMAIL": "1.2.840.113549.1.9.1",
    "EMAILADDRESS": "1.2.840.113549.1.9.1",
    "DC": "0.9.2342.19200300.100.1.25",
    "UID": "0.9.2342.19200300.100.1.1",
    "USERID": "0.9.2342.19200300.100.1.1",
}
_OID = re.compile(r"(?:OID\.)?([0-9]+(?:\.[0-9]+)+)")
_SLASHES = re.compile(r"/(?=[A-Za-z0-9.]+=)")
_ENCODINGS = {
    0x0C: "utf-8",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}


def comparable(name: x509.Name) -> ComparableName:
    """Make the name in a certificate comparable."""
    return tuple(sorted((each.oid.dotted_string, _plain(each.value)) for each in name))


def parse_name(text: str) -> ComparableName | None:
    """Read a name as text, in any of the usual ways; None where it is no name.

    >>> parse_name("CN=a, O=b") == parse_name("/O=B/CN=A") == parse_name('OID.2.5.4.10="b";CN=a')
    True
    >>> parse_name("somebody") is None
    True
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    slashes = text.startswith("/")
    parts = _SLASHES.split(text)[1:] if slashes else _split(text)
    found = []
    for part in parts:
        key, equals, value = part.partition("=")
        oid = _oid(key.strip().upper())
        if not equals or oid is None:
            return None
        found.append((oid, _plain(value if slashes else _value(value.strip()))))
    return tuple(sorted(found)) or None


def _oid(key: str) -> str | None:
    dotted = _OID.fullmatch(key)
    return dotted[1] if dotted else _OIDS.get(key)


def _split(text: str) -> Iterator[str]:
    """Split at commas, semicolons and pluses that are neither quoted nor escaped."""
    begin, quoted, escaped = 0, False, False
    for place, letter in enumerate(text):
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"':
            quoted = not quoted
        elif letter in ",;+" and not quoted:
            yield text[begin:place]
            begin = place + 1
    yield text[begin:]


def _value(text: str) -> str:
    if text.startswith("#"):
        return _decoded(text)
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"')
    # Pairs of hexadecimal digits are bytes of UTF-8 (RFC 4514, section 2.4).
    escaped = re.sub(r"(?:\\[0-9A-Fa-f]{2})+", _from_bytes, text)
    return re.sub(r"\\(.)", r"\1", escaped)


def _from_bytes(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("\\", "")).decode("utf-8", "replace")


def _decoded(text: str) -> str:
    """Read ``#`` and the DER of a string in hexadecimal, as Java writes what it cannot name."""
    try:
        der = binascii.unhexlify(text[1:])
        length = der[1]
        if length == len(der) - 2:
            return der[2:].decode(_ENCODINGS[der[0]])
    except (ValueError, IndexError, KeyError):
        pass
    return text


def _plain(value: str | bytes) -> str:
    if isinstance(value, bytes):
        value = value.hex()
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())
