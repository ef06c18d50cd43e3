"""The measured sides of `reconcile.py`; each prints what it cost as JSON."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import resource
import secrets
import sys
import time
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any, Self

import reconcile_population as population

from kszclient.audit import AuditKeys, AuditTrail
from kszclient.cadaster import AsyncChildBenefitsClient, Complete, Outcome
from kszclient.reconciliation import Question, reconcile
from kszclient.reconciliation.compare import compare
from kszclient.reconciliation.execute import journal, worker
from kszclient.security import Profile
from kszclient.transport import Attempt, Congestion
from kszclient.values import AuthenticSource, MonthPeriod, Ssin, Ticket
from kszclient.wire import Answer, read_answer

_WARM_UP = 200
_IN_FLIGHT = 16


def lookups(url: str, number: str, trail: str = "") -> None:
    """The client alone; with a trail where there is a path for one."""
    people = [
        (Ssin.from_wire(each.child), (AuthenticSource(population.source_of(each.nis)),))
        for each in population.dossiers(int(number) + _WARM_UP)
    ]
    period = MonthPeriod.parse(population.BEGIN, population.END)

    async def ask(some: list[tuple[Ssin, tuple[AuthenticSource, ...]]]) -> None:
        todo = iter(some)

        async def one_after_the_other() -> None:
            for person, sources in todo:
                await client.consult(person, period, sources)

        await asyncio.gather(*(one_after_the_other() for _ in range(_IN_FLIGHT)))

    async def main() -> float:
        async with client:
            await ask(people[:_WARM_UP])
            before = time.process_time()
            await ask(people[_WARM_UP:])
            return time.process_time() - before

    client = AsyncChildBenefitsClient(
        Profile.load("mock", endpoint=url), in_flight=_IN_FLIGHT, trail=_trail(trail)
    )
    print_figures(cpu_ms=1000 * asyncio.run(main()) / int(number))


def _trail(path: str) -> AuditTrail | None:
    if not path:
        return None
    keys = AuditKeys({"benchmark": secrets.token_bytes(32)})
    AuditTrail.create(Path(path), keys)
    return AuditTrail(Path(path), keys)


class FromMemory:
    """Takes the place of the client, and returns answers that were decoded beforehand."""

    def __init__(self, size: str) -> None:
        child = Ssin.from_wire(population.CHILD)
        self.congestion = Congestion(_IN_FLIGHT)
        self.profile = _MOCK
        self._answers: dict[tuple[str, int], tuple[bytes, Answer]] = {
            (source, kind): _decoded(population.answer(size, source, kind), child)
            for source in ("FLANDERS", "WALLONIA", "BRUSSELS")
            for kind in range(population.KINDS)
        }

    def admit(self, ssin: Ssin) -> None:
        """Admit everybody, at the cost of the real client."""
        _MOCK.admit(ssin)

    async def consult(
        self,
        ssin: Ssin,
        _period: MonthPeriod,
        sources: Iterable[AuthenticSource],
        *,
        new_ticket: Callable[[], Ticket],
        answered: Callable[[bytes], object],
    ) -> Outcome:
        """Answer after others had their turn, as one that waits for a socket does."""
        ticket = new_ticket()
        await asyncio.sleep(0)
        (source,) = sources
        body, answer = self._answers[source, population.kind_of(ssin.digits)]
        answered(body)
        return Complete(answer, (Attempt(ticket, "ANSWERED"),))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


_MOCK = Profile.load("mock")


def _decoded(body: bytes, child: Ssin) -> tuple[bytes, Answer]:
    answer = read_answer(body, http_status=200, content_type="text/xml")
    assert answer.criteria.ssin == child
    return body, answer


def own(dossiers: str, size: str, out: str) -> None:
    """A whole reconciliation, its client answering from memory."""
    client = FromMemory(size)
    before = time.process_time()
    _run(dossiers, client, out)
    steps = json.loads((Path(out) / "run.json").read_bytes())["cpu_seconds"]
    start = time.process_time() - sum(steps.values())
    assert start < 60 + before
    steps["start"] = start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print_figures(steps=steps, peak_mb=peak / 1024)


def inside(dossiers: str, size: str, out: str) -> None:
    """The same with clocks around what the asking calls; they cost something themselves."""
    clocks: dict[str, float] = {"journal": 0.0, "compare": 0.0}
    for name in ("answered", "failed", "hand_out", "write", "open_lookups", "count"):
        setattr(journal.Journal, name, _timed(getattr(journal.Journal, name), clocks, "journal"))
    for module, name in ((worker, "record_of"), (compare, "compare_one")):
        setattr(module, name, _timed(getattr(module, name), clocks, "compare"))
    _run(dossiers, FromMemory(size), out)
    print_figures(**clocks)


def _timed(function: Any, clocks: dict[str, float], name: str) -> Any:
    @wraps(function)
    def timed(*arguments: Any, **named: Any) -> Any:
        before = time.thread_time()
        try:
            return function(*arguments, **named)
        finally:
            clocks[name] += time.thread_time() - before

    return timed


def whole(dossiers: str, url: str, out: str) -> None:
    """A reconciliation over sockets."""
    client = AsyncChildBenefitsClient(Profile.load("mock", endpoint=url), in_flight=_IN_FLIGHT)
    before = time.process_time()
    _run(dossiers, client, out)
    print_figures(cpu=time.process_time() - before)


def _run(dossiers: str, client: Any, out: str) -> None:
    question = Question(Path(dossiers), as_of=dt.date.fromisoformat(population.AS_OF), margin=0)
    done = reconcile(question, client, out=Path(out), in_flight=_IN_FLIGHT)
    assert not done.unanswered


def print_figures(**figures: object) -> None:
    """Print what was measured."""
    print(json.dumps(figures))


SIDES = {"lookups": lookups, "own": own, "inside": inside, "whole": whole}

if __name__ == "__main__":
    SIDES[sys.argv[1]](*sys.argv[2:])
