"""The answer as typed, frozen models: every element of the contract under its snake_case name.

A container such as ``beneficiaries`` becomes a tuple of what it holds; a container that is missing
reads as an empty one, for the contract has no empty containers. Only `Answer.results` is
None where it is missing, because a missing block must not be read as "every register is empty".

Codes in open lists stay text, so that a code nobody knows yet is carried, not refused. Numbers of
persons hide themselves; so does everything here that may repeat one.

An ``xsd:gYearMonth`` may carry a time zone, which means nothing for a month: it is dropped. An
``xsd:date`` may too; the day is the one written, and its zone is kept beside it.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import ClassVar

from kszclient.logs import MaskedStruct
from kszclient.values import AuthenticSource, Month, Organisation, Ssin


class GlobalStatusValue(StrEnum):
    """The outcome over all sources together."""

    DATA_FOUND = "DATA_FOUND"
    NO_DATA_FOUND = "NO_DATA_FOUND"
    NO_RESULT = "NO_RESULT"
    INCOMPLETE_DATA = "INCOMPLETE_DATA"


class SourceStatusValue(StrEnum):
    """The outcome for one source."""

    DATA_FOUND = "DATA_FOUND"
    NO_DATA_FOUND = "NO_DATA_FOUND"
    TECHNICAL_ERROR = "TECHNICAL_ERROR"


class Severity(StrEnum):
    """How bad a message in a fault is."""

    INFORMATION = "INFORMATION"
    WARNING = "WARNING"
    FATAL = "FATAL"


class Language(StrEnum):
    """The language of a description."""

    NL = "NL"
    FR = "FR"
    DE = "DE"


class Information(MaskedStruct, frozen=True, gc=False):
    """A name and a value beside a status; the value may repeat a number of a person."""

    field_name: str
    field_value: str | None = None

    hidden_fields: ClassVar[frozenset[str]] = frozenset({"field_value"})


class Status(MaskedStruct, frozen=True, gc=False):
    """The outcome for one source."""

    value: SourceStatusValue
    code: str
    description: str | None = None
    information: tuple[Information, ...] = ()


class GlobalStatus(MaskedStruct, frozen=True, gc=False):
    """The outcome over all sources together. Decide on `value`; `code` explains it."""

    value: GlobalStatusValue
    code: str
    description: str | None = None
    information: tuple[Information, ...] = ()


class InformationCustomer(MaskedStruct, frozen=True, gc=False):
    """Who asked, as the KSZ repeats it."""

    customer_identification: Organisation
    ticket: str | None = None
    timestamp_sent: dt.datetime | None = None


class InformationCbss(MaskedStruct, frozen=True, gc=False):
    """The KSZ's own ticket, to quote to its help desk, and its times."""

    ticket_cbss: str
    timestamp_receive: dt.datetime
    timestamp_reply: dt.datetime


class Period(MaskedStruct, frozen=True, gc=False):
    """Months as the KSZ repeats them; nothing says that they are in order."""

    begin_month: Month
    end_month: Month | None = None


class Criteria(MaskedStruct, frozen=True, gc=False):
    """The question, as the KSZ repeats it."""

    ssin: Ssin
    period: Period
    authentic_sources: tuple[AuthenticSource, ...] = ()


class SsinState(MaskedStruct, frozen=True, gc=False):
    """The number that was asked about, with its state; None: the KSZ does not say."""

    ssin: Ssin
    canceled: bool | None = None
    replaced_by: Ssin | None = None


class Description(MaskedStruct, frozen=True, gc=False):
    """A text, perhaps one of several languages."""

    text: str
    language: Language | None = None


class Fund(MaskedStruct, frozen=True, gc=False):
    """The payer that runs a file: its enterprise number or its three-digit code, never both."""

    enterprise_number: str | None = None
    code: str | None = None
    description: tuple[Description, ...] = ()


