"""Numbers of persons: every rule, and python-stdnum as the second opinion."""

import datetime as dt
import pickle

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.be import bis, nn

from kszclient.errors import InvalidValueError
from kszclient.values import BirthDate, Ssin, SsinKind

TODAY = dt.date(2026, 6, 1)


def number(first_nine: str, *, from_2000: bool = False) -> str:
    """Put the right check digits behind nine digits."""
    dividend = int(("2" if from_2000 else "") + first_nine)
    return f"{first_nine}{97 - dividend % 97:02d}"


def broken_rule(digits: str) -> str | None:
    try:
        Ssin.parse(digits, today=TODAY)
    except InvalidValueError as error:
        return error.rule
    return None


@st.composite
def first_nines(draw: st.DrawFn) -> str:
    year = draw(st.integers(0, 99))
    month = draw(st.integers(0, 12)) + draw(st.sampled_from([0, 20, 40]))
    day, counter = draw(st.integers(0, 31)), draw(st.integers(1, 999))
    return f"{year:02d}{month:02d}{day:02d}{counter:03d}"


@given(first_nines(), st.booleans())
def test_every_number_we_take_stdnum_takes_too(nine, from_2000):
    digits = number(nine, from_2000=from_2000)
    assume(not (from_2000 and int(nine[:2]) > 20))  # stdnum refuses these by the clock
    if broken := broken_rule(digits):
        # stdnum reads a day that no month has as an unknown day; nothing else may differ.
        assert broken == "calendar"
        return
    parsed = Ssin.parse(digits, today=TODAY)
    second = nn if parsed.kind is SsinKind.NATIONAL else bis
    assert second.validate(digits) == digits
    assert parsed.century == (2000 if from_2000 else 1900)
    if not parsed.synthetic:
        assert tuple(parsed.birth_date) == (
            second.get_birth_year(digits),
            second.get_birth_month(digits),
            getattr(second.get_birth_date(digits), "day", None),
        )


@given(first_nines(), st.booleans(), st.integers(1, 97))
def test_wrong_check_digits_are_refused_where_stdnum_refuses_them(nine, from_2000, shift):
    right = number(nine, from_2000=from_2000)
    digits = f"{nine}{(int(right[9:]) + shift) % 98:02d}"
    ours = broken_rule(digits) is None
    theirs = nn.is_valid(digits) or bis.is_valid(digits)
    if ours:
        assert theirs
    if Ssin.from_wire(digits).century is None:
        assert not ours
        assert not theirs


@given(st.text(max_size=14))
def test_no_text_gives_anything_but_a_number_or_our_error(text):
    assert broken_rule(text) != ""


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("8502300012", "length"),
        ("850230001255", "length"),
        ("8502300012a", "digits"),
        ("\u0668" * 11, "digits"),
        ("", "length"),
        (number("851301001"), "month"),
        (number("853301001"), "month"),
        (number("856101001"), "month"),
        (number("850132001"), "day"),
        (number("850230000"), "counter"),
        ("85023000126", "check-digits"),
        ("85023000198", "check-digits"),
        (number("850631001"), "calendar"),
        (number("850931001"), "calendar"),
        (number("210229001", from_2000=True), "calendar"),
        (number("850230001", from_2000=True), "future"),
        (number("261231001", from_2000=True), "future"),
    ],
)
def test_a_broken_rule_is_named_and_the_number_is_not(text, rule):
    with pytest.raises(InvalidValueError) as caught:
        Ssin.parse(text, today=TODAY)
    assert caught.value.rule == rule
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("added", [0, 20, 40])
@pytest.mark.parametrize("from_2000", [False, True])
@pytest.mark.parametrize(
    ("month", "day", "synthetic"),
    [
        (2, 30, True),
        (2, 31, True),
        (4, 31, True),
        (0, 10, True),
        (0, 31, True),
        # A counter that ran out, or a birth of which nothing is known: real persons.
        (0, 0, False),
        (0, 1, False),
        (0, 9, False),
        (2, 28, False),
        (3, 31, False),
        (7, 0, False),
    ],
)
def test_only_dates_that_cannot_exist_are_synthetic(added, from_2000, month, day, synthetic):
    digits = number(f"12{month + added:02d}{day:02d}123", from_2000=from_2000)
    parsed = Ssin.parse(digits, today=TODAY)
    assert parsed.synthetic is synthetic
    assert parsed.kind is {0: SsinKind.NATIONAL, 20: SsinKind.BIS, 40: SsinKind.TER}[added]


def test_unknown_parts_of_a_birth_date_stay_unknown():
    assert Ssin.parse(number("850700123")).birth_date == BirthDate(1985, 7, None)
    assert Ssin.parse(number("850000123")).birth_date == BirthDate(1985, None, None)
    assert Ssin.parse(number("000001123", from_2000=True)).birth_date == BirthDate(None, None, None)


def test_a_leap_day_exists_in_2000_and_not_in_1900():
    assert Ssin.parse(number("000229001", from_2000=True)).birth_date == BirthDate(2000, 2, 29)
    with pytest.raises(InvalidValueError, match="calendar"):
        Ssin.parse(number("000229001"))


def test_separators_are_taken_off():
    assert Ssin.parse(" 85.02.30-001.25 ") == Ssin.parse("85023000125")


def test_a_register_may_hold_numbers_that_we_would_refuse():
    assert Ssin.from_wire("85023000126").century is None
    assert Ssin.from_wire("85023000126").birth_date == BirthDate(None, None, None)
    with pytest.raises(InvalidValueError, match="length"):
        Ssin.from_wire("123")
    with pytest.raises(InvalidValueError, match="digits"):
        Ssin.from_wire("8502300012x")


def test_a_number_hides_itself_and_stays_what_it_is():
    parsed = Ssin.parse("85023000125")
    assert "85023000125" not in f"{parsed} {parsed!r} {[parsed]}"
    assert pickle.loads(pickle.dumps(parsed)) == parsed
    assert len({parsed, Ssin.parse("85.02.30-001.25")}) == 1
    with pytest.raises(AttributeError):
        parsed.digits = "0"
    assert parsed != "85023000125"
