"""`kszclient reconcile`: a population of dossiers against the registers."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kszclient.cli.options.checks import as_option, choice
from kszclient.cli.options.question import AsOf, day
from kszclient.cli.options.service import (
    ClusterWished,
    Endpoint,
    ProfileName,
    Purpose,
    asking_with,
    chosen_profile,
    cluster_wished,
    needs,
)
from kszclient.cli.output.printing import (
    Bold,
    Exit,
    Page,
    print_result,
    write_json_message,
    write_message,
)
from kszclient.errors import InvalidValueError

if TYPE_CHECKING:
    from kszclient.cli.output.progress import Watch
    from kszclient.reconciliation import (
        Pace,
        Plan,
        Progress,
        Question,
        Reconciliation,
        Stop,
        Summary,
    )
    from kszclient.security import Profile
    from kszclient.values import Language

_TURN_SECONDS = 5
_MOST_IN_FLIGHT = 16


def reconcile(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="Dossiers: CSV, Parquet, or the URL of a database."),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for journal and results.")],
    domiciles: Annotated[
        str | None, typer.Option(metavar="FILE", help="Second file, with domicile histories.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="TOML", help="Names of columns, encoding, queries.")
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
            help="Ask N months before and after those of a child's dossiers too; without, no "
            "months_extra or months_shifted is found there. 0 where your months are a selection.",
        ),
    ] = 3,
    sources: Annotated[
        str,
        typer.Option(
            help="competent (default): who should hold the months; or all. Only all finds every "
            "found_elsewhere and two_basic_amounts in two registers."
        ),
    ] = "competent",
    language: Annotated[str, typer.Option(help="Of explanations: en, nl or fr.")] = "en",
    patience: Annotated[
        float, typer.Option(metavar="SECONDS", help="Give up for now after so long a silence.")
    ] = 900.0,
    hours: Annotated[
        str | None,
        typer.Option(
            metavar="HOURS",
            help="When to ask, by the clock of Brussels: 'mon-fri 06:00-20:00; sat 08:00-12:00'.",
        ),
    ] = None,
    closed: Annotated[
        list[str] | None,
        typer.Option(metavar="DAY", help="Day on which nothing is asked; or: holidays. Repeat."),
    ] = None,
    when_closed: Annotated[
        str, typer.Option(help="wait (default) until it opens, or stop.")
    ] = "wait",
    budget: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Send at most N lookups, the rest with --resume; asking one again after a "
            "failure or a silence counts no further.",
        ),
    ] = None,
    alike: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="Stop when the first N lookups are all refused for one reason; 0 never does.",
        ),
    ] = 25,
    metrics: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep figures for Prometheus (textfile collector)."),
    ] = None,
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
    purpose: Purpose = None,
    endpoint: Endpoint = None,
    profile: ProfileName = "mock",
    json: Annotated[
        bool, typer.Option("--json", help="Summary as JSON, progress as JSON lines on stderr.")
    ] = False,
) -> None:
    """Compare dossiers with the registers: one lookup a child, and nothing is asked twice."""
    if not 0 <= patience < math.inf:
        raise InvalidValueError("--patience", "seconds", "expected a number of seconds, 0 or more")
    cluster = cluster_wished(choice("--engine", engine, ("local", "dask")), scheduler, workers)
    needs("polars", extra="batch")
    for option, source in (("FILE", file), ("--domiciles", domiciles)):
        _check_typed(option, source or "")
    from kszclient.reconciliation import Mapping, Question, read_mapping
    from kszclient.reconciliation.output.report.words import LANGUAGES

    question = Question(
        dossiers=file,
        domiciles=domiciles,
        mapping=read_mapping(mapping) if mapping else Mapping(),
        as_of=None if as_of is None else day("--as-of", as_of),
        margin=margin,
        every_source=choice("--sources", sources, ("competent", "all")) == "all",
        strict=strict,
    )
    policy = _paced(chosen_profile(profile, endpoint), rate)
    identity = _uuid(run_id)
    pace = _pace(
        policy,
        hours,
        closed or [],
        stop_when_closed=choice("--when-closed", when_closed, ("wait", "stop")) == "stop",
        budget=budget,
        alike=alike,
    )
    spoken = choice("--language", language, LANGUAGES)
    if dry_run:
        _show_plan(question, policy, json=json)
        return
    _warn_of_drive(out, json=json)
    code = _run(
        question,
        policy,
        out,
        resume=resume,
        identity=identity,
        patience=patience,
        pace=pace,
        metrics=metrics,
        spoken=spoken,
        purpose=purpose,
        cluster=cluster,
        json=json,
    )
    raise typer.Exit(code)


def _warn_of_drive(out: Path, *, json: bool) -> None:
    from kszclient.reconciliation.execute.beginning import network_drive

    if kind := network_drive(out):
        _report(
            f"{out.name} lies on a drive of the network ({kind})",
            "Its locks may do nothing: use a local disk, or see that one process works there.",
            json=json,
        )


def _run(
    question: Question,
    policy: Profile,
    out: Path,
    *,
    resume: bool,
    identity: uuid.UUID | None,
    patience: float,
    pace: Pace,
    metrics: Path | None,
    spoken: Language,
    purpose: str | None,
    cluster: ClusterWished | None,
    json: bool,
) -> Exit:
    from kszclient.cli.output.progress import watching

    in_flight = _in_flight(policy)
    last: Progress | None = None
    end_state = "failed"

    def also(progress: Progress) -> None:
        nonlocal last
        last = progress
        both(progress)

    with (
        watching(json=json) as watch,
        _measured(metrics, watch) as (both, end),
        asking_with(cluster, policy, in_flight, purpose, patience) as run,
    ):
        try:
            done = run(
                question,
                out=out,
                resume=resume,
                run_id=identity,
                in_flight=in_flight,
                patience_seconds=patience,
                pace=pace,
                language=spoken,
                watch=also,
                stop_on_signals=True,
            )
            end_state = "stopped" if done.stopped and done.unanswered else "ended"
        finally:
            if last is not None:
                both(last._replace(state=end_state, closed_until=None))
        end(done)
    if done.unanswered:
        message = f"{done.unanswered} of {done.planned} lookups are open{_why(done.stopped)}"
        if last is not None and last.trouble and done.stopped is None:
            message += f"; {last.trouble}"
        _report(message, "Go on with the same command and --resume.", json=json)
    if done.results is None:
        refused = done.stopped is not None and done.stopped.reason == "refused"
        return Exit.REFUSED if refused else Exit.TECHNICAL
    if incomplete := done.results.summary.outcomes.get("INCOMPLETE"):
        _report(
            f"in {incomplete} lookups a register was silent",
            "The same command with --resume asks the silent ones again, and nobody else.",
            json=json,
        )
    if json:
        from kszclient.rule_version import Decision

        summary = done.results.summary
        print_result(summary, Decision.RECONCILIATION, summary.environment)
    else:
        show_summary(done.results.summary, out)
    if done.unanswered:
        return Exit.TECHNICAL
    amiss = set(done.results.summary.findings) - {"match"}
    return Exit.FINDINGS if amiss or incomplete or done.results.summary.rejected else Exit.DONE


def _report(message: str, next_step: str, *, json: bool) -> None:
    """Write a message about the run to standard error, as JSON where progress is too."""
    if json:
        write_json_message({"message": message, "next_step": next_step})
    else:
        write_message(f"kszclient: {message}")
        write_message(f"  {next_step}")


@contextmanager
def _measured(
    path: Path | None, watch: Watch
) -> Iterator[tuple[Watch, Callable[[Reconciliation], None]]]:
    """Keep figures besides, where that is wanted."""
    if path is None:
        yield watch, lambda _: None
        return
    from kszclient.cli.output.progress import Metrics

    metrics = Metrics(path)
    ends: list[Reconciliation] = []

    def both(progress: Progress) -> None:
        watch(progress)
        metrics.watch(progress)

    try:
        yield both, ends.append
    finally:
        metrics.end(ends[0] if ends else None)


_WHY = {
    "signal": "; the run was stopped",
    "closed": "; closed until {detail}",
    "budget": "; the budget of {detail} lookups is used up",
    "asked to wait": "; the service asks to be left alone for {detail}, longer than --patience",
    "refused": ": all were refused with {detail}, so the asking is wrong, not the children; "
    "see to legal context, rights and inscriptions first",
}


def _why(stop: Stop | None) -> str:
    return "" if stop is None else _WHY[stop.reason].format(detail=stop.detail)


def _pace(
    policy: Profile,
    hours: str | None,
    closed: list[str],
    *,
    stop_when_closed: bool,
    budget: int | None,
    alike: int,
) -> Pace:
    """Read when to ask; options go before the profile."""
    from kszclient.reconciliation import Pace
    from kszclient.reconciliation.execute.throttle import opening_hours

    try:
        opened = opening_hours(
            policy.hours if hours is None else hours.split(";"), closed or policy.closed
        )
    except InvalidValueError as error:
        raise error.renamed("--closed" if error.kind == "closed" else "--hours") from None
    return Pace(
        hours=opened,
        stop_when_closed=stop_when_closed,
        budget=budget,
        alike=alike,
    )


def _check_typed(option: str, source: str) -> None:
    """Refuse a secret where every user of this machine can read it."""
    from kszclient.errors import InputError
    from kszclient.reconciliation.input.database import holds_password
    from kszclient.reconciliation.input.table import is_url

    if is_url(source) and holds_password(source):
        raise InputError(
            f"{option}: a password must not be typed, for others see it and it is kept",
            next_step="Leave it out of the URL, and state in the mapping (--mapping) where it is: "
            "[password] with one of environment, file, command.",
        )


def _uuid(text: str | None) -> uuid.UUID | None:
    from kszclient.values import Ticket

    if text is None:
        return None
    return uuid.UUID(as_option("--run-id", lambda: Ticket.parse(text)).text)


def _paced(policy: Profile, rate: float | None) -> Profile:
    import msgspec

    from kszclient.errors import SettingsError

    if rate is None:
        return policy
    try:
        return msgspec.structs.replace(policy, requests_per_second=rate)
    except SettingsError as error:
        problem = str(error).removeprefix("requests_per_second: ")
        raise SettingsError(f"--rate: {problem}") from None


def _in_flight(policy: Profile) -> int:
    """Return how many get their turn in a few seconds: no deadline passes in the queue."""
    rate = policy.requests_per_second
    if rate is None:
        return _MOST_IN_FLIGHT
    return max(1, min(_MOST_IN_FLIGHT, int(rate * _TURN_SECONDS)))


def _show_plan(question: Question, policy: Profile, *, json: bool) -> None:
    from kszclient.reconciliation import plan_of
    from kszclient.rule_version import Decision

    plan = plan_of(question, policy.admit)
    fields = _plan_fields(plan, policy.requests_per_second)
    if json:
        print_result(fields, Decision.RECONCILIATION, policy.name)
        return
    _print_plan(fields)


def _print_plan(fields: dict[str, Any]) -> None:
    page = Page()
    months = fields["months"]
    if months:
        page.line(f"months: {months['from']} to {months['to']}, asked on {fields['as_of']}")
    page.line(f"dossiers: {fields['dossiers']}; rows set aside: {fields['rejected']}")
    for each in fields["rejected_because"]:
        column = each["column"] or "?"
        page.line(
            f"  {each['rows']} x column {column}: {each['reason']} (first: row {each['first']})"
        )
    page.line(f"lookups: {fields['lookups']}, one for each child")
    for source, number in fields["sources"].items():
        page.line(f"  {source}: {number}")
    if fields["expected_seconds"] is None:
        page.line("duration: not known without a rate (--rate, or the profile)")
    else:
        hours = dt.timedelta(seconds=fields["expected_seconds"])
        page.line(f"duration: {hours} at {fields['lookups_per_second']:g} lookups a second")


def _plan_fields(plan: Plan, rate: float | None) -> dict[str, Any]:
    from kszclient.values import AuthenticSource

    asked = plan.lookups["sources"].to_list()
    lookups = len(asked)
    return {
        "as_of": str(plan.as_of),
        "months": plan.months(),
        "dossiers": plan.dossiers.height,
        "rejected": plan.rejected.height,
        "rejected_because": plan.reasons(),
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
    page = Page()
    page.line(
        Bold(f"{summary.dossiers} dossiers"),
        f", {summary.lookups} lookups, {summary.rejected} rows set aside, asked on {summary.as_of}",
    )
    rows = [(kind, str(number)) for kind, number in summary.findings.items()]
    page.table(("finding", "number"), rows)
    page.line(f"Read first: {out}/report.html")
    page.line(f"Results: {out}/findings.parquet, findings.csv, rejected.csv, summary.json")
