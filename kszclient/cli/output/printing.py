"""What the command line writes: results to standard output, messages to standard error.

All of it passes here, as plain text: no command prints by itself, and nothing in a text is read as
markup, an emoji code or a control. Whatever stands in a result may come from outside, so every text
is made one line without anything that acts on a terminal, and a person's number in it is masked.
"""

from __future__ import annotations

import re
import sys
from enum import IntEnum
from functools import cached_property
from textwrap import fill
from typing import TYPE_CHECKING

from kszclient.foreign_text import ascii_json, json_line, one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from kszclient.errors import KszError
    from kszclient.rule_version import Decision

_WIDE = 200
_ANY_WIDTH = 10_000
_PAPER_WIDTH = 110


class Exit(IntEnum):
    """The exit codes, the same for every command."""

    DONE = 0
    FINDINGS = 1
    BAD_INPUT = 2
    REFUSED = 3
    TECHNICAL = 4


OUTCOME_EXITS = {"COMPLETE": Exit.DONE, "INCOMPLETE": Exit.FINDINGS, "REFUSED": Exit.REFUSED}
"""The exit code of each outcome of a lookup."""


class Bold(str):
    """A part of a line that stands out."""

    __slots__ = ()


class Page:
    """A result for a person to read, on standard output.

    Args:
        masked: Whether numbers of persons are masked; only the mock shows its invented ones.
        width: Of the screen in characters, where it is not to be found out.
    """

    def __init__(self, *, masked: bool = True, width: int | None = None) -> None:
        self._masked = masked
        self._given_width = width

    def _clean(self, text: str) -> str:
        from kszclient.logs import masked_line

        return masked_line(text) if self._masked else one_line(text)

    @cached_property
    def _console(self) -> Console:
        from rich.console import Console

        # In a file or a pipe there is no edge to fold at.
        width = self._given_width or (None if sys.stdout.isatty() else _WIDE)
        return Console(highlight=False, markup=False, emoji=False, width=width)

    def line(self, *parts: str, bold: bool = False, whole: bool = False) -> None:
        """Write a line.

        Args:
            parts: Its texts, one after the other; those that are `Bold` stand out.
            bold: Whether all of it stands out.
            whole: Whether it is not folded at the edge, so that it can be copied.
        """
        text = self._text("", bold=bold)
        for part in parts:
            text.append(self._clean(part), "bold" if isinstance(part, Bold) else None)
        self._console.print(text, soft_wrap=whole)

    def gap(self) -> None:
        """Write an empty line."""
        self._console.print()

    def paragraph(self, text: str, *, indent: str = "", bold: bool = False) -> None:
        """Write a text as wide as paper at most, its further lines set in.

        Args:
            text: The text.
            indent: What stands before its first line.
            bold: Whether it stands out.
        """
        self._fill(text, min(self._console.width, _PAPER_WIDTH), indent, bold=bold)

    def rule(self, title: str) -> None:
        """Write a line across the screen with a title in it."""
        self._console.rule(self._text(title))

    def table(
        self,
        headings: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        right: Collection[str] = (),
        whole: Collection[str] = (),
    ) -> None:
        """Write rows as a table, whose cells are folded where there is no room.

        Args:
            headings: Of the columns.
            rows: The cells.
            right: Headings of columns that stand to the right, as numbers do.
            whole: Headings of columns whose cells stay on one line.
        """
        self._console.print(self._table(headings, rows, right, whole))

    def rows(
        self,
        headings: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        whole: Collection[str] = (),
    ) -> None:
        """Write rows with no word broken or left out: a table if it fits, else one block a row.

        Args:
            headings: Of the columns; the first one identifies the row.
            rows: The cells.
            whole: Headings of columns whose cells stay on one line.
        """
        from rich.measure import Measurement

        cells = [tuple(row) for row in rows]
        table, out = self._table(headings, cells, (), whole), self._console
        if Measurement.get(out, out.options.update(width=_ANY_WIDTH), table).minimum <= out.width:
            out.print(table)
            return
        for row in cells:
            for at, (heading, cell) in enumerate(zip(headings, row, strict=True)):
                self._fill(f"{heading}: {cell}", out.width, bold=at == 0)
            self.gap()

    def _table(
        self,
        headings: Sequence[str],
        rows: Iterable[Sequence[str]],
        right: Collection[str],
        whole: Collection[str],
    ) -> Table:
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in headings:
            table.add_column(
                self._text(heading),
                overflow="fold",
                no_wrap=heading in whole,
                justify="right" if heading in right else "left",
            )
        for row in rows:
            table.add_row(*map(self._text, row))
        return table

    def _fill(self, text: str, width: int, indent: str = "", *, bold: bool = False) -> None:
        hanging = f"{indent}  "
        line = self._clean(text.replace("\n", " "))
        filled = fill(line, width, initial_indent=indent, subsequent_indent=hanging)
        self._console.print(_rich(filled, bold=bold), soft_wrap=True)

    def _text(self, text: str, *, bold: bool = False) -> Text:
        return _rich(self._clean(text), bold=bold)


def _rich(text: str, *, bold: bool) -> Text:
    from rich.text import Text

    return Text(text, style="bold" if bold else "")


def print_json(result: object) -> None:
    """Write a whole result to standard output as indented JSON."""
    import msgspec

    from kszclient.values import plain

    write_json(msgspec.json.format(msgspec.json.encode(plain(result)), indent=2).decode())


def write_json(text: str) -> None:
    """Write JSON to standard output, with escapes for what acts on a terminal.

    Letters that its encoding does not have get escapes too: a program that reads it must not find
    letters replaced.
    """
    text = json_line(text)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = re.sub("[^\\x00-\\x7f]", lambda found: ascii_json(found[0]), text)
    sys.stdout.write(text + "\n")


def write_line(text: str) -> None:
    """Write a line to standard output, where a whole page is more than is needed."""
    from kszclient.logs import masked_line

    sys.stdout.write(masked_line(text) + "\n")


def write_message(message: str) -> None:
    """Write a message to standard error, as one line; a number of a person in it is masked."""
    from kszclient.logs import masked_line

    sys.stderr.write(masked_line(message) + "\n")


def write_json_message(message: object) -> None:
    """Write a message to standard error, as one line of JSON with masked numbers."""
    import msgspec

    from kszclient.logs import redact

    sys.stderr.write(json_line(redact(msgspec.json.encode(message).decode())) + "\n")


def explain_error(error: KszError) -> None:
    """Write what failed, for which ticket, and what to do next to standard error."""
    from kszclient.errors import InputError

    write_message(f"kszclient: {error}")
    ticket = getattr(error, "ticket", None)
    if ticket:
        write_message(f"  ticket: {ticket}")
    # A message about wrong input names what to correct already.
    if error.next_step != InputError.next_step:
        write_message(f"  {error.next_step}")


def print_result(
    result: object, decision: Decision | None = None, environment: str | None = None
) -> None:
    """Write a result as JSON, with the version of its rules and the environment.

    Args:
        result: The result.
        decision: What it decides; None where no rule decides anything in it.
        environment: The profile with which a service was asked; None where none was.
    """
    from kszclient.rule_version import rule_version
    from kszclient.values import plain

    rules = {"rules": {"version": rule_version(decision)}} if decision else {}
    print_json({**plain(result), **rules, "environment": environment})
