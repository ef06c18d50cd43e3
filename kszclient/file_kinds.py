"""What kind of file somebody handed in, by its content: a name may be anything."""

from __future__ import annotations

import codecs
import re
import zipfile
from typing import IO, NamedTuple

BEGIN_BYTES = 4096
"""How much of a file is enough to recognise its kind."""


class Kind(NamedTuple):
    """A kind of file that is no plain text with rows or fields.

    Args:
        name: With its article, such as ``a PDF document``.
        remedy: What to do instead, from the side of who has such a file.
    """

    name: str
    remedy: str


_SAVE = "Save it as CSV (UTF-8) in the program that made it, numbers of persons formatted as text."
_UNPACK = "Unpack it first, and name the file that was in it."
_DECRYPT = "Decrypt it first, and name the file that was in it."
_UTF8 = "Save it as UTF-8; a mapping (--mapping) may name the encoding instead."
_EXPORT = "Export it as CSV (UTF-8) or Parquet."
_ACCESS = Kind("an Access database", _EXPORT)

# By the first bytes; sources: the specifications of these formats.
_BEGINS: tuple[tuple[bytes, Kind], ...] = (
    (
        b"\xd0\xcf\x11\xe0",
        Kind("a workbook of a spreadsheet (XLS), or another old or protected Office file", _SAVE),
    ),
    (b"\x1f\x8b", Kind("a file packed with gzip", _UNPACK)),
    (b"BZh", Kind("a file packed with bzip2", _UNPACK)),
    (b"\xfd7zXZ\x00", Kind("a file packed with xz", _UNPACK)),
    (b"\x1f\x9d", Kind("a file packed with compress", _UNPACK)),
    (b"LZIP", Kind("a file packed with lzip", _UNPACK)),
    (b"\x28\xb5\x2f\xfd", Kind("a file packed with zstd", _UNPACK)),
    (b"\x04\x22\x4d\x18", Kind("a file packed with lz4", _UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7z archive", _UNPACK)),
    (b"Rar!\x1a\x07", Kind("a RAR archive", _UNPACK)),
    (
        b"SQLite format 3\x00",
        Kind(
            "an SQLite database",
            "For dossiers or domiciles name it as sqlite:///PATH, with a query in the mapping.",
        ),
    ),
    (b"%PDF-", Kind("a PDF document", "Ask for the data themselves, as CSV or Parquet.")),
    (b"{\\rtf", Kind("an RTF document", _SAVE)),
    (
        b"PAR1",
        Kind("a Parquet file", "Parquet is read for dossiers and domiciles of a population."),
    ),
    (b"PARE", Kind("an encrypted Parquet file", "Write it without encryption.")),
    (b"ARROW1", Kind("an Arrow (Feather) file", _EXPORT)),
    (b"ORC", Kind("an ORC file", _EXPORT)),
    (b"Obj\x01", Kind("an Avro file", _EXPORT)),
    (b"\x89HDF\r\n\x1a\n", Kind("an HDF5 file", _EXPORT)),
    (b"$FL2", Kind("an SPSS file", _EXPORT)),
    (b"<stata_dta>", Kind("a Stata file", _EXPORT)),
    (b"\x00\x01\x00\x00Standard Jet DB\x00", _ACCESS),
    (b"\x00\x01\x00\x00Standard ACE DB\x00", _ACCESS),
    (bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf", Kind("a SAS data set", _EXPORT)),
    (b"%!PS", Kind("a PostScript document", "Ask for the data themselves, as CSV or Parquet.")),
    (b"\x89PNG", Kind("a picture", "Ask for the data themselves.")),
    (b"\xff\xd8\xff", Kind("a picture", "Ask for the data themselves.")),
    (b"GIF8", Kind("a picture", "Ask for the data themselves.")),
    (b"-----BEGIN PGP", Kind("a message encrypted with PGP", _DECRYPT)),
    (b"age-encryption.org/", Kind("a file encrypted with age", _DECRYPT)),
    (b"-----BEGIN ", Kind("a certificate, a key or an encrypted message", _EXPORT)),
    (
        b"version https://git-lfs.github.com/",
        Kind("a pointer of Git LFS", "Fetch the file to which it points: git lfs pull."),
    ),
)
_ZIPPED = {
    "xl/workbook.bin": Kind("an XLSB workbook", _SAVE),
    "xl/": Kind("an XLSX workbook", _SAVE),
    "word/": Kind("a DOCX document", _SAVE),
    "ppt/": Kind("a PPTX presentation", _SAVE),
    "content.xml": Kind("an OpenDocument file", _SAVE),
    "Index/": Kind("a Numbers or Pages document", _SAVE),
}
_ZIP = Kind("a ZIP archive", _UNPACK)
_NO_ZIP = Kind("a damaged ZIP archive or a workbook of a spreadsheet", _SAVE)
_TAR = Kind("a TAR archive", _UNPACK)
_TAR_AT = 257
_MARKUP = (
    (
        rb"(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|table|meta|style|div|p|form)\b",
        "an HTML page",
    ),
    (
        rb"(MIME-Version|Content-Type|Received|Return-Path): |From: [^\n,;|\t]*@",
        "an e-mail or a web archive",
    ),
    (rb"ID;P[^\n]*\r?\n[PFBOC];", "a SYLK sheet of a spreadsheet"),
    (rb"<\?xml[^>]*>.*urn:schemas-microsoft-com:office:spreadsheet", "an XML spreadsheet"),
    (rb"<\?xml\b|<[a-z][a-z0-9]*:[a-z]+[\s>]|<[a-z][^<>]*>\s*<[a-z!/]", "an XML document"),
)
# An opening bracket alone may begin the name of a column, as SQL Server writes them.
_JSON = re.compile(rb'(\{\s*["}]|\[\s*[\[\]{"])')
_JSON_KIND = Kind("a JSON file", _EXPORT)
_WIDE = Kind("UTF-16 text without a mark at its beginning", _UTF8)
_WIDEST = Kind("UTF-32 text", _UTF8)
_EBCDIC = Kind("text in EBCDIC, of a mainframe", _UTF8)
_BINARY = Kind("no text but binary data", _EXPORT)
_DAMAGED = Kind(
    "text with zero bytes in it", "It was damaged while it was written or sent: export it again."
)
# What no text holds but ends of lines, tabs, the end of a file of DOS and a mark of a terminal.
_CONTROLS = bytes(each for each in range(32) if each not in b"\t\n\f\r\x1a\x1b")
_MOST_TEXT = 0.95
_LATIN, _MOST_LATIN = "\u0250", 0.8
_LINE_ENDS = dict.fromkeys(map(ord, "\t\r\n\ufeff"), " ")
_EBCDIC_TEXT = re.compile(r"[A-Za-z0-9 ,;|\t\r\n\x85._/:\"'-]+", re.ASCII)
_MARKS_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKS_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def kind_of(begin: bytes, file: IO[bytes] | None = None) -> Kind | None:
    r"""Find out which kind of file this is, where it is not plain text.

    Args:
        begin: Its first bytes, at least `BEGIN_BYTES` of them where it has so many.
        file: The file, to look into an archive; its position is changed.

    Returns:
        The kind; None for what may be text with rows or fields, JSON included.

    >>> kind_of(b"%PDF-1.7").name, kind_of(b"\x1f\x8b\x08").name, kind_of(b"dossier,child\n")
    ('a PDF document', 'a file packed with gzip', None)
    """
    if begin.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zipped(begin, file)
    marked = next((kind for mark, kind in _BEGINS if begin.startswith(mark)), None)
    if begin[_TAR_AT : _TAR_AT + 5] == b"ustar":
        marked = _TAR
    return marked or _text_kind(begin)


def _text_kind(begin: bytes) -> Kind | None:
    if begin.startswith(_MARKS_32):
        return _WIDEST
    if begin.startswith(_MARKS_16):
        begin = _narrow(begin)
    elif b"\x00" in begin:
        return _with_zeros(begin)
    elif _is_ebcdic(begin):
        return _EBCDIC
    elif len(begin.translate(None, _CONTROLS)) < len(begin) * _MOST_TEXT:
        return _BINARY
    text = begin.removeprefix(codecs.BOM_UTF8).lstrip()
    for pattern, name in _MARKUP:
        if re.match(pattern, text, re.IGNORECASE | re.DOTALL):
            return Kind(name, _SAVE)
    return None


def _narrow(begin: bytes) -> bytes:
    """Return the beginning of a text in UTF-16 with a mark as UTF-8; any other as it is."""
    if not begin.startswith(_MARKS_16):
        return begin
    return begin.decode("utf-16", "ignore").encode("utf-8", "ignore")


def is_json(begin: bytes) -> bool:
    """Whether a file looks like JSON by its first bytes."""
    return _JSON.match(_narrow(begin).removeprefix(codecs.BOM_UTF8).lstrip()) is not None


def kind_but_rows(begin: bytes, file: IO[bytes] | None = None) -> Kind | None:
    """Find out which kind of file this is, where it is no CSV, as `kind_of`."""
    return _JSON_KIND if is_json(begin) else kind_of(begin, file)


def _zipped(begin: bytes, file: IO[bytes] | None) -> Kind:
    names: list[str] | None = None
    if file is not None:
        try:
            with zipfile.ZipFile(file) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            names = None
    for part, kind in _ZIPPED.items():
        if any(name.startswith(part) for name in names or ()) or part.encode() in begin:
            return kind
    return _NO_ZIP if names is None else _ZIP


def _with_zeros(begin: bytes) -> Kind:
    for encoding in ("utf-32-le", "utf-32-be"):
        if _is_plain(_decoded(begin, encoding)):
            return _WIDEST
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _decoded(begin, encoding)
        if _is_plain(text) and sum(each < _LATIN for each in text) >= len(text) * _MOST_LATIN:
            return _WIDE
    text = _decoded(begin.replace(b"\x00", b""), "utf-8")
    return _DAMAGED if "\n" in text and _is_plain(text) else _BINARY


def _is_ebcdic(begin: bytes) -> bool:
    # Its letters and digits are what other encodings keep for accents, and its space is an @.
    text = begin.decode("cp500")
    lines = text.translate({0x85: "\n"}).count("\n")
    return lines > 0 and len(_EBCDIC_TEXT.sub("", text)) < len(text) * (1 - _MOST_TEXT)


def _decoded(begin: bytes, encoding: str) -> str:
    """Decode a beginning, which may end within a character; empty where that cannot be."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(begin)
    except UnicodeDecodeError:
        return ""


def _is_plain(text: str) -> bool:
    return bool(text) and text.translate(_LINE_ENDS).isprintable()
