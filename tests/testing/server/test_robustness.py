"""Whatever is sent, the mock answers and obeys the contract."""

import re

from hypothesis import given
from hypothesis import strategies as st

from kszclient.testing.server.engine import MockEngine
from kszclient.testing.server.world import World

WORLD = World.build(size=0)
ENGINE = MockEngine(WORLD)
NUMBER = WORLD.personas["eupen-since-birth"].child.ssin.digits


@given(body=st.binary(max_size=300))
def test_any_bytes_get_a_fault(read, body):
    assert read(ENGINE.answer(body)).http_status == 500


@given(place=st.integers(0, 900), cut=st.integers(0, 40), put=st.text(max_size=12))
def test_any_damage_to_a_request_gets_an_answer_or_a_fault(read, envelope, place, cut, put):
    sound = envelope(NUMBER).decode()
    damaged = (sound[:place] + put + sound[place + cut :]).encode("utf-8", "replace")
    told = read(ENGINE.answer(damaged))
    assert told.http_status in (200, 500)
    if told.http_status == 500:
        assert NUMBER not in re.findall("[0-9]{11}", told.answer.sent.body.decode())


@given(ticket=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=36))
def test_any_ticket_is_echoed(read, envelope, ticket):
    escaped = ticket.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    told = read(ENGINE.answer(envelope(NUMBER, ticket=escaped)))
    # What XML cannot carry (such as U+FFFE) is a broken message.
    if told.http_status == 200:
        assert told.payload.findtext("informationCustomer/ticket") == ticket


@given(begin=st.integers(0, 99_999), month=st.integers(1, 12), end=st.integers(-5, 99_999))
def test_any_months_get_an_answer(read, envelope, begin, month, end):
    told = read(ENGINE.answer(envelope(NUMBER, f"{begin:04d}-{month:02d}", f"{end:04d}-12")))
    assert told.http_status == 200 or told.reason == "MSG00004"
