"""Where a text holds the number of a person, however it is written.

Logs and reports mask what is found here, and an asker or a dossier reference that holds it is
refused: one law for all.

**A number of a person** is eleven digits whose month and day can be those of a number, days counted
past 31 among them (`kszclient.values.ssin`). A digit is what Unicode calls a decimal digit: full
width, Arabic-Indic and so on. Zero-width and combining characters do not count.

- *Customary*: together, or in the groups 2-2-2-3-2 with up to three spaces, dots, dashes, slashes
  or low lines between them. Where the number stands alone the form decides, whether or not the
  check digits fit: registers hold numbers whose check digits do not. Where further digits touch it,
  or a plus sign stands before it as before the country of a phone number, the check digits decide
  as well.
- *Unusual*: anything between the digits, or between groups of any size, that is no letter (several
  spaces, commas, colons, plus signs, middle dots...), in at most 64 characters from the first digit
  to the last. Only whole groups of digits count, and the check digits decide as well.

**What stays readable**: UUIDs (tickets must be found again); days, months and times as they are
written in ISO 8601 and in Belgium; whatever has fewer than eleven digits, such as Belgian phone
numbers without their country, amounts below a hundred million and enterprise numbers. Of what has
eleven or more, such as phone numbers with a country, account numbers, larger amounts and lists of
figures, about one in four hundred is taken for an unusual number. Lost more often are eleven digits
written together or in the customary groups: one in seven has the form.

**What is not found**: a number that lost leading zeros, one with letters between its digits, in
words, in hexadecimal or percent encoding, or inside a UUID.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_LONGEST = 64
_AROUND = 40  # longer than any day or time is written
_DIGITS = 11
_MODULUS, _FROM_2000 = 97, 2_000_000_000


_TOGETHER = re.compile(
    r"(?=([0-9]{2}(?:(?:[024][0-9]|[135][0-2])(?:[0-2][0-9]|3[01])|[024]0(?:3[2-9]|[4-9][0-9]))"
    r"[0-9]{3}(?:[0-8][0-9]|9[0-7])))"
)
_CUSTOMARY = re.compile(r"[\s._/\-]{0,3}".join(["[0-9]{2}"] * 3 + ["[0-9]{3}", "[0-9]{2}"]))
_IN_GROUPS = re.compile("[^0-9]*".join(["[0-9]{2}"] * 3 + ["[0-9]{3}", "[0-9]{2}"]))
_BROKEN = re.compile("[A-Za-z]")
_DIGIT = re.compile(r"[0-9]")
_NOT_DIGITS = re.compile(r"[^0-9]+")
_UUID = re.compile(
    r"(?<![0-9a-fA-F])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F])"
)
_TIME = re.compile(
    r"(?<![0-9:])(?:[01][0-9]|2[0-4]):[0-5][0-9]:[0-6][0-9](?:[.,][0-9]{1,9})?"
    r"(?:[+-][0-9]{2}:?[0-9]{2})?(?![0-9]|[.,:][0-9])"
)
_YEAR, _MONTH, _DAY = r"(?:19|20|21)[0-9]{2}", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12][0-9]|3[01])"
_DATE = re.compile(
    rf"(?<![0-9])(?:{_YEAR}([-/.]){_MONTH}(?:\1{_DAY})?|{_DAY}([-/.]){_MONTH}\2{_YEAR}"
    rf"|{_YEAR}{_MONTH}{_DAY})(?![0-9])"
)


class NumberFound(NamedTuple):
    """A number of a person in a text.

    Args:
        begin: Where it begins.
        end: Behind its last digit.
        digits: All eleven, in ASCII.
        alone: Whether no further digit touches it.
    """

    begin: int
    end: int
    digits: str
    alone: bool

    def __repr__(self) -> str:
        return f"NumberFound({self.begin}, {self.end}, '***', alone={self.alone})"


def numbers_in(text: str) -> Iterator[NumberFound]:
    r"""Yield the numbers of persons in a text, in order; they may overlap.

    >>> [found.digits for found in numbers_in("of 85\u00b702\u00b730 : 001, 25")]
    ['85023000125']
    >>> list(numbers_in("+32 475 12 34 56, 1.234.567,89 EUR, 2024-05-06 07:08:09,123 42 times"))
    []
    """
    plain, places = _plain(text)
    if not _TOGETHER.search(_NOT_DIGITS.sub("", plain)):
        return
    plain = _UUID.sub(_letters, plain)
    where = [each.start() for each in _DIGIT.finditer(plain)]
    # A number may begin at any digit, so what is found may overlap.
    for window in _TOGETHER.finditer(_NOT_DIGITS.sub("", plain)):
        first = window.start()
        begin, end = where[first], where[first + _DIGITS - 1] + 1
        # Before the first and after the last place stands an empty text, which is no digit.
        alone = not (plain[begin - 1 : begin].isdigit() or plain[end : end + 1].isdigit())
        if not _is_number(plain, begin, end, window[1], alone=alone):
            continue
        if places is not None:
            begin, end = places[begin], places[end - 1] + 1
        yield NumberFound(begin, end, window[1], alone)


def holds_number(text: str) -> bool:
    r"""Whether a text holds the number of a person, however it is written.

    >>> holds_number("of \uff18\uff15.02.30-001.25"), holds_number("dossier 2024/000118-03")
    (True, False)
    """
    return next(numbers_in(text), None) is not None


def digits_in(text: str) -> str:
    r"""Return the decimal digits of a text in ASCII, without all else.

    >>> digits_in("\uff18\uff15-02")
    '8502'
    """
    return _NOT_DIGITS.sub("", _plain(text)[0])


def _is_number(plain: str, begin: int, end: int, digits: str, *, alone: bool) -> bool:
    """Whether eleven digits that have the form, and what lies between them, are a number."""
    fits = _check_digits_fit(digits)
    if not fits and (not alone or plain[begin - 1 : begin] == "+"):
        return False
    if _CUSTOMARY.fullmatch(plain, begin, end):
        return True
    if not fits or not alone or end - begin > _LONGEST or _BROKEN.search(plain, begin, end):
        return False
    left = max(begin - _AROUND, 0)
    untimed = _TIME.sub(_letters, plain[left : end + _AROUND])
    begin, end = begin - left, end - left
    if _IN_GROUPS.fullmatch(untimed, begin, end):
        return True
    undated = _DATE.sub(_letters, untimed)[begin:end]
    return "\n" not in undated and not _BROKEN.search(undated)


def _check_digits_fit(digits: str) -> bool:
    number, remainder = int(digits[:9]), _MODULUS - int(digits[9:])
    return remainder in {number % _MODULUS, (_FROM_2000 + number) % _MODULUS}


def _letters(found: re.Match[str]) -> str:
    return "x" * len(found[0])


class _Plainer(dict[int, str | None]):
    """What stands for a character outside ASCII: a digit, a letter, a mark, or nothing at all."""

    def __missing__(self, code: int) -> str | None:
        self[code] = plainer = _plainer(chr(code))
        return plainer


def _plainer(character: str) -> str | None:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character.isalnum():
        return "x"
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in {"Cf", "Mn", "Me"}:
        return None
    if category == "Pd" or character == "\u2212":
        return "-"
    narrow = unicodedata.normalize("NFKC", character)
    return narrow if narrow in {".", "/", "_", ",", ":", "+"} else "*"


_PLAINER = _Plainer({code: chr(code) for code in range(128)})


def _plain(text: str) -> tuple[str, list[int] | None]:
    """Return a text in ASCII, and where its characters stood if some were left out."""
    if text.isascii():
        return text, None
    plain = text.translate(_PLAINER)
    if len(plain) == len(text):
        return plain, None
    return plain, [place for place, each in enumerate(text) if _PLAINER[ord(each)] is not None]
