"""The schema documents as plain tables: read with lxml alone, apart from any validator."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from kszclient.wire.contract import contract

XSD = "{http://www.w3.org/2001/XMLSchema}"
LETTERS = {
    "http://kszbcss.fgov.be/intf/ChildBenefitsService/v1": "I",
    "http://kszbcss.fgov.be/types/ChildBenefits/v1": "B",
    "http://kszbcss.fgov.be/types/ChildBenefits/common/v1": "C",
    "http://kszbcss.fgov.be/types/common/v3": "K",
    "http://www.w3.org/2001/XMLSchema": "xsd",
}


@dataclass(frozen=True)
class Simple:
    """A simple type: its base and its facets, in the order of the document."""

    base: str
    facets: tuple[tuple[str, str], ...]

    def values(self, facet: str) -> list[str]:
        return [value for name, value in self.facets if name == facet]


@dataclass(frozen=True)
class Slot:
    """An element in a sequence; ``branch`` numbers the alternative of the choice it is in."""

    name: str
    type: str | Simple
    least: int
    most: int | None
    branch: int | None = None


@dataclass(frozen=True)
class Attribute:
    name: str
    type: str
    required: bool


@dataclass(frozen=True)
class Complex:
    """A complex type with all that it inherits; ``text`` is the type of its simple content."""

    slots: tuple[Slot, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    text: str | None = None
    base: str | None = None
    abstract: bool = False


@dataclass
class Model:
    """Every type by its letter and name (``K:SsinType``), every global element by its letter."""

    simple: dict[str, Simple] = field(default_factory=dict)
    complex: dict[str, Complex] = field(default_factory=dict)
    elements: dict[str, str] = field(default_factory=dict)


def read_model() -> Model:
    reader = _Reader()
    for letter, schema in reader.schemas.items():
        for node in schema.iterchildren(XSD + "element"):
            reader.model.elements[f"{letter}:{node.get('name')}"] = reader.name(node, "type")
        for node in schema.iterchildren(XSD + "simpleType"):
            reader.model.simple[f"{letter}:{node.get('name')}"] = reader.simple(node)
        for node in schema.iterchildren(XSD + "complexType"):
            reader.model.complex[f"{letter}:{node.get('name')}"] = reader.complex(node)
    return reader.model


class _Reader:
    def __init__(self):
        self.model = Model()
        self.schemas = {}
        for content in contract().values():
            for schema in etree.fromstring(content).iter(XSD + "schema"):
                self.schemas[LETTERS[schema.get("targetNamespace")]] = schema

    def name(self, node, attribute):
        prefix, _, local = node.get(attribute).partition(":")
        return f"{LETTERS[node.nsmap[prefix]]}:{local}"

    def simple(self, node):
        restriction = node.find(XSD + "restriction")
        facets = tuple(
            (etree.QName(facet).localname, facet.get("value"))
            for facet in restriction
            if facet.tag != XSD + "annotation"
        )
        return Simple(self.name(restriction, "base"), facets)

    def complex(self, node):
        extension = node.find(f".//{XSD}extension")
        if extension is None:
            return Complex(
                self.slots(node), self.attributes(node), abstract=node.get("abstract") == "true"
            )
        base = self.name(extension, "base")
        if node.find(XSD + "simpleContent") is not None:
            return Complex(attributes=self.attributes(extension), text=base, base=base)
        letter, local = base.split(":")
        inherited = self.complex(
            self.schemas[letter].find(f"{XSD}complexType[@name='{local}']"),
        )
        return Complex(inherited.slots + self.slots(extension), base=base)

    def slots(self, node, branch=None):
        found = ()
        for child in node:
            match etree.QName(child).localname:
                case "sequence":
                    found += self.slots(child, branch)
                case "choice":
                    for number, alternative in enumerate(child):
                        wrapper = etree.Element("wrapper", nsmap=child.nsmap)
                        wrapper.append(etree.fromstring(etree.tostring(alternative)))
                        found += self.slots(wrapper, number)
                case "element":
                    found += (self.slot(child, branch),)
        return found

    def slot(self, node, branch):
        anonymous = node.find(XSD + "simpleType")
        kind = self.name(node, "type") if anonymous is None else self.simple(anonymous)
        most = node.get("maxOccurs", "1")
        return Slot(
            node.get("name"),
            kind,
            int(node.get("minOccurs", "1")),
            None if most == "unbounded" else int(most),
            branch,
        )

    def attributes(self, node):
        return tuple(
            Attribute(child.get("name"), self.name(child, "type"), child.get("use") == "required")
            for child in node.iterchildren(XSD + "attribute")
        )
