"""Where the time of one lookup goes, step by step, on the answer of 15.5 kB.

Each step is timed inside one process, many times; shown is the median of each. The picture is
`docs/lookup-time.svg`.

Run: ``python benchmarks/parts.py [LOOKUPS]``.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from itertools import pairwise
from statistics import median

from answers import answer
from processes import HERE, server
from report import table, write_part

from kszclient.cadaster import judge
from kszclient.security import Profile
from kszclient.transport import BlockingTransport, Deadline
from kszclient.values import AuthenticSource, MonthPeriod, Ssin, Ticket
from kszclient.wire import HTTP_HEADERS, Question, encode
from kszclient.wire.decode import decode_answer
from kszclient.wire.parse import parse
from kszclient.wire.schema import check_payload

_SIZE = "15.5 kB"
_PICTURE = HERE.parent / "docs" / "lookup-time.svg"
_COLOURS = ("#4e79a7", "#f28e2b", "#76b7b2", "#e15759", "#59a14f", "#b07aa1")
_WIDTH, _BAR = 760, 34


def steps(lookups: int) -> dict[str, float]:
    """Give the median microseconds of every step, in the order of a lookup."""
    with server(str(HERE / "stub.py"), _SIZE) as url:
        profile = Profile.load("mock", endpoint=url)
        transport = BlockingTransport(connect_timeout_seconds=5, max_answer_bytes=10**8)
        with transport:
            laps = [_lap(profile, transport) for _ in range(lookups + 50)][50:]
    names = (
        "write and check the question",
        "send and receive",
        "parse",
        "check against the schema",
    )
    every = (*names, "read into models", "match with the question")
    return {name: median(lap[place] for lap in laps) for place, name in enumerate(every)}


def _lap(profile: Profile, transport: BlockingTransport) -> list[float]:
    """Do one lookup as `ChildBenefitsClient.consult` does, and time its steps (CPU)."""
    clock = time.process_time_ns
    question = Question(
        customer=profile.customer,
        legal_context=profile.purpose,
        ssin=Ssin.from_wire("85023000125"),
        period=MonthPeriod.parse("2010-01", "2023-12"),
        sources=(AuthenticSource.FLANDERS, AuthenticSource.WALLONIA),
        ticket=Ticket.new(),
        sent_at=dt.datetime.now(tz=dt.UTC),
    )
    marks = [clock()]
    body = encode(question)
    marks.append(clock())
    received = transport.post(profile.endpoint, body, HTTP_HEADERS, Deadline(30))
    marks.append(clock())
    payload = parse(received.body)[-1][0]
    marks.append(clock())
    assert not check_payload(payload)
    marks.append(clock())
    model = decode_answer(payload)
    marks.append(clock())
    judge(question, model)
    marks.append(clock())
    return [(after - before) / 1000 for before, after in pairwise(marks)]


def picture(parts: dict[str, float]) -> str:
    """Draw one bar, a stretch for each step, with a legend below it."""
    whole = sum(parts.values())
    x, drawn = 0.0, []
    for place, (name, spent) in enumerate(parts.items()):
        width = spent / whole * _WIDTH
        colour = _COLOURS[place]
        y = _BAR + 28 + 22 * place
        drawn += [
            f'<rect x="{x:.1f}" y="8" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>',
            f'<rect x="0" y="{y - 11}" width="12" height="12" fill="{colour}"/>',
            f'<text x="20" y="{y}">{name}: {spent:.0f} µs ({spent / whole:.0%})</text>',
        ]
        x += width
    height = _BAR + 28 + 22 * len(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="sans-serif" font-size="14" role="img" aria-label="Where a lookup goes">\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>\n'
        + "\n".join(drawn)
        + "\n</svg>\n"
    )


def main(lookups: int = 2000) -> None:
    """Measure, write the part of `results.md` and the picture."""
    parts = steps(lookups)
    whole = sum(parts.values())
    rows = [[name, f"{spent:.0f}", f"{spent / whole:.0%}"] for name, spent in parts.items()]
    text = f"Median CPU time of {lookups} lookups, answer of {len(answer(_SIZE)):,} bytes.\n\n"
    text += table(["step", "µs", "share"], [*rows, ["together", f"{whole:.0f}", "100%"]])
    write_part("Where a lookup goes", "python benchmarks/parts.py", text)
    _PICTURE.write_text(picture(parts), encoding="utf-8")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
