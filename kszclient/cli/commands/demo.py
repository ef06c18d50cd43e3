"""`kszclient demo`: the whole product at work on an invented population."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
import typer

from kszclient.cli.options.service import needs
from kszclient.cli.output.printing import Bold, Page, print_result, write_message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kszclient.cadaster import ChildBenefitsClient, Lookup
    from kszclient.cli.commands.demo_reconciliation import DemoReconciliation
    from kszclient.competence import Competence
    from kszclient.complaints import Reading, Route
    from kszclient.testing.population.truth import WorldChild
    from kszclient.testing.server.world import World
    from kszclient.values import AuthenticSource, MonthPeriod, Ssin

FIRST_MONTH = "2015-01"
SCENARIO = "demo"
COMPLAINTS = ("refusal-flanders", "split-supplement-after-separation", "amount-across-a-move")


class DemoPerson(msgspec.Struct, frozen=True, kw_only=True):
    """One person of the demo: who was competent, what was found.

    Args:
        name: Title of the persona's story; empty for the generated population.
        lookup: What the registers hold, with competence and findings.
    """

    name: str
    lookup: Lookup


class DemoRoute(msgspec.Struct, frozen=True, kw_only=True):
    """One complaint of the demo and where it goes."""

    name: str
    route: Route


class Shown(NamedTuple):
    """The result, with its routes in words besides."""

    result: Demo
    readings: tuple[Reading, ...]


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What the run amounted to.

    Args:
        lookups: Questions put to the mock KSZ.
        sources: Registers asked, over all lookups.
        spared: Registers that need not be asked, thanks to competence.
        complete: Complete answers.
        incomplete: Answers in which a register was silent.
        refused: Refusals.
        files: Files found.
        findings: Findings.
        seconds: Wall time of the lookups.
    """

    lookups: int
    sources: int
    spared: int
    complete: int
    incomplete: int
    refused: int
    files: int
    findings: int
    seconds: float


class Demo(msgspec.Struct, frozen=True, kw_only=True):
    """The whole result of the demo.

    Args:
        seed: What chance started from.
        period: The months asked about.
        personas: Those with a story.
        population: The others.
        routes: Complaints and where they go.
        figures: What the lookups amount to.
        reconciliation: Dossiers with planted mistakes; None without the extra ``batch``.
    """

    seed: int
    period: dict[str, str]
    personas: tuple[DemoPerson, ...]
    population: tuple[DemoPerson, ...]
    routes: tuple[DemoRoute, ...]
    figures: Figures
    reconciliation: DemoReconciliation | None = None


def demo(
    population: Annotated[
        int, typer.Option(min=0, max=100_000, help="Number of generated children.")
    ] = 200,
    seed: Annotated[int, typer.Option(help="The same seed gives the same population.")] = 2019,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep dossiers, findings and report here."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The whole result as JSON.")] = False,
) -> None:
    """Start the mock KSZ, look everybody up, route complaints, and find planted mistakes."""
    from kszclient.testing import World

    if out is not None:
        needs("polars", extra="batch")
    world = World.build(seed=seed, size=population)
    shown = run_demo(world, seed)
    shown = shown._replace(result=_reconciled(shown.result, world, out))
    if json:
        from kszclient.rule_version import Decision

        print_result(shown.result, Decision.RECONCILIATION, "mock")
        return

    show_demo(shown)


def _reconciled(result: Demo, world: World, out: Path | None) -> Demo:
    """Add the reconciliation, where what it needs is installed."""
    if find_spec("polars") is None:
        write_message("kszclient: no reconciliation without polars; pip install 'kszclient[batch]'")
        return result
    from kszclient.cli.commands.demo_reconciliation import run_reconciliation
    from kszclient.values import today

    done = run_reconciliation(world, result.seed, today(), out)
    return msgspec.structs.replace(result, reconciliation=done)


