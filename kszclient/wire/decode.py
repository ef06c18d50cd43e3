"""From a checked payload to the models, in one pass over its elements.

Every reader walks the children of its element once and dispatches on the tag. The payload has
passed the schema, so order and presence need no second look; what Python cannot hold (a year beyond
9999) is contract drift, named by its path.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from kszclient.errors import ContractDriftError, InvalidValueError
from kszclient.values import (
    AuthenticSource,
    CbeNumber,
    Month,
    Organisation,
    SectorInstitution,
    Ssin,
)
from kszclient.wire import answer as model

if TYPE_CHECKING:
    from lxml.etree import _Element

T = TypeVar("T")
Reader = Callable[["_Element"], Any]

_ZONE = r"(Z|[+-][0-9]{2}:[0-9]{2})?"
_MONTH = re.compile(rf"\s*([0-9]{{4}}-[0-9]{{2}}){_ZONE}\s*", re.ASCII)
_DATE = re.compile(rf"\s*([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_ZONE}\s*", re.ASCII)
_MOMENT = re.compile(
    rf"\s*([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})T([0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}})(\.[0-9]+)?{_ZONE}\s*",
    re.ASCII,
)
_SOURCES = {str(source): source for source in AuthenticSource}
_LANGUAGES = {str(language): language for language in model.Language}


def decode_answer(payload: _Element) -> model.Answer:
    """Read a response payload that has passed the schema.

    Raises:
        ContractDriftError: A value that the schema admits and Python cannot hold.
    """
    return _answer(payload)


def decode_fault(payload: _Element) -> model.Fault:
    """Read the KSZ's block in a fault, which has passed the schema.

    Raises:
        ContractDriftError: A value that the schema admits and Python cannot hold.
    """
    return _fault(payload)


def _drift(element: _Element, what: str) -> ContractDriftError:
    steps = [element.tag, *(parent.tag for parent in element.iterancestors())]
    path = "/".join(str(step).rpartition("}")[2] for step in reversed(steps))
    return ContractDriftError(f"unreadable {what} at /{path}")


def _text(element: _Element) -> str:
    return element.text or ""


def _ssin(element: _Element) -> Ssin:
    return Ssin.from_wire(element.text or "")


def _source(element: _Element) -> AuthenticSource:
    return _SOURCES[element.text or ""]


def _month(element: _Element) -> Month:
    match = _MONTH.fullmatch(element.text or "")
    if match is None:
        raise _drift(element, "month")
    try:
        return Month.parse(match[1])
    except InvalidValueError:
        raise _drift(element, "month") from None


def _date(element: _Element) -> tuple[dt.date, str | None]:
    match = _DATE.fullmatch(element.text or "")
    if match is None:
        raise _drift(element, "date")
    try:
        return dt.date.fromisoformat(match[1]), match[2]
    except ValueError:
        raise _drift(element, "date") from None


def _moment(element: _Element) -> dt.datetime:
    """Read a moment, to the microsecond; without a zone it stays without one."""
    match = _MOMENT.fullmatch(element.text or "")
    if match is None:
        raise _drift(element, "time")
    day, time, fraction, zone = match.groups()
    midnight_after = time == "24:00:00"
    try:
        moment = dt.datetime.fromisoformat(
            f"{day}T{'00:00:00' if midnight_after else time}{(fraction or '')[:7]}{zone or ''}"
        )
        return moment + dt.timedelta(days=1) if midnight_after else moment
    except (ValueError, OverflowError):
        raise _drift(element, "time") from None


def _boolean(text: str) -> bool:
    return text.strip() in {"true", "1"}


def _many(read: Callable[[_Element], T]) -> Callable[[_Element], tuple[T, ...]]:
    """Read a container: all its children are of one kind."""

    def container(element: _Element) -> tuple[T, ...]:
        return tuple([read(child) for child in element])

    return container


def _record(
    build: Callable[..., T],
    single: Mapping[str, Reader],
    repeated: Mapping[str, tuple[str, Reader]],
) -> Callable[[_Element], T]:
    """Make the reader of an element with children: one pass, dispatched by tag.

    Args:
        build: Makes the model from keyword arguments.
        single: Tag of a child that comes at most once -> its reader.
        repeated: Tag of a child that may come again -> name of the argument, reader of each.
    """
    named = {tag: (_snake(tag), read) for tag, read in single.items()}

    def record(element: _Element) -> T:
        values: dict[str, Any] = {}
        for child in element:
            tag = child.tag
            one = named.get(tag)  # type: ignore[arg-type]  # tags are text: no comments are left
            if one is not None:
                values[one[0]] = one[1](child)
            else:
                name, read = repeated[tag]  # type: ignore[index]  # as above
                if name in values:
                    values[name] += (read(child),)
                else:
                    values[name] = (read(child),)
        return build(**values)

    return record


def _snake(tag: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z]+)", lambda found: "_" + found[1].lower(), tag)


def _description(element: _Element) -> model.Description:
    language = element.get("language")
    return model.Description(element.text or "", _LANGUAGES[language] if language else None)


def _organisation(
    cbe_number: str | None = None, sector: str | None = None, institution: str | None = None
) -> Organisation:
    if cbe_number is not None:
        return CbeNumber(cbe_number)
    return SectorInstitution(int(sector or 0), int(institution or 0))


def _bonus_of(
    payment_date: tuple[dt.date, str | None],
    category: model.Category,
    beneficiaries: tuple[Ssin, ...] = (),
) -> model.Bonus:
    return model.Bonus(payment_date[0], category, beneficiaries, payment_date[1])


def _ssin_state(element: _Element) -> model.SsinState:
    canceled, replaced_by = element.get("canceled"), element.get("replacedBy")
    return model.SsinState(
        ssin=_ssin(element),
        canceled=None if canceled is None else _boolean(canceled),
        replaced_by=None if replaced_by is None else Ssin.from_wire(replaced_by),
    )


_DESCRIPTIONS = {"description": ("description", _description)}
_INFORMATION = {
    "information": (
        "information",
        _record(model.Information, {"fieldName": _text, "fieldValue": _text}, {}),
    )
}
_customer = _record(
    model.InformationCustomer,
    {
        "ticket": _text,
        "timestampSent": _moment,
        "customerIdentification": _record(
            _organisation, {"cbeNumber": _text, "sector": _text, "institution": _text}, {}
        ),
    },
    {},
)
_cbss = _record(
    model.InformationCbss,
    {"ticketCBSS": _text, "timestampReceive": _moment, "timestampReply": _moment},
    {},
)
_criteria = _record(
    model.Criteria,
    {
        "ssin": _ssin,
        "period": _record(model.Period, {"beginMonth": _month, "endMonth": _month}, {}),
        "authenticSources": _many(_source),
    },
    {},
)
_category = _record(model.Category, {"code": _text}, _DESCRIPTIONS)
_bonuses = _many(
    _record(
        _bonus_of,
        {"paymentDate": _date, "category": _category, "beneficiaries": _many(_ssin)},
        {},
    )
)
_payment_periods = _many(
    _record(
        model.PaymentPeriod,
        {
            "beginMonth": _month,
            "endMonth": _month,
            "category": _category,
            "beneficiaries": _many(_ssin),
        },
        {},
    )
)
_party = {"ssin": _ssin, "bonuses": _bonuses, "paymentPeriods": _payment_periods}
_file = _record(
    model.File,
    {
        "childBenefitsFund": _record(
            model.Fund, {"enterpriseNumber": _text, "code": _text}, _DESCRIPTIONS
        ),
        "fileNumber": _text,
        "entitledPersonSsin": _ssin,
        "beneficiaries": _many(_record(model.Beneficiary, _party, {})),
        "children": _many(_record(model.Child, _party, {})),
    },
    {},
)


def _status_of(build: Callable[..., T], values: Callable[[str], Any]) -> Callable[[_Element], T]:
    single: dict[str, Reader] = {
        "value": lambda element: values(_text(element)),
        "code": _text,
        "description": _text,
    }
    return _record(build, single, _INFORMATION)


_result_parts: Callable[[_Element], dict[str, Any]] = _record(
    dict,
    {"status": _status_of(model.Status, model.SourceStatusValue), "files": _many(_file)},
    {},
)


def _result(element: _Element) -> model.SourceResult:
    source = _SOURCES[element.get("authenticSource", "")]
    return model.SourceResult(authentic_source=source, **_result_parts(element))


_answer = _record(
    model.Answer,
    {
        "informationCustomer": _customer,
        "informationCBSS": _cbss,
        "legalContext": _text,
        "criteria": _criteria,
        "status": _status_of(model.GlobalStatus, model.GlobalStatusValue),
        "ssin": _ssin_state,
        "dataFilters": _many(_text),
        "results": _many(_result),
    },
    {},
)
_fault = _record(
    model.Fault,
    {"informationCustomer": _customer, "informationCBSS": _cbss},
    {
        "detail": (
            "detail",
            _record(
                model.Message,
                {
                    "severity": lambda element: model.Severity(_text(element)),
                    "reasonCode": _text,
                    "diagnostic": _text,
                    "authorCode": _text,
                },
                _INFORMATION,
            ),
        )
    },
)
