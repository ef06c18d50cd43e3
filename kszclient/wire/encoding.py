"""In which encoding a document from outside is written, and the same document in UTF-8.

RFC 7303, section 3: a byte order mark decides, then the header Content-Type, then the XML
declaration; without any of them it is UTF-8. Two names that lead to two different texts are refused
where the RFC would believe the header, for the KSZ's names of funds must not be read wrongly by a
header that some server adds to everything.

What verifies a signature and what reads the answer both get the bytes that are returned here, so
that they never see two different documents.
"""

from __future__ import annotations

import codecs
import re

from kszclient.wire.parse import MAX_BYTES, MalformedXmlError

_READ = {
    *("utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"),
    *("utf-16", "utf-16-le", "utf-16-be"),
}
"""Those that XML from Western Europe comes in; each counts tags as `kszclient.wire.parse` does."""

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_PACKED = (
    *(b"\x1f\x8b", b"x\x01", b"x\x9c", b"x\xda"),  # gzip, zlib
    *(b"(\xb5/\xfd", b"BZh", b"\xfd7zXZ", b"PK\x03\x04"),  # zstd, bzip2, xz, zip
)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([^\"';,\s]+)", re.IGNORECASE)
_DECLARED = re.compile(r"(<\?xml\s[^>]*?\bencoding\s*=\s*[\"'])([^\"'<>]*)")
_HEAD_BYTES = 1_024


def as_utf8(body: bytes, content_type: str | None, *, max_bytes: int = MAX_BYTES) -> bytes:
    r"""Return a document in UTF-8; one that is written so already is returned as it is.

    Args:
        body: A whole document, as it came.
        content_type: The header beside it, or None.
        max_bytes: The longest document to look at.

    Raises:
        MalformedXmlError: It is too long, compressed, in an encoding that is not read here or that
            its bytes are not of, or header and declaration lead to two different texts.

    >>> as_utf8("<a>é</a>".encode("latin-1"), "text/xml; charset=ISO-8859-1").decode()
    '<a>é</a>'
    >>> as_utf8(b"<?xml version='1.0' encoding='utf-8'?><a>\xe9</a>", None)
    Traceback (most recent call last):
    kszclient.wire.parse.MalformedXmlError: the body is not in the encoding that it names
    """
    if len(body) > max_bytes:
        raise MalformedXmlError("too-long")
    if body.startswith(_PACKED):
        raise MalformedXmlError("compressed")
    mark = next((each for each in _MARKS if body.startswith(each)), b"")
    declared = _DECLARED.match(_head(body.removeprefix(mark)))
    if mark:
        names = [_MARKS[mark]]
    else:
        names = _CHARSET.findall(content_type or "") + ([declared[2]] if declared else [])
    wide = _wide(body)
    encodings = {_known(name, wide) for name in names} | ({wide} if wide else set())
    texts = {_text(body.removeprefix(mark), encoding) for encoding in encodings or {"utf-8"}}
    if len(texts) > 1:
        raise MalformedXmlError("encodings-differ")
    (text,) = texts
    if text is None:
        if not body.lstrip().startswith(b"<") and not wide:
            return body  # no XML in any encoding
        raise MalformedXmlError("encoding-wrong")
    if encodings <= {"utf-8", "ascii"} and (not declared or _known(declared[2], wide) in encodings):
        return body
    return _DECLARED.sub(r"\1UTF-8", text, count=1).encode()


def _head(body: bytes) -> str:
    return body[:_HEAD_BYTES].replace(b"\0", b"").decode("latin-1")


def _wide(body: bytes) -> str | None:
    """Return the order of the bytes of UTF-16 without a mark, known by the zero beside ``<``."""
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(body[:2])


def _known(name: str, wide: str | None) -> str:
    try:
        encoding = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        encoding = ""
    if encoding not in _READ:
        raise MalformedXmlError("encoding-unknown")
    return (wide or "utf-16-be") if encoding == "utf-16" else encoding


def _text(body: bytes, encoding: str) -> str | None:
    """Return the text, or None where the bytes are of another encoding."""
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        return None
    # Nearly all bytes make some text in UTF-16; XML shows by what it begins with.
    return None if encoding.startswith("utf-16") and not text.lstrip().startswith("<") else text
