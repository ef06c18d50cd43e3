"""How many lookups the mock KSZ answers in a second of its own CPU, over HTTP.

The mock runs in a process of its own with its usual population; we ask about each child in turn,
all sources, five years, with 16 questions in flight. Only what the mock's process spends is
counted.

Run: ``python benchmarks/mock.py [ROUNDS [LOOKUPS]]``.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import subprocess
import sys
import time
from statistics import median

from processes import HERE, environment, pin
from report import spread, table, write_part

from kszclient.values import CbeNumber, MonthPeriod, Ssin, Ticket
from kszclient.wire import HTTP_HEADERS, Question, encode

CHILDREN = 1000
IN_FLIGHT = 16
TO_REACH = 3000


def questions(numbers: list[str], path: str) -> list[bytes]:
    """Write the HTTP requests, one about each child."""
    bodies = [
        encode(
            Question(
                customer=CbeNumber("0000000097"),
                legal_context="MOCK:DEMONSTRATION",
                ssin=Ssin.from_wire(number),
                period=MonthPeriod.parse("2019-01", "2023-12"),
                ticket=Ticket.new(),
                sent_at=dt.datetime.now(tz=dt.UTC),
            )
        )
        for number in numbers
    ]
    headers = {"Host": "localhost", **HTTP_HEADERS}
    head = f"POST {path} HTTP/1.1\r\n" + "".join(f"{key}: {headers[key]}\r\n" for key in headers)
    return [f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies]


async def ask(host: str, port: int, requests: list[bytes], lookups: int) -> list[int]:
    """Ask so many times, with several questions in flight; return the lengths of the answers."""
    todo = itertools.islice(itertools.cycle(requests), lookups)
    lengths: list[int] = []

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for request in todo:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(head.decode())
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            await reader.readexactly(length)
            lengths.append(length)
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(IN_FLIGHT)))
    return lengths


def main(rounds: int = 5, lookups: int = 5000) -> None:
    """Measure and write the part of `results.md`."""
    command = [sys.executable, str(HERE / "mock_server.py"), str(CHILDREN)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    )
    assert process.stdin is not None
    assert process.stdout is not None
    pin(process.pid, last=True)
    started = json.loads(process.stdout.readline())
    host, _, rest = started["endpoint"].removeprefix("http://").partition(":")
    port, _, path = rest.partition("/")
    requests = questions(started["numbers"], f"/{path}")

    def spent() -> list[float]:
        process.stdin.write("\n")
        process.stdin.flush()
        figures: list[float] = json.loads(process.stdout.readline())
        return figures

    per_cpu_second, per_second = [], []
    lengths = asyncio.run(ask(host, int(port), requests, len(requests)))  # warm up, each child once
    for _ in range(rounds):
        before, began = spent()[0], time.perf_counter()
        asyncio.run(ask(host, int(port), requests, lookups))
        per_cpu_second.append(lookups / (spent()[0] - before))
        per_second.append(lookups / (time.perf_counter() - began))
    peak = spent()[1]
    process.communicate(timeout=30)  # the end of its input ends it
    rows = [
        ["lookups in a second of the mock's CPU", spread(per_cpu_second, 0), f"{TO_REACH}"],
        ["lookups in a second on the clock", spread(per_second, 0), ""],
        ["median answer, bytes", f"{median(lengths):.0f}", ""],
        ["peak memory, MB", f"{peak:.0f}", ""],
    ]
    text = f"{rounds} rounds of {lookups} lookups over {CHILDREN} children and the personas.\n\n"
    text += table(["", "measured", "goal"], rows)
    write_part("The mock", f"python benchmarks/mock.py {rounds} {lookups}", text)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
