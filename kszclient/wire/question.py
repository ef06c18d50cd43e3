"""A question to the registers."""

from __future__ import annotations

import datetime as dt

import msgspec

from kszclient.errors import InvalidValueError
from kszclient.values import AuthenticSource, MonthPeriod, Organisation, Ssin, Ticket
from kszclient.values.ssin import counted_past_31

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
        InvalidValueError: Rule ``length`` (legal context), ``contract`` (SSIN), ``distinct``
            (sources), ``zone``, or ``type`` (SSIN, period, sources).
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
        check_askable(self.ssin)
        if not isinstance(self.period, MonthPeriod):
            raise InvalidValueError(
                "period", "type", "expected a MonthPeriod; MonthPeriod.parse reads text"
            )
        if not all(isinstance(source, AuthenticSource) for source in self.sources):
            raise InvalidValueError("sources", "type", "expected a tuple of AuthenticSource")
        if len(set(self.sources)) < len(self.sources):
            raise InvalidValueError("sources", "distinct", "must name each source once")
        if self.sent_at.utcoffset() is None:
            raise InvalidValueError("time", "zone", "must carry a time zone")


def check_askable(ssin: Ssin) -> None:
    """Refuse a number that the published contract has no room for.

    Raises:
        InvalidValueError: Rule ``contract``; rule ``type`` where it is no `Ssin` at all.

    >>> check_askable(Ssin.parse("00003241778"))
    Traceback (most recent call last):
    kszclient.errors.InvalidValueError: SSIN: the number is in order, but the contract of the \
service admits days 00 to 31 only; ask the KSZ how to consult about this person (rule contract)
    """
    if not isinstance(ssin, Ssin):
        raise InvalidValueError("SSIN", "type", "expected an Ssin; Ssin.parse reads text")
    if counted_past_31(ssin.digits):
        raise InvalidValueError(
            "SSIN",
            "contract",
            "the number is in order, but the contract of the service admits days 00 to 31 only; "
            "ask the KSZ how to consult about this person",
        )
