"""Writes one benchmark's part of `results.md`, with machine and versions, and leaves the others."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).with_name("results.md")
_TITLE = "# Benchmarks\n\nWritten by the scripts in this folder; each writes its own part.\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are aligned to the right."""
    rule = ["---", *["---:"] * (len(headings) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, rule, *rows)) + "\n"


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return the median and, in brackets, the least and the most."""
    least, most = min(values), max(values)
    return f"{median(values):.{digits}f} ({least:.{digits}f}-{most:.{digits}f})"


def write_part(name: str, command: str, text: str) -> None:
    """Put a part into `results.md` in the place of the one of that name, and print it."""
    part = (
        f"## {name}\n\n`{command}` on {dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, {machine()}.\n\n{text}"
    )
    print(part)
    known = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else _TITLE
    title, *parts = re.split(r"^(?=## )", known, flags=re.MULTILINE)
    by_name = {each.splitlines()[0].removeprefix("## "): each.strip() for each in parts}
    by_name[name] = part.strip()
    every = "\n\n".join(by_name[each] for each in sorted(by_name))
    RESULTS.write_text(f"{title.strip()}\n\n{every}\n", encoding="utf-8")


def machine() -> str:
    """Name processor, cores, system and Python."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists() and (named := re.search(r"model name\s*: (.+)", cpuinfo.read_text())):
        model = named[1]
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )
