"""A question is signed as the tree that it was written into."""

import datetime as dt

import pytest

from kszclient.security import signing
from kszclient.security.message_security import TlsAlone
from kszclient.security.signing import Signer
from kszclient.values import CbeNumber, MonthPeriod, Ssin, Ticket
from kszclient.wire import Question, encode, envelope_of

NOW = dt.datetime(2024, 5, 6, tzinfo=dt.UTC)
QUESTION = Question(
    customer=CbeNumber("0000000097"),
    legal_context="PCSA:SOCIAL_INQUIRY",
    ssin=Ssin.parse("85023000125"),
    period=MonthPeriod.parse("2023-01"),
    ticket=Ticket("00000000-0000-4000-8000-000000000001"),
    sent_at=NOW,
)


def test_a_tree_is_signed_to_the_same_octets_without_a_parse(customer, monkeypatch):
    signer, octets = Signer(customer), encode(QUESTION)
    signed = signer.sign(octets, NOW)
    monkeypatch.setattr(signing, "read_xml", lambda _: pytest.fail("parsed"))
    for _ in range(2):  # the tree is this thread's form for all its questions
        assert signer.sign(envelope_of(QUESTION), NOW) == signed
    assert encode(QUESTION) == octets


def test_without_a_signature_a_tree_goes_as_its_octets():
    assert TlsAlone().sign(envelope_of(QUESTION), NOW) == encode(QUESTION)
