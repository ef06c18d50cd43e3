"""Whether a payload obeys the contract, checked against its schema before anything reads it."""

from __future__ import annotations

import re
import threading
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING

import msgspec
from lxml import etree

from kszclient.errors import DataError
from kszclient.resources import resource
from kszclient.values.ssin import counted_past_31
from kszclient.wire.contract import NAMESPACE, WSDL, contract
from kszclient.wire.parse import hardened_parser

if TYPE_CHECKING:
    from lxml.etree import _Element, _LogEntry

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_MOMENT_TYPES = {"xsd:gYearMonth", "xsd:date", "xsd:dateTime"}

_RULES = {
    "SCHEMAV_CVC_ELT_1": "undeclared-root",
    "SCHEMAV_CVC_ELT_3_1": "nil",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "text",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "unknown-attribute",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": "unknown-attribute",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "missing-attribute",
    "SCHEMAV_CVC_TYPE_3_1_1": "unknown-attribute",
    "SCHEMAV_CVC_TYPE_3_1_2": "unexpected-element",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "lexical-form",
    "SCHEMAV_CVC_PATTERN_VALID": "pattern",
    "SCHEMAV_CVC_ENUMERATION_VALID": "enumeration",
    "SCHEMAV_CVC_LENGTH_VALID": "length",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "max-length",
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": "max-inclusive",
}
_PREFIX = re.compile(r"(?<=/)[^/:]+:")
# A name with a digit in it is none of the contract's and might be a number of a person.
_TELLING_STEP = re.compile(r"(?<=/)@?[^/\[]*[0-9][^/\[]*")

_ORDINARY = "85023000125"

_validating = threading.Lock()


class Violation(msgspec.Struct, frozen=True):
    """One place where a payload breaks the contract; never holds what stood there.

    Args:
        path: The way to the element, such as ``/consultFilesBySsinRequest/criteria/ssin``.
        rule: What is broken: ``pattern``, ``enumeration``, ``length``, ``max-length``,
            ``max-inclusive``, ``lexical-form``, ``unexpected-element``, ``missing-element``,
            ``unknown-attribute``, ``missing-attribute``, ``text``, ``nil`` or
            ``undeclared-root``.
    """

    path: str
    rule: str

    def __str__(self) -> str:
        return f"{self.path}: {self.rule}"


def check_payload(payload: _Element) -> tuple[Violation, ...]:
    """Check a payload, as it stands in a SOAP body or alone, against the contract.

    Args:
        payload: A request, a response or the block inside a fault's detail.

    Returns:
        Every violation found, in document order; nothing where the payload is valid.

    Raises:
        DataError: The schema shipped with the library is broken.
    """
    # The types' namespace declares the same three roots, which are not for the wire.
    if not str(payload.tag).startswith(f"{{{NAMESPACE}}}"):
        return (Violation("/", "undeclared-root"),)
    violations = _violations(payload)
    if any(violation.rule == "lexical-form" for violation in violations):
        return _violations(_with_collapsed_moments(payload))
    return violations


class Checked(msgspec.Struct, frozen=True):
    """What the check of an answer found.

    Args:
        violations: Where it breaks the contract; nothing where it can be used.
        numbers_outside: Where numbers of persons stand whose day was counted past 31.
    """

    violations: tuple[Violation, ...] = ()
    numbers_outside: tuple[str, ...] = ()


_IN_ORDER = Checked()


def check_answer(payload: _Element) -> Checked:
    """Check what the KSZ answers: as `check_payload`, but for numbers counted on past day 31.

    The National Register gives numbers that the published pattern does not admit (see
    `kszclient.values.ssin`). Such a number of a parent or a sister must not cost the answer about a
    child. So what breaks the contract is checked once more with an ordinary number in the place of
    each such number, by the published schema itself: a second, looser schema would have to be kept
    equal to it in all the rest. Whatever else is wrong stays wrong, and an answer in order is
    checked once, as before.

    Args:
        payload: A response or the block inside a fault's detail.

    Raises:
        DataError: The schema shipped with the library is broken.
    """
    violations = check_payload(payload)
    if not violations:
        return _IN_ORDER
    ordinary = deepcopy(payload)
    places = _with_ordinary_numbers(ordinary)
    if not places:
        return Checked(violations)
    violations = check_payload(ordinary)
    return Checked(violations) if violations else Checked((), places)


