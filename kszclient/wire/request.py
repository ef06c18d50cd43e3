"""A question to the registers, and its bytes on the wire."""

from __future__ import annotations

import datetime as dt

import msgspec
from lxml import etree

from kszclient.errors import InvalidValueError
from kszclient.values import AuthenticSource, MonthPeriod, Organisation, Ssin, Ticket
from kszclient.wire.envelope import build_envelope
from kszclient.wire.schema import check_payload

SOAP_ACTION = "http://kszbcss.fgov.be/child-benefits/consultFilesBySsin"
HTTP_HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{SOAP_ACTION}"'}
"""What goes beside the bytes of a question (SOAP 1.1 over HTTP)."""

_LONGEST_LEGAL_CONTEXT = 64


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question about one person.

    Args:
        customer: Who asks.
        legal_context: For which purpose, as agreed with the KSZ; 1 to 64 characters.
        ssin: The person.
        period: The months; an open end is left to the KSZ.
        sources: The registers to ask, each once; none named asks every one.
        ticket: Our own reference.
        sent_at: When it is sent, with a time zone.

    Raises:
        InvalidValueError: Rule ``length`` (legal context), ``distinct`` (sources) or ``zone``.
    """

    customer: Organisation
    legal_context: str
    ssin: Ssin
    period: MonthPeriod
    sources: tuple[AuthenticSource, ...] = ()
    ticket: Ticket
    sent_at: dt.datetime

    def __post_init__(self) -> None:
        """Refuse what the schema or the service would refuse."""
        if not 1 <= len(self.legal_context) <= _LONGEST_LEGAL_CONTEXT:
            raise InvalidValueError("legal context", "length", "must have 1 to 64 characters")
        if len(set(self.sources)) < len(self.sources):
            raise InvalidValueError("sources", "distinct", "must name each source once")
        if self.sent_at.utcoffset() is None:
            raise InvalidValueError("time", "zone", "must carry a time zone")


def encode(question: Question) -> bytes:
    """Write a question as a SOAP 1.1 envelope that obeys the contract.

    Args:
        question: What is asked.

    Returns:
        The envelope as UTF-8, with an XML declaration.

    Raises:
        InvalidValueError: The message does not pass the schema; the message names the element.
        DataError: The contract shipped with the library is broken.
    """
    envelope = build_envelope(question)
    if violations := check_payload(envelope[-1][0]):
        raise InvalidValueError("question", violations[0].rule, f"wrong at {violations[0].path}")
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
