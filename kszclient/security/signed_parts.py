"""Where the parts of a signed envelope must stand; what stands elsewhere is not looked at."""

from __future__ import annotations

from collections import Counter

import msgspec
from lxml import etree
from lxml.etree import _Element

from kszclient.security.signature_flaws import SignatureFlaw, refuse
from kszclient.security.wsse import DS, SOAP, WSSE, WSU, WSU_ID
from kszclient.wire.parse import MalformedXmlError, parse

MAX_DEPTH = 32
"""The deepest an envelope is nested: an answer has a dozen levels.

Each prefix that a signature lists is sought from each element up, so that depth costs as well.
"""
_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")

_CROWDED = {
    "too-many-attributes": SignatureFlaw.TOO_MANY_ATTRIBUTES,
    "too-many-namespaces": SignatureFlaw.TOO_MANY_NAMESPACES,
    "too-many-children": SignatureFlaw.TOO_MANY_CHILDREN,
}


class SignedParts(msgspec.Struct, frozen=True):
    """The parts of an envelope, each the only one in its place.

    Args:
        body: The Body, child of the Envelope.
        timestamp: The Timestamp, child of the Security header.
        token: The BinarySecurityToken, child of the Security header.
        signature: The Signature, child of the Security header.
    """

    body: _Element
    timestamp: _Element
    token: _Element
    signature: _Element


def find_parts(envelope: bytes) -> SignedParts:
    """Find the parts of a signed SOAP 1.1 envelope.

    Raises:
        SignatureRefusedError: One is missing, or stands there twice, or the envelope is made to
            cost whoever reads it.
    """
    root = _read(envelope)
    if root.tag != f"{{{SOAP}}}Envelope":
        refuse(SignatureFlaw.NOT_SOAP)
    if _TOO_DEEP(root):
        refuse(SignatureFlaw.TOO_DEEP)
    _check_ids(root)
    children = list(root)
    tags = [child.tag for child in children]
    if tags == [f"{{{SOAP}}}Body"]:
        refuse(SignatureFlaw.MISSING_SIGNATURE)
    if tags != [f"{{{SOAP}}}Header", f"{{{SOAP}}}Body"]:
        refuse(SignatureFlaw.NOT_SOAP)
    header, body = children
    security = _only(header, f"{{{WSSE}}}Security")
    return SignedParts(
        body=body,
        signature=_only(security, f"{{{DS}}}Signature"),
        timestamp=_only(security, f"{{{WSU}}}Timestamp"),
        token=_only(security, f"{{{WSSE}}}BinarySecurityToken"),
    )


def names_part(uri: str, part: _Element) -> bool:
    """Tell whether a reference such as ``#Body`` names this very part."""
    return uri.startswith("#") and part.get(WSU_ID) == uri[1:]


def _read(envelope: bytes) -> _Element:
    try:
        return parse(envelope)
    except MalformedXmlError as error:
        flaw = _CROWDED.get(error.flaw, SignatureFlaw.NOT_SOAP)
    return refuse(flaw)


def _check_ids(root: _Element) -> None:
    """Refuse an id that two elements bear, in whichever way it is written."""
    ids = Counter(
        value
        for element in root.iter(etree.Element)
        for name, value in element.attrib.items()
        if etree.QName(name).localname.lower() == "id"
    )
    if any(count > 1 for count in ids.values()):
        refuse(SignatureFlaw.DUPLICATE_ID)


def _only(parent: _Element, tag: str) -> _Element:
    found = parent.findall(tag)
    if not found:
        refuse(SignatureFlaw.MISSING_SIGNATURE)
    if len(found) > 1:
        refuse(SignatureFlaw.AMBIGUOUS)
    return found[0]
