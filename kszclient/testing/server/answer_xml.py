"""Answers and faults as bytes on the wire: SOAP 1.1, one namespace on the payload's root.

Status codes and their texts stand in `mocks/codes.toml`. No real data filter was ever seen; which
elements one could take out is our choice, from those that the schema lets go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from xml.sax.saxutils import escape

import msgspec
from lxml import etree

from kszclient.resources import resource
from kszclient.testing.population.reading import read_typed
from kszclient.testing.server.question import SOAP, ConsultRequest, CustomerBlock
from kszclient.wire.contract import NAMESPACE

_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}"><soapenv:Body>'
)
_SPECIAL = re.compile("[&<>\r]")
_TAIL = "</soapenv:Body></soapenv:Envelope>"
AUTHOR = "https://localhost/mock-ksz"


class Stamp(msgspec.Struct, frozen=True):
    """The KSZ's own block: its ticket and two times in UTC, as written on the wire."""

    ticket: str
    received: str
    replied: str


class ReplyStatus(msgspec.Struct, frozen=True):
    """A status of the whole answer or of one source."""

    value: str
    code: str
    description: str = ""
    information: Mapping[str, str] = {}


class SourceReply(msgspec.Struct, frozen=True):
    """The answer of one source: its status and its files as XML."""

    source: str
    status: ReplyStatus
    files: str = ""


class Reply(msgspec.Struct, frozen=True):
    """A whole answer, before it is written.

    Args:
        status: The outcome over all sources.
        ssin: The XML of the number's state, or nothing.
        data_filters: Names of elements that were taken out.
        results: One for each source asked; none for a refusal.
    """

    status: ReplyStatus
    ssin: str = ""
    data_filters: tuple[str, ...] = ()
    results: tuple[SourceReply, ...] = ()


class FaultDetail(msgspec.Struct, frozen=True):
    """What a fault contains.

    Args:
        code: Reason code.
        diagnostic: What the code means.
        information: Names and values, at most fifteen.
        blame: ``Client`` or ``Server``, in SOAP's sense.
    """

    code: str
    diagnostic: str
    information: tuple[tuple[str, str], ...] = ()
    blame: str = "Server"


def ssin_xml(digits: str, *, canceled: bool = False, replaced_by: str | None = None) -> str:
    """Write a number with its state.

    >>> ssin_xml("85023000125", canceled=True)
    '<ssin canceled="true">85023000125</ssin>'
    """
    state = ' canceled="true"' if canceled else ""
    state += f' replacedBy="{replaced_by}"' if replaced_by else ""
    return f"<ssin{state}>{digits}</ssin>"


def write_answer(question: ConsultRequest, stamp: Stamp, reply: Reply) -> bytes:
    """Write an answer: the question's blocks are echoed as they came."""
    filters = "".join([_element("filteredElement", name) for name in reply.data_filters])
    results = "".join([_result(result) for result in reply.results])
    return (
        f'{_HEAD}<q:consultFilesBySsinResponse xmlns:q="{NAMESPACE}">'
        f"{_customer(question.customer)}{_cbss(stamp)}"
        f"{_element('legalContext', question.legal_context)}{_criteria(question)}"
        f"{_status(reply.status)}{reply.ssin}"
        f"{f'<dataFilters>{filters}</dataFilters>' if filters else ''}"
        f"{f'<results>{results}</results>' if results else ''}"
        f"</q:consultFilesBySsinResponse>{_TAIL}"
    ).encode()


def write_fault(stamp: Stamp, detail: FaultDetail, customer: CustomerBlock | None = None) -> bytes:
    """Write a fault with the KSZ's own detail.

    Args:
        stamp: The KSZ's ticket and times.
        detail: What went wrong.
        customer: Who asked, where the request could be read so far.
    """
    fields = "".join(_information(name, value) for name, value in detail.information)
    return (
        f"{_HEAD}<soapenv:Fault><faultcode>soapenv:{detail.blame}</faultcode>"
        "<faultstring>The request could not be handled; see the detail.</faultstring>"
        f'<detail><q:consultFilesBySsinFault xmlns:q="{NAMESPACE}">'
        f"{_customer(customer) if customer else ''}{_cbss(stamp)}"
        f"<detail><severity>FATAL</severity><reasonCode>{detail.code}</reasonCode>"
        f"{_element('diagnostic', detail.diagnostic)}"
        f"<authorCode>{AUTHOR}</authorCode>{fields}</detail>"
        f"</q:consultFilesBySsinFault></detail></soapenv:Fault>{_TAIL}"
    ).encode()


