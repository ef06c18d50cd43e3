"""Where the time of one lookup goes, step by step, on the answer of 15.5 kB.

Each step is timed inside one process, with 16 lookups in flight; what is left of the whole is
sending and receiving. The clients' own rules (retries, breaker, rate) are the difference between
their lookups and these steps. The picture is `docs/lookup-time.svg`.

Run: ``python benchmarks/parts.py [LOOKUPS]``.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from statistics import median

from answers import answer
from processes import HERE, server
from report import table, write_part

from kszclient.cadaster import AsyncChildBenefitsClient, ChildBenefitsClient, judge
from kszclient.security import Profile
from kszclient.transport import BlockingTransport, Deadline, HttpAnswer
from kszclient.transport.asynchronous import AsyncTransport
from kszclient.values import AuthenticSource, MonthPeriod, Ssin, Ticket
from kszclient.wire import HTTP_HEADERS, Question, encode
from kszclient.wire.decode import decode_answer
from kszclient.wire.parse import parse
from kszclient.wire.schema import check_payload

_SIZE = "15.5 kB"
_PICTURE = HERE.parent / "docs" / "lookup-time.svg"
_COLOURS = ("#4e79a7", "#f28e2b", "#76b7b2", "#e15759", "#59a14f", "#b07aa1", "#9c755f")
_WIDTH, _BAR = 760, 30
_IN_FLIGHT = 16
_ROUNDS = 10
_SSIN = Ssin.from_wire("85023000125")
_MONTHS = MonthPeriod.parse("2010-01", "2023-12")
_SOURCES = (AuthenticSource.FLANDERS, AuthenticSource.WALLONIA)
_QUESTION, _SEND, _RULES = "write and check the question", "send and receive", "rules of the client"
_READING = ("parse", "check against the schema", "read into models", "match with the question")

Parts = dict[str, float]
Post = Callable[[bytes], Awaitable[HttpAnswer]]


class Laps:
    """Does lookups step by step and adds up the microseconds of each step."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self.spent: dict[str, list[float]] = {name: [] for name in (_QUESTION, *_READING)}

    async def lap(self, post: Post) -> None:
        """Do one lookup as the clients do, without their rules."""
        clock = time.process_time_ns
        began = clock()
        question = Question(
            customer=self._profile.customer,
            legal_context=self._profile.purpose,
            ssin=_SSIN,
            period=_MONTHS,
            sources=_SOURCES,
            ticket=Ticket.new(),
            sent_at=dt.datetime.now(tz=dt.UTC),
        )
        body = encode(question)
        written = clock()
        received = await post(body)
        marks = [clock()]
        payload = parse(received.body)[-1][0]
        marks.append(clock())
        assert not check_payload(payload)
        marks.append(clock())
        model = decode_answer(payload)
        marks.append(clock())
        judge(question, model)
        marks.append(clock())
        self.spent[_QUESTION].append((written - began) / 1000)
        for name, (before, after) in zip(_READING, pairwise(marks), strict=True):
            self.spent[name].append((after - before) / 1000)


