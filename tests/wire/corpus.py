"""Valid and broken messages, drawn from the schema documents.

Every edit is made on a full message (each optional part present once, one for each branch of the
choices): one cardinality, one order, one attribute, one value at a time. What the verdict must be
follows from the tables of `xsd_model`, not from the validator under test.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree

from kszclient.wire.contract import NAMESPACE
from tests.wire.xsd_model import Complex, Simple, Slot, read_model

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL = read_model()
ROOTS = ("consultFilesBySsinRequest", "consultFilesBySsinResponse", "consultFilesBySsinFault")
OTHER = "http://kszbcss.fgov.be/types/ChildBenefits/v1"
BRANCHES = (0, 1)

# One value for each pattern of the schema; all values one keystroke away follow from them.
SEEDS = {
    "K:SsinType": ("85023000125", "85223000000", "85523100197"),
    "K:UUIDType": ("3f0C2d1e-0000-4000-8000-00000000000A",),
    "K:CbeNumberType": ("0000000097",),
    "K:EnterpriseNumberType": ("0000000097", "1000000000"),
    "C:ChildBenefitsFundCodeType": ("007",),
    "C:BonusCategoryCodeType": ("BIRTH", "A", "_" * 50),
    "C:PaymentCategoryCodeType": ("CHILD_ALLOWANCE", "Z", "A" * 50),
}
KEYS = "0123456789AZ_az- é"

# Lexical forms of XML Schema part 2; its built-in types stand in no schema document.
ZONES = ("", "Z", "+02:00", "-05:30", "+14:00", "-14:00")
BUILT_IN = {
    "xsd:string": (("", "x", " spaced \t", "é€😀", "<&>\"'"), ()),
    "xsd:boolean": (("true", "false", "1", "0", " true\n"), ("", "TRUE", "yes", "2", "01")),
    "xsd:gYearMonth": (
        (*("2019-01" + zone for zone in ZONES), " 2023-12\n", "0001-01", "12019-01", "-0044-03"),
        ("", "2019", "2019-1", "2019-13", "2019-00", "2019-01-01", "19-01", "2019-01+15:00", "x"),
    ),
    "xsd:date": (
        (*("2019-01-31" + zone for zone in ZONES), " 2024-02-29 ", "12019-01-01", "-0044-03-15"),
        (
            "",
            "2019-02-29",
            "0000-00-00",
            "2019-01",
            "2019-1-1",
            "31/01/2019",
            "2019-01-01T00:00:00",
        ),
    ),
    "xsd:dateTime": (
        (
            *("2024-05-06T07:08:09" + zone for zone in ZONES),
            "2024-05-06T07:08:09.000Z",
            "2024-05-06T07:08:09.123456789012Z",
            "2024-12-31T24:00:00Z",
            " 2024-05-06T07:08:09Z ",
        ),
        ("", "2024-05-06", "2024-05-06 07:08:09", "2024-05-06T25:00:00", "2024-05-06T07:08"),
    ),
    "xsd:unsignedShort": (("0", "1", "017", "+5", " 7 "), ("", "-1", "65536", "1.0", "x", "1e2")),
}


@dataclass(frozen=True)
class Message:
    """A payload, what was done to it, and whether the contract allows it."""

    label: str
    payload: etree._Element
    valid: bool


def full(root: str, branch: int = 0) -> etree._Element:
    """Build a message with every optional part present once."""
    element = _root(root)
    _fill(element, MODEL.complex[MODEL.elements[f"I:{root}"]], branch, whole=True)
    return element


def least(root: str, branch: int = 0) -> etree._Element:
    """Build a message with no more than must be there."""
    element = _root(root)
    _fill(element, MODEL.complex[MODEL.elements[f"I:{root}"]], branch, whole=False)
    return element


def messages(root: str) -> Iterator[Message]:
    """Give every message of the corpus for one payload root."""
    for branch in BRANCHES:
        yield Message(f"least {branch}", least(root, branch), valid=True)
        yield Message(f"full {branch}", full(root, branch), valid=True)
        yield from _wrong_roots(root, branch)
        for path, kind, slot in _places(root, branch):
            for label, valid, edited in _edits(root, branch, path, kind, slot):
                yield Message(f"{path or '/'} ({branch}): {label}", edited, valid)


def _root(root):
    return etree.Element(f"{{{NAMESPACE}}}{root}", nsmap={"q": NAMESPACE})


def _fill(element, kind, branch, *, whole):
    for attribute in kind.attributes:
        if whole or attribute.required:
            element.set(attribute.name, valid_values(attribute.type)[0])
    if kind.text:
        element.text = valid_values(kind.text)[0]
    for slot in kind.slots:
        if slot.branch in (None, branch) and (whole or slot.least):
            _add(element, slot, branch, whole=whole)


def _add(parent, slot, branch, *, whole=True):
    child = etree.SubElement(parent, slot.name)
    if slot.type in MODEL.complex:
        _fill(child, MODEL.complex[slot.type], branch, whole=whole)
    else:
        child.text = valid_values(slot.type)[0]
    return child


def _places(root, branch) -> Iterator[tuple[str, Complex | str | Simple, Slot | None]]:
    kind = MODEL.complex[MODEL.elements[f"I:{root}"]]
    yield "", kind, None
    yield from _below("", kind, branch)


def _below(path, kind, branch):
    for slot in kind.slots:
        if slot.branch in (None, branch):
            here = f"{path}/{slot.name}" if path else slot.name
            inner = MODEL.complex.get(slot.type, slot.type)
            yield here, inner, slot
            if isinstance(inner, Complex):
                yield from _below(here, inner, branch)


def _edits(root, branch, path, kind, slot):
    def fresh():
        message = full(root, branch)
        return message, message.find(path) if path else message

    if slot is not None:
        yield from _cardinalities(fresh, slot)
        yield from _qualified(fresh)
    yield from _attributes(fresh, kind)
    if isinstance(kind, Complex) and kind.text is None:
        yield from _contents(fresh, kind, branch)
    else:
        text = kind.text if isinstance(kind, Complex) else kind
        yield from _texts(fresh, text)


def _cardinalities(fresh, slot):
    message, node = fresh()
    node.getparent().remove(node)
    yield "none", slot.least == 0, message
    for count in {slot.most or 120, (slot.most or 119) + 1}:
        message, node = fresh()
        for _ in range(count - 1):
            node.addnext(copy.deepcopy(node))
        yield f"{count} times", slot.most is None or count <= slot.most, message


def _qualified(fresh):
    for namespace in (NAMESPACE, OTHER):
        message, node = fresh()
        node.tag = f"{{{namespace}}}{node.tag}"
        yield f"qualified with {namespace}", False, message


def _attributes(fresh, kind):
    for name in ("unknown", f"{{{OTHER}}}unknown"):
        message, node = fresh()
        node.set(name, "1")
        yield f"attribute {name}", False, message
    for attribute in kind.attributes if isinstance(kind, Complex) else ():
        message, node = fresh()
        del node.attrib[attribute.name]
        yield f"without {attribute.name}", not attribute.required, message
        message, node = fresh()
        node.set(f"{{{NAMESPACE}}}{attribute.name}", node.attrib.pop(attribute.name))
        yield f"qualified {attribute.name}", False, message
        for valid, values in (
            (True, valid_values(attribute.type)),
            (False, broken_values(attribute.type)),
        ):
            for value in values:
                message, node = fresh()
                node.set(attribute.name, value)
                yield f"{attribute.name}={value!r}", valid, message


def _contents(fresh, kind, branch):
    message, node = fresh()
    children = len(node)
    node.text = "text"
    yield "text", False, message
    for position in range(children + 1):
        message, node = fresh()
        node.insert(position, etree.Element("unknown"))
        yield f"unknown element at {position}", False, message
    for position in range(children - 1):
        message, node = fresh()
        node.insert(position, node[position + 1])
        yield f"swapped {node[position].tag} and {node[position + 1].tag}", False, message
    others = [slot for slot in kind.slots if slot.branch not in (None, branch)]
    for position in range(children + 1) if others else ():
        message, node = fresh()
        for slot in reversed(others):
            node.insert(position, _add(node, slot, branch))
        yield f"both branches, second at {position}", False, message


def _texts(fresh, text):
    message, node = fresh()
    etree.SubElement(node, "unknown")
    yield "element in text", False, message
    for valid, values in ((True, valid_values(text)), (False, broken_values(text))):
        for value in values:
            message, node = fresh()
            node.text = value
            yield f"text {value!r}", valid, message


def _wrong_roots(root, branch):
    for name in (
        root,
        f"{{{OTHER}}}{root}",
        f"{{{NAMESPACE}}}{root}s",
        f"{{{NAMESPACE}}}{root.upper()}",
    ):
        message = full(root, branch)
        message.tag = name
        yield Message(f"root {name}", message, valid=False)


def valid_values(text: str | Simple) -> tuple[str, ...]:
    """Give values that a simple type allows, the most usual first."""
    return _values(text)[0]


def broken_values(text: str | Simple) -> tuple[str, ...]:
    """Give values that a simple type forbids, at least one for each of its facets."""
    return _values(text)[1]


@cache
def _values(text):
    if text in BUILT_IN:
        return BUILT_IN[text]
    simple = text if isinstance(text, Simple) else MODEL.simple[text]
    for facet, derive in _BY_FACET.items():
        if simple.values(facet):
            return derive(text, simple)
    raise LookupError(f"no values known for {text}")


def _from_enumeration(_text, simple):
    values = simple.values("enumeration")
    broken = ["", "MARS", *(f"{value} " for value in values), *(value.lower() for value in values)]
    return tuple(values), tuple(broken)


def _from_pattern(text, simple):
    patterns = [re.compile(pattern) for pattern in simple.values("pattern")]
    seeds = SEEDS[text]
    assert all(any(pattern.fullmatch(seed) for seed in seeds) for pattern in patterns), text
    near = dict.fromkeys(edit for seed in seeds for edit in _one_keystroke_away(seed))

    def fits(value):
        return (
            any(pattern.fullmatch(value) for pattern in patterns)
            and all(len(value) <= int(most) for most in simple.values("maxLength"))
            and all(len(value) == int(length) for length in simple.values("length"))
        )

    return (
        (*seeds, *(value for value in near if fits(value))),
        tuple(value for value in near if not fits(value)),
    )


def _one_keystroke_away(seed):
    places = sorted({*range(min(len(seed), 14)), len(seed) - 1})
    yield ""
    for place in places:
        yield seed[:place] + seed[place + 1 :]
        for key in KEYS:
            yield seed[:place] + key + seed[place + 1 :]
    for key in KEYS:
        yield key + seed
        yield seed + key


def _from_max_length(_text, simple):
    (most,) = map(int, simple.values("maxLength"))
    return ("x", "", "é" * most, " " * most), ("x" * (most + 1), " " * (most + 1))


def _from_max_inclusive(_text, simple):
    (most,) = simple.values("maxInclusive")
    valid, broken = BUILT_IN[simple.base]
    return (*valid, most), (*broken, str(int(most) + 1))


_BY_FACET = {
    "enumeration": _from_enumeration,
    "pattern": _from_pattern,
    "maxLength": _from_max_length,
    "maxInclusive": _from_max_inclusive,
}
