"""What writing and reading cost without a network, each step in a tight loop.

``walk`` is the least that a decoder could do: go over all elements and read tag and text. On a
machine that others use too, the least of the rounds is a better measure than the median.

Run: ``python benchmarks/wire.py [ROUNDS]``.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable

from answers import SIZES, SSIN, answer
from report import spread, table, write_part

from kszclient.values import AuthenticSource, CbeNumber, MonthPeriod, Ssin, Ticket
from kszclient.wire import Question, encode, read_answer
from kszclient.wire.decode import decode_answer
from kszclient.wire.envelope import build_envelope
from kszclient.wire.parse import parse
from kszclient.wire.schema import check_payload

_SECONDS = 0.05
_QUESTION = Question(
    customer=CbeNumber("0000000097"),
    legal_context="MOCK:DEMONSTRATION",
    ssin=Ssin.parse(SSIN),
    period=MonthPeriod.parse("2010-01", "2023-12"),
    sources=(AuthenticSource.FLANDERS, AuthenticSource.WALLONIA),
    ticket=Ticket.parse("3f0c2d1e-0000-4000-8000-000000000001"),
    sent_at=dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC),
)


def steps(body: bytes) -> dict[str, Callable[[], object]]:
    """Return the steps of reading one answer."""
    payload = parse(body)[-1][0]

    def walk() -> None:
        for element in payload.iter():
            _ = element.tag, element.text

    return {
        "parse": lambda: parse(body),
        "check": lambda: check_payload(payload),
        "walk": walk,
        "decode": lambda: decode_answer(payload),
        "all of `read_answer`": lambda: read_answer(body, http_status=200, content_type="text/xml"),
    }


def microseconds(step: Callable[[], object]) -> float:
    """Return the CPU microseconds of one call."""
    calls, began = 0, time.process_time()
    while (spent := time.process_time() - began) < _SECONDS:
        step()
        calls += 1
    return spent / calls * 1e6


def main(rounds: int = 15) -> None:
    """Measure in turn and write the part of `results.md`."""
    every: dict[tuple[str, str], Callable[[], object]] = {
        ("encode a question", ""): lambda: encode(_QUESTION),
        ("zeep's own message", ""): lambda: build_envelope(_QUESTION),
    }
    for size in SIZES:
        body = answer(size)
        every |= {(name, f"{len(body):,}"): step for name, step in steps(body).items()}
    figures: dict[tuple[str, str], list[float]] = {key: [] for key in every}
    build_envelope(_QUESTION)  # zeep reads the WSDL once
    for _ in range(rounds):
        for key, step in every.items():
            figures[key].append(microseconds(step))
    rows = [[name, size, spread(figures[name, size], 1)] for name, size in every]
    text = f"{rounds} rounds in turn; median (least-most) of CPU microseconds.\n\n"
    text += table(["step", "bytes of the answer", "µs"], rows)
    write_part("The wire alone", f"python benchmarks/wire.py {rounds}", text)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
