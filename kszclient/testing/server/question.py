"""A request: its SOAP 1.1 envelope, and what a payload that obeys the schema asks."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from lxml import etree

from kszclient.values import AuthenticSource
from kszclient.wire.header_blocks import not_understood

if TYPE_CHECKING:
    from lxml.etree import _Element

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)


class CustomerBlock(msgspec.Struct, frozen=True):
    """Who asks: the block that an answer echoes, as texts that stood in the request.

    Args:
        ticket: The customer's own reference, or None.
        timestamp_sent: When it was sent, as written, or None.
        cbe_number: Number of the organisation, or None.
        sector: Sector, where there is no number.
        institution: Institution within the sector.
    """

    ticket: str | None
    timestamp_sent: str | None
    cbe_number: str | None
    sector: str | None
    institution: str | None

    @property
    def organisation(self) -> str:
        """The organisation in one word: its number, or ``sector/institution``."""
        return self.cbe_number or f"{self.sector}/{self.institution}"


class ConsultRequest(msgspec.Struct, frozen=True):
    """A request.

    Args:
        customer: Who asks.
        legal_context: For which legal purpose.
        ssin: The number, eleven digits as the schema has checked.
        begin: First month as written, perhaps with a time zone.
        end: Last month as written, or None.
        sources: The sources named, or nothing where all are asked.
    """

    customer: CustomerBlock
    legal_context: str
    ssin: str
    begin: str
    end: str | None
    sources: tuple[str, ...]

    @property
    def sources_asked(self) -> tuple[AuthenticSource, ...]:
        """Every source once, in the order asked; all where none was named."""
        return _asked(self.sources)


@cache
def _asked(named: tuple[str, ...]) -> tuple[AuthenticSource, ...]:
    return tuple(dict.fromkeys(map(AuthenticSource, named))) or tuple(AuthenticSource)


def read_question(payload: _Element) -> ConsultRequest:
    """Read a request that `kszclient.wire.check_payload` found nothing wrong with.

    No two elements of a request share a name, but for the sources.
    """
    texts: dict[Any, str] = {}
    sources = []
    for element in payload.iter():
        if element.tag == "authenticSource":
            sources.append(element.text or "")
        else:
            # An element without a text is there all the same.
            texts[element.tag] = element.text or ""
    return ConsultRequest(
        customer=CustomerBlock(
            ticket=texts.get("ticket"),
            timestamp_sent=texts.get("timestampSent"),
            cbe_number=texts.get("cbeNumber"),
            sector=texts.get("sector"),
            institution=texts.get("institution"),
        ),
        legal_context=texts["legalContext"],
        ssin=texts["ssin"],
        begin=texts["beginMonth"],
        end=texts.get("endMonth"),
        sources=tuple(sources),
    )


@lru_cache(maxsize=4096)
def month_index(text: str) -> int | None:
    """Count months from the year 0, or return None for a month that no register can hold.

    The schema allows years of five digits and before our era; a register does not.

    >>> month_index("2019-01+01:00") - month_index("2018-12Z")
    1
    >>> month_index("-0044-03") is None
    True
    """
    match = _MONTH.fullmatch(text.strip())
    return int(match[1]) * 12 + int(match[2]) - 1 if match and int(match[1]) else None


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
    """Return the one element in the body.

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
