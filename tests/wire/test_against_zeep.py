"""The decoder, against zeep's reading of the same answers and faults, element by element."""

import copy
import datetime as dt
import re
from collections import Counter

import pytest
import zeep
from lxml import etree
from zeep.xsd.valueobjects import CompoundValue

from kszclient.resources import resource
from kszclient.values import plain
from kszclient.wire.contract import NAMESPACE
from kszclient.wire.decode import decode_answer, decode_fault
from tests.wire.corpus import MODEL, messages
from tests.wire.test_decode import (
    BEYOND,
    CONTAINERS,
    FAULT,
    RESPONSE,
    moment,
    snake,
    without_nothing,
)

DECODERS = {RESPONSE: decode_answer, FAULT: decode_fault}
CONTAINERS_HERE = {snake(name) for name in CONTAINERS}
OF_EACH_KIND = 10
NOBODY = {"sector": 0, "institution": 0}


@pytest.fixture(scope="module")
def read_by_zeep():
    wsdl = str(resource("schemas", "intf", "ChildBenefitsService", "ChildBenefitsV1.wsdl"))
    client = zeep.Client(wsdl)

    def read(root, payload):
        element = client.get_element(f"{{{NAMESPACE}}}{root}")
        return theirs(element.parse(copy.deepcopy(payload), client.wsdl.types))

    return read


def theirs(value, name=""):
    """Write what zeep read as the plain form of our models does."""
    if isinstance(value, CompoundValue):
        parts = {snake(part): theirs(value[part], snake(part)) for part in value}
        if name in CONTAINERS_HERE:
            return next(iter(parts.values()))
        if "_value_1" in parts:
            parts["ssin" if name == "ssin" else "text"] = parts.pop("_value_1")
        return parts
    if isinstance(value, list):
        return [theirs(each) for each in value]
    if isinstance(value, tuple):  # a month, with its zone or without
        return f"{value[0]:04}-{value[1]:02}"
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return value


def ours(value, name=""):
    """Leave out what zeep does not read: the zone of a day, and a sector and institution of 0."""
    if isinstance(value, dict):
        if set(value) == {"digits"}:
            return {"cbe_number": value["digits"]}
        kept = {part: ours(each, part) for part, each in value.items() if each != NOBODY}
        kept.pop("payment_date_zone", None)
        return kept
    if isinstance(value, list):
        return [ours(each, name) for each in value]
    return moment(value) if name.startswith("timestamp") else value


def chosen(root):
    """Give valid messages: at each place every cardinality, and some values of each type.

    Left out are years that Python cannot hold, and the hour 24, which zeep reads as nothing.
    """
    seen = Counter()
    for message in messages(root):
        kind = re.sub(r"'.*'", "", message.label)
        if not message.valid or BEYOND.search(message.label) or "T24:" in message.label:
            continue
        seen[kind] += 1
        if seen[kind] <= OF_EACH_KIND:
            yield message


def paths_of(element, path=""):
    """Give the path of everything that a message holds."""
    yield path
    yield from (f"{path}/@{name}" for name in element.attrib)
    for child in element:
        yield from paths_of(child, f"{path}/{etree.QName(child).localname}")


def paths_in(kind, path=""):
    """Give the path of everything that the schema knows."""
    yield path
    yield from (f"{path}/@{attribute.name}" for attribute in kind.attributes)
    for slot in kind.slots:
        here = f"{path}/{slot.name}"
        if slot.type in MODEL.complex:
            yield from paths_in(MODEL.complex[slot.type], here)
        else:
            yield here


@pytest.mark.parametrize("root", [RESPONSE, FAULT])
def test_zeep_reads_the_same_in_every_element_of_the_contract(root, read_by_zeep):
    met = set()
    for message in chosen(root):
        decoded = DECODERS[root](copy.deepcopy(message.payload))
        expected = without_nothing(read_by_zeep(root, message.payload))
        assert without_nothing(ours(without_nothing(plain(decoded)))) == expected, message.label
        met.update(paths_of(message.payload))
    assert met == set(paths_in(MODEL.complex[MODEL.elements[f"I:{root}"]]))
