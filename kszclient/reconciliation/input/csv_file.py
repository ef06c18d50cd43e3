"""Records and heading of a CSV file, also where quotes, encodings or line ends are damaged."""

from __future__ import annotations

import codecs
import csv
import re
import sys
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from kszclient.errors import InvalidValueError
from kszclient.logs import masked_repr
from kszclient.values import Ssin

MOST_CHARACTERS = 1 << 20
"""What a cell may hold; more is no cell."""

MARKED = "kszclient.marked"
"""What to give as ``errors`` when a file is opened, so that the row with wrong octets is known."""

# Half of a pair, which no right text holds.
_MARK = "\udcff"
_LINE_END = re.compile(r"\r\n|\r|\n")
# A month, a day or a number: of these every row holds one, for its first month is needed.
_FIGURES = re.compile(r"[0-9][0-9 ./:-]{4,}[0-9]", re.ASCII)
_AROUND = " \"'="
_FEWEST_CELLS = 3
_STRAY = "a quote opens here and is not closed as it should; leave it out, or write it twice"
_LONG = f"a cell holds more than {MOST_CHARACTERS} characters"


def _marked(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _MARK, error.end


codecs.register_error(MARKED, _marked)


class NotTextError(ValueError):
    """The next record holds octets that are none of the encoding."""


class Record(NamedTuple):
    """One record.

    Args:
        cells: Its cells; None where it cannot be read.
        reason: Why it cannot be read.
    """

    cells: list[str] | None
    reason: str = ""

    def __repr__(self) -> str:
        return masked_repr(self)


def read_records(lines: Iterator[str], separator: str, width: int) -> Iterator[Record]:
    r"""Read the records of a file; an empty line is one without cells.

    Args:
        lines: The lines of the file, with their ends.
        separator: What stands between cells.
        width: How many cells a record has.

    Raises:
        NotTextError: The lines were opened with the errors `MARKED`, and something was marked.

    >>> lines = ["D1,2024-01,'urgent'\n", 'D2,2024-02,"urgent\n', "D3,2024-03,\n"]
    >>> [each.cells and each.cells[0] for each in read_records(iter(lines), ",", 3)]
    ['D1', None, 'D3']
    """
    csv.field_size_limit(min(sys.maxsize, MOST_CHARACTERS))
    source = _Lines(lines)
    taken = source.taken
    reader = csv.reader(source, delimiter=separator, strict=True)
    while True:
        taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = None
        if len(taken) == 1:
            check_text(taken[0])
            yield Record(cells) if cells is not None else _alone(taken[0], separator)
            continue
        if (
            cells is None
            or len(cells) != width
            or any(holds_rows(each, separator, width) for each in cells)
        ):
            source.again(taken[1:])
            del taken[1:]
            cells = None
        for line in taken:
            check_text(line)
        yield Record(cells, _STRAY if cells is None else "")


def check_text(line: str) -> None:
    """Check that nothing was marked in a line.

    Raises:
        NotTextError: Something was.
    """
    if not line.isascii() and _MARK in line:
        raise NotTextError


class _Lines:
    """Gives lines, remembers which, and gives some of them again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        return line

    def again(self, lines: list[str]) -> None:
        self._again.extendleft(reversed(lines))


def _alone(line: str, separator: str) -> Record:
    """Read one line that breaks the rules of quotes within itself, as spreadsheets do."""
    if line.count('"') % 2:
        return Record(None, _STRAY)
    try:
        return Record(next(csv.reader([line], delimiter=separator)))
    except csv.Error:
        return Record(None, _LONG)


def holds_rows(cell: str, separator: str, width: int) -> bool:
    """Return whether a cell of several lines holds what looks like rows.

    From the stray quote on the cell holds the end of one row, whole rows, and the beginning of the
    row with the next quote. So the first line and the last are as one row. A row has as many cells
    as the heading and a figure among them, or among a few cells the number of a person.
    """
    lines = _LINE_END.split(cell)
    if len(lines) == 1:
        return False
    rows = [lines[:1] + lines[-1:], *([line] for line in lines[1:-1])]
    found = 0
    person = False
    for row in rows:
        pieces = [piece.strip(_AROUND) for line in row for piece in line.split(separator)]
        figures = [piece for piece in pieces if _FIGURES.fullmatch(piece)]
        if figures and len(pieces) - len(row) + 1 == width:
            return True
        found += len(pieces) - len(row)
        person = person or any(map(_is_person, figures))
    return person and found + 1 >= _FEWEST_CELLS


def _is_person(text: str) -> bool:
    try:
        Ssin.parse(text)
    except InvalidValueError:
        return False
    return True


_SEPARATORS = ";,\t|"
# What Excel puts before the heading to say how cells are separated.
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\s*", re.IGNORECASE)
_HEADING_LINE_END = re.compile(r"\s*[\r\n]+\s*")
_NOTHING = f'{_SEPARATORS} \r\n"\ufeff'
_MOST_LINES = 100
# A mark of the encoding may stand there twice, where two programs wrote one.
_AROUND_NAME = " \t\r\n\u00a0\ufeff"


class HeadingError(ValueError):
    """There is no heading; the message says why."""


class Heading(NamedTuple):
    """A heading.

    Args:
        columns: The columns; a name over several lines is one with a space between.
        separator: What stands between cells.
        row: The row in which it stands, as a spreadsheet counts.
        lines: How many lines it takes with those before it.
    """

    columns: tuple[str, ...]
    separator: str
    row: int
    lines: int

    def __repr__(self) -> str:
        return masked_repr(self)


def read_heading(lines: Iterator[str], separator: str | None) -> Heading:
    r"""Read the heading: the first row that holds anything.

    Args:
        lines: The lines of the file, with their ends.
        separator: What stands between cells; found out where left out.

    Raises:
        HeadingError: There is none, or a quote in it is not closed.
        NotTextError: It holds octets that are none of the encoding.

    >>> read_heading(iter(["\n", 'dossier;"number of\n', 'the child"\n']), None)
    Heading(columns=('dossier', 'number of the child'), separator=';', row=2, lines=3)
    """
    before = 0
    for line in lines:
        check_text(line)
        if told := _SEPARATOR_LINE.fullmatch(line):
            separator = separator or told[1]
        elif line.strip(_NOTHING):
            break
        before += 1
    else:
        raise HeadingError("the file is empty")
    some = [line, *islice(lines, _MOST_LINES)]
    read = [_read(some, each) for each in (separator or _SEPARATORS)]
    cells, used, chosen = max(read, key=lambda each: len(each[0]) or line.count(each[2]) + 1)
    if not cells or any(holds_rows(each, chosen, len(cells)) for each in cells):
        raise HeadingError("a quote opens in the heading and is not closed as it should")
    for each in some[:used]:
        check_text(each)
    columns = tuple(_HEADING_LINE_END.sub(" ", each).strip(_AROUND_NAME) for each in cells)
    return Heading(columns, chosen, before + 1, before + used)


def _read(lines: list[str], separator: str) -> tuple[list[str], int, str]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        return next(reader), reader.line_num, separator
    except csv.Error:
        return [], 0, separator
