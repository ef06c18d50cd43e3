"""How long it takes to begin: imports, ``--help``, and clients that are ready to ask.

`import kszclient` loads nothing; what one imports is a client. All of them are measured in turn,
and what is reported beside zeep is the median of the ratios within one round.

Run: ``python benchmarks/start.py [ROUNDS]``.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from statistics import median

from processes import WSDL, environment
from report import spread, table, write_part

_IMPORT, _IMPORT_ASYNC = (
    f"from kszclient.cadaster import {client}"
    for client in ("ChildBenefitsClient", "AsyncChildBenefitsClient")
)
_FIRST_QUESTION = """
import datetime
from kszclient.values import CbeNumber, MonthPeriod, Ssin, Ticket
from kszclient.wire import Question, encode
encode(Question(
    customer=CbeNumber.parse("0000000097"), legal_context="P", ssin=Ssin.parse("85023000125"),
    period=MonthPeriod.parse("2023-01"), ticket=Ticket.new(),
    sent_at=datetime.datetime.now(tz=datetime.UTC),
))
"""
_READY = f"""
{_IMPORT}
from kszclient.security import Profile
ChildBenefitsClient(Profile.load("mock"))
{_FIRST_QUESTION}
"""
_ASYNC_READY = f"""
import asyncio
{_IMPORT_ASYNC}
from kszclient.security import Profile
async def begin():
    return AsyncChildBenefitsClient(Profile.load("mock"))
asyncio.run(begin())
{_FIRST_QUESTION}
"""
_ZEEP_READY = f"""
import zeep
client = zeep.Client({str(WSDL)!r})
client.create_message(
    client.service, "consultFilesBySsin",
    informationCustomer={{"customerIdentification": {{"cbeNumber": "0000000097"}}}},
    legalContext="P",
    criteria={{"ssin": "85023000125", "period": {{"beginMonth": (2023, 1, None)}}}},
)
"""
_BARE, _ZEEP = "bare Python", "zeep ready, first question written"
STARTS = {
    _BARE: "pass",
    "import kszclient": "import kszclient",
    "import the blocking client": _IMPORT,
    "import the asynchronous client": _IMPORT_ASYNC,
    "kszclient --help": "import sys; sys.argv = ['kszclient', '--help']; "
    "from kszclient.cli.app import main; main()",
    "blocking client ready, first question written": _READY,
    "asynchronous client ready, first question written": _ASYNC_READY,
    "import aiohttp": "import aiohttp",
    "import zeep": "import zeep",
    _ZEEP: _ZEEP_READY,
}


def once(code: str) -> tuple[float, float]:
    """Return the milliseconds of CPU and on the clock that a fresh Python needs for some code."""
    before, began = _children_seconds(), time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL, env=environment()
    )
    cpu = _children_seconds() - before
    return cpu * 1000, (time.perf_counter() - began) * 1000


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def beside_zeep(cpu: dict[str, list[float]], name: str) -> float:
    """Return how many times the CPU of zeep's start one takes: the median of the rounds."""
    return median(ours / zeep for ours, zeep in zip(cpu[name], cpu[_ZEEP], strict=True))


def main(rounds: int = 15) -> None:
    """Measure every start in turn and write the part of `results.md`."""
    for code in STARTS.values():
        once(code)  # byte code and file cache
    cpu: dict[str, list[float]] = {name: [] for name in STARTS}
    clock: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(rounds):
        for name, code in STARTS.items():
            spent, passed = once(code)
            cpu[name].append(spent)
            clock[name].append(passed)
    bare = median(cpu[_BARE])
    rows = [
        [
            name,
            spread(cpu[name], 0),
            f"{median(cpu[name]) - bare:.0f}",
            f"{beside_zeep(cpu, name):.2f} x",
            spread(clock[name], 0),
        ]
        for name in STARTS
    ]
    headings = ["start", "CPU ms", "more than bare Python", "beside zeep ready", "ms on the clock"]
    text = (
        f"{rounds} rounds in turn, a fresh process each; median (least-most). What is shown beside "
        "zeep is the median of the ratios within one round.\n\n"
    )
    write_part("Start", f"python benchmarks/start.py {rounds}", text + table(headings, rows))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
