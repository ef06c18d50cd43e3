"""Writes goals and measured ratios into `docs/performance.md`, so that it is never out of date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

from report import table

_PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
_BEGIN, _END = "<!-- written by benchmarks/lookup.py -->", "<!-- end -->"
_ROWS = (
    ("asynchronous, 16 in flight, beside the floor with one in flight", "at most 2", "floor"),
    ("the same beside the floor with 16 in flight, a harder measure", "", "floor, 16 in flight"),
    ("asynchronous, how much cheaper than zeep", "at least 12", "zeep"),
    ("blocking, how much cheaper than zeep", "at least 5", "blocking"),
    ("signed, asynchronous, how much cheaper than zeep with its own signature", "", "signed"),
)


def write_standing(ratios: Mapping[str, float]) -> None:
    """Put the table between its marks.

    Args:
        ratios: The ratio of each row, under its short name.
    """
    rows = [[text, goal, f"{ratios[name]:.1f} x"] for text, goal, name in _ROWS]
    today = dt.datetime.now(tz=dt.UTC).date()
    written = f"{_BEGIN}\n\n{table(['ratio', 'goal', f'{today}'], rows)}\n{_END}"
    page = _PAGE.read_text(encoding="utf-8")
    found = re.sub(
        f"{re.escape(_BEGIN)}.*{re.escape(_END)}", lambda _: written, page, flags=re.DOTALL
    )
    _PAGE.write_text(found, encoding="utf-8")
