"""Cells of a dossier file: what a person or a spreadsheet wrote, read as values.

Spreadsheets lose leading zeros, add decimals, turn months into days and count days from 1900. What
can be undone without a guess is undone (check digits tell); the rest is refused by name. A reason
never repeats what stood in the cell.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache

from kszclient.errors import InvalidValueError
from kszclient.foreign_text import FORMULA_STARTS, one_line
from kszclient.values import EnterpriseNumber, Month, Ssin, day_in_belgium
from kszclient.values.numbers_in_text import digits_in, numbers_in

_DECIMALS = re.compile(r"[.,]0+$")
# What spreadsheets put between groups of three digits; all of them are read as a space.
_SPACES = str.maketrans(
    dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " ")
)
# What comes along unseen when a figure is copied from a page or a mail, and what word processors
# make of a hyphen.
_UNSEEN = dict.fromkeys(
    [0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
_HYPHENS = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
_FIGURES = _UNSEEN | _HYPHENS
# Where check digits tell that nothing else was meant.
_GROUPS = re.compile(r"[0-9]{1,3}([,'\u2019])[0-9]{3}(?:\1[0-9]{3})+", re.ASCII)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+", re.ASCII)
_SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*E\+?[0-9]+", re.IGNORECASE | re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_TIME = r"(?:[T ] ?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?P<zone>Z|[+-][0-9:]+)?)?"
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/]([0-9]{2})(?:[-/]([0-9]{2}))?" + _TIME, re.ASCII)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?", re.ASCII)
_DAY_FIRST = re.compile(r"(?:([0-9]{1,2})[/.-])?([0-9]{1,2})[/.-]([0-9]{4})" + _TIME, re.ASCII)
_SERIAL = re.compile(r"[2-7][0-9]{4}", re.ASCII)
_CATEGORY = re.compile(r"[A-Z_]{1,50}", re.ASCII)
_NO_CODES = frozenset({"NULL", "NAN", "NONE", "NA", "NIL"})
_EXCEL_DAY_0 = dt.date(1899, 12, 30)
_SSIN, _SHORTEST_SSIN = 11, 8
_MODULUS, _FROM_2000 = 97, 2_000_000_000
_ENTERPRISE, _FUND = 10, 3
PERSON_IN_REFERENCE = "holds the number of a person; give a reference of your own, results show it"
_LONGEST_DOSSIER = 64
# The results are CSV with commas; spreadsheets of this country cut them at semicolons, and some at
# tabs, whatever the quotes. So what follows one of these begins a cell.
_LATER_FORMULA = re.compile(rf"[;\t][\s\"']*[{FORMULA_STARTS}]")
_FORMULA = re.compile(f"[{FORMULA_STARTS}]")

Cell = str | bytes | int | float | dt.date | None
"""What a file can hold in one place; a `datetime.datetime` is a date too."""


class CellError(ValueError):
    """A cell cannot be read; the message is the reason, without the cell."""


def text_of(cell: Cell) -> str:
    """Return a cell as text without what spreadsheets put around it.

    Raises:
        CellError: It holds bytes that are no text.

    >>> text_of('="0401"'), text_of("'0401 "), text_of(44021.0), text_of(None), text_of(math.nan)
    ('0401', '0401', '44021', '', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bytes):
        # As Parquet and databases hold text that nobody marked as such.
        try:
            cell = cell.decode()
        except UnicodeDecodeError:
            raise CellError("holds bytes that are no text in UTF-8") from None
    if isinstance(cell, float):
        if math.isnan(cell):
            return ""
        cell = int(cell) if cell.is_integer() else cell
    text = str(cell)
    if text.isalnum() and text.isascii():
        return text
    text = text.translate(_SPACES).replace("\ufeff", "").strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.removeprefix("'").strip()


