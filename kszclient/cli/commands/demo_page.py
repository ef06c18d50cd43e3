"""The demo as a page in the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kszclient.cli.output.printing import Bold, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kszclient.cadaster import Lookup
    from kszclient.cli.commands.demo import Demo, DemoPerson, Shown


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
