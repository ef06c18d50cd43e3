"""`kszclient reconcile`: a population of dossiers against the registers."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.engine import ClusterWished, asking_with, cluster_wished, needs
from kszclient.cli.output import Exit, console, print_json, say
from kszclient.cli.service import Endpoint, ProfileName, chosen_profile
from kszclient.cli.times import AsOf, day

if TYPE_CHECKING:
    from kszclient.reconciliation import Plan, Question, Summary
    from kszclient.security import Profile

_TURN_SECONDS = 5
_MOST_IN_FLIGHT = 16


def reconcile(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="Dossiers: CSV, Parquet, or sqlite:///PATH with a query."
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for journal and results.")],
    domiciles: Annotated[
        str | None, typer.Option(metavar="FILE", help="Second file, with domicile histories.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="TOML", help="Names of columns, encoding, query.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in DIR, if there is one.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Stop at the first bad row instead of setting aside.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan; nothing is sent or written.")
    ] = False,
    rate: Annotated[
        float | None, typer.Option(metavar="N", help="Most lookups a second, not the profile's.")
    ] = None,
    margin: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            max=24,
            help="Ask N months before and after too, to find months too many.",
        ),
    ] = 0,
    sources: Annotated[str, typer.Option(help="competent (default) or all.")] = "competent",
    language: Annotated[str, typer.Option(help="Of explanations: en, nl or fr.")] = "en",
    patience: Annotated[
        float, typer.Option(metavar="SECONDS", help="Give up for now after so long a silence.")
    ] = 900.0,
    run_id: Annotated[
        str | None, typer.Option(metavar="UUID", help="Identity of the run; a new one if left out.")
    ] = None,
    engine: Annotated[
        str,
        typer.Option(help="Who asks: local (this process, the default) or dask (a cluster)."),
    ] = "local",
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="With dask: tls://HOST:PORT or tcp://HOST:PORT; left out, a cluster is started "
            "here. Every worker must see DIR under the same path.",
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(metavar="N", min=1, help="With dask: processes of a cluster here.")
    ] = 2,
    as_of: AsOf = None,
    endpoint: Endpoint = None,
    profile: ProfileName = "mock",
    json: Annotated[
        bool, typer.Option("--json", help="Summary as JSON, progress as JSON lines on stderr.")
    ] = False,
) -> None:
    """Compare dossiers with the registers: one lookup a child, and nothing is asked twice."""
    cluster = cluster_wished(_choice("--engine", engine, ("local", "dask")), scheduler, workers)
    needs("polars", extra="batch")
    from kszclient.reconciliation import Mapping, Question, read_mapping

    question = Question(
        dossiers=file,
        domiciles=domiciles,
        mapping=read_mapping(mapping) if mapping else Mapping(),
        as_of=day("--as-of", as_of) if as_of else None,
        margin=margin,
        every_source=_choice("--sources", sources, ("competent", "all")) == "all",
        strict=strict,
    )
    policy = _paced(chosen_profile(profile, endpoint), rate)
    identity = _uuid(run_id)
    spoken = _choice("--language", language, ("en", "nl", "fr"))
    if dry_run:
        _show_plan(question, policy, json=json)
        return
    code = _run(
        question,
        policy,
        out,
        resume=resume,
        identity=identity,
        patience=patience,
        spoken=spoken,
        cluster=cluster,
        json=json,
    )
    raise typer.Exit(code)


def _run(
    question: Question,
    policy: Profile,
    out: Path,
    *,
    resume: bool,
    identity: uuid.UUID | None,
    patience: float,
    spoken: str,
    cluster: ClusterWished | None,
    json: bool,
) -> Exit:
    from kszclient.cli.progress import watching
    from kszclient.competence import Language

    in_flight = _in_flight(policy)
    with watching(json=json) as watch, asking_with(cluster, policy, in_flight) as run:
        done = run(
            question,
            out=out,
            resume=resume,
            run_id=identity,
            in_flight=in_flight,
            patience_seconds=patience,
            language=Language(spoken),
            watch=watch,
            stop_on_signals=True,
        )
    if done.unanswered:
        say(f"kszclient: {done.unanswered} of {done.planned} lookups are open")
        say("  Go on with the same command and --resume.")
    if done.results is None:
        return Exit.TECHNICAL
    if json:
        print_json(done.results.summary)
    else:
        show_summary(done.results.summary, out)
    if done.unanswered:
        return Exit.TECHNICAL
    amiss = set(done.results.summary.findings) - {"match"}
    return Exit.FINDINGS if amiss or done.results.summary.rejected else Exit.DONE


def _choice(option: str, text: str, known: tuple[str, ...]) -> str:
    from kszclient.errors import InvalidValueError

    if text not in known:
        raise InvalidValueError(option, "known", f"expected one of {', '.join(known)}")
    return text


def _uuid(text: str | None) -> uuid.UUID | None:
    from kszclient.values import Ticket

    return uuid.UUID(Ticket.parse(text).text) if text else None


def _paced(policy: Profile, rate: float | None) -> Profile:
    import msgspec

    return policy if rate is None else msgspec.structs.replace(policy, requests_per_second=rate)


def _in_flight(policy: Profile) -> int:
    """Give as many as get their turn in a few seconds, so that no deadline passes in the queue."""
    rate = policy.requests_per_second
    if rate is None:
        return _MOST_IN_FLIGHT
    return max(1, min(_MOST_IN_FLIGHT, int(rate * _TURN_SECONDS)))


def _show_plan(question: Question, policy: Profile, *, json: bool) -> None:
    from kszclient.reconciliation import plan_of

    today = dt.datetime.now(tz=dt.UTC).date()
    plan = plan_of(question, policy.admit, question.as_of or today)
    told = _told(plan, policy.requests_per_second)
    if json:
        print_json(told)
        return
    out = console()
    for name, value in told.items():
        out.print(f"{name.replace('_', ' ')}: {value}")


def _told(plan: Plan, rate: float | None) -> dict[str, object]:
    from kszclient.values import AuthenticSource

    asked = plan.lookups["sources"].to_list()
    lookups = len(asked)
    return {
        "as_of": str(plan.as_of),
        "months": plan.months(),
        "dossiers": plan.dossiers.height,
        "rejected": plan.rejected.height,
        "lookups": lookups,
        "sources": {
            str(source): sum(source in each.split(",") for each in asked)
            for source in AuthenticSource
        },
        "lookups_per_second": rate,
        "expected_seconds": round(lookups / rate) if rate else None,
    }


def show_summary(summary: Summary, out: Path) -> None:
    """Print what a run amounts to."""
    from rich.table import Table

    page = console()
    page.print(
        f"[bold]{summary.dossiers} dossiers[/], {summary.lookups} lookups, "
        f"{summary.rejected} rows set aside, asked on {summary.as_of}"
    )
    table = Table(box=None, pad_edge=False)
    for column in ("finding", "number"):
        table.add_column(column)
    for kind, number in summary.findings.items():
        table.add_row(kind, str(number))
    page.print(table)
    page.print(f"Results: {out}/findings.parquet, findings.csv, rejected.csv, summary.json")
