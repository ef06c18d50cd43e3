"""What a reconciliation costs besides its lookups: CPU by step, and the most memory.

Each part runs in a process of its own, away from the server that answers:

* *the lookups*: the asynchronous client alone, one lookup a child, the answers thrown away; once
  more with the audit trail that every endpoint asks for but one on this machine;
* *our own part*: a whole reconciliation whose client returns answers from memory, already decoded,
  so that whatever CPU its process takes is not the lookups' (starting Python is counted too);
* *the whole*: a smaller reconciliation over real sockets. What it takes more than its lookups must
  come to the same as our own part; it shows that the first two leave nothing out.

Run: ``python benchmarks/reconcile.py [DOSSIERS [SIZE]]``; SIZE is ``15.5 kB`` or ``4 kB``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from processes import HERE, measure, server
from reconcile_population import SIZES, answer, write_dossiers
from report import table, write_part

_ROUNDS = 3
_LOOKUPS = 4_000
_WHOLE = 20_000
_SIDES = str(HERE / "reconcile_sides.py")
_LIMIT_SHARE, _LIMIT_MB = 10.0, 1000
_STEPS = {
    "read_and_plan": "read and plan",
    "journal": "journal",
    "compare": "read the answer, compare",
    "ask": "the rest of the asking: tasks, turns, digests, progress",
    "write": "write the findings",
    "report": "report",
    "start": "start of Python and everything else",
}


def main(number: int, size: str) -> None:
    """Measure and write the part of `results.md`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_dossiers(folder / "dossiers.csv", number)
        few = min(number, _WHOLE)
        write_dossiers(folder / "few.csv", few)
        with server(str(HERE / "reconcile_stub.py"), size) as url:
            lookup = median(side("lookups", url, _LOOKUPS)["cpu_ms"] for _ in range(_ROUNDS))
            written = median(
                side("lookups", url, _LOOKUPS, folder / f"trail-{turn}.sqlite")["cpu_ms"]
                for turn in range(_ROUNDS)
            )
            whole = side("whole", folder / "few.csv", url, folder / "whole")
        inside = side("inside", folder / "few.csv", size, folder / "inside")
        own = side("own", folder / "dossiers.csv", size, folder / "own")
    steps: dict[str, float] = own["steps"]
    for step in ("journal", "compare"):
        steps[step] = inside[step] * number / few
        steps["ask"] -= steps[step]
    total = sum(steps.values())
    lookups, with_trail = number * lookup / 1000, number * written / 1000
    share, share_with_trail = 100 * total / lookups, 100 * total / with_trail
    rows = [
        [_STEPS[step], f"{steps[step]:.1f}", f"{1e6 * steps[step] / number:.1f}"] for step in _STEPS
    ]
    rows.append(["**all of it**", f"**{total:.1f}**", f"**{1e6 * total / number:.1f}**"])
    rows.append(["the lookups", f"{lookups:.1f}", f"{1000 * lookup:.1f}"])
    rows.append(["the same, with a trail", f"{with_trail:.1f}", f"{1000 * written:.1f}"])
    check = 1e6 * (whole["cpu"] - few * lookup / 1000) / few
    text = (
        f"{number:,} dossiers, one child each; answers of {len(answer(size, 'FLANDERS', 2)):,} "
        f"bytes with {SIZES[size][0] * SIZES[size][1]} payment periods.\n\n"
        + table(["step", "CPU s", "CPU µs a dossier"], rows)
        + f"\n**{share:.1f} %** of the lookups' CPU (limit {_LIMIT_SHARE:.0f} %); at most "
        f"**{own['peak_mb']:.0f} MB** (limit {_LIMIT_MB}). With a trail, which every endpoint "
        f"asks for but one on this machine, it is {share_with_trail:.1f} % of the lookups'. The "
        f"lookup: median of {_ROUNDS} rounds of {_LOOKUPS:,} with the asynchronous client, 16 in "
        f"flight. A whole run of {few:,} over sockets takes {check:.1f} µs a dossier more than its "
        "lookups alone.\n"
    )
    write_part(
        f"A reconciliation, answers of {size}", f"make bench-reconcile DOSSIERS={number}", text
    )


def side(name: str, *arguments: object) -> dict[str, Any]:
    """Run one side in a process of its own."""
    return measure([sys.executable, _SIDES, name, *map(str, arguments)])


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if sys.argv[1:] else 1_600_000, sys.argv[2] if sys.argv[2:] else "15.5 kB"
    )