def write_soap_fault(faultcode: str, text: str) -> bytes:
    """Write a fault of SOAP itself, without a detail of the KSZ."""
    return (
        f"{_HEAD}<soapenv:Fault><faultcode>soapenv:{faultcode}</faultcode>"
        f"{_element('faultstring', text)}</soapenv:Fault>{_TAIL}"
    ).encode()


def _element(name: str, text: str | None) -> str:
    if text is None:
        return ""
    if _SPECIAL.search(text):
        # A carriage return must be a reference, or the reader gets a line feed.
        text = escape(text, {"\r": "&#13;"})
    return f"<{name}>{text}</{name}>"


def _customer(customer: CustomerBlock) -> str:
    return (
        "<informationCustomer>"
        f"{_element('ticket', customer.ticket)}{_element('timestampSent', customer.timestamp_sent)}"
        "<customerIdentification>"
        f"{_element('cbeNumber', customer.cbe_number)}{_element('sector', customer.sector)}"
        f"{_element('institution', customer.institution)}"
        "</customerIdentification></informationCustomer>"
    )


def _cbss(stamp: Stamp) -> str:
    return (
        f"<informationCBSS><ticketCBSS>{stamp.ticket}</ticketCBSS>"
        f"<timestampReceive>{stamp.received}</timestampReceive>"
        f"<timestampReply>{stamp.replied}</timestampReply></informationCBSS>"
    )


def _criteria(question: ConsultRequest) -> str:
    sources = "".join([_element("authenticSource", source) for source in question.sources])
    months = _element("beginMonth", question.begin) + _element("endMonth", question.end)
    return (
        f"<criteria><ssin>{question.ssin}</ssin><period>{months}</period>"
        f"{f'<authenticSources>{sources}</authenticSources>' if sources else ''}</criteria>"
    )


def _status(status: ReplyStatus) -> str:
    fields = "".join([_information(name, value) for name, value in status.information.items()])
    return (
        f"<status>{_plain_status(status.value, status.code, status.description)}{fields}</status>"
    )


@cache
def _plain_status(value: str, code: str, description: str) -> str:
    return (
        f"<value>{value}</value>{_element('code', code)}"
        f"{_element('description', description or None)}"
    )


def _information(name: str, value: str) -> str:
    return (
        f"<information>{_element('fieldName', name)}{_element('fieldValue', value)}</information>"
    )


def _result(result: SourceReply) -> str:
    files = f"<files>{result.files}</files>" if result.files else ""
    return (
        f'<resultByAuthenticSource authenticSource="{result.source}">'
        f"{_status(result.status)}{files}</resultByAuthenticSource>"
    )


class StatusText(msgspec.Struct, frozen=True):
    """With which value a code comes, and its text."""

    value: str
    description: str


class FaultText(msgspec.Struct, frozen=True):
    """The text of a fault's reason code."""

    diagnostic: str


class Codes(msgspec.Struct, frozen=True):
    """Codes of a whole answer, of one source, and of a fault; names of categories by language."""

    status: dict[str, StatusText]
    source: dict[str, StatusText]
    fault: dict[str, FaultText]
    category: dict[str, dict[str, str]]


@cache
def codes() -> Codes:
    """Read `mocks/codes.toml`.

    >>> codes().status["MSG00005"].value
    'NO_RESULT'
    """
    return read_typed(resource("mocks", "codes.toml"), Codes)


def status_of(code: str, information: Mapping[str, str] | None = None) -> ReplyStatus:
    """Build the status of a whole answer from its code.

    >>> status_of("MSG00007").value
    'NO_RESULT'
    """
    meaning = codes().status[code]
    return ReplyStatus(meaning.value, code, meaning.description, information or {})


def source_status_of(code: str, information: Mapping[str, str] | None = None) -> ReplyStatus:
    """Build the status of one source from its code."""
    meaning = codes().source[code]
    return ReplyStatus(meaning.value, code, meaning.description, information or {})


REMOVABLE = {
    "fileNumber": "file",
    "entitledPersonSsin": "file",
    "beneficiaries": "file",
    "children": "file",
    "bonuses": "beneficiary child",
    "paymentPeriods": "beneficiary child",
}
"""Elements that can be left out, and below which parents."""


def filtered(files: str, names: tuple[str, ...]) -> str:
    """Take elements out of the files of one source.

    >>> filtered("<file><fileNumber>1</fileNumber></file>", ("fileNumber",))
    '<file/>'
    """
    if not names:
        return files
    root = etree.fromstring(f"<files>{files}</files>")
    for name in names:
        for element in list(root.iter(name)):
            parent = element.getparent()
            if parent is not None and parent.tag in REMOVABLE[name].split():
                parent.remove(element)
    return "".join(etree.tostring(file, encoding="unicode") for file in root)
