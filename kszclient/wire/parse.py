"""The one parser of foreign XML: no DTD, no entity, no network, no giant."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Literal

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_BYTES = 32 * 1024 * 1024
"""The longest body that is read: an answer with a hundred full files stays below it."""

MAX_TAGS = 1_000_000
"""The most tags and attributes that are read: they take some 120 MiB, and an answer has thousands.

An element of four bytes takes thirty times as much when it is parsed, so that a bound on bytes
alone bounds little. Every `<` and `=` counts, also in text that is quoted as a whole.
"""

MAX_ATTRIBUTES = 100
"""The most attributes of one element: an answer has one or two, and they are found one by one."""

MAX_NAMESPACES = 100
"""The most namespaces that count where an element stands; an answer declares some ten.

Each is looked at again for each element below (to canonicalise it) or for each other one (to
validate what stands below), so that a bound on tags alone lets them cost their square.
"""

MAX_CHILDREN = 1_000
"""The most children of one element: all lists of the contract but one end at a hundred.

A validator reports where each flaw stands, and counts the elements before it for that.
"""

HARMLESS_BYTES = 32 * 1024
"""So few bytes cost some 15 ms at most, however crowded; most answers are shorter."""
_CROWDED_WITH_CHILDREN = etree.XPath(f"boolean(//*[{MAX_CHILDREN + 1}])")
_CROWDED_WITH_ATTRIBUTES = etree.XPath(f"boolean(//@*[{MAX_ATTRIBUTES + 1}])")
_INSTRUCTION = etree.XPath("boolean(descendant::processing-instruction())")
_SHORTEST_ELEMENT = 4
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_COUNTED = {b"utf-8", b"utf-16", b"us-ascii", b"iso-8859-1"}

Flaw = Literal[
    "empty",
    "too-long",
    "too-many",
    "malformed",
    "dtd",
    "compressed",
    "encoding-unknown",
    "encoding-wrong",
    "encodings-differ",
    "too-many-attributes",
    "too-many-namespaces",
    "too-many-children",
]

_EXPLANATIONS: dict[Flaw, str] = {
    "empty": "the body is empty",
    "too-long": "the body is longer than allowed",
    "too-many": "the body has more tags than allowed",
    "malformed": "the body is not well-formed XML",
    "dtd": "the body carries a document type declaration",
    "compressed": "the body is compressed, though no compression was asked",
    "encoding-unknown": "the body is in an encoding that is not read here",
    "encoding-wrong": "the body is not in the encoding that it names",
    "encodings-differ": "Content-Type, XML declaration and bytes do not agree on one encoding",
    "too-many-attributes": "the body has an element with more attributes than allowed",
    "too-many-namespaces": "the body declares more namespaces at one place than allowed",
    "too-many-children": "the body has an element with more children than allowed",
}


class MalformedXmlError(ValueError):
    """Bytes that cannot be read as XML without risk; says why and never what they held.

    Stays within this package: `kszclient.wire.read_answer` turns it into one of
    `kszclient.errors`, for only the caller knows what was meant to stand there.

    Args:
        flaw: What is wrong.
        root: The local name of the root where there is one (`dtd`), such as ``html``.
    """

    def __init__(self, flaw: Flaw, *, root: str | None = None) -> None:
        super().__init__(_EXPLANATIONS[flaw])
        self.flaw = flaw
        self.root = root


_mine = threading.local()


def hardened_parser(*, instructions: bool = False) -> etree.XMLParser[_Element]:
    """Make a fresh parser.

    Comments are dropped, so that none can cut a text in two, and so are processing instructions.

    Args:
        instructions: Whether processing instructions are kept.
    """
    return etree.XMLParser(
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=not instructions,
    )


def parse(body: bytes, *, max_bytes: int = MAX_BYTES) -> _Element:
    """Read foreign bytes as XML.

    Args:
        body: A whole document.
        max_bytes: The longest body to look at.

    Returns:
        The root element, without any comment or processing instruction below it.

    Raises:
        MalformedXmlError: The body is empty, too long, of too many tags, not well-formed, carries
            a DTD, or crowds children, attributes or namespaces at one place.

    >>> parse(b"<a>x<!-- y -->z</a>").text
    'xz'
    >>> parse(b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>")
    Traceback (most recent call last):
    kszclient.wire.parse.MalformedXmlError: the body carries a document type declaration
    """
    if len(body) > max_bytes:
        raise MalformedXmlError("too-long")
    if not body.strip():
        raise MalformedXmlError("empty")
    if _too_many(body):
        raise MalformedXmlError("too-many")
    root = _root_or_none(body)
    # Raised outside of any except clause: the parser's own error quotes the body.
    if root is None:
        raise MalformedXmlError("malformed")
    if root.getroottree().docinfo.internalDTD is not None:
        raise MalformedXmlError("dtd", root=etree.QName(root).localname)
    _check_crowds(root, body)
    return root


def holds_instruction(body: bytes, tag: str) -> bool:
    """Return whether a processing instruction stands within a part of a document.

    Args:
        body: A document that `parse` takes.
        tag: The part: a child of the root.
    """
    part = etree.fromstring(body, hardened_parser(instructions=True)).find(tag)
    return part is not None and bool(_INSTRUCTION(part))


def _too_many(body: bytes) -> bool:
    if len(body) <= MAX_TAGS * _SHORTEST_ELEMENT:
        return False
    return not _counted_in(body) or body.count(b"<") + body.count(b"=") > MAX_TAGS


def _counted_in(body: bytes) -> bool:
    """Return whether `<` and `=` are written as such; in EBCDIC and UTF-7 they are not."""
    head = body[:512].replace(b"\0", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<") or (head.startswith(b"<?xml") and b"?>" not in head):
        return False
    declared = _ENCODING.match(head)
    return not declared or declared[1].lower() in _COUNTED


def _check_crowds(root: _Element, body: bytes) -> None:
    if len(body) <= HARMLESS_BYTES:
        return
    counted = _counted_in(body)
    if (not counted or body.count(b"<") > MAX_CHILDREN) and _CROWDED_WITH_CHILDREN(root):
        raise MalformedXmlError("too-many-children")
    if counted and body.count(b"=") <= min(MAX_ATTRIBUTES, MAX_NAMESPACES):
        return
    if _CROWDED_WITH_ATTRIBUTES(root):
        raise MalformedXmlError("too-many-attributes")
    # What is written in two bytes a letter is not found, and an answer of hundreds of attributes
    # that declares few namespaces is not walked.
    if counted and b"\0" not in body and body.count(b"xmlns") <= MAX_NAMESPACES:
        return
    namespaces = 0
    for event, _ in etree.iterwalk(root, events=("start-ns", "end-ns")):
        namespaces += 1 if event == "start-ns" else -1
        if namespaces > MAX_NAMESPACES:
            raise MalformedXmlError("too-many-namespaces")


def _parser() -> etree.XMLParser[_Element]:
    """Return this thread's own parser: sharing one makes threads wait, a fresh one costs 4 µs."""
    parser: etree.XMLParser[_Element] | None = getattr(_mine, "parser", None)
    if parser is None:
        parser = _mine.parser = hardened_parser()
    return parser


def _root_or_none(body: bytes) -> _Element | None:
    try:
        return etree.fromstring(body, _parser())
    except (etree.XMLSyntaxError, ValueError):
        return None
