"""The SOAP envelope of a question, as zeep builds it from the WSDL; the only place that uses zeep.

`kszclient.wire.prepared` keeps what is built here, so that a question need not wait for it.

zeep is asked for the message alone: it never sends, and never reads an answer. What it is given has
been checked, for it takes unknown values and wrong numbers without a word.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from kszclient.resources import resource
from kszclient.wire.contract import WSDL, contract

if TYPE_CHECKING:
    from lxml.etree import _Element

    from kszclient.wire.question import Question

OPERATION = "consultFilesBySsin"

_building = threading.Lock()
_built: list[Any] = []


def _client() -> Any:
    """Read the WSDL once; zeep's own client is safe to share for building messages."""
    with _building:
        if not _built:
            import zeep  # noqa: PLC0415 - a third of a second that --help need not wait for

            # Its log lines repeat whole messages.
            logging.getLogger("zeep").setLevel(logging.WARNING)
            contract()  # checks the files against their checksums
            settings = zeep.Settings(forbid_dtd=True, forbid_entities=True, forbid_external=True)
            _built.append(
                zeep.Client(str(resource("schemas", *WSDL.split("/"))), settings=settings)
            )
    return _built[0]


def build_envelope(question: Question) -> _Element:
    """Build the envelope of a question.

    Args:
        question: What is asked, already checked.

    Returns:
        The envelope, with the payload in its body.
    """
    client = _client()
    envelope: _Element = client.create_message(client.service, OPERATION, **_values(question))
    return envelope


def _values(question: Question) -> dict[str, Any]:
    from kszclient.values import CbeNumber, Month  # noqa: PLC0415 - beside zeep, above

    def month(value: Month) -> tuple[int, int, None]:
        return value.year, value.month, None  # zeep's form of an xsd:gYearMonth

    customer = question.customer
    identification: dict[str, Any] = (
        {"cbeNumber": customer.digits}
        if isinstance(customer, CbeNumber)
        # As text: zeep takes a plain 0 for nothing and leaves the element out.
        else {"sector": str(customer.sector), "institution": str(customer.institution)}
    )
    period: dict[str, Any] = {"beginMonth": month(question.period.begin)}
    if question.period.end is not None:
        period["endMonth"] = month(question.period.end)
    criteria: dict[str, Any] = {"ssin": question.ssin.digits, "period": period}
    if question.sources:
        sources = [source.value for source in question.sources]
        criteria["authenticSources"] = {"authenticSource": sources}
    return {
        "informationCustomer": {
            "ticket": question.ticket.text,
            "timestampSent": question.sent_at,
            "customerIdentification": identification,
        },
        "legalContext": question.legal_context,
        "criteria": criteria,
    }
