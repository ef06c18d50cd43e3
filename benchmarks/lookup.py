"""What a lookup costs: our client beside other SOAP clients, on the same question and answers.

A stub server in a process of its own sends answers of three sizes, and the middle one signed too.
Each client runs in a process of its own, in turn, several rounds, so that a busy minute of the
machine hits all of them alike. Shown is the median over the rounds, with the least and the most.
The speed of a machine drifts from one round to the next, so a ratio of two clients is taken within
each round, and shown is the median of these.

Run: ``python benchmarks/lookup.py [ROUNDS [CPU_SECONDS]]``; 5 rounds of 1 second take ten minutes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from answers import SIZES, answer
from processes import HERE, WSDL, measure, server
from report import spread, table, write_part
from signing_keys import write_keys
from standing import write_standing

_NODE_SOAP = "soap@1"
_PEERS = HERE / "peers"
_FLOOR = "aiohttp post, lxml parse (floor)"
_FLOOR_MANY = f"{_FLOOR}, 16 in flight"
_ASYNC, _BLOCKING = "kszclient, asynchronous, 16 in flight", "kszclient, blocking"
_ZEEP = "zeep"
_SIGNED = "15.5 kB"


_SIGNATURES = (
    "RSA with SHA-256, keys of 2,048 bits: the question is signed, the answer verified. "
    "The floor signs and verifies nothing. zeep signs and verifies the Body alone, by `xmlsec`; we "
    "sign Body and Timestamp and read only what was proven to be signed. suds signs nothing, "
    "node-soap verifies nothing, and PHP's client does neither."
)


class Client(NamedTuple):
    """One client to measure: how to run it, or why it cannot be run here."""

    name: str
    command: list[str]
    node_path: str = ""
    absent: str = ""
    in_flight: str = ""
    signs: bool = False


def clients(folder: Path) -> list[Client]:
    """List the clients; what is not installed is listed too, and marked so.

    Args:
        folder: Where node-soap can be put for the time of the benchmark.
    """
    python = sys.executable
    return [
        Client(_FLOOR, [python, str(_PEERS / "with_aiohttp.py")]),
        Client(_FLOOR_MANY, [python, str(_PEERS / "with_aiohttp.py")], in_flight="16"),
        Client(_BLOCKING, [python, str(_PEERS / "ours_blocking.py")], signs=True),
        Client(
            _ASYNC,
            [python, str(_PEERS / "ours_async.py")],
            in_flight="16",
            signs=True,
        ),
        Client(_ZEEP, [python, str(_PEERS / "with_zeep.py")], signs=True),
        Client(
            "suds",
            [python, str(_PEERS / "with_suds.py")],
            absent="" if find_spec("suds") else "not installed",
        ),
        _node_soap(folder),
        _php(),
    ]


def _php() -> Client:
    name, command = "PHP SoapClient", ["php", str(_PEERS / "with_php.php")]
    try:
        modules = subprocess.run(["php", "-m"], check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.SubprocessError):
        modules = ""
    # An extension, which need not be there; Debian has a package of its own for it.
    return Client(name, command, absent="" if "soap" in modules.split() else "not installed")


def _node_soap(folder: Path) -> Client:
    name, command = "node-soap", ["node", str(_PEERS / "with_node_soap.js")]
    if not (shutil.which("node") and shutil.which("npm")):
        return Client(name, command, absent="not installed")
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", _NODE_SOAP]
    try:
        subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=180)
    except (OSError, subprocess.SubprocessError):
        return Client(name, command, absent="could not be installed")
    return Client(name, command, node_path=str(folder / "node_modules"))


def rounds(
    some: list[Client], size: str, number: int, seconds: str, keys: str = ""
) -> dict[str, list[Any]]:
    """Run every client in turn, several times; an answer read wrong ends the benchmark.

    Args:
        some: The clients.
        size: Of the answer.
        number: How many rounds.
        seconds: Of CPU for each client and round.
        keys: Folder with the keys of signed questions and answers, or nothing.
    """
    files, periods = SIZES[size]
    expected = files * periods * 2
    figures: dict[str, list[Any]] = {client.name: [] for client in some}
    for turn in range(number):
        for client in some:
            with server(str(HERE / "stub.py"), size, *filter(None, [keys])) as url:
                command = [*client.command, url, str(WSDL), seconds, *client.in_flight.split()]
                measured = measure(command, NODE_PATH=client.node_path, SIGNED_WITH=keys)
            if measured["periods"] != expected:
                raise SystemExit(
                    f"{client.name} read {measured['periods']} periods, not {expected}"
                )
            figures[client.name].append(measured)
        signed = " signed" if keys else ""
        print(f"{size}{signed}: round {turn + 1} of {number} done", file=sys.stderr)
    return figures


def times(figures: dict[str, list[Any]], client: str, beside: str) -> float:
    """Return how many times the CPU of one client's lookup another's takes: the median of rounds.

    Args:
        figures: Of every client, round by round.
        client: The one whose cost is compared.
        beside: The one whose cost is the measure.
    """
    pairs = zip(figures[client], figures[beside], strict=True)
    return median(one["cpu_ms"] / other["cpu_ms"] for one, other in pairs)


def standing(plain: dict[str, list[Any]], signed: dict[str, list[Any]]) -> dict[str, float]:
    """Return the ratios for which there are goals; see `standing.py` for what they mean."""
    return {
        "floor": times(plain, _ASYNC, _FLOOR),
        "floor, 16 in flight": times(plain, _ASYNC, _FLOOR_MANY),
        "zeep": times(plain, _ZEEP, _ASYNC),
        "blocking": times(plain, _ZEEP, _BLOCKING),
        "signed": times(signed, _ZEEP, _ASYNC),
    }


def shown(every: list[Client], figures: dict[str, list[Any]]) -> str:
    """Return the table of one size."""
    rows = []
    for client in every:
        measured = figures.get(client.name)
        if not measured:
            rows.append([client.name, client.absent, "", "", "", "", ""])
            continue
        rows.append(
            [
                client.name,
                spread([each["cpu_ms"] for each in measured], 3),
                spread([each["per_second"] for each in measured], 0),
                spread([each["peak_mb"] for each in measured], 0),
                f"{times(figures, client.name, _FLOOR):.1f} x",
                f"{times(figures, client.name, _FLOOR_MANY):.1f} x",
                f"{times(figures, _ZEEP, client.name):.1f} x",
            ]
        )
    headings = ["client", "CPU ms a lookup", "lookups a second", "peak MB", "cost of the floor"]
    return table([*headings, "of the floor, 16 in flight", "cheaper than zeep"], rows)


def main(number: int = 5, seconds: str = "1") -> None:
    """Measure every size and write the part of `results.md`."""
    with tempfile.TemporaryDirectory() as folder:
        every = clients(Path(folder))
        there = [client for client in every if not client.absent]
        parts, versions = [], {}
        plain = {size: rounds(there, size, number, seconds) for size in SIZES}
        for size, figures in plain.items():
            parts.append(f"### Answer of {len(answer(size)):,} bytes\n\n{shown(every, figures)}")
            versions |= {name: measured[0]["version"] for name, measured in figures.items()}
        keys = write_keys(Path(folder, "keys"))
        signing = [client for client in there if client.signs or client.name.startswith(_FLOOR)]
        signed = rounds(signing, _SIGNED, number, seconds, str(keys))
        parts.append(f"### The answer of {_SIGNED}, with WS-Security\n\n{_SIGNATURES}\n\n")
        parts[-1] += shown(signing, signed)
    notes = (
        f"{number} rounds of {seconds} CPU second(s), one question in flight unless noted; median "
        "(least-most). Ratios are taken within each round, for the machine's speed drifts between "
        "them; shown is their median. The floor looks at nothing of what it parsed; zeep, suds, "
        "node-soap and PHP check nothing against the schema. Before a round each does 20 lookups, "
        "and node-soap as many as it can in 3 CPU seconds, for node compiles while it runs. "
        "Versions: " + "; ".join(dict.fromkeys(versions.values())) + ".\n\n"
    )
    write_part(
        "A lookup", f"python benchmarks/lookup.py {number} {seconds}", notes + "\n".join(parts)
    )
    write_standing(standing(plain[_SIGNED], signed))


if __name__ == "__main__":
    main(*[kind(text) for kind, text in zip((int, str), sys.argv[1:], strict=False)])
