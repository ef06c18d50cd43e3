"""What hostile documents and lines cost: CPU seconds and memory of each, and what it becomes.

Documents are read as an answer and verified as a signed one; lines are asked with both transports,
with half a second for an answer where a deadline may end it. What tests/hostile holds is measured
by tests/hostile/measure.py, each in a process of its own.

Run: ``python -m benchmarks.hostile``
"""

from __future__ import annotations

from benchmarks.report import table, write_part
from tests.hostile.measure import CPU_SECONDS, MAX_BYTES, SHORT_SECONDS, everything

_KINDS = {
    "read": "Documents, read as an answer",
    "verify": "Documents, verified as a signed answer",
    "blocking": "Lines, asked by the blocking client",
    "async": "Lines, asked by the asynchronous client",
    "network": "Calls to an address that a document names",
}


def main() -> None:
    """Measure everything and write it down."""
    found = everything()
    text = (
        f"Bodies of at most {MAX_BYTES:,} bytes are read; a line that a deadline "
        f"may end has {SHORT_SECONDS:g} s. "
        f"Nothing may take {CPU_SECONDS} CPU seconds. Memory is what is added to the process.\n"
    )
    for kind, title in _KINDS.items():
        rows = [
            (each["name"], f"{each.get('cpu', 0):.2f}", f"{each.get('mib', 0):.0f}", each["ended"])
            for each in found
            if each["kind"] == kind
        ]
        if rows:
            text += f"\n### {title}\n\n{table(('', 'CPU s', 'MiB', 'becomes'), rows)}"
    write_part("Hostile documents and lines", "python -m benchmarks.hostile", text)


if __name__ == "__main__":
    main()