async def cost(ask: Callable[[], Awaitable[object]], lookups: int, in_flight: int) -> float:
    """Give the CPU microseconds of one lookup."""

    async def some() -> None:
        for _ in range(lookups // in_flight):
            await ask()

    began = time.process_time()
    await asyncio.gather(*(some() for _ in range(in_flight)))
    return (time.process_time() - began) / (lookups // in_flight * in_flight) * 1e6


async def measure(url: str, lookups: int) -> dict[str, Parts]:
    """Give the parts of a lookup of both clients, as medians over rounds in turn."""
    profile = Profile.load("mock", endpoint=url)
    limits = {"connect_timeout_seconds": 5.0, "max_answer_bytes": 10**8}
    own = {"asynchronous": Laps(profile), "blocking": Laps(profile)}
    whole: dict[str, list[float]] = {name: [] for name in own}
    client: dict[str, list[float]] = {name: [] for name in own}
    async with (
        AsyncTransport(**limits, connections=_IN_FLIGHT) as transport,
        AsyncChildBenefitsClient(profile, in_flight=_IN_FLIGHT) as asking,
    ):
        with BlockingTransport(**limits) as one_by_one, ChildBenefitsClient(profile) as blocking:

            async def post(body: bytes) -> HttpAnswer:
                return await transport.post(url, body, HTTP_HEADERS, Deadline(30))

            async def post_blocking(body: bytes) -> HttpAnswer:
                return one_by_one.post(url, body, HTTP_HEADERS, Deadline(30))

            async def consult() -> object:
                return await asking.consult(_SSIN, _MONTHS, _SOURCES)

            async def consult_blocking() -> object:
                return blocking.consult(_SSIN, _MONTHS, _SOURCES)

            plan = {
                "asynchronous": (post, consult, _IN_FLIGHT),
                "blocking": (post_blocking, consult_blocking, 1),
            }
            for _ in range(_ROUNDS):
                for name, (sending, consulting, in_flight) in plan.items():
                    laps, each = own[name], lookups // _ROUNDS
                    whole[name].append(
                        await cost(
                            lambda laps=laps, sending=sending: laps.lap(sending), each, in_flight
                        )
                    )
                    client[name].append(await cost(consulting, each, in_flight))
    return {name: _parts(own[name], median(whole[name]), median(client[name])) for name in own}


def _parts(laps: Laps, whole: float, client: float) -> Parts:
    steps = {name: median(spent) for name, spent in laps.spent.items()}
    question = steps.pop(_QUESTION)
    sending = whole - question - sum(steps.values())
    return {_QUESTION: question, _SEND: sending, **steps, _RULES: max(0.0, client - whole)}


def picture(every: dict[str, Parts]) -> str:
    """Draw a bar for each client, a stretch for each step, with a legend below them."""
    longest = max(sum(parts.values()) for parts in every.values())
    drawn: list[str] = []
    for row, (client, parts) in enumerate(every.items()):
        x, y = 0.0, 24 + row * (_BAR + 32)
        drawn.append(f'<text x="0" y="{y - 6}">{client}: {sum(parts.values()):.0f} µs</text>')
        for spent, colour in zip(parts.values(), _COLOURS, strict=True):
            width = spent / longest * _WIDTH
            drawn.append(
                f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>'
            )
            x += width
    below = 24 + len(every) * (_BAR + 32)
    names = next(iter(every.values()))
    for place, (name, colour) in enumerate(zip(names, _COLOURS, strict=True)):
        y = below + 22 * place
        told = " and ".join(f"{parts[name]:.0f}" for parts in every.values())
        drawn += [
            f'<rect x="0" y="{y - 11}" width="12" height="12" fill="{colour}"/>',
            f'<text x="20" y="{y}">{name}: {told} µs</text>',
        ]
    height = below + 22 * len(names)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="sans-serif" font-size="14" role="img" aria-label="Where a lookup goes">\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>\n'
        + "\n".join(drawn)
        + "\n</svg>\n"
    )


def main(lookups: int = 3200) -> None:
    """Measure, write the part of `results.md` and the picture."""
    with server(str(HERE / "stub.py"), _SIZE) as url:
        asyncio.run(measure(url, _ROUNDS * _IN_FLIGHT * 2))  # warm up
        every = asyncio.run(measure(url, lookups))
    names = list(next(iter(every.values())))
    rows = [[name, *(f"{parts[name]:.0f}" for parts in every.values())] for name in names]
    rows.append(["together", *(f"{sum(parts.values()):.0f}" for parts in every.values())])
    text = (
        f"Median CPU microseconds of {lookups} lookups with each client, answer of "
        f"{len(answer(_SIZE)):,} bytes; the asynchronous one with {_IN_FLIGHT} in flight.\n\n"
    )
    text += table(["step", *every], rows)
    write_part("Where a lookup goes", "python benchmarks/parts.py", text)
    _PICTURE.write_text(picture(every), encoding="utf-8")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
