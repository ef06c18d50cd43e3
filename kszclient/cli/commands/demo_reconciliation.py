"""The last act of the demo: dossiers with planted mistakes against the registers."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kszclient.cli.output.printing import Page
from kszclient.errors import InputError
from kszclient.resources import path_shown

if TYPE_CHECKING:
    from kszclient.reconciliation import Reconciliation, Summary
    from kszclient.testing import World
    from kszclient.testing.planted.planted import ExpectedFinding, Institution

_MANY = 1_000_000


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of finding: how many were planted, and what became of them.

    Args:
        kind: The kind.
        planted: How many were planted.
        found: How many of these were found, in the right dossier and months.
        missed: How many were not.
        extra: How many were found that nobody planted.
    """

    kind: str
    planted: int
    found: int
    missed: int
    extra: int


class DemoReconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """A reconciliation with known mistakes.

    Args:
        report: Where the report was kept, or None where nothing was to be kept.
        tallies: What was planted and found, by kind.
        missed: What was planted and not found.
        extra: What was found and not planted.
        summary: What the run amounts to.
    """

    report: str | None
    tallies: tuple[Tally, ...]
    missed: tuple[ExpectedFinding, ...]
    extra: tuple[ExpectedFinding, ...]
    summary: Summary


def run_reconciliation(
    world: World, seed: int, today: dt.date, out: Path | None
) -> DemoReconciliation:
    """Plant mistakes of every kind into dossiers about a world, and reconcile them.

    Args:
        world: The population.
        seed: What chance starts from.
        today: The day of asking.
        out: Where dossiers, findings and report are kept; nothing is kept where left out.

    Raises:
        InputError: A run is in the folder already.
        JournalError: The folder cannot be written to.
    """
    from kszclient.testing.planted.planted import ExpectedFinding
    from kszclient.testing.planted.planting import plant

    institution = plant(world, seed=seed, as_of=today)
    with _folder(out) as folder:
        done = _reconcile(institution, folder, today)
        if done.results is None:
            raise InputError("the reconciliation was stopped")
        rows = done.results.findings.select("dossier", "kind", "from", "to")
        found = Counter(ExpectedFinding(*row) for row in rows.iter_rows())
    planted = Counter(institution.truth)
    return DemoReconciliation(
        report=path_shown(out / "report.html") if out else None,
        tallies=_tallies(planted, found),
        missed=tuple(sorted((planted - found).elements())),
        extra=tuple(sorted((found - planted).elements())),
        summary=done.results.summary,
    )


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    if out is not None:
        yield out
        return
    with tempfile.TemporaryDirectory(prefix="kszclient-demo-") as name:
        yield Path(name)


def _reconcile(institution: Institution, folder: Path, today: dt.date) -> Reconciliation:
    from kszclient.cadaster import AsyncChildBenefitsClient
    from kszclient.reconciliation import Question, reconcile
    from kszclient.reconciliation.output.files import write_file
    from kszclient.security import Profile
    from kszclient.testing import MockKsz

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    dossiers, domiciles = folder / "dossiers.csv", folder / "domiciles.csv"
    write_file(dossiers, institution.dossiers())
    write_file(domiciles, institution.domiciles())
    question = Question(
        dossiers,
        domiciles=domiciles,
        as_of=today,
        margin=institution.margin,
        every_source=True,
    )
    with MockKsz(institution.world, [institution.scenario]) as mock:
        # Those whom the mock never answers must not hold up the demo.
        profile = msgspec.structs.replace(
            Profile.load("mock", endpoint=mock.endpoint), attempts=1, breaker_failures=_MANY
        )
        return reconcile(question, AsyncChildBenefitsClient(profile), out=folder)


def _tallies(
    planted: Counter[ExpectedFinding], found: Counter[ExpectedFinding]
) -> tuple[Tally, ...]:
    from kszclient.reconciliation import kinds

    def by_kind(truths: Counter[ExpectedFinding]) -> Counter[str]:
        return Counter(each.kind for each in truths.elements())

    there, right = by_kind(planted), by_kind(planted & found)
    missed, extra = by_kind(planted - found), by_kind(found - planted)
    return tuple(
        Tally(
            kind=kind,
            planted=there[kind],
            found=right[kind],
            missed=missed[kind],
            extra=extra[kind],
        )
        for kind in kinds()
    )


def show_reconciliation(result: DemoReconciliation) -> None:
    """Print what was planted and what was found."""
    page = Page()
    summary = result.summary
    page.gap()
    page.rule("The dossiers of an institution, with planted mistakes, against the registers")
    numbers = ("planted", "found", "missed", "extra")
    rows = [
        (each.kind.replace("_", " "), *(str(getattr(each, name)) for name in numbers))
        for each in result.tallies
    ]
    page.table(("kind", *numbers), rows, right=numbers)
    page.line(
        f"{summary.dossiers} dossiers, {summary.lookups} lookups; "
        f"missed: {len(result.missed)}, extra: {len(result.extra)}."
    )
    if result.report:
        page.line(f"The report: {result.report}")
    else:
        page.line("The report was written and removed; keep it with: kszclient demo --out DIR")