class Category(MaskedStruct, frozen=True, gc=False):
    """The kind of a payment, from an open list of codes."""

    code: str
    description: tuple[Description, ...] = ()


class Bonus(MaskedStruct, frozen=True, gc=False):
    """A payment made once.

    Args:
        payment_date: The day, as written.
        category: Its kind.
        beneficiaries: Up to two people, in a child's bonus in a FLANDERS file; that they are
            linked does not say that they received the money.
        payment_date_zone: The time zone that was written behind the day, if any.
    """

    payment_date: dt.date
    category: Category
    beneficiaries: tuple[Ssin, ...] = ()
    payment_date_zone: str | None = None


class PaymentPeriod(MaskedStruct, frozen=True, gc=False):
    """Months of a right of one kind; no end month is an open end.

    Args:
        begin_month: First month.
        end_month: Last month, or None.
        category: The kind.
        beneficiaries: Up to two people, in a child's period in a FLANDERS file; that they are
            linked does not say that they received the money.
    """

    begin_month: Month
    category: Category
    end_month: Month | None = None
    beneficiaries: tuple[Ssin, ...] = ()


class Beneficiary(MaskedStruct, frozen=True, gc=False):
    """A natural person to whom a file pays (in a FLANDERS file: who is linked to it)."""

    ssin: Ssin
    bonuses: tuple[Bonus, ...] = ()
    payment_periods: tuple[PaymentPeriod, ...] = ()


class Child(MaskedStruct, frozen=True, gc=False):
    """A child that gives right to benefits in a file."""

    ssin: Ssin
    bonuses: tuple[Bonus, ...] = ()
    payment_periods: tuple[PaymentPeriod, ...] = ()


class File(MaskedStruct, frozen=True, gc=False):
    """One file of one register.

    Args:
        child_benefits_fund: The payer.
        file_number: Never in FLANDERS.
        entitled_person_ssin: In FEDERAL only.
        beneficiaries: Natural persons only.
        children: Exactly one in FLANDERS.
    """

    child_benefits_fund: Fund
    file_number: str | None = None
    entitled_person_ssin: Ssin | None = None
    beneficiaries: tuple[Beneficiary, ...] = ()
    children: tuple[Child, ...] = ()


class SourceResult(MaskedStruct, frozen=True, gc=False):
    """What one source answered."""

    authentic_source: AuthenticSource
    status: Status
    files: tuple[File, ...] = ()


class Answer(MaskedStruct, frozen=True, gc=False):
    """A whole answer of ChildBenefitsService v1.

    Args:
        information_customer: Who asked, repeated.
        information_cbss: The KSZ's ticket and times.
        legal_context: Repeated.
        criteria: The question, repeated.
        status: The outcome over all sources.
        ssin: The number asked about, with its state, where the KSZ shows it.
        data_filters: Names of the elements that the KSZ took out for this customer.
        results: One entry for each source; None where the block is missing.
        numbers_outside_contract: Where numbers of persons stand that the published pattern does not
            admit, because their day was counted on past 31: paths in the order of the answer. The
            numbers are read like any other; nothing can be asked about them.
    """

    information_customer: InformationCustomer
    information_cbss: InformationCbss
    legal_context: str
    criteria: Criteria
    status: GlobalStatus
    ssin: SsinState | None = None
    data_filters: tuple[str, ...] = ()
    results: tuple[SourceResult, ...] | None = None
    numbers_outside_contract: tuple[str, ...] = ()


class Message(MaskedStruct, frozen=True, gc=False):
    """One message in a fault."""

    severity: Severity
    reason_code: str
    diagnostic: str
    author_code: str
    information: tuple[Information, ...] = ()


class Fault(MaskedStruct, frozen=True, gc=False):
    """The detail that the KSZ puts into a SOAP fault."""

    information_cbss: InformationCbss
    detail: tuple[Message, ...]
    information_customer: InformationCustomer | None = None