def wsdl_bytes(address: str, *, files_below: str = "../../") -> bytes:
    """Return the WSDL as a server publishes it.

    Args:
        address: The endpoint, to stand in ``soap:address``.
        files_below: The URL below which the server gives `schema_files` under their own paths;
            absolute, or relative to where the WSDL is published.

    Raises:
        DataError: The contract shipped with the library is broken.
    """
    wsdl = _parsed_wsdl()
    for node in wsdl.iter(f"{_SOAP}address"):
        node.set("location", address)
    for node in wsdl.iter(f"{_XSD}import"):
        location = node.get("schemaLocation", "")
        node.set("schemaLocation", files_below + location.removeprefix("../../"))
    return etree.tostring(wsdl, xml_declaration=True, encoding="UTF-8")


def schema_files() -> dict[str, bytes]:
    """Return the schema files of the WSDL by path, such as ``types/common/CommonV3.xsd``.

    Raises:
        DataError: The contract shipped with the library is broken.
    """
    return {path: content for path, content in contract().items() if path != WSDL}


def _violations(payload: _Element) -> tuple[Violation, ...]:
    # One validator, one thread at a time: its log of errors belongs to the payload at hand, and the
    # schemas are compiled once, just after their checksums were verified, and never read again.
    with _validating:
        validator = _validator()
        if validator(payload):
            return ()
        entries = validator.error_log
    return tuple(dict.fromkeys(map(_violation, entries)))


def _with_collapsed_moments(payload: _Element) -> _Element:
    """Copy a payload without the white space around dates, times and months.

    XML Schema gives it no meaning (part 2, 4.3.6: collapse); libxml2 refuses it behind them.
    """
    collapsed = deepcopy(payload)
    for element in collapsed.iter(*_moments()):
        element.text = (element.text or "").strip(" \t\r\n")
    return collapsed


def _with_ordinary_numbers(payload: _Element) -> tuple[str, ...]:
    """Put an ordinary number in the place of each one counted past day 31; return the places."""
    places, path = [], payload.getroottree().getpath
    elements, attributes = _person_numbers()
    for element in payload.iter("*"):
        here = _PREFIX.sub("", path(element)) if element.attrib or element.tag in elements else ""
        if element.tag in elements and counted_past_31(element.text or ""):
            element.text = _ORDINARY
            places.append(here)
        for name, text in element.attrib.items():
            if name in attributes and counted_past_31(str(text)):
                element.set(name, _ORDINARY)
                places.append(f"{here}/@{name}")
    return tuple(places)


@cache
def _person_numbers() -> tuple[frozenset[str], frozenset[str]]:
    """Name the elements and the attributes that hold the number of a person."""
    parsed = [etree.fromstring(each, hardened_parser()) for each in schema_files().values()]
    kinds = {"SsinType"}
    for root in parsed:
        for kind in root.iter(f"{_XSD}complexType"):
            bases = {each.get("base", "") for each in kind.iter(f"{_XSD}extension")}
            if any(base.rpartition(":")[2] == "SsinType" for base in bases):
                kinds.add(kind.get("name", ""))

    def declared(what: str) -> frozenset[str]:
        return frozenset(
            node.get("name", "")
            for root in parsed
            for node in root.iter(f"{_XSD}{what}")
            if node.get("type", "").rpartition(":")[2] in kinds
        )

    return declared("element"), declared("attribute")


@cache
def _moments() -> frozenset[str]:
    return frozenset(
        element.get("name", "")
        for content in schema_files().values()
        for element in etree.fromstring(content, hardened_parser()).iter(f"{_XSD}element")
        if element.get("type") in _MOMENT_TYPES
    )


@cache
def _validator() -> etree.XMLSchema:
    inline = _parsed_wsdl().find(f".//{_XSD}schema")
    if inline is None:
        raise DataError(f"schemas/{WSDL}: holds no schema")
    try:
        return etree.XMLSchema(inline)
    except etree.XMLSchemaParseError as error:
        raise DataError(f"the schemas do not fit together: {error}") from error


def _parsed_wsdl() -> _Element:
    """Parse the WSDL, whose own address lets the relative imports be found.

    The imports are read from the folder and not from memory: lxml's way of answering them is lost
    while another thread begins or ends a parse, for libxml2 has one loader in a process.
    """
    try:
        return etree.fromstring(
            contract()[WSDL],
            hardened_parser(),
            base_url=resource("schemas", WSDL).resolve().as_uri(),
        )
    except (KeyError, etree.XMLSyntaxError) as error:
        raise DataError(f"schemas/{WSDL}: is missing or not well-formed") from error


def _violation(entry: _LogEntry) -> Violation:
    path = _TELLING_STEP.sub("*", _PREFIX.sub("", entry.path or "/"))
    if entry.type_name == "SCHEMAV_ELEMENT_CONTENT":
        missing = "Missing child" in entry.message
        return Violation(path, "missing-element" if missing else "unexpected-element")
    fallback = entry.type_name.removeprefix("SCHEMAV_").lower().replace("_", "-")
    return Violation(path, _RULES.get(entry.type_name, fallback))
