"""Rows of a result: a table where the screen has room for it, else one block a row."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from rich.console import Console

_ANY_WIDTH = 10_000


def show_rows(
    out: Console,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    whole: Collection[str] = (),
) -> None:
    """Print rows, with no word of them broken or left out.

    Args:
        out: Where to print them.
        headings: Of the columns; the first one tells the rows apart.
        rows: The cells.
        whole: Headings of columns whose cells stay on one line.
    """
    from rich.measure import Measurement
    from rich.table import Table

    cells = [tuple(row) for row in rows]
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading in whole)
    for row in cells:
        table.add_row(*row)
    needed = Measurement.get(out, out.options.update(width=_ANY_WIDTH), table).minimum
    if needed <= out.width:
        out.print(table, markup=False)
        return
    for row in cells:
        for at, (heading, cell) in enumerate(zip(headings, row, strict=True)):
            text = fill(f"{heading}: {cell}", out.width, subsequent_indent="  ")
            out.print(text, style="bold" if at == 0 else "", markup=False, soft_wrap=True)
        out.print()
