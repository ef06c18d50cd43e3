"""The envelope of a question, prepared once from zeep's own message and filled for each question.

zeep needs a sixth of a second to read the WSDL, and 0.15 ms for each message. So its messages for
two specimen questions, one for each way to name a customer, are kept in ``envelopes.toml`` with the
fingerprint of the contract that they were made from; under another contract zeep makes them anew,
once in a process. A question takes the message of its kind, loses what it does not ask, and writes
its own values over the specimen's: nothing is ever added, so the order stays zeep's.

Tests compare with zeep byte by byte. After a change of the contract, write the file anew::

    python -c 'from kszclient.wire import prepared; prepared.write()'
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from lxml import etree

from kszclient.errors import InvalidValueError
from kszclient.values import (
    AuthenticSource,
    CbeNumber,
    MonthPeriod,
    Organisation,
    SectorInstitution,
    Ssin,
    Ticket,
)
from kszclient.wire.contract import contract
from kszclient.wire.envelope import build_envelope
from kszclient.wire.parse import hardened_parser
from kszclient.wire.question import Question

if TYPE_CHECKING:
    from lxml.etree import _Element

_FILE = Path(__file__).with_name("envelopes.toml")


class _Forms(threading.local):
    """Each thread's own copies of the messages, with the leaves that a question writes into."""

    def __init__(self) -> None:
        self.forms: dict[tuple[str, bool, int], tuple[_Element, list[_Element]]] = {}


_mine = _Forms()


class Prepared(msgspec.Struct, frozen=True):
    """zeep's messages for two specimen questions that ask all there is to ask.

    Args:
        contract: Fingerprint of the contract's files.
        enterprise: The envelope for a customer with a CBE number.
        institution: The envelope for a customer with sector and institution.
    """

    contract: str
    enterprise: str
    institution: str


def prepare() -> Prepared:
    """Let zeep build both messages from the WSDL."""
    return Prepared(
        _fingerprint(), _message(CbeNumber("0000000097")), _message(SectorInstitution(17, 1))
    )


def kept() -> Prepared:
    """Return the messages that are kept, whatever the contract in use."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=Prepared)


def write() -> None:
    """Keep what zeep builds now."""
    made = prepare()
    _FILE.write_text(
        "# zeep's own messages for two specimen questions; prepared.py says why and writes this.\n"
        f'contract = "{made.contract}"\n'
        f"enterprise = '''{made.enterprise}'''\ninstitution = '''{made.institution}'''\n",
        encoding="utf-8",
    )


def fill(question: Question) -> _Element:
    """Return the envelope of a question, not yet checked against the schema.

    The envelope is this thread's own, and its next question is written over this one.

    Raises:
        InvalidValueError: Rule ``characters``: a text holds what XML cannot.
    """
    kind = "enterprise" if isinstance(question.customer, CbeNumber) else "institution"
    envelope, leaves = _form(kind, question.period.end is not None, len(question.sources))
    try:
        for leaf, text in zip(leaves, _texts(question), strict=True):
            leaf.text = text
    except ValueError:
        raise InvalidValueError(
            "question", "characters", "ticket or legal context hold what XML cannot"
        ) from None
    return envelope


@cache
def _in_use() -> Prepared:
    messages = kept()
    return messages if messages.contract == _fingerprint() else prepare()


def _form(kind: str, closed: bool, sources: int) -> tuple[_Element, list[_Element]]:
    """Return this thread's own message of such a question, and the leaves to write into."""
    form = _mine.forms.get((kind, closed, sources))
    if form is None:
        envelope = deepcopy(_pruned(kind, closed, sources))
        form = _mine.forms[kind, closed, sources] = envelope, _leaves(envelope)
    return form


@cache
def _pruned(kind: str, closed: bool, sources: int) -> _Element:
    """Return a message without the parts that such a question leaves out."""
    envelope = etree.fromstring(getattr(_in_use(), kind), hardened_parser())
    unasked = list(envelope.iter("authenticSource"))[sources:]
    unasked += [] if closed else list(envelope.iter("endMonth"))
    unasked += [] if sources else list(envelope.iter("authenticSources"))
    for element in unasked:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    return envelope


def _leaves(envelope: _Element) -> list[_Element]:
    return [element for element in envelope.iter() if not len(element)]


def _texts(question: Question) -> list[str]:
    """Return the texts of the leaves, in the order of the contract."""
    return [
        question.ticket.text,
        question.sent_at.isoformat().replace("+00:00", "Z"),
        *_identification(question.customer),
        question.legal_context,
        question.ssin.digits,
        str(question.period.begin),
        *([] if question.period.end is None else [str(question.period.end)]),
        *question.sources,
    ]


def _identification(customer: Organisation) -> tuple[str, ...]:
    if isinstance(customer, CbeNumber):
        return (customer.digits,)
    return str(customer.sector), str(customer.institution)


def _message(customer: Organisation) -> str:
    specimen = Question(
        customer=customer,
        legal_context="PURPOSE",
        ssin=Ssin.from_wire("85023000125"),
        period=MonthPeriod.parse("2023-01", "2023-12"),
        sources=tuple(AuthenticSource),
        ticket=Ticket("00000000-0000-4000-8000-000000000000"),
        sent_at=dt.datetime(2023, 1, 1, tzinfo=dt.UTC),
    )
    return etree.tostring(build_envelope(specimen), encoding="unicode")


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path, content in sorted(contract().items()):
        digest.update(f"{path} {len(content)}\n".encode() + content)
    return digest.hexdigest()
