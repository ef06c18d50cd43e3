"""Where the time of one lookup goes, step by step, on the answer of 15.5 kB.

The whole is what the client is measured to cost. Of it, each step of writing and reading is timed
between two sends, in the caches that it finds there; the client's rules (retries, breaker, rate,
places) are what its lookups cost more than these steps where nothing is sent. The rest of the whole
is sending and receiving, with all that no step accounts for: it is called the rest, and the parts
add up. The picture is `docs/lookup-time.svg`.

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
from typing import NamedTuple

from answers import answer
from parts_picture import picture
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
_IN_FLIGHT = 16
_ROUNDS = 40
_SSIN = Ssin.from_wire("85023000125")
_MONTHS = MonthPeriod.parse("2010-01", "2023-12")
_SOURCES = (AuthenticSource.FLANDERS, AuthenticSource.WALLONIA)
_QUESTION, _RULES, _REST = (
    "write and check the question",
    "rules of the client",
    "the rest: send and receive",
)
_TICKET = b"<ticket>"
_READING = ("parse", "check against the schema", "read into models", "match with the question")

Parts = dict[str, float]
Post = Callable[[bytes], Awaitable[HttpAnswer]]
Ask = Callable[[], Awaitable[object]]


def _question(profile: Profile) -> Question:
    return Question(
        customer=profile.customer,
        legal_context=profile.purpose,
        ssin=_SSIN,
        period=_MONTHS,
        sources=_SOURCES,
        ticket=Ticket.new(),
        sent_at=dt.datetime.now(tz=dt.UTC),
    )


class Laps:
    """Does lookups step by step, and notes the CPU microseconds of each step.

    To read the clock costs a third of a microsecond, six times a lookup.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self.spent: dict[str, list[float]] = {name: [] for name in (_QUESTION, *_READING)}

    async def lap(self, post: Post) -> None:
        """Do one lookup as the clients do, without their rules."""
        clock = time.thread_time_ns
        began = clock()
        question = _question(self._profile)
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

    def steps(self) -> Parts:
        """Return the median of each step."""
        return {name: median(spent) for name, spent in self.spent.items()}


class AtHand:
    """A transport that has the answer at hand, and puts the ticket of the question into it."""

    def __init__(self, received: HttpAnswer, ticket: Ticket) -> None:
        self._received = received
        self._before, _, self._after = received.body.partition(ticket.text.encode())

    def answer(self, question: bytes) -> HttpAnswer:
        """Return the answer."""
        begin = question.index(_TICKET) + len(_TICKET)
        ticket = question[begin : question.index(b"<", begin)]
        body = self._before + ticket + self._after
        return HttpAnswer(self._received.status, self._received.content_type, body)

    def post(self, _url: str, body: bytes, *_: object) -> HttpAnswer:
        """Return the answer, as a transport would."""
        return self.answer(body)

    def close(self) -> None:
        """Close nothing."""


class AtHandAsync(AtHand):
    """The same, awaited."""

    async def post(  # type: ignore[override]
        self, _url: str, body: bytes, *_: object
    ) -> HttpAnswer:
        """Return the answer, as a transport would."""
        return self.answer(body)

    async def close(self) -> None:  # type: ignore[override]
        """Close nothing."""


def put_at_hand(client: AsyncChildBenefitsClient | ChildBenefitsClient, answer: AtHand) -> None:
    """Let a client send nothing."""
    client._exchanges.transport = answer  # type: ignore[assignment]  # noqa: SLF001 - all but sending is timed


