"""`kszclient audit`: make, verify and export the trail of consultations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kszclient.cli.options import as_option
from kszclient.cli.output import Bold, Exit, Page, print_json, say, write_json
from kszclient.cli.person import person_on_stdin
from kszclient.cli.times import day

if TYPE_CHECKING:
    import datetime as dt

    from kszclient.audit import Anchor, Verification

audit = typer.Typer(no_args_is_help=True, help="The trail of who asked what, about whom and why.")

Trail = Annotated[Path, typer.Argument(metavar="TRAIL", help="The file of the trail.")]
Keys = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        metavar="FILE",
        help="File with id:base64, the key in use first, for your eyes only; "
        "the environment variable KSZCLIENT_AUDIT_KEYS where left out.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="The whole result as JSON.")]


@audit.command()
def create(trail: Trail, *, keys: Keys = None, json: Json = False) -> None:
    """Make a new, empty trail; lookups never make one by themselves."""
    from kszclient.audit import AuditKeys, AuditTrail
    from kszclient.errors import InputError

    if trail.exists():
        raise InputError(f"TRAIL: {trail} is there already")
    AuditTrail.create(trail, AuditKeys.load(keys))
    say("The trail is there. Keep its keys: without them nobody can verify it.")
    if json:
        print_json({"trail": str(trail)})


@audit.command()
def verify(
    trail: Trail,
    *,
    keys: Keys = None,
    anchors: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Ends of the trail seen before, one a line, kept where its writers cannot write: "
            "the trail is compared with each, and its end is added when all is well.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Find entries that were changed, taken out, put elsewhere, or cut off the end."""
    from kszclient.audit import AuditKeys
    from kszclient.audit import verify as verify_trail

    _check_file(trail)
    known = _read_anchors(anchors) if anchors else []
    verification = verify_trail(trail, AuditKeys.load(keys), known)
    if anchors and verification.anchor and verification.anchor not in known:
        _add_anchor(anchors, verification.anchor)
    if json:
        print_json(verification)
    else:
        _show(verification, len(known))
    raise typer.Exit(Exit.FINDINGS if verification.problem_count else Exit.DONE)


@audit.command()
def export(
    trail: Trail,
    *,
    keys: Keys = None,
    begin: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="First day, UTC.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day, UTC.")] = None,
    ticket: Annotated[str | None, typer.Option(help="One question and how it ended.")] = None,
    person: Annotated[
        bool,
        typer.Option(
            "--person",
            help="Every question that was about, or showed, the person whose national number is "
            "on standard input.",
        ),
    ] = False,
    json: Annotated[  # noqa: ARG001 - every command takes it
        bool, typer.Option("--json", help="Changes nothing: the entries are JSON in any case.")
    ] = False,
) -> None:
    """Write entries for an inspection to standard output, one JSON object a line."""
    from kszclient.audit import AuditKeys, Selection
    from kszclient.audit import export as export_entries
    from kszclient.values import Ticket

    _check_file(trail)
    selection = Selection(
        begin=_midnight("--from", begin, days=0),
        end=_midnight("--to", end, days=1),
        ticket=as_option("--ticket", lambda: Ticket.parse(ticket)) if ticket is not None else None,
        person=person_on_stdin() if person else None,
    )
    for line in export_entries(trail, AuditKeys.load(keys), selection):
        write_json(line.decode())


def _midnight(option: str, text: str | None, *, days: int) -> dt.datetime | None:
    import datetime as dt

    if text is None:
        return None
    begin = dt.datetime.combine(day(option, text), dt.time(), tzinfo=dt.UTC)
    try:
        return begin + dt.timedelta(days=days)
    except OverflowError:  # After the last day of all there is nothing to leave out.
        return None


def _check_file(trail: Path) -> None:
    from kszclient.errors import InputError

    if trail.is_dir():
        raise InputError(f"TRAIL: {trail} is a folder")


def _read_anchors(path: Path) -> list[Anchor]:
    import msgspec

    from kszclient.audit import Anchor
    from kszclient.errors import SettingsError

    if not path.exists():
        return []
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise SettingsError(f"--anchors: {path} cannot be read: {error.strerror}") from None
    anchors = []
    for number, line in enumerate(lines, start=1):
        try:
            anchors.append(msgspec.json.decode(line, type=Anchor))
        except msgspec.MsgspecError as error:
            raise SettingsError(f"--anchors: line {number}: {error}") from None
    return anchors


def _add_anchor(path: Path, anchor: Anchor) -> None:
    import msgspec

    with path.open("ab") as file:
        file.write(msgspec.json.encode(anchor) + b"\n")


def _show(verification: Verification, anchors: int) -> None:
    out = Page()
    if verification.as_written:
        out.line(f"{verification.entries} entries, as they were written.")
        if anchors:
            out.line(f"They agree with {anchors} earlier ends.")
        else:
            out.line("Without --anchors, a file put back whole to an earlier copy does not show.")
    else:
        count = verification.problem_count
        out.line(Bold(f"{count} problems"), f" in {verification.entries} entries")
    for problem in verification.problems:
        place = "" if problem.sequence is None else f" {problem.sequence}"
        out.line(Bold(problem.kind.value), f"{place}: {problem.explanation}")
    if verification.problem_count > len(verification.problems):
        out.line("and more")


@audit.command()
def purge(
    bodies: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of kept bodies.")],
    *,
    keys: Keys = None,
    json: Json = False,
) -> None:
    """Remove kept bodies whose last day is over."""
    from kszclient.audit import AuditKeys
    from kszclient.audit.bodies import KeptBodies
    from kszclient.values import today

    removed = KeptBodies(bodies, AuditKeys.load(keys), keep_days=1).purge(today())
    if json:
        print_json({"removed": removed})
    else:
        say(f"Removed: {removed}")
