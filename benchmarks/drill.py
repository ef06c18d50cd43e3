"""The fault drill: very many lookups through every fault at once, compared with the truth.

One client is shared by all threads; the mock runs in a process of its own and plays
`mocks/scenarios/drill.toml`, on a clock on which an hour takes a second, so that nights pass.
Waits between attempts take a twentieth of their time.

Each lookup must end in exactly one way: an answer, a refusal, or an error without any answer.
What an answer holds is compared with the world's files, register by register; and what the mock
knows that it answered as it should, with what the client reports under that ticket.

With ``--tls`` all of it goes over TLS, with a password and a client certificate; unsigned, for the
mock's clock runs far too fast for signatures.

Run: ``python -m benchmarks.drill [--lookups 100000] [--threads 16] [--children 5000] [--tls]``
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from benchmarks.drill_truth import Task, Truth, tasks
from benchmarks.report import write_part
from kszclient.audit.events import Event, Failed, Unanswered
from kszclient.cadaster import (
    ChildBenefitsClient,
    Complete,
    Environment,
    Incomplete,
    Outcome,
    Refused,
)
from kszclient.errors import ConsultationError
from kszclient.security import Profile
from kszclient.testing import Guard, MockKsz, Requirement, World, shipped_scenario
from kszclient.testing.server.engine import Seen
from kszclient.testing.server.guard import PROFILE, write_credentials
from kszclient.values import Ssin

LOOKUPS, THREADS, CHILDREN, SEED = 100_000, 16, 5_000, 11
_BEGIN = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)
_HOURS_A_SECOND = 3600.0
_SHORTER = 20
_OK = 200


class Ended(msgspec.Struct, frozen=True):
    """How one lookup ended.

    Args:
        way: ``complete``, ``incomplete``, ``refused``, or the name of the error.
        typed: Whether an error is one of ours.
        tickets: Of every attempt.
        ticket_cbss: The KSZ's ticket of the answer, if one came.
        flaws: What is not as the truth has it.
    """

    way: str
    typed: bool
    tickets: tuple[str, ...]
    ticket_cbss: str | None = None
    flaws: tuple[str, ...] = ()

    @property
    def given_up(self) -> bool:
        """Whether no usable answer came."""
        return self.typed and self.way not in {"complete", "incomplete", "refused"}


class Served(msgspec.Struct):
    """What the mock saw and did.

    Args:
        tickets: How often each ticket of ours reached it.
        sound: The tickets whose answer went out as it should be, though perhaps late.
        faults: What it did, by kind.
    """

    tickets: Counter[str]
    sound: set[str]
    faults: Counter[str]

    def remember(self, seen: Seen) -> None:
        """Count one request."""
        self.faults[seen.broken or seen.value or "SOAP fault"] += 1
        if seen.customer_ticket:
            self.tickets[seen.customer_ticket] += 1
            if seen.broken is None and seen.http_status == _OK:
                self.sound.add(seen.customer_ticket)


class Heard(msgspec.Struct):
    """What the client reports of each attempt: the trail that it writes to.

    Args:
        unanswered: The tickets to which nothing came, or not in time.
        failed: The tickets to which something came that the client would not use.
    """

    unanswered: set[str]
    failed: set[str]

    def append(self, event: Event) -> None:
        """Note how an attempt ended."""
        if isinstance(event, Unanswered):
            self.unanswered.add(event.ticket)
        if isinstance(event, Failed):
            self.failed.add(event.ticket)

    def pseudonym(self, _: Ssin) -> str:
        """Name nobody: no person is looked for in this trail."""
        return ""


class Drill(msgspec.Struct, frozen=True):
    """What came of a drill.

    Args:
        lookups: How many were asked for.
        ended: How each ended.
        seen: What the mock saw and did.
        heard: What the client reports of each attempt.
        seconds: How long it took.
    """

    lookups: int
    ended: tuple[Ended, ...]
    seen: Served
    heard: Heard
    seconds: float

    @property
    def ways(self) -> Counter[str]:
        """How many ended in which way."""
        return Counter(each.way for each in self.ended)

    @property
    def retries(self) -> int:
        """How many attempts there were beyond the first of each lookup."""
        return sum(len(each.tickets) - 1 for each in self.ended)

    @property
    def wrongs(self) -> dict[str, int]:
        """What must never happen, and how often it did."""
        flaws = Counter(flaw for each in self.ended for flaw in each.flaws)
        answers = [each.ticket_cbss for each in self.ended if each.ticket_cbss]
        tickets = [ticket for each in self.ended for ticket in each.tickets]
        arrived = self.seen.sound - self.heard.unanswered
        return {
            "lookups without an end": self.lookups - len(self.ended),
            "answers lost": sum(
                each.given_up and not arrived.isdisjoint(each.tickets) for each in self.ended
            ),
            "answers used twice": len(answers) - len(set(answers)),
            "tickets used twice": len(tickets) - len(set(tickets)),
            "questions sent twice": sum(count > 1 for count in self.seen.tickets.values()),
            "sound answers thrown away": len(self.seen.sound & self.heard.failed),
            "untyped errors": sum(not each.typed for each in self.ended),
            "swapped between persons": flaws["swapped"],
            "silence counted as no benefit": flaws["silent as nothing"],
            "wrong refusals": flaws["wrong refusal"],
            "wrong contents": flaws["wrong content"],
        }


def serve(line: Connection, children: int, folder: Path | None) -> None:
    """Run the mock until the other side ends it; then report what it saw.

    Args:
        line: To the other side, which first receives the endpoint of the mock.
        children: How many the world holds beside the personas.
        folder: Where the credentials of a guarded mock are written; plain http where left out.
    """
    served = Served(Counter(), set(), Counter())
    begin = time.monotonic()

    def now() -> dt.datetime:
        return _BEGIN + dt.timedelta(seconds=(time.monotonic() - begin) * _HOURS_A_SECOND)

    world = World.build(seed=SEED, size=children)
    guard = Guard({Requirement.BASIC, Requirement.MTLS}) if folder else None
    scenarios = [shipped_scenario("drill")]
    with MockKsz(world, scenarios, clock=now, log=served.remember, guard=guard) as ksz:
        if guard and folder:
            write_credentials(guard, ksz.endpoint, folder)
        line.send(ksz.endpoint)
        line.recv()
    line.send(served)


@contextmanager
def server(children: int, folder: Path | None) -> Iterator[tuple[str, Connection]]:
    """Run the mock in a process of its own; return its endpoint and the line to it."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=serve, args=(there, children, folder), daemon=True)
    process.start()
    there.close()
    try:
        yield here.recv(), here
    finally:
        process.join(timeout=10)
        process.kill()