def child_number(cell: Cell) -> Ssin:
    """Read the number of a child; up to three leading zeros may be lost (born in 2000).

    Raises:
        CellError: The cell is empty, rounded by a spreadsheet, or no number of a person.

    >>> child_number("85.02.30-001.25").digits
    '85023000125'
    >>> child_number("8.5023E+10")
    Traceback (most recent call last):
    kszclient.reconciliation.input.cells.CellError: a spreadsheet has rounded the number; \
format the column as text and export again
    """
    text = _needed(cell).translate(_FIGURES).strip()
    if _SCIENTIFIC.fullmatch(text):
        raise CellError(
            "a spreadsheet has rounded the number; format the column as text and export again"
        )
    digits = _without_groups(_DECIMALS.sub("", text))
    if _GROUPS.fullmatch(digits):
        digits = "".join(filter(str.isdigit, digits))
    if _DIGITS.fullmatch(digits) and _SHORTEST_SSIN <= len(digits) < _SSIN:
        digits = digits.zfill(_SSIN)
    try:
        return Ssin.parse(digits)
    except InvalidValueError as error:
        raise CellError(str(error)) from None


def dossier_reference(cell: Cell) -> str:
    """Read the reference of a dossier.

    Raises:
        CellError: It is empty, too long, a formula to who opens the results in a spreadsheet, or
            holds the number of a person: results show references.

    >>> dossier_reference("dossier 85.02.30-001.25")
    Traceback (most recent call last):
    kszclient.reconciliation.input.cells.CellError: holds the number of a person; give a \
reference of your own, results show it
    """
    text = _needed(cell)
    if _FORMULA.match(text):
        raise CellError("a spreadsheet takes it for a formula; begin with a letter or a digit")
    if _LATER_FORMULA.search(text):
        raise CellError("a spreadsheet takes what follows the semicolon or tab for a formula")
    if len(text) > _LONGEST_DOSSIER:
        raise CellError(f"expected at most {_LONGEST_DOSSIER} characters")
    if one_line(text) != text:
        raise CellError("expected one line of plain text, without control or hidden characters")
    if len(text) < _SSIN - 1:
        return text
    # Of longer figures too many would be refused by chance.
    found = [each.digits for each in numbers_in(text) if each.alone]
    if len(text) == _SSIN - 1 and _DIGITS.fullmatch(text):
        # One zero lost; of shorter ones too many are a plain number of a dossier.
        found.append(f"0{text}")
    if any(map(_is_person, found)):
        raise CellError(PERSON_IN_REFERENCE)
    return text


def names_child(reference: str, child: str) -> bool:
    """Return whether the digits of a reference hold the number of its child, zeros lost or not.

    >>> names_child("16.02.30-001.60/2", "16023000160"), names_child("2024-1", "16023000160")
    (True, False)
    """
    if len(reference) < _SHORTEST_SSIN:
        return False
    return child.lstrip("0").zfill(_SHORTEST_SSIN) in digits_in(reference)


def _is_person(text: str) -> bool:
    # The check digits first: that is quick, and most numbers of dossiers end there.
    number, remainder = int(text[:-2]), _MODULUS - int(text[-2:])
    if remainder not in {number % _MODULUS, (_FROM_2000 + number) % _MODULUS}:
        return False
    try:
        Ssin.parse(text)
    except InvalidValueError:
        return False
    return True


@lru_cache(maxsize=4096, typed=True)
def month(cell: Cell) -> Month | None:
    """Read a month: ``YYYY-MM``, ``YYYYMM``, ``MM/YYYY``, a day in it, or a spreadsheet's day.

    A time of the day is left out; where it tells its zone, the day is that in Brussels. Days are
    read the Belgian way, day first. A whole number of five digits is a spreadsheet's day.

    Returns:
        The month; None for an empty cell.

    Raises:
        CellError: It is none of these.

    >>> [str(month(each)) for each in ("2021-07", "15/07/2021", "7/2021", "44378", 202107)]
    ['2021-07', '2021-07', '2021-07', '2021-07', '2021-07']
    """
    if isinstance(cell, dt.date):
        return Month.of(_in_brussels(cell))
    text = _number_text(cell)
    if not text:
        return None
    found = _written(text)
    if found is None:
        raise CellError("expected a month written YYYY-MM, or a day in it (YYYY-MM-DD, DD/MM/YYYY)")
    return found[0]


