"""The number of a person is found however it is written, and little else is."""

import datetime as dt
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kszclient.audit import Asker
from kszclient.errors import InvalidValueError, SettingsError
from kszclient.logs import redact
from kszclient.reconciliation.input.cells import CellError, dossier_reference
from kszclient.reconciliation.output.report.page import shown
from kszclient.values import CbeNumber, Ssin
from kszclient.values.numbers_in_text import digits_in, holds_number, numbers_in


def number(year, month, day, counter, prefix):
    nine = f"{year:02d}{month:02d}{day:02d}{counter:03d}"
    return f"{nine}{97 - int(prefix + nine) % 97:02d}"


ORDINARY = (st.sampled_from([*range(1, 13), *range(21, 33), *range(41, 53)]), st.integers(0, 28))
INCOMPLETE = (st.sampled_from([0, 20, 40]), st.integers(0, 99))
NUMBERS = st.one_of(
    st.builds(number, st.integers(0, 20), *date, st.integers(1, 999), st.sampled_from(["", "2"]))
    for date in (ORDINARY, INCOMPLETE)
)
GROUPS = (2, 2, 2, 3, 2)
SEPARATORS = [
    *("", " ", ".", "-", "/", "_", "\u00a0", "\u202f", "\u2013", "\u2212", "\t"),
    *("    ", "  ", ",", ":", "+", ";", "|", "*", "\u00b7", "\u2022", "\u30fb", " \u00b7 ", ", "),
    *("\u200b", "\u200d\u200c", "\ufeff", "\u2060", "\u00ad", "\u0301", "\u200b" * 40, "\u202e"),
    *("\uff0e", "\uff0d", "\uff0f", " - ", "--", "'", '"', "~", "()", " . ", "\u2003" * 3),
]
# The first digit of ten in some scripts: Arabic-Indic, Persian, Devanagari, Thai, full width, bold.
ZEROS = ["0", "\u0660", "\u06f0", "\u0966", "\u0e50", "\uff10", "\U0001d7ce"]


@st.composite
def spellings(draw):
    """Write a number in a way that somebody could think of."""
    digits = draw(NUMBERS)
    sizes = draw(st.sampled_from([GROUPS, (1,) * 11, (6, 3, 2), (6, 5), (9, 2), (3, 3, 3, 2)]))
    mixed = draw(st.booleans()) and sizes in (GROUPS, (6, 3, 2))
    same = draw(st.sampled_from(SEPARATORS))
    zero = ord(draw(st.sampled_from(ZEROS)))
    written, begin = "", 0
    for size in sizes:
        between = draw(st.sampled_from(SEPARATORS[:11])) if mixed else same
        group = "".join(chr(zero + int(each)) for each in digits[begin : begin + size])
        written += group if begin == 0 else between + group
        begin += size
    return digits, written


BESIDE = st.sampled_from(["", " ", "of ", "no. ", "(", ")", "=", "\u00e9", "INSZ:", "\n", "<<"])


@given(spellings(), BESIDE, BESIDE)
@example(("00003241778", "00 00 32 417 78"), "", "")
@example(
    ("24203200171", "2\u00b74\u00b72\u00b70\u00b73\u00b72\u00b70\u00b70\u00b71\u00b77\u00b71"),
    "",
    "",
)
def test_a_number_is_found_however_it_is_written(spelled, before, after):
    digits, written = spelled
    text = before + written + after
    assert digits in [found.digits for found in numbers_in(text)]
    assert holds_number(text)
    assert digits not in digits_in(redact(text))
    assert digits not in digits_in(shown(text))


@given(spellings())
def test_no_asker_and_no_reference_holds_a_number(spelled):
    digits, written = spelled
    with pytest.raises(SettingsError):
        Asker(
            user=f"clerk {written}",
            organisation=CbeNumber("0000000097"),
            legal_context="PCSA:SOCIAL_INQUIRY",
        )
    try:
        Ssin.parse(digits, today=dt.date(2026, 1, 1))
    except InvalidValueError:
        return  # a day that its month does not have: nobody's, and not synthetic
    with pytest.raises(CellError):
        dossier_reference(f"A {written}")


@given(
    spellings(), st.sampled_from(["2024-05-06 ", "07:08:09 ", "2024-05-06T07:08:09.123Z ", "7 "])
)
def test_a_day_or_a_time_beside_it_hides_no_number(spelled, before):
    digits, written = spelled
    assert digits not in digits_in(redact(before + written).replace(before, ""))


@pytest.mark.parametrize(
    "text",
    [
        "+32 475 12 34 56",
        "+32475123456",
        "0475/12.34.56",
        "02 123 45 67",
        "1.234.567,89 EUR and 12.345,00 EUR",
        "12 345 678,90",
        "2024-05-06 07:08:09,123 42 rows",
        "2024-05-06T07:08:09.123456+02:00",
        "from 06/05/2024 to 07/05/2024, 20240508",
        "[2024-05, 2024-06, 2024-07]",
        "0692.793.497, 0693.771.021",
        "BE68 5390 0754 7034",
        "127.0.0.1:8787 -> 127.0.0.1:40522",
        "3f0c2d1e-0000-4000-8000-085023000125",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "nis 11002, 21004, 44021, 62063",
        "1 2 3 4 5 6 7 8 9 10 11 12",
        "dossier 2024/000118-03",
        "",
    ],
)
def test_what_is_no_number_stays_readable(text):
    assert list(numbers_in(text)) == []
    assert redact(text) == text


def test_what_is_found_hides_its_number():
    (found,) = numbers_in("of 85.02.30-001.25")
    assert found.digits == "85023000125"
    assert repr(found) == "NumberFound(3, 18, '***', alone=True)"


def lost(texts):
    texts = list(texts)
    return sum(redact(text) != text for text in texts) / len(texts)


def test_of_figures_that_are_no_numbers_few_are_lost():
    chance = random.Random(7)

    def figures(many):
        return [str(chance.randrange(10 ** chance.randrange(1, 7))) for _ in range(many)]

    assert lost(", ".join(figures(5)) for _ in range(2000)) < 0.01
    assert lost(f"+32 {chance.randrange(10**8, 10**9)}" for _ in range(2000)) < 0.01
    phones = (f"{chance.randrange(10**8, 10**9)}" for _ in range(2000))
    assert lost(f"+32 {each[:3]} {each[3:5]} {each[5:7]} {each[7:]}" for each in phones) < 0.01
    accounts = (f"{chance.randrange(10**13, 10**14)}" for _ in range(2000))
    assert lost(f"BE{each[:2]} {each[2:6]} {each[6:10]} {each[10:]}" for each in accounts) < 0.01


def test_a_long_text_is_read_once():
    # Each rule looks at a text a fixed number of times; this would take hours otherwise.
    for text in (
        "1" + "-" * 49,
        "12,",
        "8 ",
        "\u200b8",
        "1\n",
        "85.02.30-001.2",
        "07:08:09.",
        "1" * 10 + "-",
    ):
        assert holds_number(text * 3_000) in {True, False}
