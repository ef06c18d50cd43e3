"""Where the parts of a signed envelope must stand; what stands elsewhere is not looked at."""

from __future__ import annotations

import msgspec
from lxml import etree
from lxml.etree import _Element

from kszclient.security.signature_flaws import SignatureFlaw, refuse
from kszclient.security.wsse import DS, SOAP, WSSE, WSU, WSU_ID
from kszclient.wire.header_blocks import NEXT, ULTIMATE_RECEIVER, actor_of
from kszclient.wire.parse import MalformedXmlError, parse

MAX_DEPTH = 32
"""The deepest an envelope is nested: an answer has a dozen levels.

Each prefix that a signature lists is sought from each element up, so that depth costs as well.
"""
_IDS = etree.XPath("//@*[translate(local-name(), 'ID', 'id') = 'id']", smart_strings=False)
_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")

_CROWDED = {
    "too-many-attributes": SignatureFlaw.TOO_MANY_ATTRIBUTES,
    "too-many-namespaces": SignatureFlaw.TOO_MANY_NAMESPACES,
    "too-many-children": SignatureFlaw.TOO_MANY_CHILDREN,
}


class SignedParts(msgspec.Struct, frozen=True):
    """The parts of an envelope, each the only one in its place.

    Args:
        header: The Header, child of the Envelope.
        body: The Body, child of the Envelope.
        security: The Security header for us, child of the Header.
        timestamp: The Timestamp, child of that Security header.
        token: The BinarySecurityToken, child of that Security header, that the signature refers
            to, or else the only one there.
        signature: The Signature, child of that Security header.
    """

    header: _Element
    body: _Element
    security: _Element
    timestamp: _Element
    token: _Element | None
    signature: _Element

    def find_extra(self, uri: str) -> _Element | None:
        """Find another part that a signature may cover: it is verified, and read by nobody.

        Only where such parts belong: a header beside the Security header (WS-Addressing), what
        stands in the Security header (SignatureConfirmation), or the reference to the token.
        """
        places = (self.header, self.security, *self.signature.iterchildren(f"{{{DS}}}KeyInfo"))
        apart = (self.security, self.timestamp, self.token, self.signature)
        for place in places:
            for each in place:
                if names_part(uri, each):
                    posing = str(each.tag).startswith(f"{{{SOAP}}}")
                    return None if posing or each in apart else each
        return None


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
    security = _ours(header)
    signature = _only(security, f"{{{DS}}}Signature", SignatureFlaw.MISSING_SIGNATURE)
    return SignedParts(
        header=header,
        body=body,
        security=security,
        signature=signature,
        timestamp=_only(security, f"{{{WSU}}}Timestamp", SignatureFlaw.TIMESTAMP_MISSING),
        token=_token(security, signature),
    )


def _token(security: _Element, signature: _Element) -> _Element | None:
    """Find the token of the signature: others may hold its chain, or serve another purpose."""
    tokens = security.findall(f"{{{WSSE}}}BinarySecurityToken")
    if len(tokens) < 2:  # noqa: PLR2004 - nothing to choose
        return tokens[0] if tokens else None
    named = signature.find(f"{{{DS}}}KeyInfo/{{{WSSE}}}SecurityTokenReference/{{{WSSE}}}Reference")
    uri = "" if named is None else named.get("URI", "")
    return next((each for each in tokens if names_part(uri, each)), None)


def _ours(header: _Element) -> _Element:
    """Find the Security header for the ultimate receiver, else that for the next one.

    Those for other actors are not ours to look at (SOAP 1.1, section 4.2.2; SOAP Message Security
    1.1, chapter 5), and no part of another one is ever taken for a part of ours.
    """
    headers = header.findall(f"{{{WSSE}}}Security")
    for actors in (ULTIMATE_RECEIVER, NEXT):
        found = [each for each in headers if actor_of(each) in actors]
        if len(found) > 1:
            refuse(SignatureFlaw.AMBIGUOUS, f"{len(found)} Security headers for the same receiver")
        if found:
            return found[0]
    return refuse(SignatureFlaw.MISSING_SIGNATURE)


def names_part(uri: str, part: _Element) -> bool:
    """Return whether a reference such as ``#Body`` names this very part."""
    return uri.startswith("#") and part.get(WSU_ID) == uri[1:]


def _read(envelope: bytes) -> _Element:
    try:
        return parse(envelope)
    except MalformedXmlError as error:
        flaw = _CROWDED.get(error.flaw, SignatureFlaw.NOT_SOAP)
    return refuse(flaw)


def _check_ids(root: _Element) -> None:
    """Refuse an id that two elements bear, in whichever way it is written."""
    ids = _IDS(root)
    if len(set(ids)) < len(ids):
        refuse(SignatureFlaw.DUPLICATE_ID)


def _only(parent: _Element, tag: str, missing: SignatureFlaw) -> _Element:
    found = parent.findall(tag)
    if len(found) > 1:
        name = etree.QName(tag).localname
        refuse(SignatureFlaw.AMBIGUOUS, f"{len(found)} elements {name} in one Security header")
    return found[0] if found else refuse(missing)
