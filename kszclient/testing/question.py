"""What a request asks, read from a payload that obeys the schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from kszclient.values import AuthenticSource

if TYPE_CHECKING:
    from lxml.etree import _Element

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)


class Customer(msgspec.Struct, frozen=True):
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


class Question(msgspec.Struct, frozen=True):
    """A request.

    Args:
        customer: Who asks.
        legal_context: For which legal purpose.
        ssin: The number, eleven digits as the schema has checked.
        begin: First month as written, perhaps with a time zone.
        end: Last month as written, or None.
        sources: The sources named, or nothing where all are asked.
    """

    customer: Customer
    legal_context: str
    ssin: str
    begin: str
    end: str | None
    sources: tuple[str, ...]

    @property
    def sources_asked(self) -> tuple[AuthenticSource, ...]:
        """Every source once, in the order asked; all where none was named."""
        return tuple(dict.fromkeys(map(AuthenticSource, self.sources))) or tuple(AuthenticSource)


def read_question(payload: _Element) -> Question:
    """Read a request that `kszclient.wire.check_payload` found nothing wrong with."""
    criteria = _needed(payload, "criteria")
    named = criteria.find("authenticSources")
    period = _needed(criteria, "period")
    return Question(
        customer=_read_customer(_needed(payload, "informationCustomer")),
        legal_context=payload.findtext("legalContext", ""),
        ssin=criteria.findtext("ssin", ""),
        begin=period.findtext("beginMonth", ""),
        end=period.findtext("endMonth"),
        sources=() if named is None else tuple(each.text or "" for each in named),
    )


def _read_customer(block: _Element) -> Customer:
    who = _needed(block, "customerIdentification")
    return Customer(
        ticket=block.findtext("ticket"),
        timestamp_sent=block.findtext("timestampSent"),
        cbe_number=who.findtext("cbeNumber"),
        sector=who.findtext("sector"),
        institution=who.findtext("institution"),
    )


def _needed(parent: _Element, name: str) -> _Element:
    return next(parent.iterchildren(name))  # the schema has seen to it that there is one


def month_index(text: str) -> int | None:
    """Count months from the year 0, or give None for a month that no register can hold.

    The schema allows years of five digits and before our era; a register does not.

    >>> month_index("2019-01+01:00") - month_index("2018-12Z")
    1
    >>> month_index("-0044-03") is None
    True
    """
    match = _MONTH.fullmatch(text.strip())
    return int(match[1]) * 12 + int(match[2]) - 1 if match and int(match[1]) else None