def run_demo(world: World, seed: int) -> Shown:
    """Look everybody of a world up at a mock KSZ that lives as long as the demo.

    Personas are asked of every register, so that files in the wrong one come to light; the
    population only of those that competence names.
    """
    from kszclient.cadaster import ChildBenefitsClient
    from kszclient.security import Profile
    from kszclient.testing import MockKsz, shipped_scenario
    from kszclient.values import AuthenticSource, Month, MonthPeriod, today

    as_of = today()
    period = MonthPeriod(Month.parse(FIRST_MONTH), Month.of(as_of))
    named = [(each.child.name, each.child.ssin, each.child) for each in world.personas.values()]
    named += [
        (f"{each.child.name} (the old number)", state.ssin, each.child)
        for each in world.personas.values()
        for state in each.numbers
        if state.ssin != each.child.ssin
    ]
    others = [("", child.ssin, child) for child in world.children if not child.name]
    with (
        MockKsz(world, [shipped_scenario(SCENARIO)]) as mock,
        ChildBenefitsClient(Profile.load("mock", endpoint=mock.endpoint)) as client,
    ):
        begin = time.perf_counter()
        personas = _look_up(client, named, period, as_of, tuple(AuthenticSource))
        population = _look_up(client, others, period, as_of, None)
        seconds = time.perf_counter() - begin
        routes = {name: _route(name, client, as_of) for name in COMPLAINTS}
    result = Demo(
        seed=seed,
        period={"from": str(period.begin), "to": str(period.end)},
        personas=personas,
        population=population,
        routes=tuple(DemoRoute(name=name, route=each.route) for name, each in routes.items()),
        figures=_figures([each.lookup for each in (*personas, *population)], seconds),
    )
    return Shown(result, tuple(routes.values()))


def _look_up(
    client: ChildBenefitsClient,
    people: Iterable[tuple[str, Ssin, WorldChild]],
    period: MonthPeriod,
    today: dt.date,
    sources: tuple[AuthenticSource, ...] | None,
) -> tuple[DemoPerson, ...]:
    from kszclient.cadaster import look_up

    found = []
    for name, ssin, child in people:
        months = _months_of_life(child, period)
        competence = _competence(child, months, today)
        lookup = look_up(client, ssin, months, competence=competence, sources=sources)
        found.append(DemoPerson(name=name, lookup=lookup))
    return tuple(found)


def _months_of_life(child: WorldChild, period: MonthPeriod) -> MonthPeriod:
    from kszclient.values import Month, MonthPeriod

    return MonthPeriod(max(period.begin, Month.of(child.born)), period.end)


def _competence(child: WorldChild, months: MonthPeriod, today: dt.date) -> Competence:
    from kszclient.competence import history_from, resolve
    from kszclient.values import plain

    return resolve(history_from(plain(child.domicile)), months, as_of=today)


def _route(name: str, client: ChildBenefitsClient, today: dt.date) -> Reading:
    from kszclient.cli.commands.route import with_notices
    from kszclient.complaints import inform, read_complaint, read_route
    from kszclient.resources import resource

    complaint = read_complaint(resource("mocks", "complaints", f"{name}.json").read_bytes())
    if complaint.child_ssin is None:
        return read_route(complaint)
    informed = inform(complaint, client, as_of=today)
    return with_notices(read_route(informed.complaint), informed.notices)


def _figures(lookups: list[Lookup], seconds: float) -> Figures:
    from kszclient.cadaster import OutcomeKind
    from kszclient.values import AuthenticSource

    outcomes = [each.outcome for each in lookups]
    asked = sum(len(each.sources_asked) for each in lookups)
    return Figures(
        lookups=len(lookups),
        sources=asked,
        spared=len(lookups) * len(AuthenticSource) - asked,
        complete=outcomes.count(OutcomeKind.COMPLETE),
        incomplete=outcomes.count(OutcomeKind.INCOMPLETE),
        refused=outcomes.count(OutcomeKind.REFUSED),
        files=sum(len(report.files) for each in lookups for report in each.results),
        findings=sum(len(each.findings) for each in lookups),
        seconds=round(seconds, 3),
    )


