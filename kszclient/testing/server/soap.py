"""The SOAP 1.1 envelope of a request: what a server has to look at before the payload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from kszclient.testing.server.answer_xml import SOAP
from kszclient.wire.header_blocks import not_understood

if TYPE_CHECKING:
    from lxml.etree import _Element

_ENVELOPE, _HEADER, _BODY = (f"{{{SOAP}}}{name}" for name in ("Envelope", "Header", "Body"))


class SoapError(Exception):
    """The envelope breaks a rule of SOAP 1.1.

    Args:
        faultcode: ``VersionMismatch``, ``MustUnderstand`` or ``Client``.
        text: What is wrong, without anything from the message.
    """

    def __init__(self, faultcode: str, text: str) -> None:
        super().__init__(text)
        self.faultcode = faultcode
        self.text = text


def payload_of(envelope: _Element) -> _Element:
    """Give the one element in the body.

    A WS-Security header is let through unread: the mock trusts everybody on this machine.

    Raises:
        SoapError: The root is no envelope of SOAP 1.1, a header must be understood and is not, or
            the body does not hold one element.
    """
    if envelope.tag != _ENVELOPE:
        if etree.QName(envelope).localname != "Envelope":
            raise SoapError("Client", "The message is no SOAP envelope.")
        raise SoapError("VersionMismatch", "The service speaks SOAP 1.1.")
    bodies = []
    for part in envelope:
        if part.tag == _BODY:
            bodies.append(part)
        elif part.tag == _HEADER:
            _check_header(part)
    if len(bodies) != 1 or len(bodies[0]) != 1:
        raise SoapError("Client", "The envelope must have one body that holds one element.")
    return bodies[0][0]


def _check_header(header: _Element) -> None:
    if next(not_understood(header), None) is not None:
        raise SoapError("MustUnderstand", "A header that must be understood is not known here.")