def drill(
    lookups: int, *, threads: int = THREADS, children: int = CHILDREN, tls: bool = False
) -> Drill:
    """Look up through every fault at once.

    Args:
        lookups: How many.
        threads: How many share the one client.
        children: How many children the world holds beside the personas.
        tls: Whether over TLS, with a password and a client certificate.
    """
    world = World.build(seed=SEED, size=children)
    truth, heard = Truth(world), Heard(set(), set())
    environment = Environment(sleep=lambda seconds: time.sleep(seconds / _SHORTER))
    with TemporaryDirectory() as made:
        folder = Path(made) if tls else None
        with server(children, folder) as (endpoint, line):
            with ChildBenefitsClient(
                _profile(endpoint, folder), trail=heard, environment=environment
            ) as client:
                begin = time.monotonic()
                with ThreadPoolExecutor(threads) as pool:
                    asked = tasks(world, lookups)
                    ended = tuple(pool.map(lambda task: look_up(client, truth, task), asked))
                seconds = time.monotonic() - begin
            line.send("over")
            return Drill(lookups, ended, line.recv(), heard, seconds)


def _profile(endpoint: str, folder: Path | None) -> Profile:
    return msgspec.structs.replace(
        Profile.load(folder / PROFILE if folder else "mock", endpoint=endpoint),
        attempts=3,
        connect_timeout_seconds=0.4,
        attempt_seconds=0.4,
        deadline_seconds=10.0,
        breaker_failures=8,
        breaker_pause_seconds=0.02,
    )


def look_up(client: ChildBenefitsClient, truth: Truth, task: Task) -> Ended:
    """Look one child up and return how it ended."""
    try:
        outcome = client.consult(task.ssin, task.period, task.sources)
    except ConsultationError as error:
        tickets = (*error.earlier_tickets, error.ticket or "")
        return Ended(type(error).__name__, typed=True, tickets=tickets)
    except Exception as error:  # noqa: BLE001 - that there is none is what is shown
        return Ended(f"untyped {type(error).__name__}", typed=False, tickets=())
    return Ended(
        _way(outcome),
        typed=True,
        tickets=tuple(attempt.ticket.text for attempt in outcome.attempts),
        ticket_cbss=outcome.answer.information_cbss.ticket_cbss,
        flaws=tuple(truth.flaws(task, outcome)),
    )


def _way(outcome: Outcome) -> str:
    match outcome:
        case Complete():
            return "complete"
        case Incomplete():
            return "incomplete"
        case Refused():
            return "refused"


def report(done: Drill) -> str:
    """Write what came of a drill."""
    ways = done.ways
    errors = Counter(each.way for each in done.ended if each.given_up)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = [
        f"{done.lookups} lookups in {done.seconds:.0f} s, {peak:.0f} MiB at most",
        f"{ways['complete'] + ways['incomplete']:8} answered",
        f"{ways['complete']:12} in full",
        f"{ways['incomplete']:12} without the sources that stayed silent",
        f"{ways['refused']:8} refused",
        f"{sum(errors.values()):8} given up",
        *(f"{count:12} {name}" for name, count in sorted(errors.items())),
        f"{done.retries:8} retries",
        "what the mock did:",
        *(f"{count:12} {name}" for name, count in done.seen.faults.most_common()),
        "what must never happen:",
        *(f"{count:12} {name}" for name, count in done.wrongs.items()),
    ]
    return "\n".join(lines)


def main() -> int:
    """Run a drill from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lookups", type=int, default=LOOKUPS)
    parser.add_argument("--threads", type=int, default=THREADS)
    parser.add_argument("--children", type=int, default=CHILDREN)
    parser.add_argument(
        "--tls", action="store_true", help="over TLS, with password and certificate"
    )
    parser.add_argument("--write", action="store_true", help="write it into results.md")
    asked = parser.parse_args()
    done = drill(asked.lookups, threads=asked.threads, children=asked.children, tls=asked.tls)
    summary = report(done)
    print(summary)
    if asked.write:
        command = f"python -m benchmarks.drill --lookups {asked.lookups}"
        command += f" --threads {asked.threads} --children {asked.children}"
        command += f"{' --tls' if asked.tls else ''} --write"
        text = f"{asked.threads} threads, one client.\n\n```text\n{summary}\n```\n"
        write_part("The fault drill", command, text)
    return int(any(done.wrongs.values()))


if __name__ == "__main__":
    sys.exit(main())