def show_demo(shown: Shown) -> None:
    """Print the demo: personas, population, routes, figures, planted mistakes."""
    out, result = Page(), shown.result
    months = f"{result.period['from']} to {result.period['to']}"
    out.rule("The personas, asked of every register")
    out.line(f"Months {months}. Every person is invented; no number can be anybody's.")
    out.gap()
    headings = ("story", "competent", "outcome", "files found in", "findings")
    out.table(headings, _personas(result.personas))
    for person in result.personas:
        for finding in person.lookup.findings:
            out.line("  ", Bold(person.name), f": {finding.explanation}")
    out.gap()
    out.rule(f"The population of seed {result.seed}, asked where competence says")
    headings = ("registers asked", "children", "files", "outcomes", "findings")
    out.table(headings, _population(result.population))
    _show_routes(shown)
    _show_figures(result)
    if result.reconciliation is not None:
        from kszclient.cli.commands.demo_reconciliation import show_reconciliation

        show_reconciliation(result.reconciliation)


def _personas(people: tuple[DemoPerson, ...]) -> Iterator[tuple[str, ...]]:
    for person in people:
        found = [report.source for report in person.lookup.results if report.files]
        yield (
            person.name,
            _competent(person.lookup),
            _outcome(person.lookup),
            ", ".join(found) or "-",
            str(len(person.lookup.findings) or "-"),
        )


def _competent(lookup: Lookup) -> str:
    if lookup.competence is None:
        return "?"
    entities = (segment.entity or "?" for segment in lookup.competence.segments)
    return " > ".join(dict.fromkeys(entities))


def _outcome(lookup: Lookup) -> str:
    if lookup.refusal:
        replaced = ", replaced" if lookup.ssin.replaced_by else ""
        return f"{lookup.outcome.value} {lookup.refusal.code}{replaced}"
    silent = [report.source for report in lookup.results if report.status == "TECHNICAL_ERROR"]
    return (
        f"{lookup.outcome.value} ({', '.join(silent)} silent)" if silent else lookup.outcome.value
    )


def _population(people: tuple[DemoPerson, ...]) -> Iterator[tuple[str, ...]]:
    groups: dict[str, list[Lookup]] = {}
    for person in people:
        groups.setdefault(", ".join(person.lookup.sources_asked), []).append(person.lookup)
    for asked, lookups in sorted(groups.items(), key=lambda group: -len(group[1])):
        outcomes = Counter(each.outcome.value for each in lookups)
        yield (
            asked,
            str(len(lookups)),
            str(sum(len(report.files) for each in lookups for report in each.results)),
            ", ".join(f"{count} {name}" for name, count in outcomes.items()),
            str(sum(len(each.findings) for each in lookups) or "-"),
        )


def _show_routes(shown: Shown) -> None:
    from kszclient.cli.commands.route import show_route

    out = Page()
    for routed, reading in zip(shown.result.routes, shown.readings, strict=True):
        out.gap()
        out.rule(f"A complaint: {routed.name.replace('-', ' ')}")
        show_route(reading, out)


def _show_figures(result: Demo) -> None:
    figures, out = result.figures, Page()
    out.gap()
    out.rule("The run in figures")
    rate = figures.lookups / figures.seconds if figures.seconds else 0.0
    out.line(
        f"{figures.lookups} lookups in {figures.seconds:.1f} s ({rate:.0f} a second, one after the "
        f"other): {figures.complete} complete, {figures.incomplete} incomplete, "
        f"{figures.refused} refused."
    )
    out.line(
        f"{figures.sources} registers asked, {figures.spared} spared because competence was "
        f"known; {figures.files} files found; findings: {figures.findings}."
    )
