"""The schemas and zeep's reading of them against the tables, type by type."""

from __future__ import annotations

import pytest
import zeep

from kszclient.resources import resource
from kszclient.wire.contract import WSDL
from tests.wire.contract_table import ELEMENTS, SIMPLE, complex_types
from tests.wire.xsd_model import LETTERS, Simple, read_model

MODEL = read_model()
TABLE = complex_types()
NAMESPACES = {letter: namespace for namespace, letter in LETTERS.items()}
ACTION = "http://kszbcss.fgov.be/child-benefits/consultFilesBySsin"


def as_lines(kind):
    lines = ["abstract" if kind.abstract else f"= {kind.text}" if kind.text else ""]
    for slot in kind.slots:
        name = slot.type
        if isinstance(name, Simple):
            facets = {facet: "|".join(name.values(facet)) for facet, _ in name.facets}
            name = name.base + "".join(f"[{facet}={text}]" for facet, text in facets.items())
        most = "unbounded" if slot.most is None else slot.most
        branch = "" if slot.branch is None else " " + "ab"[slot.branch]
        lines.append(f"{slot.name} {name} {slot.least} {most}{branch}")
    for attribute in kind.attributes:
        use = "req" if attribute.required else "opt"
        lines.append(f"@{attribute.name} {attribute.type} {use}")
    return lines


def test_no_type_is_missing_or_too_many():
    assert set(MODEL.complex) == set(TABLE)
    assert set(MODEL.simple) == set(SIMPLE)
    assert MODEL.elements == ELEMENTS


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_complex_type_is_that_of_the_table(name):
    assert as_lines(MODEL.complex[name]) == TABLE[name]


@pytest.mark.parametrize("name", sorted(SIMPLE))
def test_a_simple_type_is_that_of_the_table(name):
    assert MODEL.simple[name].base == "xsd:string"
    assert list(MODEL.simple[name].facets) == SIMPLE[name]


@pytest.fixture(scope="module")
def client():
    settings = zeep.Settings(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    return zeep.Client(
        str(resource("schemas", WSDL)),
        settings=settings,
        transport=zeep.Transport(cache=None, timeout=1, operation_timeout=1),
    )


def test_zeep_reads_the_service_from_disk(client):
    (service,) = client.wsdl.services.values()
    assert service.name == "ChildBenefitsService"
    (port,) = service.ports.values()
    assert port.name == "ChildBenefitsServiceV1"
    assert port.binding.name.text == f"{{{NAMESPACES['I']}}}ChildBenefitsV1ServiceHTTPBinding"
    (operation,) = port.binding.all().values()
    assert operation.name == "consultFilesBySsin"
    assert operation.soapaction == ACTION
    assert operation.style == "document"
    assert operation.input.body.qname.localname == "consultFilesBySsinRequest"
    assert operation.output.body.qname.localname == "consultFilesBySsinResponse"
    assert list(operation.faults) == ["consultFilesBySsinFault"]


@pytest.mark.parametrize("name", sorted(TABLE))
def test_zeep_sees_the_elements_of_the_table(client, name):
    letter, local = name.split(":")
    seen = client.get_type(f"{{{NAMESPACES[letter]}}}{local}")
    elements = {}
    for line in TABLE[name][1:]:
        if line[0] != "@":
            element, _, least, most, *branch = line.split()
            # zeep calls an element optional that is an alternative by itself, not in a sequence.
            alone = sum(line.endswith(f" {part}") for line in TABLE[name] for part in branch) == 1
            elements[element] = ["0" if alone else least, most]
    text = TABLE[name][0].startswith("=")
    found = {
        element.attr_name: [str(element.min_occurs), str(element.max_occurs)]
        for _, element in seen.elements
    }
    assert found == ({"_value_1": ["1", "1"]} if text else elements)
    attributes = {
        line.split()[0][1:]: line.split()[2] == "req" for line in TABLE[name][1:] if line[0] == "@"
    }
    assert {key: attribute.required for key, attribute in seen.attributes} == attributes