def _written(text: str) -> tuple[Month, int | None] | None:
    """Read a month with perhaps a day in it; None where it is neither."""
    if _SERIAL.fullmatch(text):
        day = _EXCEL_DAY_0 + dt.timedelta(days=int(text))
        return Month.of(day), day.day
    if found := _YEAR_FIRST.fullmatch(text):
        if found["zone"]:
            return _moment(text)
        year, month, day_text = found[1], found[2], found[3]
    elif found := _COMPACT.fullmatch(text):
        year, month, day_text = found.groups()
    elif (found := _DAY_FIRST.fullmatch(text)) and not found["zone"]:
        year, month, day_text = found[3], found[2], found[1]
    else:
        return None
    try:
        whole = Month(int(year), int(month))
    except InvalidValueError:
        raise CellError("there is no such month") from None
    if day_text is not None and not 1 <= int(day_text) <= whole.last_day.day:
        raise CellError("there is no such day")
    return whole, int(day_text) if day_text else None


def _moment(text: str) -> tuple[Month, int]:
    try:
        day = _in_brussels(dt.datetime.fromisoformat(text))
    except ValueError:
        raise CellError("there is no such moment") from None
    return Month.of(day), day.day


def _in_brussels(moment: dt.date) -> dt.date:
    """Return the day of a moment: its own, or that in Brussels where it has a time zone."""
    if not isinstance(moment, dt.datetime):
        return moment
    try:
        return day_in_belgium(moment) if moment.tzinfo else moment.date()
    except OverflowError:  # the last day that there is, which means an open end
        return moment.date()


def day(cell: Cell) -> dt.date | None:
    """Read a day: ``YYYY-MM-DD``, ``YYYYMMDD``, ``DD/MM/YYYY`` or a spreadsheet's serial day.

    Returns:
        The day; None for an empty cell.

    Raises:
        CellError: It is none of these.

    >>> day("15/07/2021") == day("2021-07-15") == day(44392)
    True
    """
    if isinstance(cell, dt.date):
        return _in_brussels(cell)
    text = _number_text(cell)
    if not text:
        return None
    found = _written(text)
    if found is None or found[1] is None:
        raise CellError("expected a day written YYYY-MM-DD or DD/MM/YYYY")
    return dt.date(found[0].year, found[0].month, found[1])


def place(cell: Cell) -> str | None:
    """Read a municipality code, postcode or country; None for an empty cell.

    >>> place("44021.0"), place(9000), place("")
    ('44021', '9000', None)
    """
    return _number_text(cell) or None


def _number_text(cell: Cell) -> str:
    """Return a cell without the decimals that a whole column gets where one number is missing."""
    return _without_groups(_DECIMALS.sub("", text_of(cell).translate(_FIGURES).strip()))


def _without_groups(text: str) -> str:
    return text.replace(" ", "") if _THOUSANDS.fullmatch(text) else text


@lru_cache(maxsize=4096, typed=True)
def payer(cell: Cell) -> str | None:
    """Read who pays: an enterprise number, or a fund code of three digits; zeros may be lost.

    Returns:
        Ten or three digits; None for an empty cell.

    Raises:
        CellError: It is neither.

    >>> payer("0692.793.497"), payer(692793497), payer("51"), payer("")
    ('0692793497', '0692793497', '051', None)
    """
    text = _number_text(cell)
    if not text:
        return None
    digits = text.replace(".", "").replace(" ", "").removeprefix("BE")
    if _DIGITS.fullmatch(digits) is None:
        raise CellError("expected an enterprise number, or a fund code of three digits")
    if len(digits) <= _FUND:
        return digits.zfill(_FUND)
    try:
        return EnterpriseNumber.parse(digits.zfill(_ENTERPRISE)).digits
    except InvalidValueError as error:
        raise CellError(str(error)) from None


@lru_cache(maxsize=4096, typed=True)
def category(cell: Cell) -> str | None:
    """Read the code of a kind of payment, an open list; None for an empty cell.

    Raises:
        CellError: It is not written as the contract writes codes, or is a word for nothing. A code
            that is in no list may be a new one, and is no error.
    """
    text = text_of(cell).upper()
    if not text:
        return None
    if text in _NO_CODES:
        raise CellError(
            "expected a code, or an empty cell for the basic amount, and no word for it"
        )
    if _CATEGORY.fullmatch(text) is None:
        raise CellError("expected a code in letters and underscores, such as BASIC")
    return text


def _needed(cell: Cell) -> str:
    text = text_of(cell)
    if not text:
        raise CellError("is empty")
    return text
