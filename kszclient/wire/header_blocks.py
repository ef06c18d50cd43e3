"""Header blocks of SOAP 1.1 that must be understood, for whoever receives a message.

SOAP 1.1, section 4.2.3: who does not understand such a block must not process the message. Only
blocks for oneself count (section 4.2.2): those without an actor, and those for the next one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_MUST_UNDERSTAND = f"{{{_SOAP}}}mustUnderstand"
# The roles of SOAP 1.2 are written into SOAP 1.1 by stacks that speak both.
ULTIMATE_RECEIVER = frozenset({"", "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver"})
"""The actors of a block for whoever the message is for in the end."""

NEXT = frozenset(
    {
        "http://schemas.xmlsoap.org/soap/actor/next",
        "http://www.w3.org/2003/05/soap-envelope/role/next",
    }
)
"""The actors of a block for whoever receives the message first."""

_OURS = ULTIMATE_RECEIVER | NEXT
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_ADDRESSING = (
    "http://www.w3.org/2005/08/addressing",
    "http://schemas.xmlsoap.org/ws/2004/08/addressing",
)
_ADDRESSES = ("Action", "To", "From", "ReplyTo", "FaultTo", "MessageID", "RelatesTo")
_UNDERSTOOD = frozenset(
    {
        f"{{{_WSSE}}}Security",
        *(f"{{{space}}}{name}" for space in _ADDRESSING for name in _ADDRESSES),
    }
)
"""Security is what `kszclient.security` verifies where a profile asks for it.

Where a profile leaves protection to TLS alone, the block is understood and ignored: services sign
every answer alike, whoever asked, and a signature that nobody relies on takes nothing away.

Those of WS-Addressing 1.0 and of its submission of 2004 say where a message goes and what it
replies to; WCF marks Action and To as ones that must be understood. A reply comes on the connection
of its question, so that nothing is left to route, and what it repeats of the question shows whether
it answers that one (`AnswerMismatchError`).
"""


def actor_of(block: _Element) -> str:
    """Return whom a header block is for; nobody named is the ultimate receiver."""
    return block.get(f"{{{_SOAP}}}actor", "").strip()


def not_understood(header: _Element) -> Iterator[str]:
    """Yield the name of every block that we must understand and do not.

    Args:
        header: The Header of an envelope.
    """
    for block in header:
        binding = block.get(_MUST_UNDERSTAND, "").strip() in ("1", "true")
        if binding and actor_of(block) in _OURS and block.tag not in _UNDERSTOOD:
            yield str(block.tag)
