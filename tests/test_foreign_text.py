"""Text from outside acts nowhere: each kind of place, with characters of every kind."""

import csv
import io
import json
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kszclient.foreign_text import (
    GUARD,
    LONGEST_LINE,
    OTHER_CODE,
    code_or_other,
    json_line,
    one_line,
    spreadsheet_cell,
    without_hidden,
)

ACTING = {"Cc", "Cs", "Zl", "Zp"}
# Of the format characters these have a shape of their own, as Arabic and Kaithi number signs do.
WITH_A_SHAPE = set("\u06dd\u070f\u08e2\U000110bd\U000110cd") | {*map(chr, range(0x600, 0x606))}
WITH_A_SHAPE |= {"\u0890", "\u0891", *map(chr, range(0x13430, 0x13440))}
FILLERS = "\u115f\u1160\u3164\uffa0\u034f\ufe0f\u17b4\U000e0100"
UNSAFE = [
    letter
    for letter in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(letter) in ACTING
    or (unicodedata.category(letter) == "Cf" and letter not in WITH_A_SHAPE)
]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize("make", [one_line, without_hidden, spreadsheet_cell])
def test_nothing_that_acts_or_hides_is_left(make):
    assert not set(make("".join(UNSAFE[:2000]) + FILLERS)) & {*UNSAFE, *FILLERS}
    for first in range(0, len(UNSAFE), 400):
        assert not set(make("".join(UNSAFE[first : first + 400]))) & set(UNSAFE)


@given(ANY_TEXT)
def test_a_line_is_one_line_of_a_known_length(text):
    line = one_line(text, most=20)
    assert len(line) <= 20
    assert len(line.splitlines()) <= 1
    assert not set(line) & set(UNSAFE)
    assert one_line(line, most=20) == line


def test_plain_text_stays_as_it_is():
    text = (
        "Caisse d'allocations familiales « Liège-Huy » [old] :smile: 100 % \u00a0 日本 \U0001f600"
    )
    assert one_line(text) == without_hidden(text) == spreadsheet_cell(text) == text


def test_what_is_too_long_is_cut():
    assert one_line("x" * (LONGEST_LINE + 1)) == "x" * (LONGEST_LINE - 1) + "…"
    assert len(one_line("\x1b" * 1_000_000)) == LONGEST_LINE


@settings(max_examples=40)
@given(st.dictionaries(ANY_TEXT, st.lists(ANY_TEXT, max_size=3), max_size=3))
def test_json_keeps_its_meaning(value):
    text = json.dumps(value, ensure_ascii=False, indent=1)
    safe = json_line(text)
    assert not set(safe) - {"\n"} & set(UNSAFE)
    assert json.loads(safe) == value


@given(ANY_TEXT)
def test_a_cell_is_never_computed_and_its_text_comes_back(text):
    cell = spreadsheet_cell(text)
    file = io.StringIO()
    csv.writer(file).writerow([cell, "next"])
    (read, _), *more = csv.reader(io.StringIO(file.getvalue()))
    assert more == []
    assert read == cell
    assert not read.strip()[:1] or read.strip()[:1] not in "=+-@\uff1d\uff0b\uff0d\uff20"
    assert read.removeprefix(GUARD) == one_line(text) or not read.startswith(GUARD)


@pytest.mark.parametrize(
    "text",
    ["=1+cmd|'/C'!A0", "@SUM(A1)", "+1+1", "-1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201",
     "\t=1", "\r=1", " =1", "\u00a0=1", "'=1", "'", "\n=1", "\u3000\uff1d1", "\u22121"],
)  # fmt: skip
def test_every_beginning_of_a_formula_is_guarded(text):
    cell = spreadsheet_cell(text)
    assert cell == GUARD + one_line(text)


@pytest.mark.parametrize(
    "code",
    ["MSG00000", "MSG0021", "CHB00001", "TAXA0007", "DOLS0012", "RTIPC001", "SSK00003", "UDS00007"],
)
def test_codes_of_every_known_family_stay(code):
    assert code_or_other(code) == code


@pytest.mark.parametrize(
    "code",
    ["", "85023000125", "850230 001 25", "JANSSENS", "Jan Janssens", "=1+1", "@SUM", "+1+1",
     "MSG00012\n", "MSG0001\uff12", "msg00012", "MSG00012 x", "MSG85023000125", "\x1b[31m", "[/]"],
)  # fmt: skip
def test_what_is_no_code_is_other(code):
    assert code_or_other(code) == OTHER_CODE
