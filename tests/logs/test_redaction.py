"""No number survives in any form; tickets, days, amounts and what Python prints do."""

import base64
import datetime as dt
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kszclient.errors import InvalidValueError
from kszclient.logs.redaction import MASK, redact
from kszclient.values import Ssin


def wire_form(digits):
    try:
        Ssin.from_wire(digits)
    except InvalidValueError:
        return False
    return True


def passes(digits):
    return wire_form(digits) and Ssin.from_wire(digits).century is not None


def checked(nine, prefix):
    return f"{nine}{97 - int(f'{prefix}{nine}') % 97:02d}"


MONTHS = [*range(13), *range(20, 33), *range(40, 53)]
NINE = st.builds(
    "{:02d}{:02d}{:02d}{:03d}".format,
    st.integers(0, 99),
    st.sampled_from(MONTHS),
    st.integers(0, 31),
    st.integers(1, 999),
)
# Numbers whose check digits fit, and numbers of which only the form does.
REAL = st.builds(checked, NINE, st.sampled_from(["", "2"]))
FORMED = st.builds("{}{:02d}".format, NINE, st.integers(0, 97))
SEPARATOR = st.sampled_from(["", " ", ".", "-", "/", " - ", "\u00a0", "\u2013", "_", "\t", "\n"])


@st.composite
def grouped(draw, digits=FORMED):
    number = draw(digits)
    groups = [number[:2], number[2:4], number[4:6], number[6:9], number[9:]]
    between = [draw(SEPARATOR) for _ in range(4)] + [""]
    return number, "".join(group + mark for group, mark in zip(groups, between, strict=True))


# Text around a number without digits, without what begins a body, and without the sign before the
# country of a phone number: behind that the check digits decide.
AROUND = st.text(
    st.characters(codec="utf-8", exclude_characters="<+\uff0b", exclude_categories=["Nd"]),
    max_size=20,
)


@given(FORMED, AROUND, AROUND)
def test_no_number_survives_that_stands_alone(number, before, after):
    assert number not in redact(before + number + after)


@given(REAL, st.text(max_size=20), st.text(max_size=20))
@example("85023000125", "1234", "5678")
def test_no_number_survives_among_other_digits(number, before, after):
    assert number not in redact(before + number + after)


@given(grouped(), AROUND, AROUND)
def test_no_number_survives_in_groups(written, before, after):
    _, text = written
    assert text not in redact(before + text + after)


@given(grouped(REAL), st.text(max_size=9), st.text(max_size=9))
def test_no_number_survives_in_groups_among_other_digits(written, before, after):
    _, text = written
    assert text not in redact(before + text + after)


@given(
    grouped().filter(lambda written: written[1].isascii() and not re.search(r"[_\s]", written[1])),
    st.binary(max_size=20).filter(lambda data: not re.search(rb"[0-9]\Z", data)),
    st.binary(max_size=20).filter(lambda data: not re.match(rb"[0-9]", data)),
    st.sampled_from([base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes]),
    AROUND,
)
def test_no_number_survives_in_base64(written, before, after, encode, around):
    _, text = written
    encoded = encode(before + text.encode() + after).decode().rstrip("=\n")
    seen = redact(f"{around}|{encoded}|{around}")
    assert encoded not in seen
    assert MASK in seen


@given(st.lists(st.one_of(FORMED, grouped().map(lambda written: written[1])), max_size=8))
def test_no_number_survives_among_others(numbers):
    seen = redact(", ".join(numbers))
    assert not any(number in seen for number in numbers)


@given(st.text())
def test_what_was_redacted_stays_as_it_is(text):
    once = redact(text)
    assert redact(once) == once


@given(st.uuids(), AROUND)
def test_a_ticket_survives(ticket, around):
    assert str(ticket) in redact(f"{around} ticket={ticket} {around}")


@given(
    st.integers(-2 * 10**15, 4 * 10**15).map(
        lambda micros: dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=micros)
    ),
    st.sampled_from(["seconds", "milliseconds", "microseconds"]),
)
def test_moments_and_days_survive(moment, precision):
    text = f"from {moment.date()} to {moment.date()} at {moment.isoformat(timespec=precision)}"
    assert redact(text) == text


DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))


@given(DAYS, DAYS)
def test_months_and_periods_survive(one, other):
    text = f"{one:%Y-%m}..{other:%Y-%m}, {one:%d.%m.%Y} - {other:%d/%m/%Y}, {one:%Y%m%d}"
    assert redact(text) == text


@given(st.decimals(0, 10**8 - 1, places=2))
def test_amounts_under_a_hundred_million_survive(amount):
    text = f"{amount} EUR, {amount:,} EUR, " + f"{amount:,}".replace(",", ".")
    assert redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "0692.793.497",
        "BE68 5390 0754 7034",
        "127.0.0.1:8787",
        'File "<string>", line 3, in <module>',
        "<Response [200]> <class 'int'> <function f at 0x7f30d4f5a020>",
        "<_io.TextIOWrapper name='<stderr>' mode='w' encoding='utf-8'>",
        "<Task pending name='Task-1' coro=<main() running at /x.py:3>>",
        "2 < 3 and a<b",
        "kszclient.cadaster.lookup.ChildBenefitsClient.consult/ConnectionFailedError",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_what_is_no_number_and_no_body_survives(text):
    assert redact(text) == text


@pytest.mark.parametrize(
    "body",
    [
        "<?xml version='1.0'?><a/>",
        "<soap:Envelope xmlns:soap='x'><soap:Body><naam>Janssens",
        "<fileNumber>AB-12</fileNumber>",
        '<file number="12"',
        "<file number=\\'12\\'",
        "<!DOCTYPE html><html>",
        "</soap:Body>",
        "<naam>Janssens",
        "<br/>Janssens",
    ],
)
def test_a_body_is_cut_out_to_its_end(body):
    assert redact(f"HTTP Post to x:\n{body} and more") == (
        f"HTTP Post to x:\n[body of {len(body) + 9} characters]"
    )


def test_of_moments_in_milliseconds_few_are_lost():
    begin = 1_700_000_000_000
    moments = [str(begin + step * 86_400_123) for step in range(3000)]
    assert sum(redact(moment) != moment for moment in moments) < 60


def test_a_long_text_takes_its_time_once():
    """Each rule looks at a text a fixed number of times: no run makes it begin again."""
    digits = base64.b64encode(b"12.345 " * 60_000).decode()
    assert redact(digits) == digits
    tickets = "3f0c2d1e-0000-4000-8000-000000000001 " * 20_000
    assert redact(tickets) == tickets
