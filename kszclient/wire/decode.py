"""From a checked payload to the models: which element becomes which field.

The payload has passed the schema, so order and presence need no second look. What comes by the
dozen in every file (payment periods and their categories) is written out in the schema's order;
the rest are tables, dispatched by tag.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from kszclient.values import (
    AuthenticSource,
    CbeNumber,
    Organisation,
    SectorInstitution,
    Ssin,
)
from kszclient.wire import answer as model
from kszclient.wire import lexical
from kszclient.wire.walk import People, Reader, Walk, drift, many, read, record

if TYPE_CHECKING:
    from lxml.etree import _Element

T = TypeVar("T")

_SOURCES = {str(source): source for source in AuthenticSource}
_LANGUAGES: dict[str | None, model.Language | None] = {
    None: None,
    **{str(language): language for language in model.Language},
}


def decode_answer(payload: _Element) -> model.Answer:
    """Read a response payload that has passed the schema.

    Raises:
        ContractDriftError: A value that the schema admits and Python cannot hold.
    """
    return read(_answer, payload)


def decode_fault(payload: _Element) -> model.Fault:
    """Read the KSZ's block in a fault, which has passed the schema.

    Raises:
        ContractDriftError: A value that the schema admits and Python cannot hold.
    """
    return read(_fault, payload)


def _source(element: _Element, _walk: Walk, _people: People) -> AuthenticSource:
    return _SOURCES[element.text or ""]


def _filtered(element: _Element, _walk: Walk, _people: People) -> str:
    return element.text or ""


def _ssin(element: _Element, _walk: Walk, people: People) -> Ssin:
    return people[element.text or ""]


def _ssins(element: _Element, walk: Walk, people: People) -> tuple[Ssin, ...]:
    if len(element) == 1:  # nearly always
        digits = next(walk).text or ""
        alone = people.alone.get(digits)
        if alone is None:
            alone = people.alone[digits] = (people[digits],)
        return alone
    return tuple([people[child.text or ""] for child in islice(walk, len(element))])


def _ssin_state(element: _Element, _walk: Walk, people: People) -> model.SsinState:
    canceled, replaced_by = element.get("canceled"), element.get("replacedBy")
    return model.SsinState(
        ssin=people[element.text or ""],
        canceled=None if canceled is None else lexical.boolean(canceled),
        replaced_by=None if replaced_by is None else people[replaced_by],
    )


def _description(element: _Element, _walk: Walk, _people: People) -> model.Description:
    return model.Description(element.text or "", _LANGUAGES[element.get("language")])


def _category(element: _Element, walk: Walk, people: People) -> model.Category:
    code = next(walk).text or ""
    descriptions = len(element) - 1
    if descriptions != 1:  # hardly ever
        every = [_description(each, walk, people) for each in islice(walk, descriptions)]
        return model.Category(code, tuple(every))
    child = next(walk)
    text, language = child.text or "", child.get("language")
    known = people.categories.get((code, text, language))
    if known is None:
        described = model.Description(text, _LANGUAGES[language])
        known = people.categories[code, text, language] = model.Category(code, (described,))
    return known


def _payment_period(element: _Element, walk: Walk, people: People) -> model.PaymentPeriod:
    child, end = next(walk), None
    try:
        begin = lexical.month(child.text or "")
        child = next(walk)
        if child.tag == "endMonth":
            end = lexical.month(child.text or "")
            child = next(walk)
    except lexical.UnreadableError as error:
        raise drift(child, error) from None
    category = _category(child, walk, people)
    left = len(element) - (2 if end is None else 3)
    if not left:
        return model.PaymentPeriod(begin, category, end)
    child = next(walk)
    if left > 1 or child.tag != "beneficiaries":
        raise KeyError(child.tag)
    return model.PaymentPeriod(begin, category, end, _ssins(child, walk, people))


def _organisation(
    cbe_number: str | None = None, sector: str = "0", institution: str = "0"
) -> Organisation:
    if cbe_number is not None:
        return CbeNumber(cbe_number)
    return SectorInstitution(int(sector), int(institution))


def _bonus_of(payment_date: tuple[Any, str | None], **parts: Any) -> model.Bonus:
    day, zone = payment_date
    return model.Bonus(payment_date=day, payment_date_zone=zone, **parts)


def _status_of(build: Callable[..., T], values: type[StrEnum]) -> Reader[T]:
    by_name = {str(each): each for each in values}
    return record(
        build,
        {
            "value": ("value", by_name.__getitem__),
            "code": ("code", str),
            "description": ("description", str),
        },
        repeated=_INFORMATION,
    )


def _result(element: _Element, walk: Walk, people: People) -> model.SourceResult:
    source = _SOURCES[element.get("authenticSource", "")]
    parts = _result_parts(element, walk, people)
    return model.SourceResult(authentic_source=source, **parts)


_DESCRIPTIONS = {"description": ("description", _description)}
_INFORMATION = {
    "information": (
        "information",
        record(
            model.Information,
            {"fieldName": ("field_name", str), "fieldValue": ("field_value", str)},
        ),
    )
}
_customer = record(
    model.InformationCustomer,
    {"ticket": ("ticket", str), "timestampSent": ("timestamp_sent", lexical.moment)},
    {
        "customerIdentification": (
            "customer_identification",
            record(
                _organisation,
                {
                    "cbeNumber": ("cbe_number", str),
                    "sector": ("sector", str),
                    "institution": ("institution", str),
                },
            ),
        ),
    },
)
_cbss = record(
    model.InformationCbss,
    {
        "ticketCBSS": ("ticket_cbss", str),
        "timestampReceive": ("timestamp_receive", lexical.moment),
        "timestampReply": ("timestamp_reply", lexical.moment),
    },
)
_period = record(
    model.Period,
    {"beginMonth": ("begin_month", lexical.month), "endMonth": ("end_month", lexical.month)},
)
_criteria = record(
    model.Criteria,
    {},
    {
        "ssin": ("ssin", _ssin),
        "period": ("period", _period),
        "authenticSources": ("authentic_sources", many(_source)),
    },
)
_bonus = record(
    _bonus_of,
    {"paymentDate": ("payment_date", lexical.date)},
    {"category": ("category", _category), "beneficiaries": ("beneficiaries", _ssins)},
)
_PARTY = {
    "ssin": ("ssin", _ssin),
    "bonuses": ("bonuses", many(_bonus)),
    "paymentPeriods": ("payment_periods", many(_payment_period)),
}
_fund = record(
    model.Fund,
    {"enterpriseNumber": ("enterprise_number", str), "code": ("code", str)},
    repeated=_DESCRIPTIONS,
)
_file = record(
    model.File,
    {"fileNumber": ("file_number", str)},
    {
        "childBenefitsFund": ("child_benefits_fund", _fund),
        "entitledPersonSsin": ("entitled_person_ssin", _ssin),
        "beneficiaries": ("beneficiaries", many(record(model.Beneficiary, {}, _PARTY))),
        "children": ("children", many(record(model.Child, {}, _PARTY))),
    },
)
_result_parts: Reader[dict[str, Any]] = record(
    dict,
    {},
    {
        "status": ("status", _status_of(model.Status, model.SourceStatusValue)),
        "files": ("files", many(_file)),
    },
)
_answer = record(
    model.Answer,
    {"legalContext": ("legal_context", str)},
    {
        "informationCustomer": ("information_customer", _customer),
        "informationCBSS": ("information_cbss", _cbss),
        "criteria": ("criteria", _criteria),
        "status": ("status", _status_of(model.GlobalStatus, model.GlobalStatusValue)),
        "ssin": ("ssin", _ssin_state),
        "dataFilters": ("data_filters", many(_filtered)),
        "results": ("results", many(_result)),
    },
)
_message = record(
    model.Message,
    {
        "severity": ("severity", model.Severity),
        "reasonCode": ("reason_code", str),
        "diagnostic": ("diagnostic", str),
        "authorCode": ("author_code", str),
    },
    repeated=_INFORMATION,
)
_fault = record(
    model.Fault,
    {},
    {
        "informationCustomer": ("information_customer", _customer),
        "informationCBSS": ("information_cbss", _cbss),
    },
    {"detail": ("detail", _message)},
)
