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
    last = 99 if month % 20 == 0 else 31
    day, counter = draw(st.integers(0, last)), draw(st.integers(1, 999))
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
    nothing_known = parsed.birth_date == (None, None, None)  # stdnum sees that for 00.00.01 only
    if not parsed.synthetic and not nothing_known:
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
        (number("850229001"), "calendar"),
        (number("850199001"), "day"),
        (number("852132001"), "day"),
        (number("855240001"), "day"),
        (number("850032000"), "counter"),
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


EVERY_DATE = [(month, day) for month in range(13) for day in range(100)]
# Days that no month of that name has, in any year: nobody was born on them.
NO_CALENDAR_HAS = {(2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31)}


@pytest.mark.parametrize("added", [0, 20, 40])
@pytest.mark.parametrize("from_2000", [False, True])
def test_only_dates_that_no_calendar_has_are_synthetic_and_the_rest_is_somebodys_or_refused(
    added, from_2000
):
    for month, day in EVERY_DATE:
        digits = number(f"12{month + added:02d}{day:02d}123", from_2000=from_2000)
        broken = broken_rule(digits)
        # 1912 and 2012 both have a 29 February.
        assert broken == ("day" if month and day > 31 else None)
        if broken is None:
            assert Ssin.parse(digits, today=TODAY).synthetic is ((month, day) in NO_CALENDAR_HAS)


@pytest.mark.parametrize("year", ["00", "13"])
def test_a_leap_day_that_its_year_does_not_have_is_refused_and_not_synthetic(year):
    digits = number(f"{year}0229001")
    assert broken_rule(digits) == "calendar"
    assert not Ssin.from_wire(digits).synthetic


@pytest.mark.parametrize(
    "digits", ["00003241778", "10000100182", "10200100128", "10400100171", "24203200171"]
)
def test_numbers_whose_day_was_counted_on_are_read(digits):
    parsed = Ssin.parse(digits, today=TODAY)
    assert not parsed.synthetic
    assert Ssin.from_wire(digits) == parsed


@given(st.integers(0, 20), st.sampled_from([0, 20, 40]), st.integers(1, 99), st.integers(1, 999))
def test_a_day_counted_on_states_the_year_alone_and_in_year_0_nothing(year, month, day, counter):
    digits = number(f"{year:02d}{month:02d}{day:02d}{counter:03d}", from_2000=True)
    known = BirthDate(2000 + year, None, None) if year else BirthDate(None, None, None)
    assert Ssin.parse(digits, today=TODAY).birth_date == known


def test_day_0_of_month_0_states_the_year_in_year_0_too():
    assert Ssin.parse(number("000000123")).birth_date == BirthDate(1900, None, None)


@pytest.mark.parametrize(
    ("month", "kind", "sex_known"),
    [
        *((month, SsinKind.NATIONAL, True) for month in range(1, 13)),
        *((month + 20, SsinKind.BIS, False) for month in range(1, 13)),
        *((month + 40, SsinKind.BIS, True) for month in range(1, 13)),
    ],
)
def test_a_month_says_which_register_gave_the_number_and_whether_the_sex_was_known(
    month, kind, sex_known
):
    parsed = Ssin.parse(number(f"85{month:02d}15001"))
    assert (parsed.kind, parsed.sex_known) == (kind, sex_known)


def test_the_word_of_the_ksz_is_another_name_of_bis():
    assert SsinKind.TER is SsinKind.BIS
    assert SsinKind("TER") is SsinKind.BIS
    assert list(SsinKind) == [SsinKind.NATIONAL, SsinKind.BIS]


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
