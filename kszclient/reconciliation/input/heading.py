"""The heading of a CSV file: its columns, and what stands between cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from kszclient.reconciliation.input.records import check_text, holds_rows

_SEPARATORS = ";,\t|"
# What Excel puts before the heading to say how cells are separated.
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\s*", re.IGNORECASE)
_LINE_END = re.compile(r"\s*[\r\n]+\s*")
_NOTHING = f'{_SEPARATORS} \r\n"\ufeff'
_MOST_LINES = 100
# A mark of the encoding may stand there twice, where two programs wrote one.
_AROUND = " \t\r\n\u00a0\ufeff"


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
    columns = tuple(_LINE_END.sub(" ", each).strip(_AROUND) for each in cells)
    return Heading(columns, chosen, before + 1, before + used)


def _read(lines: list[str], separator: str) -> tuple[list[str], int, str]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        return next(reader), reader.line_num, separator
    except csv.Error:
        return [], 0, separator