async def cost(ask: Ask, lookups: int, in_flight: int) -> float:
    """Return the CPU microseconds of one lookup."""

    async def some() -> None:
        for _ in range(lookups // in_flight):
            await ask()

    began = time.process_time()
    await asyncio.gather(*(some() for _ in range(in_flight)))
    return (time.process_time() - began) / (lookups // in_flight * in_flight) * 1e6


class Side(NamedTuple):
    """What is done with one client, and how many at once.

    Args:
        post: Sends bytes.
        consult: Does a lookup.
        unsent: Does a lookup with the answer at hand.
        in_flight: How many at once.
    """

    post: Post
    consult: Ask
    unsent: Ask
    in_flight: int


async def parts_of(side: Side, profile: Profile, at_hand: AtHand, lookups: int) -> Parts:
    """Return the parts of a lookup of one client, as medians over rounds in turn."""
    laps, unsent = Laps(profile), Laps(profile)

    async def given(question: bytes) -> HttpAnswer:
        return at_hand.answer(question)

    asked: dict[str, Ask] = {
        "whole": side.consult,
        "laps": lambda: laps.lap(side.post),
        "unsent": side.unsent,
        "steps": lambda: unsent.lap(given),
    }
    spent: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(_ROUNDS):
        for name, ask in asked.items():
            spent[name].append(await cost(ask, lookups // _ROUNDS, side.in_flight))
    # A small difference of two loops that compute alone: the least of each is least disturbed.
    parts = {**laps.steps(), _RULES: min(spent["unsent"]) - min(spent["steps"])}
    return parts | {_REST: median(spent["whole"]) - sum(parts.values())}


async def measure(url: str, lookups: int) -> dict[str, Parts]:
    """Return the parts of a lookup of both clients, which add up to what each costs."""
    profile = Profile.load("mock", endpoint=url)
    limits = {"connect_timeout_seconds": 5.0, "max_answer_bytes": 10**8}
    with (
        BlockingTransport(**limits) as one_by_one,
        ChildBenefitsClient(profile) as blocking,
        ChildBenefitsClient(profile) as blocking_unsent,
    ):
        async with (
            AsyncTransport(**limits, connections=_IN_FLIGHT) as transport,
            AsyncChildBenefitsClient(profile, in_flight=_IN_FLIGHT) as asking,
            AsyncChildBenefitsClient(profile, in_flight=_IN_FLIGHT) as asking_unsent,
        ):

            async def post(body: bytes) -> HttpAnswer:
                return await transport.post(url, body, HTTP_HEADERS, Deadline(30))

            async def post_blocking(body: bytes) -> HttpAnswer:
                return one_by_one.post(url, body, HTTP_HEADERS, Deadline(30))

            def by(client: AsyncChildBenefitsClient) -> Ask:
                return lambda: client.consult(_SSIN, _MONTHS, _SOURCES)

            def by_blocking(client: ChildBenefitsClient) -> Ask:
                async def consult() -> object:
                    return client.consult(_SSIN, _MONTHS, _SOURCES)

                return consult

            first = _question(profile)
            received = await post(encode(first))
            at_hand = AtHandAsync(received, first.ticket)
            put_at_hand(asking_unsent, at_hand)
            put_at_hand(blocking_unsent, AtHand(received, first.ticket))
            sides = {
                "asynchronous": Side(post, by(asking), by(asking_unsent), _IN_FLIGHT),
                "blocking": Side(
                    post_blocking, by_blocking(blocking), by_blocking(blocking_unsent), 1
                ),
            }
            return {
                name: await parts_of(side, profile, at_hand, lookups)
                for name, side in sides.items()
            }


def main(lookups: int = 3200) -> None:
    """Measure, write the part of `results.md` and the picture."""
    with server(str(HERE / "stub.py"), _SIZE) as url:
        asyncio.run(measure(url, _ROUNDS * _IN_FLIGHT * 2))  # warm up
        every = asyncio.run(measure(url, lookups))
    names = list(next(iter(every.values())))
    rows = [[name, *(f"{parts[name]:.0f}" for parts in every.values())] for name in names]
    rows.append(
        ["the whole, as measured", *(f"{sum(parts.values()):.0f}" for parts in every.values())]
    )
    text = (
        f"Median CPU microseconds of {lookups} lookups with each client, answer of "
        f"{len(answer(_SIZE)):,} bytes; the asynchronous one with {_IN_FLIGHT} in flight. Each "
        "step is measured by itself; the rest is what the client costs more than all of them.\n\n"
    )
    text += table(["step", *every], rows)
    write_part("Where a lookup goes", f"python benchmarks/parts.py {lookups}", text)
    _PICTURE.write_text(picture(every), encoding="utf-8")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
