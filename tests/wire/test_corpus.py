"""The validator's verdict on every message of the corpus."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from lxml import etree

from kszclient.wire import check_payload
from tests.wire.corpus import BRANCHES, MODEL, ROOTS, broken_values, full, messages, valid_values

TELLING = re.compile(r"[0-9]{4}|MARS|unknown1")


@pytest.mark.parametrize("root", ROOTS)
def test_the_verdict_is_the_contracts_on_every_message(root):
    verdicts = Counter()
    wrong = []
    for message in messages(root):
        violations = check_payload(message.payload)
        verdicts[message.valid] += 1
        if message.valid != (violations == ()):
            wrong.append((message.label, message.valid, violations))
        assert TELLING.search(repr(violations)) is None, message.label
    assert wrong == []
    assert verdicts[True] > 500
    assert verdicts[False] > 500


def test_the_corpus_uses_every_element_and_attribute_that_a_customer_meets():
    used = set()
    for root in ROOTS:
        for branch in BRANCHES:
            for node in full(root, branch).iter():
                used.add(etree.QName(node).localname)
                used.update(f"@{name}" for name in node.attrib)
    declared = {slot.name for kind in MODEL.complex.values() for slot in kind.slots}
    declared |= {f"@{part.name}" for kind in MODEL.complex.values() for part in kind.attributes}
    suppliers_own = {"informationSupplier", "supplierIdentification"}
    assert used - set(ROOTS) == declared - suppliers_own


def test_the_corpus_breaks_every_simple_type():
    for name in MODEL.simple:
        assert valid_values(name), name
        assert broken_values(name), name
