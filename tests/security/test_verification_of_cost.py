"""The attack corpus, third part: what is made to cost whoever checks it, before it is known whose.

Canonical XML seeks each listed prefix, and each namespace in scope, for each element.
"""

import pytest
from lxml import etree

from kszclient.security.verification import Verifier
from kszclient.security.wsse import EXCLUSIVE_C14N
from kszclient.wire.parse import HARMLESS_BYTES
from tests.security.forgery import DS, LATER

MOST_PREFIXES = 100
MOST_NAMESPACES = 100
SIGNED = ["CanonicalizationMethod", "Transform"]


def padded(envelope):
    """Make an envelope as long as those that may not be crowded, behind all that is signed."""
    return envelope + b"<!--" + b"x" * HARMLESS_BYTES + b"-->"


def declared(envelope, count, *, where=b"SignedInfo"):
    """Declare namespaces more."""
    names = b" ".join(b'xmlns:n%d="urn:%d"' % (each, each) for each in range(count))
    begin, end = envelope.split(where + b">", 1)
    return padded(begin + where + b" " + names + b">" + end)


def listing(forgery, name, count):
    """List prefixes in the canonicalisation of the signature, or of what it covers."""
    prefixes = " ".join(f"n{each}" for each in range(count))
    return etree.SubElement(
        forgery.find(name), f"{{{EXCLUSIVE_C14N}}}InclusiveNamespaces", PrefixList=prefixes
    )


@pytest.mark.parametrize("name", SIGNED)
def test_no_more_prefixes_are_sought_than_a_signer_needs(forgery, refusal, name):
    listing(forgery, name, MOST_PREFIXES + 1)
    assert refusal(forgery.octets()) == "too-many-prefixes"


@pytest.mark.parametrize("name", SIGNED)
def test_as_many_prefixes_as_a_signer_needs_are_taken(forgery, service, name):
    listing(forgery, name, MOST_PREFIXES)
    assert Verifier([service.certificate]).verify(forgery.resigned(service), LATER)


def test_more_namespaces_at_one_place_than_an_answer_has_are_refused(signed, refusal):
    assert refusal(declared(signed, MOST_NAMESPACES)) == "too-many-namespaces"


@pytest.mark.parametrize("name", SIGNED)
def test_what_costs_the_square_of_its_length_is_refused(forgery, refusal, name):
    listing(forgery, name, 8_000)
    assert refusal(declared(forgery.octets(), 8_000)) == "too-many-namespaces"


def test_more_attributes_than_an_element_has_are_refused(forgery, refusal):
    for each in range(101):
        forgery.body.set(f"a{each}", "")
    assert refusal(padded(forgery.octets())) == "too-many-attributes"


def test_what_is_nested_deeper_than_an_answer_is_refused(forgery, refusal):
    here = forgery.body
    for _ in range(32):
        here = etree.SubElement(here, "a")
    assert refusal(forgery.octets()) == "too-deep"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("DigestValue", "malformed"),
        ("SignatureValue", "malformed"),
        ("Transform", "extra-transforms"),
    ],
)
def test_nothing_is_hidden_where_text_belongs(forgery, refusal, name, reason):
    where = listing(forgery, name, 1) if name == "Transform" else forgery.find(name)
    etree.SubElement(where, f"{{{DS}}}Object")
    assert refusal(forgery.octets()) == reason


def test_nothing_is_hidden_in_the_token(forgery, refusal):
    etree.SubElement(forgery.token, "a")
    assert refusal(forgery.octets()) == "malformed"
